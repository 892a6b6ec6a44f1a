"""deploy/monitoring: alerts and dashboard ask for what the program exports, and Prometheus understands them."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client.metrics_core import Metric

from gsapp import db
from gsapp.api.checks import Findings
from gsapp.api.gauges import DEGRADED, REASONS, Gauges
from gsapp.monitoring import counters, tasks
from gsapp.queries.outbox_backlog import Backlog

FOLDER = Path(__file__).parents[2] / "deploy" / "monitoring"
NAME = re.compile(r"\b(?:goodservices|process|python)_[a-z_]+\b")
LABEL = re.compile(r'(\w+)=~?"([^"$]*)"')
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "info": ("_info",), "gauge": ("",)}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    return [
        panel for panel in json.loads((FOLDER / "grafana-dashboard.json").read_text())["panels"] if "targets" in panel
    ]


def expressions() -> dict[str, str]:
    found = {rule["alert"]: rule["expr"] for rule in rules()}
    return found | {panel["title"]: " ".join(target["expr"] for target in panel["targets"]) for panel in panels()}


@pytest.fixture
def exported(sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Metric]:
    """All series that the program exports, by name."""
    monkeypatch.setattr(tasks, "_tasks", {"scheduler": tasks.Task(0.0)})
    found = Findings(free_bytes=1, outbox=Backlog())
    metrics = [*counters.registry.collect(), *Gauges((), (), found).collect()]
    return {f"{each.name}{suffix}": each for each in metrics for suffix in SUFFIXES[each.type]}


def test_alerts_and_dashboard_ask_for_series_that_exist(exported: dict[str, Metric]) -> None:
    asked = {(where, name) for where, expression in expressions().items() for name in NAME.findall(expression)}
    assert len(asked) > 40
    assert not {each for each in asked if each[1] not in exported}


def test_every_series_of_our_own_is_on_the_dashboard_or_has_an_alert(exported: dict[str, Metric]) -> None:
    asked = {name for expression in expressions().values() for name in NAME.findall(expression)}
    unseen = {
        name for name in exported if name.startswith(counters.NAMESPACE) and not name.endswith(("_count", "_sum"))
    }
    not_shown = {"goodservices_task_last_run_timestamp_seconds"}  # for a person who looks at /metrics
    assert unseen - asked == not_shown


def test_values_of_labels_exist() -> None:
    known = {
        "task": {"scheduler", "file_sweep"},
        "part": set(DEGRADED),
        "reason": set(REASONS),
        "outcome": {"succeeded", "failed"},
    }
    used = [pair for expression in expressions().values() for pair in LABEL.findall(expression) if pair[0] in known]
    assert len(used) > 5
    assert not [(label, value) for label, value in used if value not in known[label]]


def test_every_alert_says_what_is_wrong_and_what_to_do() -> None:
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "warning")
        assert {"summary", "action"} == set(rule["annotations"])


def test_every_alert_is_tried() -> None:
    tried = re.findall(r'expr: ALERTS\{alertname="(\w+)"', (FOLDER / "alerts_test.yml").read_text())
    assert tried == [rule["alert"] for rule in rules()]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian package prometheus) is not installed")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "rules", "alerts.yml"),
        ("check", "config", "--syntax-only", "prometheus.yml"),
        ("test", "rules", "alerts_test.yml"),
    ],
    ids=" ".join,
)
def test_prometheus_understands_the_files(arguments: tuple[str, ...]) -> None:
    run = subprocess.run(["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
