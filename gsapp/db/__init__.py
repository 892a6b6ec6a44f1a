"""The database: `write(use_case, ...)` writes in one transaction, `read(query, ...)` reads.

Every entry point (page, REST endpoint, command line) calls these. Both pass the function a session and close it; no ORM
object or session outlives the call.
"""

from gsapp.db.retries import TRIES
from gsapp.db.shared_queries import read_shared, shared_entry
from gsapp.db.transactions import Database, after_commit, connect, current, dispose, publish_after_commit, read, write

__all__ = [
    "TRIES",
    "Database",
    "after_commit",
    "connect",
    "current",
    "dispose",
    "publish_after_commit",
    "read",
    "read_shared",
    "shared_entry",
    "write",
]
