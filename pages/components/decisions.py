"""What waits for a member's decision, with the way to it."""

from gsapp.schemas.inbox import Decision
from pages.components.basics import card, link_button, text
from pages.core.session import Ctx


def decision_card(ctx: Ctx, waiting: Decision) -> None:
    t, title = ctx.t, waiting.title
    if waiting.offers:
        said = t.n(
            "{n} neighbour would come: “{title}”", "{n} neighbours would come: “{title}”", waiting.offers, title=title
        )
        act, symbol = t("Choose"), "how_to_reg"
    else:
        said = t("{name} says that it is done: “{title}”", name=waiting.name, title=title)
        act, symbol = t("Confirm that it is done"), "check"
    with card("gs-decide"):
        text(said)
        link_button(act, f"/needs/{waiting.need_id}", kind="ask", symbol=symbol).props["aria-label"] = f"{act}: {title}"
