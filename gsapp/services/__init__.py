"""Use cases that write: one function each, run by `db.write` in one transaction.

Each takes the session first, then the actor, and the rest by keyword. It checks the permission while loading, changes
state through `gsapp.guards`, records an event and returns ids. None commits, and none has side effects outside its
session, because the transaction may be retried; other side effects are deferred by `db.after_commit`.
"""
