"""Refused phone and ID numbers: counted by address and account, and news for the owner of the number (enumeration)."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from gsapp import db, logs
from gsapp.access import Actor
from gsapp.schemas.accounts import ProfileForm
from gsapp.security import vault
from gsapp.services import accounts

log = logging.getLogger(__name__)
NEWS_AFTER = 2.0  # seconds


@contextmanager
def taken_details_counted(address: str, *, user_id: int | None = None) -> Iterator[None]:
    """Context manager around a use case that may raise `DetailsTaken`. Raises `TooMany` after several refusals."""
    with vault().throttle.details(address, user_id) as attempt:
        try:
            yield
        except accounts.DetailsTaken as refused:
            attempt.failed()
            logs.event(log, "details_tried", user_id=user_id, owners=len(refused.owner_ids))
            # Later, because the time of the answer would say whether there was an owner to inform.
            _later(partial(_inform, db.current(), refused.owner_ids))
            raise


def change_profile(actor: Actor, *, form: ProfileForm, address: str) -> None:
    """Change the actor's phone number or introduction. Raises `DetailsTaken` and `TooMany`."""
    if form.phone is None:
        db.write(accounts.change_profile, actor=actor, form=form)
        return
    with taken_details_counted(address, user_id=actor.user_id):
        db.write(accounts.change_profile, actor=actor, form=form)


def _later(work: Callable[[], None]) -> None:
    timer = threading.Timer(NEWS_AFTER, work)
    timer.daemon = True  # a stop does not wait for news
    timer.start()


def _inform(database: db.Database, owner_ids: frozenset[int]) -> None:
    try:
        if db.current() is database:
            db.write(accounts.inform_owners, owner_ids=owner_ids)
    except Exception:
        log.exception("the owners of a phone or ID number were not informed that another person tried it")
