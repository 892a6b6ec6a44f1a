"""Offers: search, creation, changes and withdrawal."""

from typing import Annotated

from fastapi import APIRouter, Query

from gsapp import db
from gsapp.access import Actor
from gsapp.api.v1.deps import Caller, ClientKey, Language
from gsapp.api.v1.envelope import BODY, Answer, refuses
from gsapp.api.v1.offer_answers import offer_answer, offers_answer
from gsapp.i18n import Translate
from gsapp.queries import offers as offer_queries
from gsapp.schemas.api import Listed, ServiceResponse
from gsapp.schemas.api_forms import OfferBody, OfferChangesBody, OfferQuery
from gsapp.services import offers

router = APIRouter(prefix="/service-responses", tags=["Service responses"])

Filter = Annotated[OfferQuery, Query()]


@router.get("", summary="Find responses that concern you.", responses=refuses(422))
def find_responses(caller: Caller, filter: Filter, t: Language) -> Answer[Listed[ServiceResponse]]:
    """Your own and those to your requests, newest first."""
    return offers_answer(db.read(offer_queries.offers_seen, actor=caller, filter=filter), t)


@router.get("/my", summary="Find your own responses.", responses=refuses(422))
def own_responses(caller: Caller, filter: Filter, t: Language) -> Answer[Listed[ServiceResponse]]:
    """Only the responses that you made, newest first."""
    return offers_answer(db.read(offer_queries.offers_seen, actor=caller, filter=filter, own=True), t)


@router.post("", summary="Offer to help.", status_code=201, responses=refuses(*BODY, 404))
def make_response(caller: Caller, body: OfferBody, key: ClientKey, t: Language) -> Answer[ServiceResponse]:
    """400 for your own request, for one that is not open, and while you have a pending or accepted response to it."""
    offer_id = db.write(offers.make_offer, actor=caller, need_id=body.need_id, form=body, client_key=key)
    return _shown(caller, offer_id, t)


@router.get("/{response_id}", summary="Get a response.", responses=refuses(403, 404, 422))
def one_response(caller: Caller, response_id: int, t: Language) -> Answer[ServiceResponse]:
    """For its volunteer, the request's owner and coordinators."""
    return _shown(caller, response_id, t)


@router.put("/{response_id}", summary="Change a pending response.", responses=refuses(*BODY, 403, 404))
def change_response(caller: Caller, response_id: int, body: OfferChangesBody, t: Language) -> Answer[ServiceResponse]:
    """Omitted fields are not changed. 400 when it is no longer pending."""
    db.write(offers.edit_offer, actor=caller, offer_id=response_id, form=body)
    return _shown(caller, response_id, t)


@router.delete("/{response_id}", summary="Withdraw a pending response.", responses=refuses(400, 403, 404, 422, 429))
def delete_response(caller: Caller, response_id: int, t: Language) -> Answer[ServiceResponse]:
    """It stays readable, as withdrawn; you may offer again. 400 when it is no longer pending."""
    return _withdrawn(caller, response_id, t)


@router.put("/{response_id}/cancel", summary="Withdraw a pending response.", responses=refuses(400, 403, 404, 422, 429))
def cancel_response(caller: Caller, response_id: int, t: Language) -> Answer[ServiceResponse]:
    """The same as deleting it."""
    return _withdrawn(caller, response_id, t)


def _withdrawn(caller: Actor, offer_id: int, t: Translate) -> Answer[ServiceResponse]:
    db.write(offers.withdraw_offer, actor=caller, offer_id=offer_id)
    return _shown(caller, offer_id, t)


def _shown(caller: Actor, offer_id: int, t: Translate) -> Answer[ServiceResponse]:
    return offer_answer(db.read(offer_queries.offer_detail, actor=caller, offer_id=offer_id), t)
