"""The help page: frequently asked questions with search, also for visitors who are not signed in."""

from gsapp.i18n import Translator
from gsapp.services import onboarding
from pages.components.basics import box, button, heading, text
from pages.components.helpline import helpline
from pages.components.lists import empty, find_field
from pages.core.actions import do, errors_shown
from pages.core.session import Ctx
from pages.help.answers import Answer, Chapter, question
from pages.help.chapters import chapters
from pages.shell import layout
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    return View(ctx.t("Help and answers"), lambda: _build(ctx))


def _build(ctx: Ctx) -> None:
    t = ctx.t
    known = chapters(coordinator=ctx.actor is not None and ctx.actor.is_coordinator)
    about = [answer for chapter in known for answer in chapter.answers if answer.key == ctx.query.get("about")]
    search = ctx.query.get("q", "").strip()
    found = [(chapter, [answer for answer in chapter.answers if fits(t, answer, search)]) for chapter in known]
    with box("gs-help"):
        heading(t("Help and answers"))
        text(t("Press a question to read its answer."), "gs-lead")
        helpline(ctx, t("Rather talk to somebody? Ring us:"))
        with box("gs-help-find", tag="form", method="get", action="/help", role="search"):
            find_field(ctx, t("Search"), "q", search, placeholder=t("For example: password, phone"))
            button(t("Search"), symbol="search", type="submit")
        for answer in about:
            _answer(ctx, answer, opened=True)
        for chapter, answers in found:
            _chapter(ctx, chapter, [answer for answer in answers if answer not in about], opened=bool(search))
        if not any(answers for _, answers in found):
            nothing = t("We have no answer to that yet")
            empty(
                "empty-board",
                nothing,
                t("Try another word, or look at all questions."),
                to="/help",
                button=t("Show all"),
            )
        if ctx.actor is not None:
            _first_steps_again(ctx)


def fits(t: Translator, answer: Answer, search: str) -> bool:
    """Whether an answer matches a search: contains all its words, or all characters of a word that is not ASCII.

    Chinese has no spaces between words, so a Chinese search is compared by character.
    """
    parts = filter(None, (answer.question, *answer.steps, *answer.says, answer.also))
    content = " ".join(t(words) for words in parts).casefold()
    words = search.casefold().split()
    return all(word in content or (not word.isascii() and set(word) <= set(content)) for word in words)


def _chapter(ctx: Ctx, chapter: Chapter, answers: list[Answer], *, opened: bool) -> None:
    if answers:
        with box("gs-help-chapter", tag="section"):
            text(ctx.t(chapter.title), "gs-h2", tag="h2")
            for answer in answers:
                _answer(ctx, answer, opened=opened)


def _answer(ctx: Ctx, answer: Answer, *, opened: bool) -> None:
    more = None if answer.key != "keyboard" else lambda: layout.keys_choice(ctx)
    question(ctx.t, answer, opened=opened, more=more)


def _first_steps_again(ctx: Ctx) -> None:
    t = ctx.t

    async def show() -> None:
        with errors_shown(ctx):
            await do(ctx, onboarding.show_again)
            ctx.go("/")

    with box("gs-help-again"):
        text(t("Would you like to be shown around once more?"))
        button(t("Show me the first steps again"), show, symbol="lightbulb")
