"""A hint about the next step of a need, for its author and its volunteers."""

from gsapp.schemas.needs import NeedDetail, OfferRow
from gsapp.vocabulary import MatchState, NeedStatus, OfferState
from pages.components.basics import box, icon, link_button, text
from pages.core.session import Ctx


def next_action(ctx: Ctx, need: NeedDetail) -> None:
    """The hint; nothing if the reader is not involved, or if the offer shows the same."""
    words = _to_author(ctx, need) if need.own else _to_volunteer(ctx, need)
    if words:
        with box("gs-hint-next"):
            icon("lightbulb")
            text(words)


def jump(ctx: Ctx, need: NeedDetail) -> None:
    """A link to the offer or phone number further down, for small screens that are filled with photos."""
    t = ctx.t
    reachable = [offer.match for offer in need.offers if offer.match and offer.match.contact]
    waiting = [offer for offer in need.offers if offer.state is OfferState.PENDING]
    if reachable:
        reported = need.own and reachable[0].state is MatchState.REPORTED
        words = t("Was it done well?") if reported else t("To the phone number")
        to = f"#gs-call-{reachable[0].id}"
    elif done := [offer for offer in _of(need, MatchState.CONFIRMED) if offer.match and not offer.match.thanked_by_me]:
        words, to = t("Say thank you"), f"#gs-offer-{done[0].id}"
    elif need.own and waiting and not need.full:
        words, to = (
            t.n("{n} neighbour would come", "{n} neighbours would come", len(waiting)),
            f"#gs-offer-{waiting[0].id}",
        )
    else:
        return
    link_button(words, to, symbol="arrow_downward", kind="block jump")


def _to_author(ctx: Ctx, need: NeedDetail) -> str:
    t = ctx.t
    running = _of(need, MatchState.RUNNING)
    if running:
        names = t(", ").join(offer.volunteer_username for offer in running)
        return t("Next: ring {name} and agree on the time. Afterwards both of you say that it is done.", name=names)
    if _of(need, MatchState.REPORTED):
        return t("Next: was it done well? Confirm it, then you can say thank you.")
    return ""


def _to_volunteer(ctx: Ctx, need: NeedDetail) -> str:
    t, name = ctx.t, need.author_username
    own_offers = [offer for offer in need.offers if offer.volunteer_id == ctx.me.user_id]
    if any(offer.state is OfferState.PENDING for offer in own_offers):
        if need.status is not NeedStatus.OPEN:
            return ""
        return t("Next: {name} decides, and we tell you. Until then neither of you sees a phone number.", name=name)
    if any(offer in own_offers for offer in _of(need, MatchState.RUNNING)):
        return t("Next: ring {name} and agree on the time. Afterwards say here that it is done.", name=name)
    return ""


def _of(need: NeedDetail, state: MatchState) -> list[OfferRow]:
    accepted = [offer for offer in need.offers if offer.state is OfferState.ACCEPTED]
    return [offer for offer in accepted if offer.match and offer.match.state is state]
