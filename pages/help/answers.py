"""A question that people ask, with our answer: it opens to words, and a picture where there is one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup
from PIL import Image

from gsapp.i18n import Translator
from pages.components.basics import box, icon, text
from pages.components.markup import joined, put
from pages.core import theme

STEPS = Markup("<ol>{steps}</ol>")
STEP = Markup("<li>{words}</li>")
SAID = Markup("<p>{words}</p>")
LINKS = Markup('<p class="gs-help-links">{links}</p>')
LINK = Markup('<a href="{to}">{words}</a>')
PICTURE = Markup(
    '<img class="gs-help-picture" src="{address}" alt="{shows}" width="{width}" height="{height}" loading="lazy"'
    ' decoding="async">'
)
PICTURES = "help"
SHARP = 1.5  # dots of a picture for one of the page
Link = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """`says` are paragraphs, `steps` come before them; `picture` is a pair of files in `assets/help/`."""

    key: str
    question: str
    says: tuple[str, ...]
    steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    picture: str = ""
    shows: str = ""  # what is seen in the picture, for who does not see it
    also: str = ""  # other words under which people look for it; never shown


@dataclass(frozen=True)
class Chapter:
    title: str
    answers: tuple[Answer, ...]
    for_coordinators: bool = False


def question(
    t: Translator,
    answer: Answer,
    *,
    opened: bool = False,
    pictures: bool = True,
    more: Callable[[], object] | None = None,
) -> None:
    """A native element: it opens without a script, and a reader finds it by its heading. `more` adds to the answer."""
    with box("gs-help-q", tag="details", id=f"gs-answer-{answer.key}") as details:
        if opened:
            details.props["open"] = ""
        with box(tag="summary"):
            text(t(answer.question), tag="h3")
            icon("expand_more")
        with box("gs-help-answer"):
            with box("gs-help-words"):
                put(_words(t, answer))
                if more is not None:
                    more()
            if pictures and has_picture(answer, t.language):
                put(_picture(t, answer))


def has_picture(answer: Answer, language: str) -> bool:
    """A picture that is not drawn yet takes nothing from its answer; a test holds that all are."""
    return bool(answer.picture) and (theme.ASSETS / picture_name(answer, language)).exists()


def picture_name(answer: Answer, language: str) -> str:
    """The file in `assets/` that shows it in this language."""
    return f"{PICTURES}/{answer.picture}-{language}.webp"


def _words(t: Translator, answer: Answer) -> Markup:
    parts = [SAID.format(words=t(words)) for words in answer.says]
    if answer.steps:
        parts.insert(0, STEPS.format(steps=joined(STEP.format(words=t(words)) for words in answer.steps)))
    if answer.links:
        parts.append(LINKS.format(links=Markup(" ").join(LINK.format(to=to, words=t(w)) for w, to in answer.links)))
    return joined(parts)


def _picture(t: Translator, answer: Answer) -> Markup:
    name = picture_name(answer, t.language)
    width, height = (round(dots / SHARP) for dots in size_of(name))
    return PICTURE.format(address=theme.asset(name), shows=t(answer.shows), width=width, height=height)


@cache
def size_of(name: str) -> tuple[int, int]:
    with Image.open(theme.ASSETS / name) as picture:
        return picture.size
