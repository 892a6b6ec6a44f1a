"""MariaDB with the configuration and the users of deploy/mariadb: each command has the rights it needs, and no more."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import make_url

from tests.support import mariadb, processes, server
from tests.support.deploy import DEPLOY, filled
from tests.support.open_page import Member

pytestmark = [pytest.mark.slow, pytest.mark.mariadb]
PASSWORDS = {"REPLACE-SERVE-PASSWORD": "serve-secret", "REPLACE-MIGRATE-PASSWORD": "migrate-secret"}
CNF = f"--defaults-file={DEPLOY / 'mariadb/goodservices.cnf'}"
LAMP = {"ps_title": "a lamp", "ps_desc": "", "stype_id": 1, "cityID": 1} | {
    "ps_begindate": "2031-03-01T09:00:00",
    "ps_enddate": "2031-03-01T11:00:00",
}
NO_MORE = (
    "CREATE TABLE more (n INT)",
    "ALTER TABLE needs ADD n INT",
    "DROP TABLE needs",
    "TRUNCATE needs",
    "CREATE USER more",
    "SHUTDOWN",
)


class Database:
    """A server with the configuration and the users of deploy/; `url(user)` is how that user reaches it."""

    def __init__(self, base: Path, running: mariadb.Server) -> None:
        # Debian's installation has no anonymous users: they would come before '%' on this machine.
        running.execute("DELETE FROM mysql.global_priv WHERE User = ''", "FLUSH PRIVILEGES")
        text = filled("mariadb/grants.sql", PASSWORDS)
        running.execute(*filter(None, (statement.strip() for statement in text.split(";"))))
        self._root = make_url(running.url("goodservices"))
        self.base = base

    def url(self, user: str) -> str:
        password = PASSWORDS["REPLACE-MIGRATE-PASSWORD" if user.endswith("migrate") else "REPLACE-SERVE-PASSWORD"]
        return self._root.set(username=user, password=password).render_as_string(hide_password=False)

    def gsapp(self, user: str, *command: str) -> tuple[int, str]:
        settings = {"DATA_DIR": str(self.base / "data"), "DATABASE_URL": self.url(user), "PYTHONPATH": str(server.ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", "gsapp", *command],
            env=processes.plain_environment(**settings),
            cwd=self.base,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def refuses(self, user: str, statement: str) -> bool:
        url = make_url(self.url(user))
        with (
            closing(
                pymysql.connect(
                    user=url.username,
                    password=url.password or "",
                    database=url.database,
                    unix_socket=str(url.query["unix_socket"]),
                    ssl_disabled=True,
                )
            ) as connection,
            connection.cursor() as cursor,
        ):
            try:
                cursor.execute(statement)
            except pymysql.err.OperationalError as error:
                return error.args[0] in (1142, 1227)  # denied for this table, for this server
            return False


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    base = tmp_path_factory.mktemp("grants")
    with mariadb.PrivateServer(base, options=(CNF,)) as running:
        yield Database(base, running)


def test_each_command_has_the_rights_it_needs(database: Database) -> None:
    assert database.gsapp("goodservices_migrate", "migrate")[0] == 0
    settings = {"DATABASE_URL": database.url("goodservices"), "THROTTLE": "off"}
    with server.running(database.base / "data", program=server.QUICK, **settings) as site:
        anna, ben = Member(site.url, "anna"), Member(site.url, "ben")
        need = anna.call("POST", "/service-requests", LAMP)["id"]
        anna.call("PUT", f"/service-requests/{need}", {"ps_desc": "the one in the hall"})
        ben.call("POST", "/service-responses", {"srid": need, "response_desc": "I have a ladder"})
        assert "ERROR" not in site.log()
    # The index is rebuilt by truncating its table, which is a right of the other user.
    for user, command in (("goodservices", "stats"), ("goodservices_migrate", "search")):
        status, said = database.gsapp(user, command, "rebuild")
        assert status == 0, said


@pytest.mark.parametrize("statement", NO_MORE)
def test_a_process_that_serves_can_change_rows_only(database: Database, statement: str) -> None:
    assert database.refuses("goodservices", statement)


def test_migrations_reach_no_other_database(database: Database) -> None:
    assert database.refuses("goodservices_migrate", "CREATE USER more")
    assert database.refuses("goodservices_migrate", "SELECT * FROM mysql.global_priv")
