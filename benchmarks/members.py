"""Members of a town, with access tokens for the requests of the benchmark."""

from dataclasses import dataclass
from functools import cached_property

from sqlmodel import col, select

from benchmarks.towns import KEYS, Town, dice
from gsapp.models import User
from gsapp.security.access_tokens import AccessTokens
from gsapp.vocabulary import Role

SOME = 200
_tokens = AccessTokens(KEYS["SECRET_KEY"], minutes=24 * 60)


@dataclass(frozen=True)
class Member:
    id: int
    username: str
    generation: int

    @cached_property
    def token(self) -> str:
        return _tokens.issue(user_id=self.id, username=self.username, generation=self.generation)


class Members:
    """A random sample of members (`some`), the same in each run."""

    def __init__(self, town: Town) -> None:
        columns = select(User.id, User.username, User.token_generation)
        statement = columns.where(col(User.suspended_at).is_(None), User.role == Role.MEMBER).order_by(col(User.id))
        found = [Member(*each) for each in town.query(statement.limit(50_000))]
        self.some = dice().sample(found, min(SOME, len(found)))
