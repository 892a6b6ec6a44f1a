"""Translation of the six kinds of help that are seeded into every database.

A kind is stored under one name, which coordinators may change. While it has its original name, pages show it in the
reader's language; exports and the REST API always contain the stored name.
"""

from gsapp.i18n import N_, Translator

# The stored names, and the messages shown for them.
STANDARD = {
    "管道维修": N_("Plumbing"),
    "助老服务": N_("Elder care"),
    "保洁服务": N_("Cleaning"),
    "就诊服务": N_("Doctor visit"),
    "营养餐服务": N_("Meals"),
    "定期接送服务": N_("Regular rides"),
}


def kind_name(t: Translator, stored: str) -> str:
    """The name of a kind of help in the language of `t`; the stored name if coordinators have changed it."""
    return t(STANDARD[stored]) if stored in STANDARD else stored
