"""Responses of the health checks."""

from typing import Literal

from pydantic import Field

from gsapp.schemas.api import Answered, example

Reason = Literal["database", "draining", "schema"]
Part = Literal["disk", "files", "outbox", "redis", "scheduler"]


class Alive(Answered):
    model_config = example(status="healthy")

    status: str


class Ready(Answered):
    model_config = example(status="ready", degraded=[], redis="up")

    status: str
    degraded: tuple[Part, ...] = Field(description="What does not work although this process can serve.")
    redis: Literal["up", "down"] | None = Field(
        default=None,
        description="Only where the site uses Redis. Without it everything works, but pages served by other processes "
        "follow more slowly.",
    )


class NotReady(Answered):
    model_config = example(status="not ready", reasons=["database"], degraded=[])

    status: str
    reasons: tuple[Reason, ...]
    degraded: tuple[Part, ...]
