"""What you have been told."""

from typing import Annotated

from fastapi import APIRouter, Query

from gsapp import db
from gsapp.access import Actor
from gsapp.api.v1.deps import Caller, Language
from gsapp.api.v1.envelope import Answer, answer, refuses
from gsapp.effects.notification_texts import notification_text
from gsapp.i18n import Translate
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.api_inbox import NotificationItem, NotificationList, NotificationQuery, Unread
from gsapp.schemas.inbox import NotificationRow
from gsapp.services import inbox
from gsapp.vocabulary import TOPICS, reason_text

router = APIRouter(prefix="/notifications", tags=["Notifications"])


@router.get("", summary="List your notifications.", responses=refuses(422))
def notifications(
    caller: Caller, filter: Annotated[NotificationQuery, Query()], t: Language
) -> Answer[NotificationList]:
    """The newest first. What others did is told, never what you did yourself; words are in your language."""
    news = db.read(inbox_queries.notifications, actor=caller, filter=filter)
    items = tuple(_item(row, t) for row in news.items)
    return answer(NotificationList, news.model_dump() | {"items": items})


@router.get("/unread", summary="Count unread notifications.", responses=refuses())
def unread_notifications(caller: Caller) -> Answer[Unread]:
    """The number on the bell: cheap enough to ask for often."""
    return _unread(caller)


@router.post("/read-all", summary="Mark all notifications as read.", responses=refuses())
def read_all_notifications(caller: Caller) -> Answer[Unread]:
    """Answers how much is unread now: what has come in the meantime."""
    db.write(inbox.read_all, actor=caller)
    return _unread(caller)


@router.post("/{notification_id}/read", summary="Mark one notification as read.", responses=refuses(404, 422))
def read_notification(caller: Caller, notification_id: int, t: Language) -> Answer[NotificationItem]:
    """It may be read already. 404 also for what was told to somebody else."""
    db.write(inbox.read, actor=caller, notification_id=notification_id)
    row = db.read(inbox_queries.one_notification, actor=caller, notification_id=notification_id)
    return answer(NotificationItem, _item(row, t))


def _item(row: NotificationRow, t: Translate) -> NotificationItem:
    words = {"text": notification_text(t, row), "reason": reason_text(row.reason, row.reason_code, t)}
    return NotificationItem.model_validate(row.model_dump() | words | {"topic": TOPICS[row.kind]})


def _unread(caller: Actor) -> Answer[Unread]:
    return answer(Unread, {"unread": db.read(inbox_queries.unread, actor=caller)})
