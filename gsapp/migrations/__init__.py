"""The schema's versions (Alembic), up and down on both databases."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from gsapp import db

log = logging.getLogger(__name__)


class SchemaUnknown(Exception):
    """The database holds a schema that this version of the program cannot work on; the text says what to do."""


def upgrade(revision: str = "head") -> None:
    """Bring the schema of the current database up to `revision`."""
    command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Bring the schema of the current database down to `revision`; what newer columns held is lost."""
    command.downgrade(_config(), revision)


def stored_revision() -> str | None:
    """The revision of the current database; `None` for one that was never migrated."""
    with db.current().reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def ready() -> bool:
    """Whether the database answers and carries exactly the schema of this version."""
    try:
        return stored_revision() == newest_revision()
    except DBAPIError:
        log.warning("the database does not answer", exc_info=True)
        return False


def prepare(*, by_itself: bool) -> None:
    """Make sure of the schema at start: migrate the embedded database by itself, refuse any other that is not current.

    Raises `SchemaUnknown`.
    """
    stored = stored_revision()
    if stored == newest_revision():
        return
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if stored is not None and stored not in known:
        raise SchemaUnknown(
            f"the database has schema {stored}, which this version does not know; use the newer version"
        )
    if not by_itself:
        raise SchemaUnknown("the database schema is not current; run: python -m gsapp migrate")
    upgrade()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
