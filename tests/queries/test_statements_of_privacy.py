"""What is said about who sees what is true: `schemas.personal_data` against the read models of each reader."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from gsapp import db
from gsapp.access import Actor
from gsapp.models import User
from gsapp.queries import admin_needs, admin_offers, admin_people, admin_reports
from gsapp.queries.admin_history import history
from gsapp.schemas.admin import AdminNeedFilter, AdminOfferFilter, HistoryFilter, MatchFilter, ReportFilter, UserFilter
from gsapp.schemas.personal_data import RULES
from gsapp.schemas.privacy_rules import Reader
from gsapp.schemas.read_models import masked_phone
from gsapp.services import admin_people as administration
from tests.queries.test_privacy import ID_NUMBER, everything_shown_to
from tests.support.lives import coordinator, matched, person

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.rules]
PAGES = Path(__file__).parents[2] / "pages"
# What is stored of one person, and what of it remains when it is masked.
SECRETS = {
    "username": ("anna-the-first", ""),
    "name": ("Anna Real Name", ""),
    "phone": ("13912345678", masked_phone("13912345678")),
    "id_number": (ID_NUMBER, "1101**********1234"),
    "email": ("anna@example.org", ""),
    "bio": ("I can repair bicycles", ""),
    "password": ("hash-of-a-password", ""),
}


def shown_to_coordinators(chief: Actor, user_id: int) -> Iterator[Any]:
    """All read models of the administration that are about this person."""
    yield db.read(admin_people.users, actor=chief, filter=UserFilter())
    yield db.read(admin_people.user_detail, actor=chief, user_id=user_id)
    yield db.read(admin_needs.needs_of_all, actor=chief, filter=AdminNeedFilter())
    yield db.read(admin_offers.offers_of_all, actor=chief, filter=AdminOfferFilter())
    yield db.read(admin_offers.matches_of_one, actor=chief, filter=MatchFilter(user_id=user_id))
    yield db.read(admin_reports.reports, actor=chief, filter=ReportFilter(state="all"))
    yield db.read(history, actor=chief, filter=HistoryFilter())


@pytest.fixture
def seen() -> dict[str, str]:
    """What each reader is shown of Anna, whose need Ben helps with: by reader, as one text."""
    anna = person("anna-the-first", id_number=ID_NUMBER, phone="13912345678", name="Anna Real Name")

    def write(session: Session) -> None:
        user = session.exec(select(User).where(User.id == anna.user_id)).one()
        user.email, user.bio, user.password_hash = "anna@example.org", "I can repair bicycles", "hash-of-a-password"
        session.add(user)

    db.write(write)
    ben, cleo, chief = person("ben"), person("cleo"), coordinator()
    matched(anna, ben)
    for_chief = [*everything_shown_to(chief), *shown_to_coordinators(chief, anna.user_id)]
    return {
        "member": str([*everything_shown_to(cleo)]),
        "matched": str([*everything_shown_to(ben)]),
        "coordinator": str(for_chief),
    }


@pytest.mark.parametrize("key", SECRETS)
def test_each_statement_is_what_the_read_models_show(seen: dict[str, str], key: str) -> None:
    secret, masked = SECRETS[key]
    said = RULES[key].seen_by
    assert (secret in seen["member"]) is (Reader.MEMBERS in said)
    assert (secret in seen["matched"]) is (Reader.MEMBERS in said or Reader.MATCHED in said)
    assert (secret in seen["coordinator"]) is (Reader.COORDINATORS in said)
    in_part = Reader.COORDINATORS_MASKED in said or Reader.COORDINATORS_RECORDED in said
    assert bool(masked and masked in seen["coordinator"]) is in_part
    for reader in ("member", "matched"):
        assert not (masked and masked in seen[reader])


def test_a_look_at_a_phone_number_is_written_down() -> None:
    anna, chief = person("anna", phone="13912345678"), coordinator()
    assert db.write(administration.show_phone, chief, user_id=anna.user_id) == "13912345678"
    assert "PhoneSeen" in str(db.read(history, actor=chief, filter=HistoryFilter()))


@pytest.mark.parametrize("file", ["account/registration.py", "account/profile.py"])
def test_pages_take_their_statements_from_the_one_place(file: str) -> None:
    source = (PAGES / file).read_text()
    assert "seen_by(t, " in source
    for drifting in ("to nobody", "nobody else", "never shown", "every member"):
        assert drifting not in source.replace("every member sees it", "")
