"""Accounts from before the rule keep their names: of those that look alike the oldest one has the key."""

from sqlalchemy import text

from gsapp import db, migrations
from gsapp.schemas.usernames import username_key
from gsapp.startup import seed
from tests.support import lives

BEFORE = "0015"


def test_existing_names_stay_and_the_oldest_of_twins_has_the_key(empty: db.Database) -> None:
    migrations.upgrade()
    db.write(seed.seed)
    with lives.keys():
        ids = [person.user_id for person in lives.people("anna", "ben", "cleo")]
    migrations.downgrade(BEFORE)
    names = ["lin_zhihui", "lin_zhi\u200bhui", "Ben 1"]
    with empty.engine.begin() as connection:
        for user_id, name in zip(ids, names, strict=True):
            connection.execute(text("UPDATE buser_table SET uname = :n WHERE id = :i").bindparams(n=name, i=user_id))
    migrations.upgrade()
    with empty.engine.connect() as connection:
        stored = connection.execute(text("SELECT uname, username_key FROM buser_table ORDER BY id")).all()
    assert [tuple(row) for row in stored] == [
        (names[0], username_key(names[0])),
        (names[1], None),
        (names[2], username_key(names[2])),
    ]
