"""A backup restored into an empty place is the same site: rows, photos, ID numbers, search."""

from pathlib import Path

import pytest
from sqlmodel import update

from gsapp import db, security
from gsapp.backup.making import make
from gsapp.config import Settings
from gsapp.models import User
from gsapp.queries.backups import last_backup_at
from gsapp.queries.need_search import find
from tests.backup.conftest import Place, restored
from tests.support import lives
from tests.support.samples import on, send

ODD = '漏水 🚰 "quoted" \\ back\u2028slash\x85 %s \' and\nlines\ttabs'


def a_lively_site() -> None:
    anna, bert = lives.people("anna", "bert")
    lives.confirmed(anna, bert, title="漏水", attachments=f"{send(anna)},{send(anna)}")
    lives.publish(anna, description="")
    with db.current().engine.begin() as connection:
        connection.execute(update(User).values(bio=ODD))
    send(bert)


def files_under(data_dir: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data_dir)): path.read_bytes() for path in on(data_dir) if "files" in path.parts}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
@pytest.mark.slow
def test_the_restored_site_is_the_same(site: Settings, tmp_path: Path, empty_place: Place, kind: str) -> None:
    a_lively_site()
    rows, files = lives.everything(), files_under(site.data_dir)
    assert db.read(last_backup_at) is None
    made = make(site, tmp_path / "backups")
    assert db.read(last_backup_at) == made.manifest.created_at
    place = empty_place(kind)
    result = restored(made.path, place)
    assert (result.differences, result.missing) == ([], [])
    assert lives.everything() == rows
    assert files_under(place.data_dir) == files
    assert len(files) == 6
    with db.current().read_only() as session:
        anna = session.get_one(User, 1)
        assert security.vault().id_numbers.open(anna.id_number, anna.id_number_index).endswith("ANNA")
    assert db.read(find, "漏水").ids == [1]
    assert lives.publish(lives.person("carl")) == 3, "ids continue"
