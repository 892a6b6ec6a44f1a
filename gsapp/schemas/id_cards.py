"""Chinese ID card numbers (GB 11643): check digit by ISO 7064 MOD 11-2, and the date of birth in the number."""

import re
from datetime import date

from gsapp import clock
from gsapp.i18n import N_

LENGTH = 18
OLDEST = 130
"""Years: a number with an earlier date of birth is a mistyped one."""
ADULT_ENOUGH = 14
"""Years: personal data of younger people is processed with the consent of a guardian only (PIPL, article 31)."""
WRONG_LENGTH = N_("The number of an ID card has 18 characters; the last one may be an X.")
MISTYPED = N_("This is not the number of an ID card. Please compare it with the card, digit by digit.")
TOO_YOUNG = N_(
    "With less than 14 years one cannot register alone. Please ask a parent or guardian, or ring a coordinator."
)
WEIGHTS = tuple(2**place % 11 for place in range(LENGTH - 1, -1, -1))


def refusal(number: str) -> str | None:
    """Why this number is refused at registration, as a msgid, or `None`.

    The older numbers of 15 digits have not been valid since 2013.
    """
    if not re.fullmatch(r"[0-9]{17}[0-9Xx]", number):
        return WRONG_LENGTH
    born = date_of_birth(number)
    today = clock.local_now().date()
    if born is None or born > today or today.year - born.year > OLDEST or not _check_digit_is_right(number):
        return MISTYPED
    return TOO_YOUNG if _age(born, today) < ADULT_ENOUGH else None


def date_of_birth(number: str) -> date | None:
    """The date of birth in a number of 18 characters; `None` if there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def check_digit(first_17: str) -> str:
    """The 18th character for the first 17 digits: a digit, or X for 10."""
    rest = (12 - sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=False)) % 11) % 11
    return "X" if rest == 10 else str(rest)


def _check_digit_is_right(number: str) -> bool:
    return check_digit(number[:17]) == number[17].upper()


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
