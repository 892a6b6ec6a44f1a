"""Photos for the needs of the sample town, prepared and stored like every upload."""

import hashlib

from sqlmodel import Session

from gsapp.access import Actor
from gsapp.demo.scenes import scene_of
from gsapp.media.kinds import prepare
from gsapp.media.storage import storage
from gsapp.schemas.files import Attachment
from gsapp.services import files

FIRST_WITH_PHOTOS = 75
"""Older needs have no photos: they are rarely looked at, and preparing photos takes time."""


def photos(session: Session, *, actor: Actor, need: int, title: str) -> str:
    """Store the photos for need number `need` and return their names, separated by commas; many needs have none."""
    draw = scene_of(title)
    if draw is None or need < FIRST_WITH_PHOTOS:
        return ""
    scene, turned = draw(), need % 2 == 0
    views = [scene.jpeg(from_the_other_side=turned)]
    if need % 3 == 0:
        views.append(scene.jpeg(from_the_other_side=turned, closer=True))
    return ",".join(_stored(session, actor, f"{need}-{number}", view) for number, view in enumerate(views))


def _stored(session: Session, actor: Actor, key: str, picture: bytes) -> str:
    with storage().part() as part:
        part.write_bytes(picture)
        ready = prepare(part)
        # A deterministic name: if creating the town fails and is repeated, no unused file remains.
        name = hashlib.blake2s(key.encode(), digest_size=16).hexdigest()
        file = Attachment(name=f"{name}.{ready.ending}", width=ready.width, height=ready.height)
        size = part.stat().st_size
        storage().keep(file.name, part, ready.small)
    files.store_file(session, actor=actor, file=file, size=size)
    return file.name
