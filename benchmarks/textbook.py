"""Naive versions of some endpoints, for comparison: all objects are loaded in each request, totals are COUNT(*), and
statistics GROUP BY over all rows. Correct, short, and slow once the tables have grown.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.models import City, Match, Need, ServiceType, User
from gsapp.schemas.api import MonthRow, ServiceRequest
from gsapp.security.access_tokens import AccessTokens
from gsapp.vocabulary import COUNTING_MATCHES

TEXTBOOK = "/api/bench/textbook"


class Needs(BaseModel):
    items: list[ServiceRequest]
    total: int


def router(engine: Engine, secret_key: str) -> APIRouter:
    """The naive endpoints below `TEXTBOOK`."""
    tokens = AccessTokens(secret_key, minutes=60)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    DB = Annotated[Session, Depends(get_session)]  # noqa: N806 - a type

    def current_user(session: DB, sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> User:
        claims = tokens.read(sent.credentials)
        assert claims is not None  # noqa: S101 - the benchmark sends valid tokens
        return session.get_one(User, claims.user_id)

    router = APIRouter(prefix=TEXTBOOK, dependencies=[Depends(current_user)])

    @router.get("/service-requests")
    def list_needs(session: DB, page: int = 1, size: int = 10) -> Needs:
        total = session.exec(select(func.count()).select_from(Need)).one()
        found = session.exec(select(Need).order_by(col(Need.id).desc()).offset((page - 1) * size).limit(size))
        return Needs(items=[_shown(session, need) for need in found], total=total)

    @router.get("/service-requests/{need_id}")
    def one_need(session: DB, need_id: int) -> ServiceRequest:
        return _shown(session, session.get_one(Need, need_id))

    @router.get("/stats/monthly")
    def monthly(session: DB, start: datetime, end: datetime) -> list[MonthRow]:
        month = func.date_format(col(Need.starts_at), "%Y-%m")
        needs = select(month, func.count()).where(col(Need.starts_at).between(start, end)).group_by(month)
        month = func.date_format(col(Match.accepted_at), "%Y-%m")
        matches = select(month, func.count()).where(
            col(Match.accepted_at).between(clock.to_utc(start), clock.to_utc(end))
        )
        matches = matches.where(col(Match.state).in_(COUNTING_MATCHES)).group_by(month)
        published, completed = dict(session.exec(needs).all()), dict(session.exec(matches).all())
        return [MonthRow(month=each, published=published[each], completed=completed.get(each, 0)) for each in published]

    return router


def _shown(session: Session, need: Need) -> ServiceRequest:
    # N+1 queries, as with lazy loading: one for each author, type and city that is not in the session yet.
    author = session.get_one(User, need.author_id)
    kind = session.get_one(ServiceType, need.type_id)
    city = session.get_one(City, need.city_id)
    return ServiceRequest.model_validate(
        need.model_dump()
        | {"author_username": author.username, "type_name": kind.name}
        | {"city_name": city.name, "province": city.province, "status": need.status(clock.local_now())}
    )
