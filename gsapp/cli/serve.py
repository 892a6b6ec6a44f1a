"""gsapp serve: the web server."""

import sys
from pathlib import Path
from tempfile import NamedTemporaryFile

import typer
import uvicorn

from gsapp import db, startup
from gsapp.cli.opening import open_site
from gsapp.config import Settings
from gsapp.queries import accounts as account_queries
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import accounts

LINK_HOURS = 24
LINK_FILE = "first_coordinator_link"
commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Serve the site on HOST and PORT."""
    settings = open_site()
    print(f"GoodServices: {settings.base_url}", flush=True)
    _announce(settings.data_dir / LINK_FILE, _first_coordinator_link(settings))
    startup.close()
    # As a string, because the application must not import its pages.
    uvicorn.run(
        "main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        # X-Forwarded-For is trusted only behind an HTTPS proxy on this host; otherwise visitors could forge it.
        proxy_headers=settings.https,
        timeout_graceful_shutdown=15,
    )


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
