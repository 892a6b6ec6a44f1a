"""The parts that both start pages share: the kinds of help, and the community's totals."""

from dataclasses import dataclass

from gsapp.schemas.community import Community
from gsapp.schemas.needs import TypeRow
from pages.components.badges import kind_of_help
from pages.components.basics import box, icon, symbol, text
from pages.core.session import Ctx


@dataclass(frozen=True)
class Figures:
    """The data of these parts."""

    now: Community
    helpers: int
    thanks: int
    types: tuple[TypeRow, ...]

    @property
    def young(self) -> bool:
        """Whether nothing was asked for yet, so that all totals would be zero."""
        return not self.now.open_needs and not self.now.needs_done


def kinds(ctx: Ctx, figures: Figures) -> None:
    """The kinds of help with their numbers of open needs, linked to these, or to the form if there are none."""
    t = ctx.t
    with box("gs-part", tag="section"):
        types = figures.types
        text(t.n("{n} thing neighbours do", "{n} things neighbours do", len(types)), "gs-h2", tag="h2")
        with box("gs-home-kinds", tag="ul"):
            for row in types:
                waiting = figures.now.open_by_type.get(row.id, 0)
                to = f"/board?type={row.id}" if waiting else f"/needs/new?type={row.id}"
                with box(tag="li"), box("gs-home-kind", tag="a", href=to):
                    kind_of_help(t, row.icon, row.name, large=True)
                    said = t.n("{n} waiting", "{n} waiting", waiting) if waiting else t("Ask for it")
                    text(said, "gs-meta", tag="span")


def so_far(ctx: Ctx, figures: Figures) -> None:
    """The totals of the community with explanations; nothing while all are zero."""
    if figures.young:
        return
    t = ctx.t
    tiles = [
        ("state-open", "gs-open", t("Waiting now"), figures.now.open_needs, t("needs that a neighbour could take on")),
        ("state-done", "gs-done", t("Done together"), figures.now.needs_done, t("needs that both sides call done")),
        ("state-matched", "gs-matched", t("Helpers"), figures.helpers, t("neighbours who have helped")),
        ("", "gs-matched", t("Thanks"), figures.thanks, t("words of thanks between neighbours")),
    ]
    with box("gs-part", tag="section"):
        text(t("So far"), "gs-h2", tag="h2")
        if not figures.now.needs_done:
            text(t("We are just beginning. Be the first who helps."), "gs-start")
        with box("gs-tiles", tag="dl"):
            for glyph, colours, name, number, meaning in tiles:
                with box("gs-tile", tag="div"):
                    with box(tag="dt"):
                        with box(f"gs-icon {colours}", tag="span"):
                            _ = symbol(glyph) if glyph else icon("favorite")
                        text(name, tag="span")
                    text(t.number(number), "gs-number", tag="dd")
                    text(meaning, "gs-description", tag="dd")
