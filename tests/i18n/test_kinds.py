"""The six kinds of help in the reader's language."""

from gsapp.i18n import translator
from gsapp.i18n.kinds import STANDARD, kind_name
from gsapp.startup import seed


def test_every_kind_that_a_database_starts_with_has_an_english_name_and_keeps_its_chinese_one() -> None:
    stored = [name for name, _ in seed.SERVICE_TYPES]
    assert list(STANDARD) == stored
    assert [kind_name(translator("zh-CN"), name) for name in stored] == stored
    assert kind_name(translator("en"), "管道维修") == "Plumbing"


def test_a_kind_that_a_coordinator_named_is_called_so_in_every_language() -> None:
    assert kind_name(translator("en"), "修电脑") == "修电脑"
