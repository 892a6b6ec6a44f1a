"""Expected failures. Each carries an HTTP status and a sentence the user may read.

The sentence is a message of the catalogues with named values; pages and REST translate it at the edge. Anything that
is not a `DomainError` is a bug: it is logged with its trace and shown as a request id only.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from gsapp.i18n import N_, Translate


class Sentence(NamedTuple):
    """A message of the catalogues and the values that fill it in."""

    msgid: str
    values: Mapping[str, Any] = {}


class DomainError(Exception):
    """Base of all expected failures. `values` fill the placeholders of `sentence`."""

    status = 400
    sentence = N_("That did not work.")

    def __init__(self, **values: Any) -> None:
        super().__init__(self.sentence.format(**values) if values else self.sentence)
        self.values = values

    def text(self, t: Translate) -> str:
        return t(self.sentence, **self.values)


class RuleBroken(DomainError):
    """The step is not allowed in the life of this need, offer or match as it stands now."""


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
    """What was typed cannot be taken; `fields` maps each field at fault to its sentence."""

    status = 422
    sentence = N_("Something is missing or not right. Please look at the marked fields.")

    def __init__(self, fields: Mapping[str, Sentence]) -> None:
        super().__init__()
        self.fields = dict(fields)


class Taken(RuleBroken):
    """A value that must be unique belongs to somebody else; `field` names it."""

    field = ""


class TooMany(DomainError):
    """Throttled. `retry_after` is in whole seconds."""

    status = 429
    sentence = N_("Too many tries. Please wait {seconds} seconds and try again.")

    def __init__(self, retry_after: int) -> None:
        super().__init__(seconds=retry_after)
        self.retry_after = retry_after


class Busy(DomainError):
    """The database or the password hashing cannot take more work now; nothing was changed."""

    status = 503
    sentence = N_("We are very busy right now. Nothing was lost; please try again in a moment.")


class Unsure(DomainError):
    """The connection broke while a step was being saved, and trying again could not tell whether it had been."""

    status = 503
    sentence = N_("The connection broke just as this was saved. Please look whether it is there before you try again.")
