"""The REST API, with one router per resource. Endpoints call the same use cases and queries as the pages."""

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

RESOURCES = (
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
    """All routes of `/api/v1`, including the OpenAPI schema and its documentation page."""
    described = described_router()
    whole = APIRouter()
    whole.include_router(described)
    whole.include_router(docs.docs_router(described))
    return whole


def described_router() -> APIRouter:
    """The endpoints that the OpenAPI schema describes."""
    v1 = APIRouter(prefix="/api/v1", generate_unique_id_function=_operation_id)
    for resource in RESOURCES:
        v1.include_router(resource.router)
    return v1


def _operation_id(route: APIRoute) -> str:
    return route.name
