"""Password reset links: signed, single-use, valid for an hour, issued by a coordinator to a member.

As in `gsapp.flows.authentication`, a slow hash runs between two transactions: call these functions from a thread.
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
VALID_SECONDS = int(links.LASTS.total_seconds())


def issue(actor: Actor, *, user_id: int) -> str:
    """A new link for a member, as the signed last segment of its address. Raises what the use case does."""
    token = new_token()
    db.write(links.issue_password_link, actor=actor, user_id=user_id, token_hash=hash_token(token))
    logs.event(log, "password_link_issued", user_id=user_id, by=actor.user_id)
    return vault().tokens.sign(links.PURPOSE, token)


def holder(signed: str) -> str:
    """The username whose password the link sets. Raises `LinkUsed` if it is forged, used, replaced or expired."""
    return db.read(links.password_link_holder, token_hash=_hash(signed))


def use(signed: str, *, form: NewPasswordForm) -> None:
    """Set the new password and end all sessions of the account. Raises `LinkUsed`, `Busy`."""
    holder(signed)  # before hashing, so that a forged link costs nothing
    hashed = vault().passwords.hash_password(form.new_password.get_secret_value())
    user_id = db.write(links.use_password_link, token_hash=_hash(signed), password_hash=hashed)
    logs.event(log, "password_set_by_link", user_id=user_id)


def _hash(signed: str) -> str:
    token = vault().tokens.unsign(links.PURPOSE, signed, VALID_SECONDS)
    if not isinstance(token, str):
        raise LinkUsed
    return hash_token(token)
