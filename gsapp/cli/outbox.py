"""gsapp outbox: e-mails that wait or failed."""

import sys
from typing import Annotated

import typer

from gsapp import db
from gsapp.cli.opening import open_site
from gsapp.cli.output import Json, print_json, print_json_lines, print_table
from gsapp.queries import outbox as outbox_queries
from gsapp.services import outbox
from gsapp.vocabulary import OutboxState

STATES = {
    "waiting": OutboxState.WAITING,
    "sending": OutboxState.SENDING,
    "sent": OutboxState.SENT,
    "failed": OutboxState.GIVEN_UP,
}
NAMES = {state: name for name, state in STATES.items()}
UNSENT = ("waiting", "sending", "failed")
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers of messages, as `outbox list` shows them.")]
commands = typer.Typer()


@commands.callback()
def group() -> None:
    """E-mails in the outbox."""


@commands.command("list")
def list_messages(
    *,
    state: Annotated[list[str] | None, typer.Option(help="waiting, sending, failed or sent; may be repeated.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Maximum number of messages; 0 lists all.")] = 100,
    as_json: Json = False,
) -> None:
    """List e-mails that are not sent yet or failed, and why; with --json one document per line."""
    open_site()
    states = [_state(name) for name in state or UNSENT]
    with db.current().read_only() as session:
        rows = outbox_queries.stream_messages(session, states=states, retries=len(outbox.PAUSES), limit=limit or None)
        named = (row._asdict() | {"state": NAMES[row.state]} for row in rows)
        if as_json:
            print_json_lines(named)
        else:
            print_table(outbox_queries.MessageRow._fields, (list(row.values()) for row in named))


@commands.command()
def resend(
    ids: Ids = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All that failed.")] = False,
    as_json: Json = False,
) -> None:
    """Send failed e-mails again; one whose delivery is unknown may arrive twice."""
    open_site()
    if bool(ids) == every:
        sys.exit("name the messages, or all that failed: --all")
    sent: list[int] = []
    while found := db.write(outbox.resend, notification_ids=ids):
        sent += found
    _done(len(sent), f"{len(sent)} e-mails are sent again", ids=ids, as_json=as_json)


@commands.command()
def drop(
    ids: Ids = None,
    *,
    state: Annotated[str, typer.Option(help="All in this state: waiting or failed.")] = "",
    as_json: Json = False,
) -> None:
    """Delete e-mails that are not sent; their notifications stay in the inbox."""
    open_site()
    if bool(ids) == bool(state) or state not in ("", "waiting", "failed"):
        sys.exit("name the messages, or all in one state: --state failed, --state waiting")
    states = [_state(state)] if state else [OutboxState.WAITING, OutboxState.GIVEN_UP]
    dropped = 0
    while found := db.write(outbox.drop, states, notification_ids=ids):
        dropped += found
    _done(dropped, f"{dropped} e-mails are deleted", ids=ids, as_json=as_json)


def _state(name: str) -> OutboxState:
    if name not in STATES:
        sys.exit(f"no state is called {name}; use {', '.join(STATES)}")
    return STATES[name]


def _done(count: int, text: str, *, ids: list[int] | None, as_json: bool) -> None:
    if as_json:
        print_json({"count": count})
    else:
        print(text)
    if ids and count < len(set(ids)):
        sys.exit(f"{len(set(ids)) - count} of them are not in a state that allows this; see: outbox list")
