"""The pictures that people of the sample town add to their needs, taken in as every upload is."""

import hashlib

from sqlmodel import Session

from gsapp.access import Actor
from gsapp.demo.scenes import scene_of
from gsapp.media.kinds import prepare
from gsapp.media.storage import storage
from gsapp.schemas.files import Attachment
from gsapp.services import files

FIRST = 75
"""Older needs go without: nobody turns so many pages, and people wait while the pictures are taken in."""


def photos(session: Session, *, actor: Actor, need: int, title: str) -> str:
    """Take in what this author photographed for a need of this number, and return its list of names; often none."""
    draw = scene_of(title)
    if draw is None or need < FIRST:
        return ""
    scene, turned = draw(), need % 2 == 0
    views = [scene.jpeg(from_the_other_side=turned)]
    if need % 3 == 0:
        views.append(scene.jpeg(from_the_other_side=turned, closer=True))
    return ",".join(_kept(session, actor, f"{need}-{number}", view) for number, view in enumerate(views))


def _kept(session: Session, actor: Actor, mark: str, picture: bytes) -> str:
    with storage().part() as part:
        part.write_bytes(picture)
        ready = prepare(part)
        # Always the same name: a town that is made again, after a step that failed, leaves nothing behind.
        name = hashlib.blake2s(mark.encode(), digest_size=16).hexdigest()
        file = Attachment(name=f"{name}.{ready.ending}", width=ready.width, height=ready.height)
        size = part.stat().st_size
        storage().keep(file.name, part, ready.small)
    files.store_file(session, actor=actor, file=file, size=size)
    return file.name
