"""The history of a need as a timeline."""

from collections.abc import Sequence

from markupsafe import Markup

from gsapp import clock
from gsapp.effects.event_words import need_history_text
from gsapp.i18n import Translator
from gsapp.schemas.history import HistoryRow
from gsapp.vocabulary import reason_text
from pages.components.basics import card, text
from pages.components.markup import joined, put
from pages.core.session import Ctx

LIST = Markup('<ol class="gs-history" aria-labelledby="gs-history">{rows}</ol>')
ROW = Markup('<li><p>{said}</p>{reason}<span class="gs-meta">{when}</span></li>')
REASON = Markup('<p class="gs-why">{words}</p>')


def history_card(ctx: Ctx, rows: Sequence[HistoryRow]) -> None:
    """A card with all recorded events: who did what, when and why, the oldest first."""
    t, now = ctx.t, clock.local_now()
    with card("gs-past"):
        text(t("What has happened so far"), tag="h2", id="gs-history")
        put(
            LIST.format(
                rows=joined(
                    ROW.format(
                        said=need_history_text(t, row),
                        reason=_why(t, row),
                        when=t.when(clock.to_local(row.at), now),
                    )
                    for row in rows
                )
            )
        )


def _why(t: Translator, row: HistoryRow) -> Markup | str:
    why = reason_text(row.reason, row.reason_code, t)
    return REASON.format(words=t("Reason: {reason}", reason=why)) if why else ""
