"""Rules for the style sheets and scripts in pages/assets. Each is shown to fail on a sample."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.core import theme

LOCK = Path(__file__).parents[1] / ".ci" / "node" / "package-lock.json"
STYLES, SCRIPTS = (sorted((theme.ASSETS / folder).glob(f"*.{folder}")) for folder in ("css", "js"))
HARD_STOP = 300
LINE = 120
# Set by the libraries on the page: Quasar, NiceGUI, and Plotly within a chart.
FOREIGN = re.compile(
    r"(q-|nicegui-|body--)|(app|popup|too_long_message_popup|esm-fallback"
    r"|js-plotly-plot|main-svg|js-line|annotation|hoverlayer|points?|xaxislayer-above|xtick)$"
)
NAMESPACE = "namespace.js"


def foreign_names(css: str) -> Iterator[str]:
    """Classes and ids in selectors without our prefix and without a library's."""
    plain = re.sub(r"/\*.*?\*/|url\([^)]*\)|\"[^\"]*\"", "", css, flags=re.DOTALL)
    for selector in re.findall(r"([^{};]+)\{", plain):
        for mark, name in re.findall(r"([.#])(-?[A-Za-z_][\w-]*)", selector):
            if not name.startswith("gs-") and not FOREIGN.match(name):
                yield f"{mark}{name}"


def globals_written(js: str) -> Iterator[str]:
    """Names that a script adds to the global scope."""
    code = re.sub(r"^\s*//.*$", "", js, flags=re.MULTILINE).strip()
    if not (code.startswith("(() => {") and code.endswith("})();")):
        yield "the script is not one function that is called immediately"
    yield from re.findall(r"\b(?:window|globalThis|self)\.(\w+)(?:\.\w+)*\s*(?:[-+*/|&?]*=)(?![=>])", code)


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_classes_and_ids_have_one_prefix(file: Path) -> None:
    assert sorted(set(foreign_names(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_writes_another_global_than_gs(file: Path) -> None:
    if file.name == NAMESPACE:
        code = re.sub(r"^//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert code.strip() == "window.gs = {};"
    else:
        assert list(globals_written(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("css", [".card { color: red }", "@media print { .gs-a > .now:hover {} }", "#main {}"])
def test_a_name_without_prefix_is_found(css: str) -> None:
    assert list(foreign_names(css))


@pytest.mark.parametrize("css", [".gs-a:not(.q-btn) { margin: .5rem } /* .old */", "i { background: url(a.svg) }"])
def test_names_with_prefix_pass(css: str) -> None:
    assert not list(foreign_names(css))


@pytest.mark.parametrize(
    "js", ["const a = 1;", "(() => {\n  window.gsGo = 1;\n})();", "(() => {\n  globalThis.a ??= 1;\n})();"]
)
def test_a_global_is_found(js: str) -> None:
    assert list(globals_written(js))


def test_a_script_that_reads_globals_passes() -> None:
    assert not list(globals_written("// One\n(() => {\n  if (window.socket?.connected === true) gs.a = {};\n})();\n"))


def test_every_file_is_in_a_bundle_or_served_by_itself() -> None:
    alone = {"css": {"offline.css"}, "js": {"offline.js", "service-worker.js"}}
    assert {file.name for file in STYLES} == {*theme.STYLES, *alone["css"]}
    assert {file.name for file in SCRIPTS} == {*theme.SCRIPTS, *alone["js"]}
    assert theme.SCRIPTS[0] == NAMESPACE


@pytest.mark.parametrize("name", theme.BUNDLES)
def test_a_bundle_has_neither_comments_nor_indentation(name: str) -> None:
    lines = theme.bundle(name).splitlines()
    assert len(lines) > HARD_STOP
    assert [line for line in lines if re.match(r"\s|//|/\*|$", line)] == []


def test_a_script_of_others_is_the_one_that_was_published() -> None:
    vendor = theme.ASSETS / "vendor"
    sums = dict(re.findall(r"^\| `(\S+)` .* `([0-9a-f]{64})` \|$", (vendor / "README.md").read_text(), re.MULTILINE))
    assert sums == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in vendor.glob("*.js")}


def test_no_comment_is_longer_than_a_line() -> None:
    """The formatter breaks code at 120 characters and leaves comments as they are."""
    lines = [(file.name, line) for file in (*STYLES, *SCRIPTS) for line in file.read_text("utf-8").splitlines()]
    assert [(name, line) for name, line in lines if len(line) > LINE and re.match(r"\s*(//|/\*)", line)] == []


def test_files_stay_small_enough_to_read() -> None:
    lines = {file.name: file.read_text(encoding="utf-8").count("\n") for file in (*STYLES, *SCRIPTS)}
    assert {name: count for name, count in lines.items() if count > HARD_STOP} == {}


def test_the_linter_is_pinned_by_content_and_by_no_address() -> None:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert installed
    assert [name for name, package in installed.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in installed.items() if "resolved" in package] == []
