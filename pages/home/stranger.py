"""The start page of a visitor, written for three readers: someone who needs help, a volunteer, and a town hall."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gsapp import clock
from gsapp.i18n import Translator
from gsapp.schemas.community import Waiting
from pages.account.login import register_address
from pages.components.badges import kind_markup
from pages.components.basics import box, heading, icon, illustration, link, link_button, text
from pages.components.helpline import helpline
from pages.components.markup import joined, put
from pages.core.session import Ctx
from pages.help.answers import question
from pages.help.chapters import ON_THE_START_PAGE, answers
from pages.home.figures import Figures, kinds, so_far

NOW = Markup('<ul class="gs-home-now" aria-labelledby="gs-home-now">{rows}</ul>')
ROW = Markup('<li>{kind}<span>{city}</span><span class="gs-meta">{when}</span></li>')


@dataclass(frozen=True)
class VisitorData:
    """What visitors may see: no text of members, no names. `answered`: the median time to a first offer, in minutes."""

    figures: Figures
    waiting: Sequence[Waiting]
    answered: int | None


def stranger_page(ctx: Ctx, data: VisitorData) -> None:
    """Build the page."""
    with box("gs-hero"), box("gs-wrap gs-hero-inner"):
        with box():
            _doors(ctx)
        illustration("hero", "gs-hero-art")
    with box("gs-wrap"):
        _now(ctx, data)
        kinds(ctx, data.figures)
        _how(ctx)
        _safe(ctx)
        so_far(ctx, data.figures)
        _questions(ctx)
        _join(ctx, data.figures)


def _doors(ctx: Ctx) -> None:
    t = ctx.t
    heading("\n".join((t("Need a hand?"), t("A neighbour is near."))), "gs-big")
    text(
        t(
            "A leaking pipe, a trip to the doctor, a window you cannot reach. "
            "Write one sentence and a volunteer nearby comes to help. It is free."
        ),
        "gs-hero-lead",
    )
    with box("gs-home-doors"):
        for words, more, to, kind, symbol in (
            (t("I need help"), t("One sentence is enough"), "/needs/new", "ask", "waving_hand"),
            (t("I want to help"), t("You say what, and when"), "/board", "help", "volunteer_activism"),
        ):
            with box():
                link_button(words, register_address(to), kind=f"{kind} lg block", symbol=symbol)
                text(more, "gs-meta")
    with box("gs-home-known"):
        text(t("Been here before?"), tag="span")
        link(t("Sign in"), "/login")
    helpline(ctx, t("No smartphone? Ring us:"))


def _now(ctx: Ctx, data: VisitorData) -> None:
    if not data.waiting:
        return
    t, now = ctx.t, clock.local_now()
    with box("gs-part", tag="section"):
        text(t("Neighbours who wait right now"), "gs-h2", tag="h2", id="gs-home-now")
        rows = joined(
            ROW.format(
                kind=kind_markup(t, each.type_icon, each.type_name),
                city=each.city_name,
                when=t("asked {when}", when=t.when(clock.to_local(each.published_at), now)),
            )
            for each in data.waiting
        )
        put(NOW.format(rows=rows))
        text(t("What they wrote, and who they are, only members can see."), "gs-meta")
        if data.answered is not None:
            text(t("Half of the first answers come within {time}.", time=_time(t, data.answered)), "gs-home-soon")


def _time(t: Translator, minutes: int) -> str:
    """A duration rounded up to hours or days, so that the page does not promise too much."""
    hours = -(-minutes // 60)
    return t.n("{n} hour", "{n} hours", max(1, hours)) if hours <= 48 else t.n("{n} day", "{n} days", -(-hours // 24))


def _how(ctx: Ctx) -> None:
    t = ctx.t
    steps = [
        (t("Say what you need"), t("Pick a kind of help and write one sentence.")),
        (t("Choose a neighbour"), t("See who offers and how often they have helped. You decide.")),
        (t("Done, and thank you"), t("It only counts as done when both of you say so.")),
    ]
    with box("gs-part", tag="section"):
        text(t("How it works"), "gs-h2", tag="h2")
        with box("gs-how", tag="ol"):
            for number, (title, words) in enumerate(steps, start=1):
                with box(tag="li"):
                    text(str(number), "gs-plate gs-plate--lg", tag="span", aria_hidden="true")
                    with box():
                        text(title, tag="h3")
                        text(words, "gs-meta")


def _safe(ctx: Ctx) -> None:
    t = ctx.t
    facts = [
        ("call", t("Your phone number stays hidden"), t("The neighbour you have chosen sees it, and you see theirs.")),
        (
            "how_to_reg",
            t("Each person is here once"),
            t("By the ID number, which is kept encrypted. No neighbour sees it."),
        ),
        ("handshake", t("You choose who comes"), t("You see how often they have helped. You may always say no.")),
        ("shield_person", t("Somebody looks after it"), t("Coordinators look at every report, and can step in.")),
    ]
    with box("gs-part", tag="section"):
        text(t("What makes it safe"), "gs-h2", tag="h2")
        with box("gs-home-safe", tag="ul"):
            for symbol, title, words in facts:
                with box(tag="li"):
                    icon(symbol)
                    with box():
                        text(title, tag="h3")
                        text(words, "gs-meta")


def _questions(ctx: Ctx) -> None:
    t = ctx.t
    with box("gs-part", tag="section"):
        text(t("What people ask us"), "gs-h2", tag="h2")
        with box("gs-home-asked"):
            for answer in answers(*ON_THE_START_PAGE):
                question(t, answer, pictures=False)
        link_button(t("All questions and answers"), "/help", symbol="help")


def _join(ctx: Ctx, figures: Figures) -> None:
    t = ctx.t
    with box("gs-join", tag="section"):
        if figures.young:
            text(t("Somebody has to be the first."), "gs-h2", tag="h2")
            text(t("Ask for something small, or say what you can do. The others will follow."))
        else:
            text(t("Two strokes that hold each other up."), "gs-h2", tag="h2")
            text(t("One account for both: today you ask, tomorrow you help."))
        with box("gs-cta"):
            link_button(t("Join your neighbours"), "/register", kind="ask lg", symbol="person_add")
            link_button(t("I have an account"), "/login", kind="lg")
