"""Rules about the code that neither ruff nor import-linter knows; tests/test_architecture.py applies them."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from gsapp import events

ROOT = Path(__file__).parents[2]
OTHER_CLOCKS = {
    "gsapp/clock.py": "the one that all others use",
    "gsapp/security/throttle.py": "the limits library counts by time.time, so its waits must be told by it",
}
# What hands a function and its arguments on, from pages and REST to the database.
BRIDGE = (
    "pages/core/actions.py",
    "pages/live/regions.py",
    "gsapp/api/reading.py",
    "gsapp/db/__init__.py",
    "gsapp/db/shared_queries.py",
    "gsapp/db/transactions.py",
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
    ones = {
        "logs.configure",
        "clock.set_zone",
        "security.configure",
        "security.forget",
        "storage.configure",
        "storage.forget",
    }
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
    return name.split(".")[-1] in EVENTS or "NotificationKind." in name


def _constant(argument: ast.expr) -> bool:
    """A literal, a constant of the module (in capitals), or the one helper that turns values into script."""
    if isinstance(argument, ast.Call):
        return ast.unparse(argument.func).split(".")[-1] == "js_call"
    name = ast.unparse(argument).split(".")[-1]
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Name | ast.Attribute) and name.isupper())
