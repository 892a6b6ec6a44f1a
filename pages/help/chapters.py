"""The questions that people ask, and our answers. The help page shows them all, the start page a few."""

from pages.help.answers import Answer, Chapter
from pages.help.chapters_neighbours import ASKING, TRUST
from pages.help.chapters_site import DESK, PAGES

CHAPTERS = (ASKING, TRUST, PAGES, DESK)
ON_THE_START_PAGE = ("cost", "phone", "id", "smartphone", "who", "office")


def chapters(*, coordinator: bool) -> tuple[Chapter, ...]:
    """What this reader may need."""
    return tuple(chapter for chapter in CHAPTERS if coordinator or not chapter.for_coordinators)


def answers(*keys: str) -> tuple[Answer, ...]:
    known = {answer.key: answer for chapter in CHAPTERS for answer in chapter.answers}
    return tuple(known[key] for key in keys)
