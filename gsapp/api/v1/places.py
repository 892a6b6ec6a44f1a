"""Kinds of help and cities that may be chosen."""

from fastapi import APIRouter

from gsapp import db
from gsapp.api.v1.deps import Caller
from gsapp.api.v1.envelope import Answer, refuses
from gsapp.queries import places
from gsapp.schemas.api import Kind, Place

router = APIRouter(tags=["Kinds of help and cities"])


@router.get("/service-types", summary="List the kinds of help.", responses=refuses())
def service_types(caller: Caller) -> Answer[list[Kind]]:
    """The enabled ones only, in the order set by the coordinators."""
    return Answer(data=[Kind.model_validate(row) for row in db.read(places.service_types)])


@router.get("/cities", summary="List the cities.", responses=refuses())
def cities(caller: Caller) -> Answer[list[Place]]:
    """The enabled ones only, grouped by province."""
    return Answer(data=[Place.model_validate(row) for row in db.read(places.cities)])
