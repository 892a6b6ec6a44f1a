"""Registering, signing in, one's own account."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from gsapp import db
from gsapp.api.reading import sent_shared
from gsapp.api.responses import address_of
from gsapp.api.v1.deps import Caller, Language
from gsapp.api.v1.envelope import BODY, Answer, answer, refuses
from gsapp.flows import authentication
from gsapp.queries import accounts as account_queries
from gsapp.queries.own_data import own_data
from gsapp.schemas.api import LoggedIn, Nothing, OwnAccount, Registered
from gsapp.schemas.api_forms import LeaveBody, LoginBody, PasswordBody, ProfileBody, RegisterBody
from gsapp.schemas.api_own_data import KeptData
from gsapp.services import accounts

router = APIRouter(tags=["Accounts"])


@router.post(
    "/auth/register", summary="Create an account.", status_code=201, responses=refuses(*BODY, 429, public=True)
)
def register(request: Request, body: RegisterBody) -> Answer[Registered]:
    """The password needs 6 to 100 characters, two digits, capital and small letters.

    400 when the username, the phone number or the ID number has an account already.
    """
    user_id = authentication.register(form=body, address=address_of(request))
    return answer(Registered, {"user_id": user_id})


@router.post("/auth/login", summary="Log in and get an access token.", responses=refuses(*BODY, 403, 429))
def login(request: Request, body: LoginBody) -> Answer[LoggedIn]:
    """Send the token as `Authorization: Bearer <token>` with every other request.

    It lasts a day by default, and ends at once when its user changes the password, signs out everywhere or is
    suspended. 401 says the same for an unknown name and for a wrong password; 403 that the account is suspended.
    """
    token, actor = authentication.issue_token(
        username=body.username, password=body.password.get_secret_value(), address=address_of(request)
    )
    return answer(LoggedIn, {"token": token, "user_info": db.read(account_queries.own_profile, actor=actor)})


@router.get("/users/me", summary="Your own account.", response_model=Answer[OwnAccount], responses=refuses())
async def own_account(caller: Caller) -> Response:
    """Everything that is known about you; the ID number is masked."""
    return await sent_shared(answer, OwnAccount, account_queries.own_profile, actor=caller)


@router.put("/users/me", summary="Change your phone number or introduction.", responses=refuses(*BODY))
def change_account(caller: Caller, body: ProfileBody) -> Answer[OwnAccount]:
    """What is not sent stays as it is. 400 when the phone number has another account."""
    db.write(accounts.change_profile, actor=caller, form=body)
    return answer(OwnAccount, db.read(account_queries.own_profile, actor=caller))


@router.put("/users/me/password", summary="Change your password.", responses=refuses(*BODY, 429))
def change_password(caller: Caller, body: PasswordBody) -> Answer[Nothing]:
    """Signs you out everywhere: this token ends, too. 400 when the old password is wrong."""
    authentication.change_password(actor=caller, form=body)
    return answer(Nothing, {})


@router.get("/users/me/data", summary="Export your personal data.", responses=refuses())
def kept_data(caller: Caller, t: Language) -> Answer[KeptData]:
    """Each part is a list of rows, the newest first; of other people it names usernames only."""
    return answer(KeptData, db.read(own_data, actor=caller, t=t))


@router.post("/users/me/leave", summary="Close your account permanently.", responses=refuses(*BODY, 429))
def leave(caller: Caller, body: LeaveBody) -> Answer[Nothing]:
    """Your open needs and offers end, and everything you wrote is removed; what is counted stays, without you.

    400 when the password is wrong, while help is under way with you, and for the only coordinator.
    """
    authentication.leave(actor=caller, form=body)
    return answer(Nothing, {})
