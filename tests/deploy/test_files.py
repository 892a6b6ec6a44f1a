"""Files of deploy/ are accepted by the programs that read them."""

import sys
from pathlib import Path

import pytest

from tests.support.deploy import DEPLOY, output, program

VENV = Path(sys.executable).parent
SCRIPTS = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.read_bytes().startswith(b"#!"))


def test_the_containerfile_follows_the_rules() -> None:
    assert output(VENV / "hadolint", DEPLOY / "Containerfile") == (0, "")


def test_compose_knows_every_key() -> None:
    checker = VENV / "check-jsonschema"
    status, said = output(checker, "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml")
    assert status == 0, said


def test_caddy_takes_its_configuration(tmp_path: Path) -> None:
    caddy = VENV / "caddyserver"
    file = ("--config", DEPLOY / "Caddyfile")
    status, said = output(caddy, "validate", "--adapter", "caddyfile", *file, HOME=str(tmp_path), SITE="x.example")
    assert status == 0, said
    assert output(caddy, "fmt", file[1]) == (0, (DEPLOY / "Caddyfile").read_text())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_have_no_known_mistakes(script: Path) -> None:
    assert output(program("shellcheck", "shellcheck"), script) == (0, "")
