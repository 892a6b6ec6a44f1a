"""gsapp serve: the web server."""

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import typer
import uvicorn

from gsapp import db, serving, startup
from gsapp.cli.opening import load, open_site
from gsapp.config import Settings
from gsapp.queries import accounts as account_queries
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import accounts
from gsapp.serving import Server, connections, listening

LINK_HOURS = 24
LINK_FILE = "first_coordinator_link"
PROGRAM = str(Path(__file__).parents[2])  # the folder of main.py: the source tree, or site-packages
FINISH_WITHIN = 15  # seconds for requests that are open when the process stops
commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Serve the site on HOST and PORT, or on the sockets that systemd passes."""
    settings = load()
    sockets = listening.open_sockets(settings.host, settings.port)
    open_site()
    print(f"GoodServices: {settings.base_url}", flush=True)
    _announce(settings.data_dir / LINK_FILE, _first_coordinator_link(settings))
    startup.close()
    sys.path.insert(0, PROGRAM)  # so that a main.py in the working directory is not started instead
    config = uvicorn.Config(
        "main:create_app",  # as a string, because the application must not import its pages
        factory=True,
        http=connections.limited_protocol(settings.trusted_proxies),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # api.forwarded believes them, from TRUSTED_PROXIES only
        timeout_graceful_shutdown=FINISH_WITHIN,
    )
    Server(config, drain_seconds=settings.drain_seconds).run(sockets)
    serving.leave()


def _announce(file: Path, link: str | None) -> None:
    """Write the link to a file that only this user can read, and print it if a person is looking.

    The output of a service goes to a log, which more people read than may become coordinators.
    """
    if link is None:
        file.unlink(missing_ok=True)
        return
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{LINK_FILE}-", delete=False) as fresh:  # is 0600
        fresh.write(link + "\n")
    Path(fresh.name).replace(file)
    where = link if _is_seen() else f"is in {file}"
    print(f"No coordinator yet. One-time link for the first one, valid {LINK_HOURS} hours: {where}", flush=True)


def _is_seen() -> bool:
    return sys.stdout.isatty()


def _first_coordinator_link(settings: Settings) -> str | None:
    if db.read(account_queries.has_coordinator):
        return None
    token = new_token()
    db.write(accounts.invite_coordinator, token_hash=hash_token(token), hours=LINK_HOURS)
    return f"{settings.base_url}/auth/coordinator/{token}"
