"""Registration, sign-in and password changes: workflows with a slow password hash between two transactions.

All functions block for about 0.3 s and keep no transaction open during that time. Call them from a thread, never from
the event loop.
"""

import logging
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import Session

from gsapp import access, db, logs
from gsapp.access import Actor
from gsapp.errors import Busy, Invalid, NotAllowed, NotSignedIn, Sentence, Taken, Unsure
from gsapp.flows.details import taken_details_counted
from gsapp.i18n import N_
from gsapp.queries import accounts as account_queries
from gsapp.schemas.accounts import Credentials, LeaveForm, PasswordAgainForm, PasswordForm, RegisterForm
from gsapp.schemas.password_rules import weakness
from gsapp.security import refusals, vault
from gsapp.security.throttle import network_of
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import accounts, browsers, leaving, reauthentication, sessions

log = logging.getLogger(__name__)


class WrongSignIn(NotSignedIn):
    """Raised both for an unknown username and for a wrong password, so that usernames cannot be enumerated."""

    sentence = N_("The username or the password is not right.")


class Suspended(NotAllowed):
    sentence = N_("This account is suspended. Please talk to a coordinator.")


class PasswordUnreadable(NotSignedIn):
    """DATA_KEY does not hold the key of this password, so that nothing can verify it: only a new password helps."""

    sentence = N_("Your password cannot be checked any more. Please ask a coordinator for a link to set a new one.")


class WrongPassword(Invalid):
    """The current password was required, and a different one was given."""

    status = 400
    sentence = N_("This is not your current password.")

    def __init__(self, field: str = "old_password") -> None:
        super().__init__({field: Sentence(self.sentence)})


class _HashChanged(Exception):
    """Optimistic locking: the stored hash has changed since the password was checked."""


@dataclass(frozen=True)
class SignedIn:
    """A new session; `token` and `browser` go into cookies and are stored nowhere else."""

    token: str
    browser: str
    user_id: int
    session_id: int


def register(*, form: RegisterForm, address: str) -> int:
    """Create an account and return its id. Raises what `services.accounts.register` does, `TooMany` or `Busy`.

    Idempotent: a repeated request, for example after a lost response, returns the account of the first one.
    """
    keys = vault()
    turn = keys.throttle.registration(address)
    with taken_details_counted(address):
        pass  # refuses before the password is hashed
    hashed = keys.passwords.hash_password(form.password.get_secret_value(), turn=turn)
    try:
        with taken_details_counted(address):
            user_id = db.write(accounts.register, form=form, password_hash=hashed)
    except (Taken, Unsure):
        known = db.read(account_queries.just_registered, form=form)
        if known is None or not keys.passwords.verify(form.password.get_secret_value(), known.password_hash, turn=turn):
            raise
        return known.user_id
    logs.event(log, "registered", user_id=user_id)
    return user_id


def sign_in(
    *,
    username: str,
    password: str,
    address: str,
    user_agent: str,
    invite: str | None = None,
    browser: str | None = None,
) -> SignedIn:
    """Open a session if the password is right. `invite` is the token of a one-time coordinator link, which it uses up.

    `browser` is the token of a browser that has signed in before: a shorter queue, and no notification of a new one.
    Raises `WrongSignIn`, `PasswordUnreadable`, `Suspended` (only if the password is right), `TooMany` (before any
    hashing) or `Busy`.
    """
    name = unicodedata.normalize("NFC", username).strip()
    for _ in range(2):
        known = _verified(name, password, address, browser)
        token, browser = new_token(), browser or new_token()
        with suppress(_HashChanged):
            session_id = db.write(
                _open_session,
                username=name,
                known=known,
                password_hash=_upgraded_hash(known, password),
                token_hash=hash_token(token),
                user_agent=user_agent,
                address=address,
                browser=browser,
            )
            logs.event(log, "signed_in", user_id=known.user_id, session_id=session_id)
            if invite:
                _use_invite(known.user_id, invite)
            return SignedIn(token, browser, known.user_id, session_id)
    raise Busy


def issue_token(*, username: str, password: str, address: str) -> tuple[str, Actor]:
    """An access token for the REST API and its user, if the password is right. Raises what `sign_in` does."""
    name = unicodedata.normalize("NFC", username).strip()
    known = _verified(name, password, address)
    hashed = _upgraded_hash(known, password)
    if hashed != known.password_hash:
        db.write(accounts.upgrade_password_hash, user_id=known.user_id, was=known.password_hash, password_hash=hashed)
    network = _network_mark(address)
    if not db.read(browsers.is_known, user_id=known.user_id, mark=network):
        db.write(browsers.remember_browser, user_id=known.user_id, mark=network)
    # The generation was read together with the hash: a password change since then has already revoked this token.
    token = vault().access_tokens.issue(user_id=known.user_id, username=name, generation=known.token_generation)
    logs.event(log, "token_issued", user_id=known.user_id)
    return token, db.read(access.actor_for, user_id=known.user_id)


def sign_out(session_hash: str) -> None:
    """End the session with this token hash; does nothing if it has already ended."""
    db.write(_end_session, session_hash=session_hash)


def change_password(actor: Actor, *, form: PasswordForm) -> None:
    """Set a new password; ends all other sessions, revokes all tokens.

    Raises `WrongPassword`, `TooMany` or `Busy`, and `Invalid` for a coordinator's password that is easy to guess.
    """
    known = _own_password(actor, form.old_password.get_secret_value(), field="old_password")
    password = form.new_password.get_secret_value()
    if actor.is_coordinator and (weak := weakness(password, *db.read(account_queries.own_words, actor=actor))):
        raise Invalid({"new_password": weak})
    hashed = vault().passwords.hash_password(password)
    try:
        db.write(_replace_password, actor=actor, known=known, password_hash=hashed)
    except _HashChanged:
        raise WrongPassword from None
    logs.event(log, "password_changed", user_id=actor.user_id)


def confirm_password(actor: Actor, *, form: PasswordAgainForm) -> None:
    """Check the password once more (re-authentication). Raises `WrongPassword`, `TooMany` or `Busy`."""
    _own_password(actor, form.password.get_secret_value(), field="password")
    db.write(reauthentication.mark_authenticated, actor=actor)


def leave(actor: Actor, *, form: LeaveForm) -> None:
    """Close the account for good. Raises `WrongPassword`, `TooMany`, `Busy`, and what `services.leaving.leave` does."""
    known = _own_password(actor, form.password.get_secret_value(), field="password")
    try:
        db.write(_leave, actor=actor, known=known)
    except _HashChanged:
        raise WrongPassword("password") from None
    logs.event(log, "left", user_id=actor.user_id)


def _own_password(actor: Actor, password: str, *, field: str) -> Credentials:
    """Check the current password of a signed-in user, throttled per session."""
    keys = vault()
    known = db.read(account_queries.own_credentials, actor=actor)
    with keys.throttle.password_check(actor.session_id or f"tokens of {actor.user_id}") as attempt:
        if not keys.passwords.verify(password, known.password_hash):
            attempt.failed()
            _refuse_lost_key(known)
            refusals.password_check_failed(actor.user_id)
            raise WrongPassword(field)
        attempt.succeeded()
    return known


def _verified(name: str, password: str, address: str, browser: str | None = None) -> Credentials:
    keys = vault()
    with keys.throttle.sign_in(name, address) as attempt:
        known = db.read(account_queries.credentials, username=name)
        turn = attempt.turn(known_browser=_is_known_browser(known, browser))
        right = keys.passwords.verify(password, known.password_hash if known else None, turn=turn)
        if known is None or not right:
            attempt.failed()
            _refuse_lost_key(known)
            refusals.sign_in_failed(name, address)
            raise WrongSignIn
        attempt.succeeded()
    if known.suspended:
        logs.event(log, "sign_in_refused", user_id=known.user_id)
        raise Suspended
    return known


def _is_known_browser(known: Credentials | None, browser: str | None) -> bool:
    # One query also for an unknown username, which must not be refused faster.
    user_id = known.user_id if known else 0
    return browser is not None and db.read(browsers.is_known, user_id=user_id, mark=hash_token(browser))


def _refuse_lost_key(known: Credentials | None) -> None:
    if known and (key_id := vault().passwords.lost_key(known.password_hash)):
        logs.event(log, "password_key_missing", level=logging.ERROR, user_id=known.user_id, key_id=key_id)
        raise PasswordUnreadable


def _upgraded_hash(known: Credentials, password: str) -> str:
    """The hash to store from now on: rehashed for an older scheme, unless password hashing is busy."""
    passwords = vault().passwords
    if passwords.needs_upgrade(known.password_hash):
        with suppress(Busy):
            return passwords.hash_password(password)
    return known.password_hash


def _open_session(
    session: Session,
    *,
    username: str,
    known: Credentials,
    password_hash: str,
    token_hash: str,
    user_agent: str,
    address: str,
    browser: str,
) -> int:
    _lock_password(session, known, password_hash)
    now = account_queries.credentials(session, username=username)
    if now is None or now.password_hash != password_hash or now.suspended:
        raise _HashChanged
    mark = hash_token(browser)
    browsers.remember_browser(session, user_id=known.user_id, mark=mark, network=_network_mark(address))
    return sessions.open_session(
        session,
        user_id=known.user_id,
        token_hash=token_hash,
        hours=vault().cookies.session_hours,
        user_agent=user_agent,
        address=address,
    )


def _network_mark(address: str) -> str:
    return hash_token(f"network {network_of(address)}")


def _replace_password(session: Session, actor: Actor, *, known: Credentials, password_hash: str) -> None:
    _lock_password(session, known, password_hash)
    if account_queries.own_credentials(session, actor=actor).password_hash != password_hash:
        raise _HashChanged
    accounts.replace_password(session, actor=actor, password_hash=password_hash)
    sessions.end_other_sessions(session, actor=actor)


def _leave(session: Session, actor: Actor, *, known: Credentials) -> None:
    if account_queries.own_credentials(session, actor=actor).password_hash != known.password_hash:
        raise _HashChanged
    leaving.leave(session, actor=actor)


def _lock_password(session: Session, known: Credentials, password_hash: str) -> None:
    # Writing first, even the same hash, locks the row: a session opened with the old password during a change is either
    # committed before the change, which ends it, or refused.
    accounts.upgrade_password_hash(session, user_id=known.user_id, was=known.password_hash, password_hash=password_hash)


def _end_session(session: Session, *, session_hash: str) -> None:
    actor = access.identify(session, session_hash)
    if actor is not None and actor.session_id is not None:
        sessions.end_session(session, actor=actor, session_id=actor.session_id)


def _use_invite(user_id: int, invite: str) -> None:
    try:
        db.write(accounts.claim_coordinator, user_id=user_id, token_hash=hash_token(invite))
    except accounts.LinkUsed:
        logs.event(log, "invite_refused", user_id=user_id)
    else:
        logs.event(log, "became_coordinator", user_id=user_id)
