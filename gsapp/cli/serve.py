"""gsapp serve: the web server."""

import sys
from pathlib import Path

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
    if link := _first_coordinator_link(settings):
        print(f"No coordinator yet. One-time link for the first one, valid {LINK_HOURS} hours: {link}", flush=True)
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


def _first_coordinator_link(settings: Settings) -> str | None:
    if db.read(account_queries.has_coordinator):
        return None
    token = new_token()
    db.write(accounts.invite_coordinator, token_hash=hash_token(token), hours=LINK_HOURS)
    return f"{settings.base_url}/auth/coordinator/{token}"
