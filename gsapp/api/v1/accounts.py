"""Registration, login and the caller's own account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gsapp import db
from gsapp.api.export_slots import run_export
from gsapp.api.password_threads import in_password_thread
from gsapp.api.reading import cached_json_response
from gsapp.api.responses import address_of
from gsapp.api.v1.deps import Caller, Language
from gsapp.api.v1.envelope import BODY, Answer, answer, refuses
from gsapp.flows import authentication, details
from gsapp.queries import accounts as account_queries
from gsapp.queries.own_data import own_data
from gsapp.schemas.api import LoggedIn, Nothing, OwnAccount, Registered
from gsapp.schemas.api_forms import LeaveBody, LoginBody, PasswordBody, ProfileBody, RegisterBody
from gsapp.schemas.api_own_data import KeptData

router = APIRouter(tags=["Accounts"])


@router.post("/auth/register", summary="Create an account.", status_code=201, responses=refuses(*BODY, public=True))
@in_password_thread
def register(request: Request, body: RegisterBody) -> Answer[Registered]:
    """The password needs 6 to 100 characters, two digits, capital and small letters.

    400 when another account has the username (`UsernameTaken`), or the phone number or the ID number (`DetailsTaken`
    for both). 429 after five such refusals in 15 minutes.
    """
    user_id = authentication.register(form=body, address=address_of(request))
    return answer(Registered, {"user_id": user_id})


@router.post("/auth/login", summary="Log in and get an access token.", responses=refuses(*BODY, 403))
@in_password_thread
def login(request: Request, body: LoginBody) -> Answer[LoggedIn]:
    """Send the token as `Authorization: Bearer <token>` with every other request.

    It is valid for a day by default, and revoked immediately when its user changes the password, signs out everywhere
    or is suspended. 401 for an unknown username or a wrong password, without distinction; 403 for a suspended account.
    """
    token, actor = authentication.issue_token(
        username=body.username, password=body.password.get_secret_value(), address=address_of(request)
    )
    return answer(LoggedIn, {"token": token, "user_info": db.read(account_queries.own_profile, actor=actor)})


@router.get("/users/me", summary="Your own account.", response_model=Answer[OwnAccount], responses=refuses())
async def own_account(caller: Caller) -> Response:
    """All fields of your account; the ID number is masked."""
    return await cached_json_response(answer, OwnAccount, account_queries.own_profile, actor=caller)


@router.put("/users/me", summary="Change your phone number or introduction.", responses=refuses(*BODY))
def change_account(request: Request, caller: Caller, body: ProfileBody) -> Answer[OwnAccount]:
    """Omitted fields are not changed. 400 `DetailsTaken` when another account has the phone number."""
    details.change_profile(actor=caller, form=body, address=address_of(request))
    return answer(OwnAccount, db.read(account_queries.own_profile, actor=caller))


@router.put("/users/me/password", summary="Change your password.", responses=refuses(*BODY))
@in_password_thread
def change_password(caller: Caller, body: PasswordBody) -> Answer[Nothing]:
    """Signs you out everywhere and revokes all tokens, including this one. 400 when the old password is wrong."""
    authentication.change_password(actor=caller, form=body)
    return answer(Nothing, {})


@router.get("/users/me/data", summary="Export your personal data.", responses=refuses(429))
async def kept_data(caller: Caller, t: Language) -> Answer[KeptData]:
    """Each part is a list of rows, newest first. Other users appear by their username only."""
    return await run_export(caller, lambda: answer(KeptData, db.read(own_data, actor=caller, t=t)))


@router.post("/users/me/leave", summary="Close your account permanently.", responses=refuses(*BODY))
@in_password_thread
def leave(caller: Caller, body: LeaveBody) -> Answer[Nothing]:
    """Your open requests and responses end, and everything you wrote is removed; statistics keep anonymous counts.

    400 when the password is wrong, while you are part of an active match, and for the only coordinator.
    """
    authentication.leave(actor=caller, form=body)
    return answer(Nothing, {})
