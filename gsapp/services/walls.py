"""Links that open the wall display without a login, until they are revoked."""

from sqlmodel import Session, col

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import WallLink
from gsapp.models.ids import id_of
from gsapp.schemas.walls import WallLinkForm


class LinkRevoked(RuleBroken):
    sentence = N_("This link has been switched off already.")


def make_link(session: Session, actor: Actor, *, form: WallLinkForm, token_hash: str) -> int:
    """Store the hash of a new link's token and return the link's id. The token itself is shown once, to the actor."""
    access.coordinator(actor)
    link = WallLink(token_hash=token_hash, label=form.label, created_by=actor.user_id, created_at=clock.now())
    session.add(link)
    session.flush()
    link_id = id_of(link)
    record_event(session, actor, events.WallLinkMade(link_id), new=str(link_id))
    return link_id


def revoke_link(session: Session, actor: Actor, *, link_id: int) -> None:
    """Revoke a link; displays that use it stop immediately. Raises `NotFound`, `LinkRevoked`."""
    access.coordinator(actor)
    access.row(session, WallLink, link_id)
    working = [col(WallLink.id) == link_id, col(WallLink.revoked_at).is_(None)]
    revoked = {"revoked_at": clock.now(), "revoked_by": actor.user_id}
    guards.one_row(session, WallLink, working, revoked, LinkRevoked)
    record_event(session, actor, events.WallLinkRevoked(link_id), old=str(link_id))
