"""gsapp user: accounts."""

import secrets
import sys
from typing import Annotated

import typer

from gsapp import access, clock, db
from gsapp.cli.opening import open_site
from gsapp.cli.output import Json, print_json, print_json_lines, print_table
from gsapp.errors import Invalid
from gsapp.flows import operator as operator_flows
from gsapp.i18n import translator
from gsapp.queries import accounts as account_queries
from gsapp.queries import admin_people, own_data
from gsapp.schemas.accounts import RegisterForm
from gsapp.schemas.admin import UserFilter
from gsapp.schemas.forms import parse
from gsapp.services import operator
from gsapp.services.admin_password_links import LASTS
from gsapp.vocabulary import IdType, Reason, Role

COLUMNS = ("id", "username", "name", "role", "registered_at", "suspended_at")
SENTENCES = translator("en")
Username = Annotated[str, typer.Argument(help="The username, exactly as it is written.")]
Reason_ = Annotated[str, typer.Option("--reason", help="Recorded in the history, which coordinators read.")]
commands = typer.Typer()


@commands.callback()
def group() -> None:
    """Accounts."""


@commands.command("list")
def list_accounts(
    *,
    query: Annotated[str, typer.Option(help="Beginning of the username or name, or a whole phone number.")] = "",
    role: Annotated[str, typer.Option(help="member or coordinator.")] = "",
    suspended: Annotated[str, typer.Option(help="yes or no.")] = "",
    sort: Annotated[str, typer.Option(help="newest, oldest, username or name.")] = "newest",
    limit: Annotated[int, typer.Option(min=0, help="Maximum number of accounts; 0 lists all.")] = 100,
    as_json: Json = False,
) -> None:
    """List accounts; with --json one document per line."""
    open_site()
    try:
        filter = parse(UserFilter, {"q": query, "role": role, "suspended": suspended, "sort": sort})
    except Invalid as error:
        sys.exit(_problems(error))
    with db.current().read_only() as session:
        rows = admin_people.stream_accounts(session, filter=filter, limit=limit or None)
        if as_json:
            print_json_lines(row.model_dump() for row in rows)
        else:
            print_table(COLUMNS, ([getattr(row, name) for name in COLUMNS] for row in rows))


@commands.command()
def show(username: Username, *, as_json: Json = False) -> None:
    """Show one account, with ID number and phone number masked."""
    open_site()
    detail = db.read(admin_people.account_detail, user_id=_id_of(username)).model_dump()
    if as_json:
        print_json(detail)
    else:
        print_table(("field", "value"), detail.items())


@commands.command()
def create(
    username: Username,
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    phone: Annotated[str, typer.Option(help="The mobile number, 11 digits.")],
    id_type: Annotated[IdType, typer.Option(help="The kind of identity document.")] = IdType.ID_CARD,
    as_json: Json = False,
) -> None:
    """Create an account and print the link at which its owner sets the password.

    Asks for the ID number, or reads it from standard input: arguments are visible to other users of this machine.
    """
    settings = open_site()
    number = typer.prompt("ID number", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    typed = {"username": username, "name": name, "phone": phone, "id_type": id_type, "id_number": number}
    try:
        form = parse(RegisterForm, typed | {"password": secrets.token_urlsafe(32) + "aA00"})
    except Invalid as error:
        sys.exit(_problems(error))
    made = operator_flows.create_account(form=form)
    _print_link(form.username, made.user_id, f"{settings.base_url}/password/{made.link}", as_json=as_json)


@commands.command()
def promote(username: Username, *, as_json: Json = False) -> None:
    """Make a member a coordinator."""
    open_site()
    user_id = _id_of(username)
    db.write(operator.make_coordinator, user_id=user_id)
    _done(username, user_id, f"{username} is now a coordinator", as_json=as_json, role=Role.COORDINATOR)


@commands.command()
def demote(username: Username, *, as_json: Json = False) -> None:
    """Make a coordinator a member; the last coordinator stays one."""
    open_site()
    user_id = _id_of(username)
    db.write(operator.make_member, user_id=user_id)
    _done(username, user_id, f"{username} is now a member", as_json=as_json, role=Role.MEMBER)


@commands.command()
def suspend(username: Username, *, reason: Reason_ = "", as_json: Json = False) -> None:
    """Suspend an account: ends its sessions, and nobody can sign in to it until `user restore`."""
    open_site()
    user_id = _id_of(username)
    db.write(operator.suspend, user_id=user_id, reason=_reason(reason))
    _done(username, user_id, f"{username} is suspended", as_json=as_json, suspended=True)


@commands.command()
def restore(username: Username, *, reason: Reason_ = "", as_json: Json = False) -> None:
    """End the suspension of an account."""
    open_site()
    user_id = _id_of(username)
    db.write(operator.restore, user_id=user_id, reason=_reason(reason))
    _done(username, user_id, f"{username} can sign in again", as_json=as_json, suspended=False)


@commands.command("password-link")
def password_link(username: Username, *, as_json: Json = False) -> None:
    """Print a one-time link at which the owner of an account sets a new password."""
    settings = open_site()
    user_id = _id_of(username)
    link = operator_flows.issue_password_link(user_id=user_id)
    _print_link(username, user_id, f"{settings.base_url}/password/{link}", as_json=as_json)


@commands.command()
def export(username: Username) -> None:
    """Print everything that is stored about a person as JSON, as the person could download it."""
    open_site()
    actor = db.read(access.actor_for, _id_of(username))
    print_json(db.read(own_data.own_data, actor=actor, t=SENTENCES))


@commands.command()
def erase(
    username: Username,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Close an account for good and delete the person's data; anonymous statistics stay."""
    open_site()
    user_id = _id_of(username)
    if not yes and typer.prompt(f"This cannot be undone. Type {username} to erase this account", err=True) != username:
        sys.exit("the account was not erased: another name was typed")
    db.write(operator.erase, user_id=user_id)
    _done(username, user_id, f"{username} is erased", as_json=as_json, erased=True)


def _id_of(username: str) -> int:
    known = db.read(account_queries.credentials, username=username)
    if known is None:
        sys.exit(f"no member has the username {username}")
    return known.user_id


def _reason(typed: str) -> Reason:
    return f"{' '.join(typed.split())[:480]} (command line)" if typed.strip() else operator.BY_OPERATOR


def _problems(error: Invalid) -> str:
    return "; ".join(
        f"{field}: {SENTENCES(problem.msgid, **problem.values)}" for field, problem in error.fields.items()
    )


def _print_link(username: str, user_id: int, link: str, *, as_json: bool) -> None:
    expires = clock.now() + LASTS
    text = f"One-time link for the password of {username}, valid {int(LASTS.total_seconds()) // 60} minutes: {link}"
    _done(username, user_id, text, as_json=as_json, link=link, expires_at=expires)


def _done(username: str, user_id: int, text: str, *, as_json: bool, **more: object) -> None:
    if as_json:
        print_json({"id": user_id, "username": username, **more})
    else:
        print(text)
