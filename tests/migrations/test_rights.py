"""Rights that the database user lacks are named before anything is changed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from gsapp import db, migrations
from gsapp.migrations import MigrationFailed, rights
from tests.support.mariadb import Server
from tests.support.schema import tables

LEAST = "SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX"


@pytest.fixture
def limited(mariadb: Server) -> Iterator[tuple[Server, str]]:
    """A database whose user has no rights yet; the server, and the name of the database."""
    with mariadb.fresh_database() as url:
        parts = make_url(url)
        name = str(parts.database)
        mariadb.execute(f"CREATE USER {name}@localhost IDENTIFIED BY 'x'", f"GRANT USAGE ON *.* TO {name}@localhost")
        mariadb.execute(f"GRANT SELECT ON `{name}`.* TO {name}@localhost")
        db.connect(parts.set(username=name, password="x").render_as_string(hide_password=False))
        yield mariadb, name
        db.dispose()
        mariadb.execute(f"DROP USER {name}@localhost")


@pytest.mark.mariadb
def test_missing_rights_are_named_with_the_statement_that_gives_them(limited: tuple[Server, str]) -> None:
    server, name = limited
    with pytest.raises(MigrationFailed) as refused:
        migrations.upgrade()
    statement = str(refused.value).split("Give them: ")[1]
    assert statement == f"GRANT INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON `{name}`.* TO '{name}'@'localhost';"
    assert tables() == set()
    server.execute(statement)
    db.current().engine.dispose()
    db.current().reader.dispose()
    migrations.upgrade()
    assert migrations.ready()
    with pytest.raises(MigrationFailed, match="GRANT DROP ON"):
        migrations.downgrade("0012")


@pytest.mark.mariadb
def test_a_right_that_is_lost_during_the_migration_is_named_with_its_step(
    limited: tuple[Server, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = limited
    server.execute(
        f"GRANT {LEAST} ON `{name}`.* TO {name}@localhost", f"REVOKE INDEX ON `{name}`.* FROM {name}@localhost"
    )
    monkeypatch.setattr(migrations, "missing_rights", lambda *_, **__: [])
    with pytest.raises(MigrationFailed, match=r"stopped at 0001, create index .*lacks a right .*No data is lost"):
        migrations.upgrade()
    server.execute(f"GRANT INDEX ON `{name}`.* TO {name}@localhost")
    db.current().engine.dispose()
    migrations.upgrade()
    assert migrations.ready()


@pytest.mark.parametrize(
    ("grants", "lacking"),
    [
        (["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"], []),
        (["GRANT USAGE ON *.* TO `gs`@`%`", "GRANT ALL PRIVILEGES ON `town`.* TO `gs`@`%`"], []),
        (["GRANT ALL PRIVILEGES ON `other`.* TO `gs`@`%`"], ["CREATE", "ALTER"]),
        (["GRANT CREATE ON *.* TO `gs`@`%`", "GRANT SELECT, ALTER ON `t%`.* TO `gs`@`%`"], []),
        (["GRANT CREATE, ALTER ON `to_n`.* TO `gs`@`%`"], []),
        (["GRANT CREATE, ALTER ON `to\\_n`.* TO `gs`@`%`"], ["CREATE", "ALTER"]),
        (["GRANT CREATE, ALTER ON `town`.`sr_info` TO `gs`@`%`"], ["CREATE", "ALTER"]),
        (["GRANT CREATE VIEW, ALTER ROUTINE ON `town`.* TO `gs`@`%`"], ["CREATE", "ALTER"]),
        (["GRANT USAGE ON *.* TO `gs`@`%`"], ["CREATE", "ALTER"]),
    ],
)
def test_grants_are_read(grants: list[str], lacking: list[str]) -> None:
    assert rights.missing_in(grants, "town", ("CREATE", "ALTER")) == lacking
