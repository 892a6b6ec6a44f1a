"""The privacy notice: who runs the site, what is stored and why, who sees it, how long it is kept, and one's rights."""

from gsapp.schemas.personal_data import RULES, VERSION, kept_for, seen_by
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.basics import box, heading, link, text
from pages.components.helpline import helpline
from pages.core.session import Ctx
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    return View(ctx.t("Privacy"), lambda: _build(ctx))


def _build(ctx: Ctx) -> None:
    t = ctx.t
    with box("gs-help"):
        heading(t("Privacy"))
        text(
            t("What we store about you, why, who sees it and how long. Version {version}.", version=VERSION), "gs-lead"
        )
        _operator(ctx)
        text(t("What is stored"), "gs-h2", tag="h2")
        headings = (t("What"), t("What for"), t("Seen by"), t("Kept"), t("When you leave"))
        rows = [
            [t(rule.what), t(rule.why), seen_by(t, key), kept_for(t, rule), t(rule.leaving.value)]
            for key, rule in RULES.items()
        ]
        admin_layout.table(t("What is stored"), [Column(words) for words in headings], rows)
        _rights(ctx)


def _operator(ctx: Ctx) -> None:
    t, settings = ctx.t, ctx.tab.settings
    text(t("Who runs this site"), "gs-h2", tag="h2")
    text(settings.operator or t("The coordinators of this community."))
    if settings.operator_contact:
        text(t("Questions about your data: {contact}", contact=settings.operator_contact))
    helpline(ctx, t("Rather talk to somebody? Ring us:"))


def _rights(ctx: Ctx) -> None:
    t = ctx.t
    text(t("What you may do"), "gs-h2", tag="h2")
    with box(tag="ul"):
        for words in (
            t("Read and take with you everything that is stored about you, as a file: on your profile."),
            t("Correct it: on your profile, or ask a coordinator."),
            t("Take your consent back and leave, at any time: on your profile. What is deleted then is in the table."),
            t("Nothing is sold, and nothing is passed on to other companies."),
            t("Under 14 years one cannot register alone: a parent or guardian must agree."),
            t("Back-ups still hold deleted data until they are deleted themselves."),
        ):
            text(words, tag="li")
    if ctx.actor:
        link(t("My profile"), "/profile")
