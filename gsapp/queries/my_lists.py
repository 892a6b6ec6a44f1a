"""One's own needs and offers as files: the rows of the filter on their pages, and nobody else's."""

from typing import Any

from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from gsapp.access import Actor
from gsapp.errors import Translate
from gsapp.models import Need, Offer, User
from gsapp.queries.needs import needs_statement
from gsapp.queries.offers import my_offers_where
from gsapp.rendering.spreadsheets import Table, streamed
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.offers import OfferFilter
from gsapp.vocabulary import NEED_WORDS, OFFER_WORDS, NeedStatus


def my_needs_table(session: Session, *, actor: Actor, wanted: NeedFilter, t: Translate) -> Table:
    """The reader's own, whoever else the filter names."""
    header = [
        t("Number"),
        t("What is needed"),
        t("More about it"),
        t("Kind of help"),
        t("Province"),
        t("City"),
        t("Published"),
        t("From"),
        t("Until"),
        t("State"),
        t("Helpers wanted"),
        t("Helpers found"),
        t("Offers waiting"),
        t("Reason"),
    ]
    mine = wanted.model_copy(update={"author_id": actor.user_id})
    rows = (
        (
            need.id,
            need.title,
            need.description,
            need.type_name,
            need.province,
            need.city_name,
            need.published_at,
            need.starts_at,
            need.ends_at,
            t(NEED_WORDS[NeedStatus(need.status)]),
            need.helpers_wanted,
            need.places_taken,
            need.offers_pending,
            need.closed_reason,
        )
        for need in streamed(session, needs_statement(session, wanted=mine))
    )
    return Table("my-needs", header, rows)


def my_offers_table(session: Session, *, actor: Actor, wanted: OfferFilter, t: Translate) -> Table:
    header = [
        t("Number"),
        t("Need"),
        t("What is needed"),
        t("Asked by"),
        t("Begins"),
        t("Offered"),
        t("State"),
        t("Decided"),
        t("Message"),
        t("Reason"),
    ]
    author = aliased(User)
    statement: Any = (
        wide_select(
            *map(col, (Offer.id, Offer.need_id, Need.title, author.username, Need.starts_at, Offer.created_at)),
            *map(col, (Offer.state, Offer.decided_at, Offer.message, Offer.reason)),
        )
        .join(Need, col(Need.id) == col(Offer.need_id))
        .join(author, col(author.id) == col(Need.author_id))
        .where(*my_offers_where(actor, wanted))
        .order_by(col(Offer.id).desc())
    )
    rows = (
        (*before, t(OFFER_WORDS[state]), decided, message, reason)
        for *before, state, decided, message, reason in streamed(session, statement)
    )
    return Table("my-offers", header, rows)
