"""Opens the site for one command: settings, process-wide parts, database."""

import os

from gsapp import startup
from gsapp.config import Settings, load_settings

PRIVATE = 0o077  # the umask: files written by this process are readable by its user only


def load(**changes: object) -> Settings:
    """Load the settings, with `changes`; files created from now on are readable by this user only."""
    settings = load_settings().model_copy(update=changes)
    os.umask(PRIVATE)
    return settings


def open_site(**changes: object) -> Settings:
    """Load the settings, configure this process and open the database. Raises what `startup.open_database` does."""
    settings = load(**changes)
    startup.start(settings, listen=False)
    return settings
