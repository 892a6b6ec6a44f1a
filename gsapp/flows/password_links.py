"""Links that let a member who has forgotten the password set a new one: signed, for an hour, for one use.

A coordinator issues one and hands it over. As in `gsapp.flows.authentication` the slow hash stands between two
transactions: call these from a thread.
"""

import logging

from gsapp import db, logs
from gsapp.access import Actor
from gsapp.schemas.accounts import NewPasswordForm
from gsapp.security import vault
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import admin_password_links as links
from gsapp.services.accounts import LinkUsed

log = logging.getLogger(__name__)
SECONDS = int(links.LASTS.total_seconds())


def issue(actor: Actor, *, user_id: int) -> str:
    """A new link for a member, as the end of its address. It is kept nowhere. Raises what the use case does."""
    token = new_token()
    db.write(links.issue_password_link, actor=actor, user_id=user_id, token_hash=hash_token(token))
    logs.event(log, "password_link_issued", user_id=user_id, by=actor.user_id)
    return vault().tokens.sign(links.PURPOSE, token)


def holder(signed: str) -> str:
    """The username whose password this link sets. Raises `LinkUsed` for one that is forged, used, replaced or old."""
    return db.read(links.password_link_holder, token_hash=_hash(signed))


def use(signed: str, *, form: NewPasswordForm) -> None:
    """Set the new password; everybody is signed out who was signed in by the old one. Raises `LinkUsed`, `Busy`."""
    holder(signed)  # before the hash: a link that is not ours costs nothing
    hashed = vault().passwords.hash_password(form.new_password.get_secret_value())
    user_id = db.write(links.use_password_link, token_hash=_hash(signed), password_hash=hashed)
    logs.event(log, "password_set_by_link", user_id=user_id)


def _hash(signed: str) -> str:
    token = vault().tokens.unsign(links.PURPOSE, signed, SECONDS)
    if not isinstance(token, str):
        raise LinkUsed
    return hash_token(token)
