"""The six kinds of help that every database starts with, in the reader's language.

A kind is stored under one name, which coordinators may change. As long as it is the name it began with, readers see it
in their own language; files and the API always say the stored one.
"""

from gsapp.i18n import N_, Translator

# What is stored: what it is called here.
STANDARD = {
    "管道维修": N_("Plumbing"),
    "助老服务": N_("Elder care"),
    "保洁服务": N_("Cleaning"),
    "就诊服务": N_("Doctor visit"),
    "营养餐服务": N_("Meals"),
    "定期接送服务": N_("Regular rides"),
}


def kind_name(t: Translator, stored: str) -> str:
    """What a reader calls this kind of help."""
    return t(STANDARD[stored]) if stored in STANDARD else stored
