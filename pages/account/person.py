"""The public profile of a member: username, introduction, help given, and thanks received."""

from gsapp import clock
from gsapp.queries.accounts import public_profile
from gsapp.schemas.accounts import PublicProfile, ReceivedThanks
from gsapp.schemas.read_models import display_name
from gsapp.vocabulary import Reportable, is_former
from pages.components.badges import STAR_WORDS, avatar
from pages.components.basics import box, card, heading, icon, link_button, text
from pages.components.report import report_button
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    user_id = ctx.params["user_id"]
    reload_on(ctx, public_profile, user_id=user_id)
    profile = await fetch(public_profile, user_id=user_id)
    return View(display_name(ctx.t, profile.username), lambda: _build(ctx, profile))


def _build(ctx: Ctx, profile: PublicProfile) -> None:
    t = ctx.t
    with card("gs-person"):
        avatar(profile.username)
        with box("gs-person-who"):
            heading(display_name(t, profile.username), "gs-own-words")
            with box("gs-facts", tag="ul"):
                since = t.date(clock.to_local(profile.registered_at).date())
                _fact("calendar_month", t("Here since {date}", date=since))
                _fact("volunteer_activism", t.n("Helped {n} time", "Helped {n} times", profile.times_helped))
                _fact("favorite", t.n("{n} word of thanks", "{n} words of thanks", profile.thanks_count))
        if profile.id == ctx.me.user_id:
            link_button(t("Change my profile"), "/profile", symbol="edit")
        elif ctx.me.is_coordinator:
            link_button(t("As coordinators see it"), f"/admin/users/{profile.id}", symbol="shield_person")
    with card("gs-about"):
        text(t("In their own words"), tag="h2")
        text(profile.bio or t("Nothing written yet."), "gs-own-words" if profile.bio else "gs-meta")
    with box("gs-part", tag="section"):
        text(t("Thanks received"), "gs-h2", tag="h2")
        if not profile.thanks:
            text(t("None yet. Thanks come after the first help."), "gs-meta")
        with box("gs-thanks", tag="ul"):
            for thanks in profile.thanks:
                _thanks(ctx, thanks)
        if profile.thanks_count > len(profile.thanks):
            text(t("These are the latest {n}.", n=t.number(len(profile.thanks))), "gs-meta")
    if profile.id != ctx.me.user_id and not ctx.me.is_coordinator and not is_former(profile.username):
        report_button(ctx, Reportable.USER, profile.id, t("Report this person"))


def _fact(symbol: str, words: str) -> None:
    with box(tag="li"):
        icon(symbol)
        text(words, tag="span")


def _thanks(ctx: Ctx, thanks: ReceivedThanks) -> None:
    t = ctx.t
    with box("gs-thank", tag="li"):
        stars = t("{word}, {stars} of 5", word=t(STAR_WORDS[thanks.stars]), stars=thanks.stars)
        text(stars, "gs-thank-stars")
        if thanks.text:
            text(thanks.text, "gs-quote gs-own-words")
        when = t.when(clock.to_local(thanks.created_at), clock.local_now())
        text(t("{name}, {when}", name=display_name(t, thanks.from_username), when=when), "gs-meta")
