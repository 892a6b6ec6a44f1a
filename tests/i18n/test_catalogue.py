"""The catalogue matches the source, and no visible text bypasses it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from gsapp.i18n.extraction import ROOT, extracted, stored

PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")
# Where a page hands text to a reader: the positional or named argument must come from the translator.
SPEAKING_CALLS = {"label", "button", "notify", "link", "tooltip", "page_title", "badge", "chip", "input", "select"}
SPEAKING_ARGUMENTS = {"text", "label", "placeholder", "title", "caption", "hint", "question", "message"}
LETTERS = re.compile(r"[A-Za-z\u4e00-\u9fff]{2}")


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _translations(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_every_message_of_the_source_stands_in_the_catalogue_and_no_other() -> None:
    source = {_ids(message) for message in extracted() if message.id}
    catalogue = {_ids(message) for message in stored() if message.id}
    assert sorted(source - catalogue) == [], "missing; run: make messages"
    assert sorted(catalogue - source) == [], "unused; run: make messages"


def test_every_message_is_translated() -> None:
    assert [_ids(message) for message in stored() if message.id and not all(_translations(message))] == []


def test_no_translation_is_a_guess() -> None:
    """What is marked as fuzzy is left out when the catalogue is read: readers would see the English."""
    assert [_ids(message) for message in stored() if message.id and message.fuzzy] == []


def test_translations_use_the_placeholders_of_their_message() -> None:
    wrong = []
    for message in stored():
        known = {name for text in _ids(message) for name in PLACEHOLDER.findall(text)}
        for text in _translations(message):
            if message.id and set(PLACEHOLDER.findall(text)) != known:
                wrong.append((message.id, text))
    assert wrong == []


def _words_outside_the_catalogue(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        spoken = [*node.args[:1]] if name in SPEAKING_CALLS else []
        spoken += [keyword.value for keyword in node.keywords if keyword.arg in SPEAKING_ARGUMENTS]
        for value in spoken:
            texts = value.values if isinstance(value, ast.JoinedStr) else [value]
            for text in texts:
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and LETTERS.search(text.value):
                    yield f"line {node.lineno}: {text.value!r}"


@pytest.mark.parametrize("path", sorted((ROOT / "pages").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_says_nothing_outside_the_catalogue(path: Path) -> None:
    assert list(_words_outside_the_catalogue(path.read_text(encoding="utf-8"))) == []


def test_the_check_for_words_outside_the_catalogue_finds_them() -> None:
    sample = 'ui.label("Hello")\nfield(ctx, label=f"name {x}")\nui.label(t("fine"))\nui.label("·")'
    assert list(_words_outside_the_catalogue(sample)) == ["line 1: 'Hello'", "line 2: 'name '"]


def _unfilled_placeholders(source: str) -> Iterator[str]:
    """Calls of a translator whose values do not have the names in the message: a page would break when it is built."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and node.keywords and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        values = {keyword.arg for keyword in node.keywords}
        names = set(PLACEHOLDER.findall(str(node.args[0].value)))
        if ast.unparse(node.func).split(".")[-1] == "t" and None not in values and names != values:
            yield f"line {node.lineno}: {node.args[0].value!r}"


def test_a_call_of_a_translator_fills_the_placeholders_of_its_message() -> None:
    files = sorted(path for folder in ("gsapp", "pages") for path in (ROOT / folder).rglob("*.py"))
    assert [(path.name, *wrong) for path in files if (wrong := list(_unfilled_placeholders(path.read_text())))] == []


def test_the_check_for_placeholders_finds_a_wrong_name() -> None:
    sample = 't("{a} of {b}", a=1, b=2)\nctx.t("{a} of {b}", a=1, c=2)\nt("{a}", **values)'
    assert list(_unfilled_placeholders(sample)) == ["line 2: '{a} of {b}'"]
