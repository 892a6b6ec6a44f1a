"""The inventory of personal data: complete, kept by the retention rules, and the same in docs/privacy.md."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from gsapp import clock
from gsapp.i18n import translator
from gsapp.models import metadata
from gsapp.schemas import retention
from gsapp.schemas.personal_data import NOT_PERSONAL, RULES, kept_for, seen_by
from gsapp.schemas.privacy_rules import ALWAYS, Rule
from gsapp.services import pruning
from tests.support.lives import NOON

DOCUMENT = Path(__file__).parents[2] / "docs" / "privacy.md"
EN = translator("en")


def row(rule: Rule) -> str:
    tables = ", ".join(f"`{name}`" for name in dict.fromkeys(column.split(".")[0] for column in rule.columns))
    kept = kept_for(EN, rule)
    return (
        f"| {EN(rule.what)} | {EN(rule.why)} | {seen_by(EN, rule.key)} | {kept} | {EN(rule.leaving.value)} | {tables} |"
    )


def test_every_column_is_personal_by_one_rule_or_explicitly_not() -> None:
    stored = {f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns}
    listed = Counter(column for rule in RULES.values() for column in rule.columns)
    listed.update(NOT_PERSONAL)
    assert stored - set(listed) == set(), "give each new column a rule in gsapp/schemas/personal_data.py"
    assert set(listed) - stored == set()
    assert [column for column, times in listed.items() if times > 1] == []


def test_every_period_is_a_constant_that_a_retention_rule_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    periods = [name for name in vars(retention) if name.isupper()]
    for name in periods:
        before = conditions()
        with monkeypatch.context() as patched:
            patched.setattr(retention, name, getattr(retention, name) + timedelta(days=7))
            assert conditions() != before, f"no retention rule uses {name}"
    kept = {rule.kept for rule in RULES.values()} - {None, ALWAYS}
    assert kept <= {getattr(retention, name) for name in periods}


def conditions() -> list[str]:
    """The conditions of all retention rules with their values, on one day."""
    with clock.at(NOON):
        compiled = [clause.compile() for rule in pruning.rules() for clause in rule.where]
    return [f"{clause} {clause.params}" for clause in compiled]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_the_document_says_what_the_rules_say(rule: Rule) -> None:
    assert row(rule) in DOCUMENT.read_text(encoding="utf-8").splitlines()
