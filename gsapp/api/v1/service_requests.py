"""Needs: search, publication, changes and cancellation."""

from asyncio import AbstractEventLoop, get_running_loop
from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gsapp import db
from gsapp.access import NoSuchNeed
from gsapp.api.reading import RequestBatcher, as_json, cached_json_response, json_response
from gsapp.api.v1.deps import Caller, ClientKey, Language, Paging
from gsapp.api.v1.envelope import BODY, Answer, answer, answer_page, refuses
from gsapp.api.v1.offer_answers import offers_answer
from gsapp.queries import needs as need_queries
from gsapp.queries import offers as offer_queries
from gsapp.queries.need_facts import need_facts, one_need
from gsapp.schemas.api import Listed, ServiceRequest, ServiceResponse
from gsapp.schemas.api_forms import NeedBody, NeedChangesBody, NeedQuery, ReasonBody
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.needs import NeedFacts, ReasonForm
from gsapp.services import needs

router = APIRouter(prefix="/service-requests", tags=["Service requests"])

Filter = Annotated[NeedQuery, Query()]


@router.get("", summary="Find requests.", response_model=Answer[Listed[ServiceRequest]], responses=refuses(400, 422))
async def find_requests(caller: Caller, filter: Filter) -> Response:
    """Newest first, unless `sort` says otherwise.

    `q` finds requests that contain all of its words in title or description. Words match by prefix, a single letter or
    digit exactly, Chinese by pairs of adjacent characters; case, character width and punctuation are ignored. Of more
    than 1,000 matches the newest are listed (the oldest if sorted that way), and `capped` is true. 400 when the words
    are too common for the time limit of a search.
    """
    return await cached_json_response(answer_page, ServiceRequest, need_queries.found_needs, filter=filter)


@router.get(
    "/my",
    summary="Find your own requests.",
    response_model=Answer[Listed[ServiceRequest]],
    responses=refuses(400, 422),
)
async def own_requests(caller: Caller, filter: Filter) -> Response:
    """The same filters; `user_id` is ignored and always yours."""
    own = filter.model_copy(update={"author_id": caller.user_id})
    return await json_response(answer_page, ServiceRequest, need_queries.found_needs, filter=own)


@router.post("", summary="Publish a request.", status_code=201, responses=refuses(*BODY))
def publish_request(caller: Caller, body: NeedBody, key: ClientKey) -> Answer[ServiceRequest]:
    """400 for a kind of help or a city that does not exist or is disabled. State and owner in the body are ignored."""
    need_id = db.write(needs.publish_need, actor=caller, form=body, client_key=key)
    return _shown(need_id)


@router.get(
    "/{request_id}", summary="Get a request.", response_model=Answer[ServiceRequest], responses=refuses(404, 422)
)
async def one_request(caller: Caller, request: Request, request_id: int) -> Response:
    """Any member may read any request, including past ones."""
    found = await _batcher(request).get(request_id) if 0 < request_id <= MAX_ID else None
    if found is None:
        raise NoSuchNeed
    return as_json(answer(ServiceRequest, found))


@router.put("/{request_id}", summary="Change a request that has no responses.", responses=refuses(*BODY, 403, 404))
def change_request(caller: Caller, request_id: int, body: NeedChangesBody) -> Answer[ServiceRequest]:
    """Omitted fields are not changed. 400 when the request has responses or is not active."""
    db.write(needs.edit_need, actor=caller, need_id=request_id, form=body)
    return _shown(request_id)


@router.delete(
    "/{request_id}", summary="Delete a request that has no responses.", responses=refuses(400, 403, 404, 422, 429)
)
def delete_request(caller: Caller, request_id: int) -> Answer[ServiceRequest]:
    """It stays readable, as cancelled. 400 when it has responses or is not active."""
    db.write(needs.delete_need, actor=caller, need_id=request_id)
    return _shown(request_id)


@router.put("/{request_id}/cancel", summary="Cancel a request.", responses=refuses(*BODY, 403, 404))
def cancel_request(caller: Caller, request_id: int, body: ReasonBody | None = None) -> Answer[ServiceRequest]:
    """Pending responses are rejected with the reason. 400 when it has an active match or is already over."""
    db.write(needs.cancel_need, actor=caller, need_id=request_id, form=body or ReasonForm())
    return _shown(request_id)


@router.get("/{request_id}/responses", summary="The responses to a request.", responses=refuses(404, 422))
def responses_to_request(
    caller: Caller, request_id: int, filter: Paging, t: Language
) -> Answer[Listed[ServiceResponse]]:
    """Its owner sees all of them, a volunteer only their own; newest first."""
    found = db.read(offer_queries.offers_to_need, actor=caller, need_id=request_id, page=filter.page, size=filter.size)
    return offers_answer(found, t)


def _shown(need_id: int) -> Answer[ServiceRequest]:
    return answer(ServiceRequest, db.read(one_need, need_id=need_id))


def _batcher(request: Request) -> RequestBatcher[NeedFacts]:
    # One per event loop: tests use several.
    known: WeakKeyDictionary[AbstractEventLoop, RequestBatcher[NeedFacts]] = request.app.state.need_batcher
    loop = get_running_loop()
    if loop not in known:
        known[loop] = RequestBatcher(lambda ids: {need.id: need for need in db.read(need_facts, ids)})
    return known[loop]
