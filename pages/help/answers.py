"""Frequently asked questions: the data classes, and the component that folds an answer under its question."""

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
PARAGRAPH = Markup("<p>{words}</p>")
LINKS = Markup('<p class="gs-help-links">{links}</p>')
LINK = Markup('<a href="{to}">{words}</a>')
PICTURE = Markup(
    '<img class="gs-help-picture" src="{address}" alt="{shows}" width="{width}" height="{height}" loading="lazy"'
    ' decoding="async">'
)
PICTURES = "help"
SHARP = 1.5  # pixels of a picture per CSS pixel
Link = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """A question with its answer: first `steps`, then the paragraphs `says`. `picture` names a file per language."""

    key: str
    question: str
    says: tuple[str, ...]
    steps: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    picture: str = ""
    shows: str = ""  # alternative text of the picture
    also: str = ""  # further search terms; not shown


@dataclass(frozen=True)
class Chapter:
    """A group of answers on the help page."""

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
    """A question as a native `details` element, which works without scripts. `more` adds elements to the answer."""
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
    """Whether the file of the picture exists. A missing one is left out here; a test requires all of them."""
    return bool(answer.picture) and (theme.ASSETS / picture_name(answer, language)).exists()


def picture_name(answer: Answer, language: str) -> str:
    """The file in `assets/` with the picture in this language."""
    return f"{PICTURES}/{answer.picture}-{language}.webp"


def _words(t: Translator, answer: Answer) -> Markup:
    parts = [PARAGRAPH.format(words=t(words)) for words in answer.says]
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
    """Width and height of an image in `assets/`, in its own pixels."""
    with Image.open(theme.ASSETS / name) as picture:
        return picture.size
