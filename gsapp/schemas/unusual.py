"""Unusual activity: read models of the page on which coordinators see attacks."""

from datetime import date

from gsapp.schemas.read_models import ReadModel


class FailedSignIns(ReadModel):
    """Failed sign-ins of one day (UTC). `networks` of them can be told apart."""

    day: date
    n: int
    networks: int


class RefusalCount(ReadModel):
    """Refusals of one kind, the name of an error, in the last days; `most_by_one` from one network or user."""

    kind: str
    n: int
    networks: int
    most_by_one: int


class RefusedAccount(ReadModel):
    user_id: int
    username: str
    n: int


class OddUsername(ReadModel):
    user_id: int
    username: str


class Unusual(ReadModel):
    """What coordinators should look at. `new_coordinators` and `password_links` count steps of the history."""

    days: int
    sign_ins: tuple[FailedSignIns, ...]
    refusals: tuple[RefusalCount, ...]
    accounts: tuple[RefusedAccount, ...]
    odd_usernames: tuple[OddUsername, ...]
    usernames_checked: int
    new_coordinators: int
    password_links: int
