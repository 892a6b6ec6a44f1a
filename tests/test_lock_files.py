"""The lock files say exactly what is installed, and do not care where it comes from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)(\[[a-z,]+\])?==(?P<version>\S+)( ; [^\\\n]+)? \\$", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer((ROOT / lock).read_text())}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_pins_and_hashes_and_no_address(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.startswith("#")]
    odd = [line for line in lines if not PIN.match(line) and not re.fullmatch(r"    --hash=sha256:\w{64}( \\)?", line)]
    assert lines
    assert not odd


def test_the_locks_fit_the_ranges_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for lock, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ):
        for requirement in map(Requirement, wanted):
            version = pins(lock).get(canonicalize_name(requirement.name))
            assert version, f"{requirement} is not in {lock}: make lock"
            assert requirement.specifier.contains(version), f"{requirement} is {version} in {lock}: make lock"


def test_tests_run_with_what_the_program_runs_with() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()
