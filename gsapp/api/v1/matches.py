"""Matches: accepting, confirming and thanking, and suggestions of requests."""

from fastapi import APIRouter

from gsapp import db
from gsapp.access import Actor
from gsapp.api.v1.deps import Caller, Language, Paging
from gsapp.api.v1.envelope import BODY, Answer, answer, answer_page, refuses
from gsapp.api.v1.offer_answers import offer_answer
from gsapp.i18n import Translate
from gsapp.queries import offers as offer_queries
from gsapp.queries.suggestions import suggestions
from gsapp.schemas.api import Accepted, Listed, ServiceResponse, SuggestedRequest
from gsapp.schemas.api_forms import ReasonBody, ThanksBody
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.read_models import Page
from gsapp.services import matches, offers

router = APIRouter(prefix="/match", tags=["Matching"])


@router.get("/suggestions", summary="Open requests that fit you.", responses=refuses(422))
def suggested_requests(caller: Caller, filter: Paging, t: Language) -> Answer[Listed[SuggestedRequest]]:
    """Requests of a kind or in a city that you have responded to before, oldest first, each with the reasons."""
    found = db.read(suggestions, actor=caller, page=filter.page, size=filter.size)
    items = tuple(SuggestedRequest.of(each, t) for each in found.items)
    return answer_page(
        SuggestedRequest, Page(items=items, total=found.total, page=found.page, size=found.size, capped=found.capped)
    )


@router.post("/accept/{response_id}", summary="Accept a response.", responses=refuses(400, 403, 404, 422, 429))
def accept_response(caller: Caller, response_id: int) -> Answer[Accepted]:
    """For the request's owner. 400 when the response is not pending, or the request has all its volunteers."""
    return answer(Accepted, {"accept_id": db.write(offers.accept_offer, actor=caller, offer_id=response_id)})


@router.post("/reject/{response_id}", summary="Reject a response.", responses=refuses(*BODY, 403, 404))
def reject_response(
    caller: Caller, response_id: int, t: Language, body: ReasonBody | None = None
) -> Answer[ServiceResponse]:
    """For the request's owner. 400 when the response is not pending."""
    db.write(offers.reject_offer, actor=caller, offer_id=response_id, form=body)
    return offer_answer(db.read(offer_queries.offer_detail, actor=caller, offer_id=response_id), t)


@router.post("/{accept_id}/drop", summary="End a match without help.", responses=refuses(*BODY, 403, 404))
def drop_match(caller: Caller, accept_id: int, t: Language, body: ReasonBody | None = None) -> Answer[ServiceResponse]:
    """For the volunteer, who cannot come, and the owner, after a no-show. The request is open again."""
    db.write(matches.end_match, actor=caller, match_id=accept_id, form=body or ReasonForm())
    return _shown(caller, accept_id, t)


@router.post("/{accept_id}/done", summary="Say that the help is done.", responses=refuses(400, 403, 404, 422, 429))
def report_done(caller: Caller, accept_id: int, t: Language) -> Answer[ServiceResponse]:
    """For the volunteer. The owner confirms it, or it counts as confirmed after 7 days."""
    db.write(matches.report_done, actor=caller, match_id=accept_id)
    return _shown(caller, accept_id, t)


@router.post(
    "/{accept_id}/confirm", summary="Confirm that the help is done.", responses=refuses(400, 403, 404, 422, 429)
)
def confirm_done(caller: Caller, accept_id: int, t: Language) -> Answer[ServiceResponse]:
    """For the request's owner, after the volunteer has reported it."""
    db.write(matches.confirm_done, actor=caller, match_id=accept_id)
    return _shown(caller, accept_id, t)


@router.post("/{accept_id}/thanks", summary="Thank the other side.", responses=refuses(*BODY, 403, 404))
def give_thanks(caller: Caller, accept_id: int, body: ThanksBody, t: Language) -> Answer[ServiceResponse]:
    """For both sides of a confirmed match, once each."""
    db.write(matches.give_thanks, actor=caller, match_id=accept_id, form=body)
    return _shown(caller, accept_id, t)


def _shown(caller: Actor, match_id: int, t: Translate) -> Answer[ServiceResponse]:
    return offer_answer(db.read(offer_queries.matched_offer, actor=caller, match_id=match_id), t)
