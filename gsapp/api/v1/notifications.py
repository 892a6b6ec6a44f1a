"""The notifications of the caller."""

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
    """Newest first. They report what others did, never your own actions, in your language."""
    page = db.read(inbox_queries.notifications, actor=caller, filter=filter)
    items = tuple(_item(row, t) for row in page.items)
    return answer(NotificationList, page.model_dump() | {"items": items})


@router.get("/unread", summary="Count unread notifications.", responses=refuses())
def unread_notifications(caller: Caller) -> Answer[Unread]:
    """A cheap query, suitable for polling."""
    return _unread(caller)


@router.post("/read-all", summary="Mark all notifications as read.", responses=refuses())
def read_all_notifications(caller: Caller) -> Answer[Unread]:
    """Returns the number of unread notifications, which counts those that arrived during the request."""
    db.write(inbox.mark_all_read, actor=caller)
    return _unread(caller)


@router.post("/{notification_id}/read", summary="Mark one notification as read.", responses=refuses(404, 422))
def read_notification(caller: Caller, notification_id: int, t: Language) -> Answer[NotificationItem]:
    """Idempotent. 404 also for notifications of other users."""
    db.write(inbox.mark_read, actor=caller, notification_id=notification_id)
    row = db.read(inbox_queries.one_notification, actor=caller, notification_id=notification_id)
    return answer(NotificationItem, _item(row, t))


def _item(row: NotificationRow, t: Translate) -> NotificationItem:
    words = {"text": notification_text(t, row), "reason": reason_text(row.reason, row.reason_code, t)}
    return NotificationItem.model_validate(row.model_dump() | words | {"topic": TOPICS[row.kind]})


def _unread(caller: Actor) -> Answer[Unread]:
    return answer(Unread, {"unread": db.read(inbox_queries.unread, actor=caller)})
