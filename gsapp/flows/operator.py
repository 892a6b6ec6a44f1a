"""Accounts and password links for the operator of the site (command line): a slow hash before the transaction."""

import logging
from typing import NamedTuple

from gsapp import db, logs
from gsapp.schemas.accounts import RegisterForm
from gsapp.security import vault
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import admin_password_links as links
from gsapp.services import operator

log = logging.getLogger(__name__)


class NewAccount(NamedTuple):
    """An account and the last segment of the address at which its owner sets the password."""

    user_id: int
    link: str


def create_account(*, form: RegisterForm) -> NewAccount:
    """Create an account whose password is known to none. Raises what `services.accounts.register` does, and `Busy`."""
    hashed = vault().passwords.hash_password(form.password.get_secret_value())
    token = new_token()
    user_id = db.write(operator.create_account, form=form, password_hash=hashed, token_hash=hash_token(token))
    logs.event(log, "registered_by_operator", user_id=user_id)
    return NewAccount(user_id, vault().tokens.sign(links.PURPOSE, token))


def issue_password_link(*, user_id: int) -> str:
    """A new password link, as the last segment of its address. Raises what the use case does."""
    token = new_token()
    db.write(operator.issue_password_link, user_id=user_id, token_hash=hash_token(token))
    logs.event(log, "password_link_issued_by_operator", user_id=user_id)
    return vault().tokens.sign(links.PURPOSE, token)
