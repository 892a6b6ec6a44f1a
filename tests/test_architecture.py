"""Rules about the code that neither ruff nor import-linter knows. Each is shown to fail on a sample."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.support.architecture import (
    RULES,
    Rule,
    actor_is_the_second_argument,
    no_name_of_a_package_hides_its_module,
    nothing_is_guarded_by_assert,
    one_place_starts_and_ends_what_a_process_has_once,
    only_db_commits,
    only_the_clock_knows_the_time,
    props_are_constant,
    script_and_markup_are_constant,
    the_bridge_is_typed,
    use_cases_are_plain_functions_of_a_session,
    words_of_events_are_in_one_table,
)

ROOT = Path(__file__).parents[1]
MAX_LINES_OF_A_FILE, MAX_LINES_OF_A_FUNCTION = 300, 60
APPLICATION = ("main.py", "gsapp", "pages")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    offences = [f"{path} {text}" for path, tree in _trees().items() for text in rule(path, tree)]
    assert not offences, "\n".join([rule.__doc__ or "", *offences])


@pytest.mark.parametrize(
    ("rule", "path", "source"),
    [
        (only_db_commits, "gsapp/services/needs.py", "session.commit()"),
        (only_db_commits, "gsapp/db/retries.py", "session.commit()"),
        (only_the_clock_knows_the_time, "gsapp/services/needs.py", "at = datetime.now(UTC)"),
        (only_the_clock_knows_the_time, "gsapp/models/needs.py", "Field(default_factory=datetime.datetime.utcnow)"),
        (only_the_clock_knows_the_time, "pages/needs/need.py", "today = date.today()"),
        (only_the_clock_knows_the_time, "gsapp/security/tokens.py", "expires = time.time() + 60"),
        (only_the_clock_knows_the_time, "gsapp/security/tokens.py", "from time import time"),
        (only_the_clock_knows_the_time, "gsapp/queries/needs.py", "select(Need).where(Need.ends_at < func.now())"),
        (script_and_markup_are_constant, "pages/needs/need.py", "ui.html(f'<b>{title}</b>')"),
        (script_and_markup_are_constant, "pages/needs/need.py", "put(Markup(f'<b>{title}</b>'))"),
        (script_and_markup_are_constant, "pages/needs/need.py", "client.run_javascript('go(' + url + ')')"),
        (script_and_markup_are_constant, "pages/needs/need.py", "script = f'go({url})'\nui.run_javascript(script)"),
        (script_and_markup_are_constant, "pages/needs/need.py", "table.add_slot('body', '<q-td>%s</q-td>' % name)"),
        (props_are_constant, "pages/needs/need.py", "ui.button().props(f'aria-label=\"{name}\"')"),
        (use_cases_are_plain_functions_of_a_session, "gsapp/services/needs.py", "def cancel(*, need_id, session): ..."),
        (use_cases_are_plain_functions_of_a_session, "gsapp/queries/needs.py", "async def board(session): ..."),
        (one_place_starts_and_ends_what_a_process_has_once, "gsapp/cli/users.py", "security.configure(settings)"),
        (actor_is_the_second_argument, "gsapp/services/needs.py", "def cancel(session, *, actor, need_id): ..."),
        (actor_is_the_second_argument, "gsapp/services/needs.py", "def cancel(session, need_id, actor): ..."),
        (actor_is_the_second_argument, "gsapp/flows/password_links.py", "def issue(*, actor, user_id): ..."),
        (the_bridge_is_typed, "pages/core/actions.py", "async def do(ctx: Ctx, /, **kwargs: Any) -> R: ..."),
        (the_bridge_is_typed, "pages/core/actions.py", "async def load(query: Callable[..., R]) -> R: ..."),
        (the_bridge_is_typed, "pages/live/regions.py", "class Live:\n    def region(self, render: 'Render[Any]'): ..."),
        (the_bridge_is_typed, "gsapp/api/reading.py", "Shape = Callable[[Any, Any], BaseModel]"),
        (the_bridge_is_typed, "gsapp/db/__init__.py", "def run(use_case: Callable[..., R], *args: object) -> R: ..."),
        (nothing_is_guarded_by_assert, "pages/core/session.py", "assert self.actor is not None  # noqa: S101"),
        (no_name_of_a_package_hides_its_module, "gsapp/events/__init__.py", "bus: Bus[Event] = Bus()"),
        (no_name_of_a_package_hides_its_module, "gsapp/events/__init__.py", "first, bus = 1, Bus()"),
        (no_name_of_a_package_hides_its_module, "gsapp/events/__init__.py", "def relay(): ..."),
        (no_name_of_a_package_hides_its_module, "gsapp/startup/__init__.py", "from gsapp.startup.seed import seed"),
        (words_of_events_are_in_one_table, "pages/inbox/inbox.py", "ICONS = {'OfferMade': 'handshake'}"),
        (words_of_events_are_in_one_table, "pages/inbox/inbox.py", "SAID = {events.OfferMade: (1, N_('An offer'))}"),
        (words_of_events_are_in_one_table, "gsapp/schemas/inbox.py", "A = {NotificationKind.ASKED: N_('A question')}"),
    ],
)
def test_the_rule_finds_what_breaks_it(rule: Rule, path: str, source: str) -> None:
    assert list(rule(path, ast.parse(source)))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("gsapp/db/transactions.py", "session.commit()"),
        ("gsapp/services/needs.py", "at = clock.now()\nlast = monotonic()\ntime.sleep(1)"),
        ("gsapp/services/needs.py", "def cancel(session, actor, *, need_id): ...\ndef month_of(day): ..."),
        ("gsapp/effects/notify.py", "RECIPIENTS_BY_EVENT = {events.OfferMade: _author(NotificationKind.OFFER_MADE)}"),
        (
            "pages/needs/need.py",
            "ui.run_javascript(js_call('gs.live.patch', n))\nui.add_head_html(HEAD)\nui.html('<hr>', sanitize=False)",
        ),
        (
            "pages/core/actions.py",
            "async def load(query: Query[P, R], *args: P.args) -> R: ...\ndef _kept(it: Any): ...",
        ),
        ("gsapp/startup/__init__.py", "from gsapp.startup import seed"),
        ("pages/needs/need.py", "ui.button().props('flat dense')\nbutton.props['aria-label'] = name\nicon.props(ICON)"),
    ],
)
def test_the_rules_let_good_code_pass(path: str, source: str) -> None:
    assert not [text for rule in RULES for text in rule(path, ast.parse(source))]


def test_files_stay_small_enough_to_read() -> None:
    long = [f"{file.relative_to(ROOT)}: {n}" for file in _all_files() if (n := _line_count(file)) > MAX_LINES_OF_A_FILE]
    assert not long, f"split these, {MAX_LINES_OF_A_FILE} lines are the most: {long}"


def test_functions_stay_small_enough_to_read() -> None:
    long = [f"{file.relative_to(ROOT)} {name}" for file in _all_files() for name in _long_functions(file.read_text())]
    assert not long, f"split these, {MAX_LINES_OF_A_FUNCTION} lines are the most: {long}"


def test_a_function_is_measured_from_its_signature_to_its_end() -> None:
    lines = ["class A:", "    async def b(self):", *["        pass"] * (MAX_LINES_OF_A_FUNCTION - 1)]
    assert not list(_long_functions("\n".join(lines)))
    assert list(_long_functions("\n".join([*lines, "        pass"]))) == ["b: 61"]


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"util", "utils", "helpers", "misc", "common"}
    assert not [str(file) for file in _all_files() if drawers & {file.stem, file.parent.name}]


@cache
def _trees() -> dict[str, ast.Module]:
    """The parsed application; parsing it for each rule anew would take longer than all rules."""
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text()) for file in _files(*APPLICATION)}


def _files(*places: str) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _all_files() -> Iterator[Path]:
    """All Python files but the migrations, which are history."""
    return (file for file in _files(*APPLICATION, "tests", "benchmarks") if "versions" not in file.parts)


def _long_functions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_LINES_OF_A_FUNCTION:
                yield f"{node.name}: {lines}"


def _line_count(file: Path) -> int:
    return file.read_text().count("\n")
