"""What an e-mail consists of: headers that every mail program reads, in any mixture of scripts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gsapp.config import Settings
from gsapp.mail_settings import header_value
from gsapp.schemas.inbox import EmailEnvelope, NotificationRow
from gsapp.vocabulary import NotificationKind
from gsapp.workers.email_message import MAX_SUBJECT_LENGTH, email_message
from tests.support import lives
from tests.support.post import settings_for

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TEXT = st.one_of(
    st.text(max_size=80),
    st.text(alphabet='aé水🙂 ,;:<>"()[]@\\=?_.\t\r\n\u202e\u05d0\u0627\u200d', max_size=80),
    st.text(alphabet="=?utf-8qb_ ", max_size=60),
)


@pytest.fixture(autouse=True, scope="module")
def keys() -> Iterator[None]:
    with lives.keys():
        yield


def row(number: int, kind: NotificationKind = NotificationKind.OFFER_MADE, **changes: Any) -> NotificationRow:
    given: dict[str, Any] = {
        **dict.fromkeys(("offer_id", "match_id", "read_at", "reason_code")),
        "id": number,
        "kind": kind,
        "name": "ben",
        "title": "leak",
        "reason": "",
        "need_id": 7,
        "at": NOON,
    }
    return NotificationRow.model_validate(given | changes)


def message(*rows: NotificationRow, chosen: Settings | None = None, **changes: Any) -> EmailMessage:
    """The e-mail as its recipient parses it."""
    given: dict[str, Any] = {"user_id": 3, "address": "anna@example.org", "username": "anna", "language": "en"}
    envelope = EmailEnvelope(**(given | changes), notifications=rows)
    sent = email_message(envelope, chosen or settings_for("smtp://localhost")).as_bytes()
    assert all(len(line) <= 998 for line in sent.split(b"\r\n"))
    assert sent.isascii()
    parsed: Any = message_from_bytes(sent, policy=policy.default)
    message: EmailMessage = parsed
    return message


def test_all_about_one_need_is_one_thread_and_different_needs_are_none() -> None:
    first, second = message(row(1)), message(row(2), row(3))
    assert first["References"] == first["In-Reply-To"] == second["References"] == "<need-7.3@help.example.org>"
    assert (first["Message-ID"], second["Message-ID"]) == ("<news-1@help.example.org>", "<news-2@help.example.org>")
    assert message(row(1), user_id=4)["References"] != first["References"]
    assert message(row(1), row(2, need_id=8))["References"] is None
    assert message(row(1, NotificationKind.RESTORED, need_id=None))["References"] is None


def test_who_gets_answers_is_a_header_or_a_sentence() -> None:
    assert message(row(1))["Reply-To"] is None
    assert "Answers to this letter reach nobody." in message(row(1)).get_content()
    answered = message(row(1), chosen=settings_for("smtp://localhost", mail_reply_to="Town <town@example.org>"))
    assert answered["Reply-To"] == "Town <town@example.org>"
    assert "You can answer this letter" in answered.get_content()


@pytest.mark.parametrize("kind", [NotificationKind.OFFER_MADE, NotificationKind.RESTORED])
def test_each_letter_has_the_headers_and_the_link_that_end_it(kind: NotificationKind) -> None:
    sent = message(row(1, kind))
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent["List-Unsubscribe"].startswith("<https://help.example.org/unsubscribe/")
    assert sent["List-Unsubscribe"].strip("<>") in sent.get_content()
    assert sent["Auto-Submitted"] == "auto-generated"


@given(TEXT, TEXT, TEXT, st.sampled_from(["en", "zh-CN"]))
@settings(max_examples=60, deadline=None)
@pytest.mark.slow
def test_any_mixture_of_scripts_arrives_as_it_was_written(name: str, title: str, reason: str, language: str) -> None:
    sent = message(row(1, name=name, title=title, reason=reason), row(2), username=name, language=language)
    [to] = sent["To"].addresses
    assert (to.addr_spec, " ".join(to.display_name.split())) == ("anna@example.org", header_value(name))
    assert [sent["From"].addresses[0].addr_spec, sent["Bcc"], sent["Cc"]] == ["help@example.org", None, None]
    words = sent.get_content().replace("\r", "\n")
    assert header_value(title) in header_value(words)
    single = message(row(1, title=title), username=name, language=language)
    assert len(single["Subject"]) <= MAX_SUBJECT_LENGTH
    assert not single.defects
    for header in ("From", "To", "Subject"):
        assert not single[header].defects
    if len(header_value(title)) < 60:
        assert header_value(title) in single["Subject"]
