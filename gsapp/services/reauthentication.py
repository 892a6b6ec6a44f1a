"""Re-authentication ("sudo mode"): steps that need the password once more, if it was given more than 10 minutes ago.

For what an unattended or stolen browser must not do: change roles, issue password links, suspend, export people, and
change the phone number or e-mail address of the account.
"""

from datetime import timedelta

from sqlmodel import Session

from gsapp import clock
from gsapp.access import Actor
from gsapp.errors import NotAllowed
from gsapp.i18n import N_
from gsapp.models import LoginSession

RECENTLY = timedelta(minutes=10)


class PasswordNeeded(NotAllowed):
    sentence = N_("Please give your password once more, and then do this again.")


def is_recent(actor: Actor, *, margin: timedelta = timedelta(0)) -> bool:
    """Whether the password was given within `RECENTLY`, less a `margin` for what takes a while until the step.

    Always for an actor without a session: the command line, and access tokens, whose endpoints offer none of the
    steps of coordinators.
    """
    if actor.session_id is None:
        return True
    return actor.authenticated_at is not None and clock.now() - actor.authenticated_at <= RECENTLY - margin


def require_recent(actor: Actor) -> None:
    """Raise `PasswordNeeded` unless the password was given recently."""
    if not is_recent(actor):
        raise PasswordNeeded


def mark_authenticated(session: Session, actor: Actor) -> None:
    """Record that the password was given in the actor's session. The caller has checked it."""
    login = session.get(LoginSession, actor.session_id)
    if login is not None and login.user_id == actor.user_id:
        login.authenticated_at = clock.now()
        session.add(login)
