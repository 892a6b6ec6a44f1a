"""What people are called on pages."""

from gsapp.errors import Translate
from gsapp.i18n import N_
from gsapp.vocabulary import is_former

FORMER_MEMBER = N_("a former member")


def called(t: Translate, username: str) -> str:
    """A username, or in its place that its owner has left."""
    return t(FORMER_MEMBER) if is_former(username) else username
