"""Password strength: a block list of common passwords and of the owner's names and numbers (NIST SP 800-63B, 5.1.1.2).

For passwords typed in a browser, and for all of coordinators; otherwise the REST API keeps to the rule of its contract.
"""

import re

from gsapp import data
from gsapp.errors import Sentence
from gsapp.i18n import N_

COMMON = N_("This is one of the passwords that are tried first. Please choose another one.")
PERSONAL = N_("Please do not use your name, phone or ID number in it.")
FAIR, STRONG = 8, 12
"""Lengths of passwords that are called fair and strong."""

SUBSTITUTES = str.maketrans({"@": "a", "4": "a", "0": "o", "1": "l", "3": "e", "5": "s", "$": "s", "7": "t", "!": "i"})
SHORTEST = 4
"""Names and words that are shorter than this may be part of a password."""


def weakness(password: str, *personal: str) -> Sentence | None:
    """Why a password is too easy to guess, or `None`. `personal` are username, name and numbers of its owner."""
    folded = password.casefold()
    bare = _letters_and_digits(folded)
    for own in personal:
        known = _letters_and_digits(own.casefold())
        if len(known) >= SHORTEST and known in bare:
            return Sentence(PERSONAL)
        if len(bare) >= SHORTEST and bare in known:
            return Sentence(PERSONAL)
    return Sentence(COMMON) if any(one in data.common_passwords() for one in _guesses(folded)) else None


def strength(password: str) -> int:
    """0 to 3: 0 too easy to guess, 1 short, 2 fair, 3 strong."""
    if weakness(password):
        return 0
    return 1 + (len(password) >= FAIR) + (len(password) >= STRONG)


def _guesses(folded: str) -> set[str]:
    """The password as guessing programs try it: as it is, without digits at its end, with letters for signs."""
    without_end = re.sub(r"[\d\W_]{1,3}$", "", folded)
    spellings = {folded, without_end if len(without_end) >= SHORTEST else folded}
    return spellings | {one.translate(SUBSTITUTES) for one in spellings}


def _letters_and_digits(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
