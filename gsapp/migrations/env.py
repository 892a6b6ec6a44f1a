"""Run by Alembic: migrates the database of this process, `db.current()`."""

from alembic import context

from gsapp import db
from gsapp.models import metadata

A_DAY = 24 * 60 * 60


def run() -> None:
    database = db.current()
    # A large table takes its time: the pool's connections would give up after 30 seconds.
    connecting = database.engine.connect() if database.embedded else database.lone_connection(seconds=A_DAY)
    with connecting as connection:
        # SQLite cannot alter a table in place: Alembic copies it ("batch").
        context.configure(connection=connection, target_metadata=metadata, render_as_batch=database.embedded)
        with context.begin_transaction():
            context.run_migrations()


run()
