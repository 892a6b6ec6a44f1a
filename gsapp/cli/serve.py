"""gsapp serve: the web server."""

import typer
import uvicorn

from gsapp import db, startup
from gsapp.cli.opening import open_site
from gsapp.config import Settings
from gsapp.queries import accounts as account_queries
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import accounts

LINK_HOURS = 24
commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Serve the site on HOST and PORT."""
    settings = open_site()
    print(f"GoodServices: {settings.base_url}", flush=True)
    if link := _first_coordinator_link(settings):
        print(f"No coordinator yet. One-time link for the first one, valid {LINK_HOURS} hours: {link}", flush=True)
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
        proxy_headers=False,  # api.forwarded believes them, from TRUSTED_PROXIES only
        timeout_graceful_shutdown=15,
    )


def _first_coordinator_link(settings: Settings) -> str | None:
    if db.read(account_queries.has_coordinator):
        return None
    token = new_token()
    db.write(accounts.invite_coordinator, token_hash=hash_token(token), hours=LINK_HOURS)
    return f"{settings.base_url}/auth/coordinator/{token}"
