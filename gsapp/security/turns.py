"""Whose turn it is to have a password hashed: the lanes of the queue, and the key that they are counted by."""

from typing import NamedTuple

BROWSER = "browser"
"""Signed-in users, and sign-ins to an account from a browser that has signed in to it before (device cookie)."""
ADDRESS = "address"
"""Sign-ins from a network in which a sign-in has succeeded lately."""
STRANGER = "stranger"
REGISTRATION = "registration"

ORDER = (BROWSER, ADDRESS, BROWSER, STRANGER, BROWSER, ADDRESS, BROWSER, REGISTRATION)
"""Each lane has its places and its share of the processor, so that a flood in one leaves room for the others."""


class Turn(NamedTuple):
    """A place in the queue. `network` is what is counted by; None is never too many."""

    lane: str = BROWSER
    network: str | None = None


UNCOUNTED = Turn()
