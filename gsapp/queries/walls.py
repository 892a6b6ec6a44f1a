"""The wall display: numbers, kinds of help and cities, without names; and the links that open it."""

from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, TypeChanged, UserChanged, WallLinkChanged, WallLinkRevoked
from gsapp.events.invalidation import invalidated_by
from gsapp.models import User, WallLink
from gsapp.queries.dashboard import tiles
from gsapp.queries.dashboard_parts import just_happened, longest_waiting, matrix
from gsapp.queries.dashboard_rows import metric_context
from gsapp.schemas.dashboard import Dashboard, DashboardFilter
from gsapp.schemas.walls import WallLinkRow

CITIES = 8


@invalidated_by(NeedChanged, UserChanged, TypeChanged, CityChanged)
def wall(session: Session) -> Dashboard:
    """The dashboard of the whole community for the wall. Titles and usernames are removed already here."""
    everywhere = DashboardFilter()
    context = metric_context(session, everywhere)
    oldest = tuple(need.model_copy(update={"title": ""}) for need in longest_waiting(session, context))
    steps = [step for step in just_happened(session, context) if step.need_id is not None]
    return Dashboard(
        as_of=clock.to_local(context.now),
        filter=everywhere,
        tiles=tiles(session, everywhere, context),
        days=(),
        matrix=matrix(session, context, most=CITIES),
        oldest=oldest,
        feed=tuple(step.model_copy(update={"title": "", "username": "", "user_id": None}) for step in steps),
    )


@invalidated_by(WallLinkRevoked)
def opens(session: Session, *, token_hash: str) -> int | None:
    """The id of the link with this token hash; `None` if it is unknown or revoked."""
    found = select(WallLink.id).where(WallLink.token_hash == token_hash, col(WallLink.revoked_at).is_(None))
    return session.exec(found).first()


@invalidated_by(WallLinkChanged)
def wall_links(session: Session, *, actor: Actor) -> tuple[WallLinkRow, ...]:
    """All links, the newest first. For coordinators."""
    access.coordinator(actor)
    found = select(WallLink, User.username).join(User, col(User.id) == col(WallLink.created_by))
    return tuple(
        WallLinkRow(
            id=link.id or 0,
            label=link.label,
            made_by=username,
            created_at=link.created_at,
            revoked_at=link.revoked_at,
        )
        for link, username in session.exec(found.order_by(col(WallLink.id).desc()))
    )
