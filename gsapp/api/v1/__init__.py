"""The REST API. One router a noun; each endpoint calls the same use case or query as the pages."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from gsapp.api.v1 import (
    accounts,
    dashboard,
    docs,
    files,
    matches,
    notifications,
    places,
    service_requests,
    service_responses,
    statistics,
)

NOUNS = (
    accounts,
    places,
    service_requests,
    service_responses,
    files,
    matches,
    notifications,
    statistics,
    dashboard,
)


def build_router() -> APIRouter:
    """All of `/api/v1`, with its schema and the page about it."""
    nouns = described_router()
    whole = APIRouter()
    whole.include_router(nouns)
    whole.include_router(docs.docs_router(nouns))
    return whole


def described_router() -> APIRouter:
    """Every endpoint that the schema describes."""
    v1 = APIRouter(prefix="/api/v1", generate_unique_id_function=_operation_id)
    for noun in NOUNS:
        v1.include_router(noun.router)
    return v1


def _operation_id(route: APIRoute) -> str:
    return route.name
