"""Card for something that a member has to decide, with a link to it."""

from gsapp.schemas.inbox import Decision
from pages.components.basics import card, link_button, text
from pages.core.session import Ctx


def decision_card(ctx: Ctx, waiting: Decision) -> None:
    t, title = ctx.t, waiting.title
    if waiting.offers:
        sentence = t.n(
            "{n} neighbour would come: “{title}”", "{n} neighbours would come: “{title}”", waiting.offers, title=title
        )
        act, symbol = t("Choose"), "how_to_reg"
    else:
        sentence = t("{name} says that it is done: “{title}”", name=waiting.name, title=title)
        act, symbol = t("Confirm that it is done"), "check"
    with card("gs-decide"):
        text(sentence)
        link_button(act, f"/needs/{waiting.need_id}", kind="ask", symbol=symbol).props["aria-label"] = f"{act}: {title}"
