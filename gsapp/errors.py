"""Expected errors, each with an HTTP status and a message for the user.

The message is a msgid of the translation catalogues with placeholders; pages and REST API translate it. Any other
exception is a bug: it is logged with its traceback, and the user only sees the request id.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gsapp.i18n import N_, Translate


class Sentence(NamedTuple):
    """A msgid of the translation catalogues and the values of its placeholders."""

    msgid: str
    values: Mapping[str, Any] = {}


class DomainError(Exception):
    """Base of all expected errors. `values` fill the placeholders of `sentence`."""

    status = 400
    sentence = N_("That did not work.")

    def __init__(self, **values: Any) -> None:
        super().__init__(self.sentence.format(**values) if values else self.sentence)
        self.values = values

    def text(self, t: Translate) -> str:
        """The translated message."""
        return t(self.sentence, **self.values)


class RuleBroken(DomainError):
    """The current state of a need, offer or match does not allow this action."""


class NotSignedIn(DomainError):
    status = 401
    sentence = N_("Please sign in first.")


class NotAllowed(DomainError):
    status = 403
    sentence = N_("This is not yours to change.")


class NotFound(DomainError):
    status = 404
    sentence = N_("We could not find that. It may have been removed.")


class Invalid(DomainError):
    """Validation error; `fields` maps each invalid field to its message."""

    status = 422
    sentence = N_("Something is missing or not right. Please look at the marked fields.")

    def __init__(self, fields: Mapping[str, Sentence]) -> None:
        super().__init__()
        self.fields = dict(fields)


class Taken(RuleBroken):
    """A value that this account cannot have, mostly because another record has it; `field` names it."""

    field = ""


class TooMany(DomainError):
    """Rate limit exceeded. `retry_after` is in whole seconds."""

    status = 429
    sentence = N_("Too many tries. Please wait {seconds} seconds and try again.")

    def __init__(self, retry_after: int) -> None:
        super().__init__(seconds=retry_after)
        self.retry_after = retry_after


class Busy(DomainError):
    """The database or the password hashing is overloaded; nothing was changed, and a retry is safe."""

    status = 503
    sentence = N_("We are very busy right now. Nothing was lost; please try again in a moment.")


class CannotSave(Busy):
    """The disk of the database is full, or the database read-only; nothing was changed."""

    sentence = N_("Nothing can be saved at the moment. What was saved before is safe; please try again later.")


class Unsure(DomainError):
    """The connection was lost during a commit, and the retry could not determine whether it had succeeded."""

    status = 503
    sentence = N_("The connection broke just as this was saved. Please look whether it is there before you try again.")
