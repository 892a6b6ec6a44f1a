"""All chapters of the help page, and the answers that the start page shows."""

from pages.help.answers import Answer, Chapter
from pages.help.chapters_neighbours import ASKING, TRUST
from pages.help.chapters_site import DESK, PAGES

CHAPTERS = (ASKING, TRUST, PAGES, DESK)
ON_THE_START_PAGE = ("cost", "phone", "id", "smartphone", "who", "office")


def chapters(*, coordinator: bool) -> tuple[Chapter, ...]:
    """The chapters for a reader: those for coordinators only if `coordinator`."""
    return tuple(chapter for chapter in CHAPTERS if coordinator or not chapter.for_coordinators)


def answers(*keys: str) -> tuple[Answer, ...]:
    """The answers with these keys, in this order. Raises `KeyError` for an unknown one."""
    known = {answer.key: answer for chapter in CHAPTERS for answer in chapter.answers}
    return tuple(known[key] for key in keys)
