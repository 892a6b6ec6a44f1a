"""A question that people ask, with our answer."""

from dataclasses import dataclass

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
