"""Run by Alembic: migrates the database of this process, `db.current()`."""

from alembic import context

from gsapp import db
from gsapp.models import metadata


def run() -> None:
    database = db.current()
    with database.engine.connect() as connection:
        # SQLite cannot alter a table in place: Alembic copies it ("batch").
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=database.embedded)
        with context.begin_transaction():
            context.run_migrations()


run()
