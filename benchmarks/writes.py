"""The measured endpoints that write, and sign-in. One-time operations get enough records, so that each succeeds."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select as select_columns
from sqlalchemy import update
from sqlmodel import col, select

from benchmarks.endpoints import MANY, NEEDS, Endpoint, drawn_needs
from benchmarks.members import Member, Members
from benchmarks.towns import KEYS, Town, dice
from benchmarks.wrk import Request, Requests, drive
from gsapp import clock
from gsapp.models import Need, Offer, User
from gsapp.security.keys import KeyRing
from gsapp.security.passwords import Passwords
from gsapp.vocabulary import NeedState, OfferState

PASSWORD = "Spring2026rain"  # noqa: S105 - of generated people
SIGNING_IN = 50
FEW = 3000
PREPARING = 10  # seconds


def sign_in(town: Town) -> Requests:
    """Sign-in of members in turn: parallel sign-ins with one username would be throttled."""
    passwords = Passwords(KeyRing(KEYS["DATA_KEY"]))
    members = Members(town).some[:SIGNING_IN]
    hashed = passwords.hash_password(PASSWORD)
    passwords.close()
    town.execute(update(User).where(col(User.id).in_([each.id for each in members])).values(password_hash=hashed))
    return Requests(_post("/api/v1/auth/login", "", username=each.username, password=PASSWORD) for each in members)


def publish(town: Town) -> Requests:
    """Publishing needs by random members."""
    draw, members = dice(), Members(town).some
    tomorrow = clock.local_now() + timedelta(days=1)

    def request(number: int, type_id: int, city_id: int) -> Request:
        start = tomorrow + timedelta(hours=draw.randrange(24 * 14))
        return _post(
            NEEDS,
            draw.choice(members).token,
            ps_title=f"请帮我搬一张桌子 {number}",
            ps_desc="三楼，没有电梯。两个人十分钟就好，我在家等您。",
            stype_id=type_id,
            cityID=city_id,
            ps_begindate=f"{start:%Y-%m-%dT%H:%M:%S}",
            ps_enddate=f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}",
            helpers_wanted=5,
        )

    places = [(need.type_id, need.city_id) for need in drawn_needs(town, MANY)]
    return Requests(request(number, *draw.choice(places)) for number in range(MANY))


def offer(town: Town) -> Requests:
    """Offers of members to open needs of others to which they have not offered yet."""
    members = Members(town).some
    needs = town.query(_open(select_columns(col(Need.id), col(Need.author_id))))
    active = select(Offer.need_id, Offer.volunteer_id).where(
        Offer.active == 1, col(Offer.volunteer_id).in_([each.id for each in members])
    )
    taken = {(need_id, volunteer_id) for need_id, volunteer_id in town.query(active)}

    def pairs() -> Iterator[tuple[int, Member]]:
        draw = dice()
        for _ in range(20 * MANY):
            (need_id, author_id), member = draw.choice(needs), draw.choice(members)
            if member.id != author_id and (need_id, member.id) not in taken:
                taken.add((need_id, member.id))
                yield need_id, member

    found = [pair for pair, _ in zip(pairs(), range(MANY), strict=False)]
    text = "我明天下午有空，可以过来帮忙。"
    return Requests(
        (_post("/api/v1/service-responses", each.token, srid=need_id, response_desc=text) for need_id, each in found),
        once=True,
    )


def accept(town: Town) -> Requests:
    """Accepting pending offers by the authors. If there are few, more needs and offers are created first."""
    found = _acceptable(town)
    if len(found) < FEW:
        for more in (publish, offer):
            drive(town.site.url, more(town), seconds=PREPARING, connections=8)
        found = _acceptable(town)
    return Requests(found, once=True)


def _acceptable(town: Town) -> list[Request]:
    """Requests that can all succeed: no more per need than it has free places."""
    pending = _open(
        select_columns(col(Offer.id), col(Need.id), col(Need.helpers_wanted) - col(Need.places_taken))
        .add_columns(col(User.id), col(User.username), col(User.token_generation))
        .join(Need, col(Need.id) == col(Offer.need_id))
        .join(User, col(User.id) == col(Need.author_id))
    )
    pending = pending.where(Offer.state == OfferState.PENDING, col(User.suspended_at).is_(None))
    found = list(town.query(pending.order_by(col(Offer.id)).limit(5 * MANY)))
    dice().shuffle(found)
    accepted: Counter[int] = Counter()

    requests = []
    for offer_id, need_id, places, *author in found:
        accepted[need_id] += 1
        if accepted[need_id] <= places:
            requests.append(Request(f"/api/v1/match/accept/{offer_id}", Member(*author).token, method="POST"))
    return requests


WRITES = (
    Endpoint("sign-in", "sign-in", sign_in),
    Endpoint("sign-in-1", "sign-in, one at a time", sign_in, connections=1),
    Endpoint("sign-in-2", "sign-in, two concurrent", sign_in, connections=2),
    Endpoint("publish", "publish", publish, writes=True),
    Endpoint("offer", "offer", offer, writes=True),
    Endpoint("accept", "accept", accept, writes=True),
)


def _open(statement: Any) -> Any:
    """Only needs that remain open during the benchmark."""
    return statement.where(
        Need.state == NeedState.ACTIVE,
        col(Need.places_taken) < col(Need.helpers_wanted),
        col(Need.ends_at) > clock.local_now() + timedelta(hours=6),
    )


def _post(path: str, token: str, **body: Any) -> Request:
    return Request(path, token, json.dumps(body), "POST")
