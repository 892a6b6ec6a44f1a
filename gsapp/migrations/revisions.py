"""The revisions that this version of the program knows, oldest first, and which older versions each is compatible with.

A revision module declares `compatible_with`: the oldest revision whose program can still run on the new schema. It is
an older revision if the change only expands the schema, and its own number if the change contracts it.
"""

import functools
from pathlib import Path

from alembic.config import Config
from alembic.script import Script, ScriptDirectory


def config() -> Config:
    chosen = Config()
    chosen.set_main_option("script_location", str(Path(__file__).parent))
    return chosen


@functools.cache
def chain() -> tuple[Script, ...]:
    return tuple(reversed(list(ScriptDirectory.from_config(config()).walk_revisions())))


@functools.cache
def known() -> frozenset[str]:
    return frozenset(script.revision for script in chain())


@functools.cache
def newest() -> str:
    """The revision that this version of the program requires."""
    return chain()[-1].revision


def above(revision: str | None, *, up_to: str | None = None) -> tuple[Script, ...]:
    """The known revisions after `revision`, all or those up to another one, in the order of an upgrade."""
    return tuple(s for s in chain() if s.revision > (revision or "") and s.revision <= (up_to or newest()))


def oldest_compatible(revision: str | None) -> str | None:
    """The oldest revision whose program can run on the schema `revision`: the strictest declaration up to it."""
    return (
        max((script.module.compatible_with for script in above(None, up_to=revision)), default=None)
        if revision
        else None
    )


def expands(script: Script) -> bool:
    """Whether processes of the previous version can keep running on the schema after this revision."""
    return bool(script.module.compatible_with < script.revision)
