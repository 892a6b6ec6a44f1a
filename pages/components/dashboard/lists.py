"""Lists of the dashboard: the needs that have waited longest, and the latest events."""

from markupsafe import Markup

from gsapp.effects.event_words import feed_words
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.schemas.dashboard import Dashboard, Happening, WaitingNeed
from gsapp.schemas.needs import TypeRow
from gsapp.schemas.read_models import need_label
from pages.components.dashboard.matrix import glyph
from pages.components.dashboard.words import lasting
from pages.components.markup import icon, joined
from pages.components.places import place_markup

LIST = Markup('<ul class="gs-rows {kind}">{rows}</ul>')
WAITING = Markup(
    '<li id="gs-waiting-{id}"><span class="gs-type" aria-hidden="true"><i class="gs-kind-{kind}">{glyph}</i></span>'
    '<span class="gs-dashboard-what"><a href="/needs/{id}">{title}</a><span class="gs-meta">{meta}</span></span>'
    '<b class="gs-dashboard-wait{late}">{mark}{time}</b></li>'
)
META = Markup("{number} · {kind} · {place}")
LATE = Markup('<span aria-hidden="true">! </span>')
STEP = Markup(
    '<li id="gs-event-{id}" class="gs-dashboard-step gs-dashboard-{tone}">{icon}'
    '<span class="gs-dashboard-what">{words}</span><time class="gs-meta">{time}</time></li>'
)
NEED = Markup('<a href="/needs/{id}">{words}</a>')
WHO = Markup('<a href="/users/{id}">{name}</a>')
PLAIN = Markup("{words}")
EMPTY = Markup('<p class="gs-dashboard-calm">{words}</p>')


def oldest(t: Translator, data: Dashboard) -> Markup:
    if not data.oldest:
        return EMPTY.format(words=t("Nobody is waiting now"))
    return LIST.format(kind="gs-dashboard-oldest", rows=joined(_waiting(t, need) for need in data.oldest))


def feed(t: Translator, data: Dashboard) -> Markup:
    if not data.feed:
        return EMPTY.format(words=t("Nothing has happened here lately."))
    return LIST.format(kind="gs-dashboard-feed", rows=joined(_step(t, data, step) for step in data.feed))


def _waiting(t: Translator, need: WaitingNeed) -> Markup:
    kind = TypeRow(id=0, name=need.type_name, icon=need.type_icon)
    number = need_label(t, need.id)
    return WAITING.format(
        id=need.id,
        kind=need.type_icon or "other",
        glyph=glyph(kind),
        title=need.title,
        meta=META.format(number=number, kind=kind_name(t, need.type_name), place=place_markup(need.city_name)),
        late=" gs-is-late" if need.overdue else "",
        mark=LATE if need.overdue else "",
        time=lasting(t, need.minutes),
    )


def _step(t: Translator, data: Dashboard, step: Happening) -> Markup:
    shown = feed_words(step.action)
    number = need_label(t, step.need_id or 0)
    words = PLAIN.format(words=t(shown.dashboard)).format(
        need=NEED.format(id=step.need_id, words=number),
        who=WHO.format(id=step.user_id, name=step.username) if step.user_id else t("The clock"),
        title=step.title,
    )
    return STEP.format(id=step.id, tone=shown.tone, icon=icon(shown.icon), words=words, time=when(t, data, step))


def when(t: Translator, data: Dashboard, step: Happening) -> str:
    """The time of today's events, the day of earlier ones."""
    return t.time(step.at) if step.at.date() == data.as_of.date() else t.when(step.at, data.as_of)
