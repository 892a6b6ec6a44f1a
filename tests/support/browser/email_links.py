"""The addresses in e-mails to a member, as the site itself signs them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from gsapp.flows.email_links import CONFIRM, UNSUBSCRIBE
from gsapp.security.tokens import Tokens, hash_address
from gsapp.vocabulary import NotificationTopic

ADDRESS, PENDING, KEY = "old@example.org", "new@example.org", "0" * 32
GIVE = "UPDATE buser_table SET email = ?, email_pending = ?, email_pending_key = ? WHERE id = ?"


def paths_in_emails(data_dir: Path, username: str = "") -> dict[str, str]:
    """Give a member of a site, else the first, two addresses, one not confirmed, and return the paths sent to them."""
    with closing(sqlite3.connect(data_dir / "goodservices.db")) as database:
        [user_id] = database.execute("SELECT min(id) FROM buser_table WHERE ? IN (uname, '')", [username]).fetchone()
        database.execute(GIVE, (ADDRESS, PENDING, KEY, user_id))
        database.commit()
    tokens = Tokens((data_dir / "secret_key").read_text().strip())
    ended = tokens.sign_address(UNSUBSCRIBE, [user_id, hash_address(ADDRESS), [NotificationTopic.THANKS.value]])
    return {
        "/email/{token}": f"/email/{tokens.sign(CONFIRM, [user_id, KEY])}",
        "/unsubscribe/{token}": f"/unsubscribe/{ended}",
    }
