"""Usernames: characters, reserved words, and the key by which two that look alike are the same (UTS 39).

Usernames that were taken before these rules stay valid; the rules apply to new ones only.
"""

import re
import unicodedata
from functools import cache
from typing import NoReturn

from gsapp import data
from gsapp.i18n import LANGUAGES, N_, translator
from gsapp.schemas.forms import refuse
from gsapp.schemas.one_line import without_invisible
from gsapp.schemas.read_models import FORMER_MEMBER
from gsapp.vocabulary import is_former

MANAGED = "邻居-"
"""Prefix of the usernames that the program gives to residents without the internet."""

NUMBER_IN_USERNAME = N_("Everyone sees the username: please leave out phone and ID numbers.")
# Words of those who run the site. English words count as words of their own, because "badminton" is a hobby; Chinese
# ones anywhere, but for 官方 after 上: 上官 is a surname.
RESERVED_WORDS = {
    "admin",
    "administrator",
    "coordinator",
    "moderator",
    "official",
    "root",
    "staff",
    "support",
    "system",
}
RESERVED_PARTS = re.compile("goodservices|好服务|管理员|管理員|协调员|協調員|客服|系统消息|系统通知|(?<!上)官方")
# Scripts that are written together; letters of any other script do not mix with another.
TOGETHER = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH"}
TOP_LEVEL = "app|biz|cc|club|cn|co|com|edu|gov|info|io|link|me|net|online|org|ru|shop|site|tk|top|vip|xyz"
LINK = re.compile(rf"://|\bwww\.|@|\w\.(?:{TOP_LEVEL})(?![\w.])", re.IGNORECASE)
PHONE = re.compile(r"(?<!\d)(?:86)?1[3-9]\d{9}(?!\d)")
BORN = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
ID_CARD = re.compile(rf"(?<!\d)[1-9]\d{{5}}(?:(?:19|20)\d\d{BORN}\d{{3}}[\dx]|\d\d{BORN}\d{{3}})(?!\d)", re.IGNORECASE)


def check_username(value: str) -> str:
    """For pydantic: refuses a username with mixed scripts, reserved words, links, phone or ID numbers."""
    plain = _folded(value)
    if len(_scripts(plain)) > 1:
        refuse(N_("Please use the letters of one script only."))
    words = set(re.split(r"[^a-z]+", plain))
    former = is_former(plain) or username_key(value) in _labels_of_former_members()
    if former or words & RESERVED_WORDS or RESERVED_PARTS.search(plain) or plain.startswith(_folded(MANAGED)):
        _refuse_reserved()
    if LINK.search(plain):
        refuse(N_("A username cannot be a web or e-mail address."))
    digits = re.sub(r"(?<=\d)[\s._-]+(?=\d)", "", plain)
    if PHONE.search(digits) or ID_CARD.search(digits):
        refuse(NUMBER_IN_USERNAME)
    return value


def gives_away(username: str, secret: str) -> bool:
    """Whether a username gives away a number of the same person, however it is grouped."""
    bare = re.sub(r"[^0-9a-z]", "", _folded(secret))
    return len(bare) >= 6 and bare in re.sub(r"[^0-9a-z]", "", _folded(username))


def username_key(username: str) -> str:
    """The key that two usernames share if they can be mistaken for each other: NFKC, case folding, confusables."""
    folded = _folded(username)
    return "".join(_prototypes().get(letter, letter) for letter in folded if not letter.isspace()).replace("rn", "m")


def _refuse_reserved() -> NoReturn:
    refuse(N_("This username is reserved. Please choose another one."))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", without_invisible(text)).casefold())


def _scripts(text: str) -> set[str]:
    """The scripts of the letters of a text; those that are written together count as none."""
    named = {unicodedata.name(letter, "?").split()[0].split("-")[0] for letter in text if letter.isalpha()}
    return named - TOGETHER


@cache
def _labels_of_former_members() -> frozenset[str]:
    return frozenset(username_key(translator(language)(FORMER_MEMBER)) for language in LANGUAGES)


@cache
def _prototypes() -> dict[str, str]:
    return {letter: group[0] for group in data.confusables() for letter in group}
