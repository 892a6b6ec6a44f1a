"""Rules about the code that neither ruff nor import-linter knows. Each is shown to fail on a sample."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gsapp import events

ROOT = Path(__file__).parents[1]
MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION = 300, 60
APPLICATION = ("main.py", "gsapp", "pages")
OTHER_CLOCKS = {
    "gsapp/clock.py": "the one that all others use",
    "gsapp/security/throttle.py": "the limits library counts by time.time, so its waits must be told by it",
}
# What hands a function and its arguments on, from pages and REST to the database.
BRIDGE = (
    "pages/core/actions.py",
    "pages/live/regions.py",
    "gsapp/api/reading.py",
    "gsapp/db/",
    "gsapp/services/on_behalf",
    "pages/components/questions.py",
)


WORDS_OF_EVENTS = ("gsapp/effects/event_words.py", "gsapp/effects/notification_texts.py")
EVENTS = {name for name, kind in vars(events).items() if isinstance(kind, type) and issubclass(kind, events.Event)}
Rule = Callable[[str, ast.Module], Iterator[str]]

# Where script or markup is put together from parts on purpose: "file:function" and why that is safe.
ASSEMBLED_ON_PURPOSE: dict[str, str] = {
    "pages/components/markup.py:put": "takes Markup only, whose format() escapes every value",
    "pages/core/theme.py:source": "reads a file of our own from assets/",
    "pages/core/theme.py:apply": "the addresses of our own style sheets and scripts",
}


def only_db_commits(path: str, tree: ast.Module) -> Iterator[str]:
    """One place commits, so one place decides when events leave."""
    if path != "gsapp/db/transactions.py":
        for call in _calls(tree):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
                yield f"line {call.lineno}: only gsapp/db/transactions.py commits"


def only_the_clock_knows_the_time(path: str, tree: ast.Module) -> Iterator[str]:
    """Tests stop the clock; whatever reads another one goes on."""
    if path in OTHER_CLOCKS:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time" and {"time", "time_ns"} & _names(node):
            yield f"line {node.lineno}: time.time is for gsapp/clock.py only"
        if isinstance(node, ast.Attribute) and re.fullmatch(
            r"(.*\.)?(datetime|date|dt)\.(now|utcnow|today)|time\.time(_ns)?|func\.(now|current_timestamp)",
            ast.unparse(node),
        ):
            yield f"line {node.lineno}: {ast.unparse(node)} is for gsapp/clock.py only"


def script_and_markup_are_constant(path: str, tree: ast.Module) -> Iterator[str]:
    """A user's value put into script, markup or a template would run. Values travel by js_call or Markup.format."""
    if not path.startswith("pages/"):
        return
    takers = {"html", "add_head_html", "add_body_html", "run_javascript", "add_slot", "Markup"}
    for function, call in _calls_with_function(tree):
        name = ast.unparse(call.func).split(".")[-1]
        arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg != "sanitize")]
        if name in takers and f"{path}:{function}" not in ASSEMBLED_ON_PURPOSE:
            for argument in arguments:
                if not _constant(argument):
                    yield f"line {call.lineno}: {name}({ast.unparse(argument)}) is not constant"


def props_are_constant(path: str, tree: ast.Module) -> Iterator[str]:
    """props() parses its text: a quotation mark in a value would start another property. Use .props[key] = value."""
    if path.startswith("pages/"):
        for call in _calls(tree):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "props":
                for argument in call.args:
                    if not _constant(argument):
                        yield f"line {call.lineno}: props({ast.unparse(argument)}) is not constant"


def use_cases_are_plain_functions_of_a_session(path: str, tree: ast.Module) -> Iterator[str]:
    """Every edge hands over a session, first, on a thread, and may run the function again: never async."""
    if not path.startswith(("gsapp/services/", "gsapp/queries/")):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef):
            yield f"line {node.lineno}: {node.name} is async"
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            if "session" in names[1:]:
                yield f"line {node.lineno}: {node.name} does not take the session first"


def one_place_starts_and_ends_what_a_process_has_once(path: str, tree: ast.Module) -> Iterator[str]:
    """In gsapp/startup/__init__.py everything is made in one order and ended in the other: see docs/decisions/0019."""
    ones = {"logs.configure", "clock.set_zone", "security.configure", "security.forget", "place.use", "place.forget"}
    ones |= {"db.connect", "db.dispose", "relay.start", "relay.connect"}
    if path != "gsapp/startup/__init__.py":
        for call in _calls(tree):
            if ast.unparse(call.func) in ones:
                yield f"line {call.lineno}: {ast.unparse(call.func)} is for gsapp/startup/__init__.py"


def actor_is_the_second_argument(path: str, tree: ast.Module) -> Iterator[str]:
    """Who acts comes right after the session, by position, or `do()` could not hand it over. A flow has no session."""
    if not path.startswith(("gsapp/services/", "gsapp/flows/")):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            by_position = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            names = [*by_position, *(argument.arg for argument in node.args.kwonlyargs)]
            first = [name for name in by_position if name != "session"][:1]
            if "actor" in names and first != ["actor"]:
                yield f"line {node.lineno}: {node.name} does not take the actor by position, after the session"


def the_bridge_is_typed(path: str, tree: ast.Module) -> Iterator[str]:
    """With `Any` or `Callable[..., R]` mypy sees no call that passes here. Take `Query[P, R]` and `*args: P.args`."""
    if path.startswith(BRIDGE):
        for node in _public(tree):
            for annotation in _annotations(node):
                if re.search(r"\bAny\b|Callable\[\.\.\.,", ast.unparse(annotation)):
                    yield f"line {annotation.lineno}: {ast.unparse(annotation)} hides what is called"


def nothing_is_guarded_by_assert(path: str, tree: ast.Module) -> Iterator[str]:
    """`python -O` leaves asserts out, and a noqa hides them from ruff's S101: raise an error with a sentence."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            yield f"line {node.lineno}: assert {ast.unparse(node.test)}"


def no_name_of_a_package_hides_its_module(path: str, tree: ast.Module) -> Iterator[str]:
    """`from gsapp.events import bus` must give the module of that name, whatever has been imported before."""
    package = Path(path).parent
    if Path(path).name != "__init__.py":
        return
    modules = {file.stem for file in (ROOT / package).iterdir() if file.suffix == ".py" or file.is_dir()}
    for node in tree.body:
        own = isinstance(node, ast.ImportFrom) and node.module == ".".join(package.parts)
        for name in () if own else _bound(node):
            if name in modules:
                yield f"line {node.lineno}: {name} is also a module of this package"


def words_of_events_are_in_one_table(path: str, tree: ast.Module) -> Iterator[str]:
    """A second table of texts by event, by its name or by kind of notification, is forgotten when an event is added."""
    if path in WORDS_OF_EVENTS:
        return
    for table in ast.walk(tree):
        if isinstance(table, ast.Dict) and any(_means_an_event(key) for key in table.keys if key is not None):
            inside = (part for value in table.values for part in ast.walk(value))
            if any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in inside):
                yield f"line {table.lineno}: texts by event belong in gsapp/effects/event_words.py"


RULES: list[Rule] = [
    only_db_commits,
    only_the_clock_knows_the_time,
    script_and_markup_are_constant,
    props_are_constant,
    use_cases_are_plain_functions_of_a_session,
    one_place_starts_and_ends_what_a_process_has_once,
    actor_is_the_second_argument,
    the_bridge_is_typed,
    nothing_is_guarded_by_assert,
    no_name_of_a_package_hides_its_module,
    words_of_events_are_in_one_table,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_code_keeps_the_rule(rule: Rule) -> None:
    sources = {str(file.relative_to(ROOT)): file.read_text() for file in _files(*APPLICATION)}
    offences = [f"{path} {text}" for path, source in sources.items() for text in rule(path, ast.parse(source))]
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
        (one_place_starts_and_ends_what_a_process_has_once, "gsapp/cli.py", "security.configure(settings)"),
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
        (words_of_events_are_in_one_table, "gsapp/schemas/inbox.py", "SAID = {NoticeKind.ASKED: N_('A question')}"),
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
        ("gsapp/effects/notify.py", "DECISIONS = {events.OfferMade: _author(NoticeKind.OFFER_MADE)}"),
        (
            "pages/needs/need.py",
            "ui.run_javascript(js_call('gsDone', n))\nui.add_head_html(HEAD)\nui.html('<hr>', sanitize=False)",
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
    long = [
        f"{file.relative_to(ROOT)}: {n}" for file in _all_files() if (n := _line_count(file)) > MOST_LINES_OF_A_FILE
    ]
    assert not long, f"split these, {MOST_LINES_OF_A_FILE} lines are the most: {long}"


def test_functions_stay_small_enough_to_read() -> None:
    long = [f"{file.relative_to(ROOT)} {name}" for file in _all_files() for name in _long_functions(file.read_text())]
    assert not long, f"split these, {MOST_LINES_OF_A_FUNCTION} lines are the most: {long}"


def test_a_function_is_measured_from_its_signature_to_its_end() -> None:
    lines = ["class A:", "    async def b(self):", *["        pass"] * (MOST_LINES_OF_A_FUNCTION - 1)]
    assert not list(_long_functions("\n".join(lines)))
    assert list(_long_functions("\n".join([*lines, "        pass"]))) == ["b: 61"]


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"util", "utils", "helpers", "misc", "common"}
    assert not [str(file) for file in _all_files() if drawers & {file.stem, file.parent.name}]


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
            if lines > MOST_LINES_OF_A_FUNCTION:
                yield f"{node.name}: {lines}"


def _line_count(file: Path) -> int:
    return file.read_text().count("\n")


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """Functions, methods and type aliases that other modules may use."""
    for node in tree.body:
        name = ast.unparse(node)  # an assignment begins with its name
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        if not name.startswith("_"):
            yield node
        if isinstance(node, ast.ClassDef):
            yield from _public(node)


def _annotations(node: ast.stmt) -> Iterator[ast.expr]:
    """What a function says of its arguments and its answer, or what a type alias is short for."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        of = node.args
        every = (*of.posonlyargs, *of.args, of.vararg, *of.kwonlyargs, of.kwarg)
        found = [node.returns, *(argument.annotation for argument in every if argument)]
        yield from (each for each in found if each)
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
        yield node.value


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _calls_with_function(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Each call with the name of the outermost function or class around it."""
    for node in tree.body:
        for call in _calls(node):
            yield getattr(node, "name", ""), call


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement of a module binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _means_an_event(key: ast.expr) -> bool:
    if isinstance(key, ast.Constant):
        return key.value in EVENTS
    name = ast.unparse(key)
    return name.split(".")[-1] in EVENTS or "NoticeKind." in name


def _constant(argument: ast.expr) -> bool:
    """A literal, a constant of the module (in capitals), or the one helper that turns values into script."""
    if isinstance(argument, ast.Call):
        return ast.unparse(argument.func).split(".")[-1] == "js_call"
    name = ast.unparse(argument).split(".")[-1]
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Name | ast.Attribute) and name.isupper())
