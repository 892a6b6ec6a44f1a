"""The contracts of import-linter, each shown to fail on a sample; and import circles, which they do not all see."""

import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "module", "source"),
    [
        ("Imports go one way", "gsapp/services/needs.py", "import gsapp.api"),
        ("Imports go one way", "gsapp/services/needs.py", "import gsapp.queries.needs"),
        ("Imports go one way", "gsapp/queries/needs.py", "import gsapp.services.needs"),
        ("Imports go one way", "gsapp/queries/needs.py", "import gsapp.rendering.spreadsheets"),
        ("Pages import one way", "pages/needs/board.py", "import pages.inbox.inbox"),
        ("The application knows nothing of its pages", "gsapp/services/needs.py", "import nicegui"),
        ("Pages reach the database through pages.core.actions only", "pages/needs/board.py", "import sqlmodel"),
        ("Pages reach the database through pages.core.actions only", "pages/needs/board.py", "import gsapp.db"),
        ("Use cases and queries know nothing of HTTP", "gsapp/queries/needs.py", "import fastapi"),
    ],
)
def test_import_linter_finds_what_breaks_a_contract(tmp_path: Path, contract: str, module: str, source: str) -> None:
    assert _is_broken(contract, tmp_path, {module: source})


@pytest.mark.slow
def test_import_linter_finds_packages_that_import_each_other(tmp_path: Path) -> None:
    """Though no module of theirs imports itself by way of the others."""
    sources = {
        "gsapp/api/errors.py": "import gsapp.api.v1.envelope",
        "gsapp/api/v1/docs.py": "import gsapp.api.responses",
        "gsapp/api/responses.py": "import gsapp.api.errors",
    }
    assert _is_broken("No import circles", tmp_path, sources)


def _is_broken(contract: str, tmp_path: Path, sources: dict[str, str]) -> bool:
    """Whether import-linter finds this contract broken, in a tree whose modules are empty but for `sources`."""
    settings = (ROOT / "pyproject.toml").read_text()
    assert contract in {each["name"] for each in tomllib.loads(settings)["tool"]["importlinter"]["contracts"]}
    (tmp_path / "pyproject.toml").write_text(settings)
    for file in (*ROOT.glob("gsapp/**/*.py"), *ROOT.glob("pages/**/*.py")):
        (copy := tmp_path / file.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("")
    for module, source in sources.items():
        (tmp_path / module).write_text(source)
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    return run.returncode != 0 and f"{contract} BROKEN" in run.stdout


def test_no_module_imports_one_that_imports_it() -> None:
    """Also between a package and its own modules, which the contract for siblings leaves out."""
    assert not _circles(grimp.build_graph("gsapp", "pages", cache_dir=None))


def test_a_circle_through_a_package_is_found() -> None:
    graph = grimp.ImportGraph()
    graph.add_import(importer="gsapp.events", imported="gsapp.events.relay")
    graph.add_import(importer="gsapp.events.relay", imported="gsapp.events.codec")
    assert not _circles(graph)
    graph.add_import(importer="gsapp.events.codec", imported="gsapp.events")
    assert len(_circles(graph)) == 3


def _circles(graph: grimp.ImportGraph) -> list[str]:
    """Each import that is part of a circle."""
    return [
        f"{importer} -> {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if graph.find_shortest_chain(imported, importer)
    ]
