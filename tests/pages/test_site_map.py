"""The real site map."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi import FastAPI

import pages
from gsapp import db, security
from tests.support.api.people import make_settings
from tests.support.server import ROOT

# Which scripts of elements a new process serves before it has built a page, and which its pages may load.
SCRIPTS = """
import sys
from pathlib import Path
from fastapi import FastAPI
from nicegui import dependencies, ui
import pages
from gsapp import security
from gsapp.config import Settings
settings = Settings(data_dir=Path(sys.argv[1]), secret_key="x" * 40, data_key="y" * 40)
security.configure(settings, password_cost=4)
pages.register(FastAPI(), settings)
served = set(dependencies.js_components)
for name in sys.argv[2:]:
    getattr(ui, name)
print(*(dependencies.js_components[key].name for key in set(dependencies.js_components) - served))
"""


def test_the_pages_can_be_added_to_several_applications(tmp_path: Path, sqlite_database: db.Database) -> None:
    settings = make_settings(tmp_path)
    security.configure(settings, password_cost=4)
    for _ in range(2):
        pages.register(FastAPI(), settings)
    security.forget()


def test_each_address_is_mapped_once() -> None:
    patterns = [route.pattern for route in pages.site_map()]
    assert len(patterns) == len(set(patterns))
    assert all(route.loader.__module__.startswith("pages.") for route in pages.site_map())


@pytest.mark.slow
def test_a_new_process_serves_the_scripts_of_pages_that_another_one_has_built(tmp_path: Path) -> None:
    sources = "".join(path.read_text() for path in (ROOT / "pages").rglob("*.py"))
    used = sorted(set(re.findall(r"\bui\.([a-z_]+)", sources)))
    assert "dialog" in used
    command = [sys.executable, "-c", SCRIPTS, str(tmp_path), *used]
    missing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert missing.strip() == ""
