"""systemd units: every key is known, every program exists, and the sandbox stays as tight as it is."""

import re
import sys
from pathlib import Path

import pytest

from gsapp.config import Settings, UnsafeSettings
from tests.support.deploy import DEPLOY, filled, output, program

INSTALLED = "/opt/goodservices/.venv/bin/python"
MAX_EXPOSURE = 15  # tenths, as `systemd-analyze security` counts: 14 are a network, other users' processes, ...
SERVICES = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))
UNITS = sorted(path.name for path in (DEPLOY / "systemd").iterdir() if path.suffix != ".conf")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """All units in one folder; the templates as the instance 8081, with a program that exists here."""
    for name in UNITS:
        text = filled(f"systemd/{name}", {INSTALLED: sys.executable} if name in SERVICES else {})
        (tmp_path / name.replace("@.", "@8081.")).write_text(text)
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_has_no_mistake(units: Path, unit: str) -> None:
    analyze = program("systemd-analyze", "systemd")
    _, said = output(analyze, "verify", "--man=no", units / unit.replace("@.", "@8081."))
    assert said == "", "the exit status is 0 even for unknown keys"


def test_a_mistake_in_a_unit_is_found(units: Path) -> None:
    unit = units / "goodservices@8081.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=", "WatchdogSecs="))
    # systemd 252 and later ones differ in words.
    assert "WatchdogSecs" in output(program("systemd-analyze", "systemd"), "verify", unit)[1]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_can_do_little_else(units: Path, service: str) -> None:
    analyze, unit = program("systemd-analyze", "systemd"), units / service.replace("@.", "@8081.")
    status, said = output(analyze, "security", "--offline=yes", f"--threshold={MAX_EXPOSURE}", unit)
    assert status == 0, said


def test_a_stop_has_time_to_drain_and_to_finish_requests() -> None:
    from gsapp.cli.serve import FINISH_WITHIN

    unit = (DEPLOY / "systemd/goodservices@.service").read_text()
    patience = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    drain = re.search(r"^DRAIN_SECONDS=(\d+)$", (DEPLOY / "environment").read_text(), re.MULTILINE)
    assert patience
    assert drain
    assert int(patience[1]) > int(drain[1]) + 2 * FINISH_WITHIN
    passed_over = re.findall(r"fail_timeout=(\d+)s", (DEPLOY / "nginx.conf").read_text())
    assert passed_over
    assert int(drain[1]) > max(map(int, passed_over))


def settings_of(name: str) -> dict[str, str]:
    lines = (DEPLOY / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_settings_start_a_site_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    given = settings_of("environment")
    assert {name.lower() for name in given} <= set(Settings.model_fields), "a misspelt setting would have no effect"
    assert not {"PORT", "HOST", "DATA_DIR"} & set(given), "it would win over what the unit of each process sets"
    for name, value in given.items():
        assert value == value.strip("'\""), f"{name}: Compose takes quotes as a part of the value"
        monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeSettings, match="SECRET_KEY must be at least 32 random characters; DATA_KEY"):
        Settings()
    for key in ("SECRET_KEY", "DATA_KEY"):
        monkeypatch.setenv(key, "0123456789abcdef" * 4)
    assert Settings().https


def test_each_user_of_the_database_has_its_grants() -> None:
    grants = (DEPLOY / "mariadb/grants.sql").read_text()
    for name in ("environment", "migrate.environment"):
        found = re.match(r"mysql\+pymysql://(\w+):(REPLACE-\w+-PASSWORD)@", settings_of(name)["DATABASE_URL"])
        assert found
        assert f"CREATE USER IF NOT EXISTS {found[1]}@'%' IDENTIFIED BY '{found[2]}'" in grants
