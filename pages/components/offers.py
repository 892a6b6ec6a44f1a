"""Offers as cards."""

from collections.abc import Callable

from gsapp import clock
from gsapp.schemas.needs import Contact, MatchView, OfferRow
from gsapp.schemas.read_models import display_name
from gsapp.vocabulary import MatchState, OfferState, reason_text
from pages.components.badges import avatar, offer_chip, plate
from pages.components.basics import box, icon, link, link_button, text
from pages.components.gallery import gallery
from pages.core.session import Ctx


def offer_card(ctx: Ctx, offer: OfferRow, *, acts: Callable[[], None] | None = None) -> None:
    """An offer with its volunteer, for the author of the need and the volunteer. `acts` adds the buttons."""
    t = ctx.t
    now = clock.local_now()
    with box("gs-offer", tag="article", id=f"gs-offer-{offer.id}"):
        with box("gs-offer-head"):
            avatar(offer.volunteer_username)
            with box("gs-offer-who"):
                link(display_name(ctx.t, offer.volunteer_username), f"/users/{offer.volunteer_id}", "gs-offer-name")
                _record(ctx, offer)
            offer_chip(t, offer.state)
        if offer.message:
            text(offer.message, "gs-quote")
        gallery(ctx, offer.files, offer.volunteer_username)
        if offer.volunteer_bio:
            with box("gs-offer-bio"):
                own = ctx.actor is not None and ctx.actor.user_id == offer.volunteer_id
                about = t("What you say about yourself") if own else t("About this neighbour")
                text(about, "gs-meta", tag="strong")
                text(offer.volunteer_bio)
        with box("gs-facts", tag="ul"), box(tag="li"):
            icon("schedule")
            text(t("offered {when}", when=t.when(clock.to_local(offer.created_at), now)), tag="span")
        _why(ctx, offer)
        if offer.match is not None:
            match_facts(ctx, offer.match)
        if acts is not None:
            acts()


def offer_row(ctx: Ctx, offer: OfferRow) -> None:
    """An offer in the list of the reader's own offers: shows the need instead of the volunteer."""
    t = ctx.t
    with box("gs-offer", tag="article"):
        with box("gs-top"):
            plate(t, offer.need_id)
            offer_chip(t, offer.state)
        with box("gs-offer-title", tag="h2"):
            link(offer.need_title, f"/needs/{offer.need_id}")
        if offer.message:
            text(offer.message, "gs-quote")
        _why(ctx, offer)
        if offer.match is not None and offer.state is OfferState.ACCEPTED:
            match_facts(ctx, offer.match)
        link_button(t("Look"), f"/offers/{offer.id}", kind="sm").props["aria-label"] = t(
            "My offer to: {title}", title=offer.need_title
        )


def match_facts(ctx: Ctx, match: MatchView) -> None:
    """The state of a match, the contact while it is running, and the thanks received."""
    t = ctx.t
    words = {
        MatchState.RUNNING: t("You have agreed. Settle the rest by phone."),
        MatchState.REPORTED: t("The helper says it is done. Whoever asked confirms it, or it counts after 7 days."),
        MatchState.CONFIRMED: t("Both have said that it is done."),
        MatchState.DROPPED: t("The neighbour could not come after all."),
        MatchState.NO_SHOW: t("The neighbour did not come."),
    }
    text(words[match.state], "gs-offer-match")
    if match.contact is not None:
        contact(ctx, match.contact, id=f"gs-call-{match.id}")
    if match.thanks_stars:
        with box("gs-thanks-box gs-offer-thanks"):
            text(t("They thanked you: {stars} of 5", stars=match.thanks_stars), tag="strong")
            if match.thanks_text:
                text(match.thanks_text)


def contact(ctx: Ctx, other: Contact, **props: str) -> None:
    """Name and phone number of the other side. Queries return them only to the two of a running match."""
    with box("gs-offer-contact", **props):
        icon("call")
        with box():
            text(other.name, tag="strong")
            link(other.phone, f"tel:{other.phone}", data_full="")
            text(ctx.t("Only the two of you see this."), "gs-meta")


def _why(ctx: Ctx, offer: OfferRow) -> None:
    if why := reason_text(offer.reason, offer.reason_code, ctx.t):
        text(ctx.t("Reason: {reason}", reason=why), "gs-meta")


def _record(ctx: Ctx, offer: OfferRow) -> None:
    t = ctx.t
    facts = [t.n("helped once", "helped {n} times", offer.times_helped) if offer.times_helped else t("new here")]
    if offer.thanks_average is not None:
        facts.append(t("thanks: {stars} of 5", stars=t.number(round(offer.thanks_average, 1))))
    text(" · ".join(facts), "gs-meta")
