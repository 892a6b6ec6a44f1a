"""Open pages reload on what they have read: no query of a live page is forgotten."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import pages
from gsapp.events.invalidation import invalidations_of
from pages.shell.routes import Route

ROOT = Path(__file__).parents[2]
LOADS = {"fetch", "shared", "load_shared"}
FOLLOWS = {"reload_on", "subscribe", "subscribe_private", "invalidates"}
# Pages that read and do not reload, and why.
NOT_LIVE = {
    "pages.needs.form": "a form; nothing typed may be lost",
    "pages.needs.board": "its list follows by regions; what may be chosen is read when it is opened",
    "pages.admin.resident_new": "a form",
    "pages.help.page": "shows no data",
    "pages.help.privacy": "shows no data",
    "pages.admin.unusual": "a snapshot of the last days, which says when it was taken",
    "pages.account.login": "a form for strangers",
    "pages.account.registration": "a form for strangers",
    "pages.account.password": "a form for strangers",
    "pages.inbox.email_links": "forms for strangers",
    "pages.account.leaving": "shows no data",
}


def sources() -> Iterator[tuple[ModuleType, ast.Module]]:
    for path in sorted((ROOT / "pages").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        yield importlib.import_module(name), ast.parse(path.read_text())


def calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def functions_of(tree: ast.Module) -> Iterator[ast.AsyncFunctionDef | ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef))


def named(module: ModuleType, arguments: list[ast.expr]) -> set[Callable[..., Any]]:
    """The queries among these arguments of a call."""
    found: set[Callable[..., Any]] = set()
    for argument in arguments:
        value: Any = module
        for name in ast.unparse(argument).split("."):
            value = getattr(value, name, None)
        if inspect.isfunction(value) and value.__module__.startswith("gsapp.queries."):
            found.add(value)
    return found


def forgotten(module: ModuleType, function: ast.AST) -> set[str]:
    """What a function that follows changes has read without naming it."""
    followed, read = set(), set()
    for call in calls(function, FOLLOWS):
        followed |= named(module, call.args)
    for call in calls(function, LOADS):
        read |= named(module, call.args[:1])
    return {query.__name__ for query in read - followed} if followed else set()


def test_a_page_reloads_on_every_query_that_it_reads() -> None:
    found = {
        f"{module.__name__}.{function.name}": missing
        for module, tree in sources()
        for function in functions_of(tree)
        if (missing := forgotten(module, function))
    }
    choices = {"service_types", "places_in_use"}  # its numbers follow by regions, around what may be chosen
    assert found == {"pages.dashboard.dashboard.load": choices}


def test_a_query_that_is_read_but_not_named_is_found() -> None:
    module = importlib.import_module("pages.admin.needs")
    page = "async def load(ctx):\n    reload_on(ctx, needs_of_all)\n    await fetch(needs_of_all)\n"
    assert forgotten(module, ast.parse(page)) == set()
    assert forgotten(module, ast.parse(page + "    await fetch(all_types)\n")) == {"all_types"}


@pytest.mark.parametrize("route", pages.site_map(), ids=lambda route: str(route.pattern))
def test_every_page_follows_changes_or_says_why_not(route: Route) -> None:
    module = inspect.getmodule(route.loader)
    assert module is not None
    tree = ast.parse(inspect.getsource(route.loader))
    live = any(named(module, call.args) for call in calls(tree, FOLLOWS))
    assert live != (module.__name__ in NOT_LIVE)


def test_a_query_of_live_pages_declares_its_events() -> None:
    for module, tree in sources():
        for call in calls(tree, FOLLOWS):
            for query in named(module, call.args):
                assert invalidations_of(query), f"{module.__name__} follows {query.__name__}"
