"""make run finds a Python that fits or says what to install; when that is gone, the environment is created again."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "make", "awk", "sed", "head", "sort", "paste", "dirname", "touch", "mkdir", "cp", "grep", "env", "id")
# Answers the questions of .ci/python without being one; "-m venv --clear DIR" copies it.
INTERPRETER = """#!/bin/sh
case "$*" in
    --version) echo "Python {version}" ;;
    "-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
    *verdict*) echo "{version} {verdict} $0" ;;
    *) echo "{version}" ;;
esac
"""
UNSELECTED_SHIM = "#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n"
APT_CACHE_OF_UBUNTU = '#!/bin/sh\ncase "$2" in python3.1[01]-venv) echo "Package: $2" ;; *) exit 100 ;; esac\n'


class Machine:
    """A clone and a PATH that holds a few tools and the programs that a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.clone = folder / "bin", folder / "a clöne"
        self.programs.mkdir()
        for tool in TOOLS:
            (self.programs / tool).symlink_to(shutil.which(tool) or "")
        shutil.copytree(ROOT / ".ci", self.clone / ".ci")
        shutil.copy(ROOT / "Makefile", self.clone)
        (self.clone / "requirements.lock").touch()

    def put(self, name: str, content: str) -> Path:
        program = self.programs / name
        program.write_text(content)
        program.chmod(0o755)
        return program

    def put_python(self, name: str, version: str, verdict: str = "ok") -> Path:
        return self.put(name, INTERPRETER.format(version=version, verdict=verdict))

    def install(self, *options: str) -> str:
        """What `make install` prints, with a pip that only says it was called."""
        environment = {"PATH": str(self.programs), "HOME": str(self.clone), "LC_ALL": "C"}
        command = ["make", "install", "pip=echo pip", *options]
        return subprocess.run(
            command, cwd=self.clone, env=environment, check=False, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        ).stdout  # fmt: skip


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_newest_python_that_runs_is_taken(machine: Machine) -> None:
    machine.put("python3.14", UNSELECTED_SHIM)
    machine.put_python("python3.13", "3.13", "ensurepip")
    newest = machine.put_python("python3.12", "3.12")
    machine.put_python("python3", "3.11")
    assert f"Creating .venv with Python 3.12 ({newest})" in machine.install()


def test_versions_of_pyenv_that_are_not_selected_are_taken_when_no_other_fits(machine: Machine) -> None:
    machine.put("python3", UNSELECTED_SHIM)
    folder = machine.clone / ".pyenv" / "versions" / "3.12.1" / "bin"
    folder.mkdir(parents=True)
    shutil.copy(machine.put_python("copied", "3.12"), folder / "python3.12")
    assert f"Creating .venv with Python 3.12 ({folder}/python3.12)" in machine.install()


def test_the_user_may_name_the_python(machine: Machine) -> None:
    machine.put_python("python3.13", "3.13")
    named = machine.put_python("my python", "3.12")
    assert "with Python 3.12" in machine.install(f"python={named}")
    assert machine.install(f"python={named}") == ""
    assert machine.install() == "", "one that works is kept"
    assert "with Python 3.13" in machine.install("python=python3.13")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "python=named is not a program that runs."),
        (UNSELECTED_SHIM, "python=named is not a program that runs."),
        (
            INTERPRETER.format(version="3.9", verdict="old"),
            "python=named is Python 3.9; GoodServices needs 3.11",
        ),
        (INTERPRETER.format(version="3.12", verdict="sqlite3"), "python=named lacks the module sqlite3."),
    ],
)
def test_a_named_python_that_does_not_fit_ends_in_a_sentence(
    machine: Machine, content: str | None, sentence: str
) -> None:
    machine.put_python("python3.13", "3.13")
    if content:
        machine.put("named", content)
    printed = machine.install("python=named")
    assert printed.startswith(sentence)
    assert printed.index("make: ***") == printed.index("\n") + 1, "one sentence"
    assert not (machine.clone / ".venv").exists()


@pytest.mark.parametrize(
    ("manager", "python", "sentence"),
    [
        ("apt-get", None, "run this again: sudo apt-get install python3 python3-venv"),
        ("apt-get", ("3.12", "ensurepip"), "run this again: sudo apt-get install python3.12-venv"),
        ("apt-get", ("3.10", "old"), "run this again: sudo apt-get install python3.11 python3.11-venv"),
        ("dnf", ("3.9", "old"), "run this again: sudo dnf install python3.12"),
        ("brew", ("3.9", "old"), "run this again: brew install python"),
        ("pacman", None, "run this again; on Debian: python3 python3-venv"),
        ("apt-get", ("3.12", "sqlite3"), "found here: 3.12 sqlite3 "),
    ],
)
def test_what_to_install_is_said_for_the_package_manager(
    machine: Machine, manager: str, python: tuple[str, str] | None, sentence: str
) -> None:
    (machine.programs / "id").unlink()
    machine.put("id", "#!/bin/sh\necho 1000\n")
    machine.put(manager, "#!/bin/sh\nexit 1\n")
    machine.put("apt-cache", APT_CACHE_OF_UBUNTU)
    if python:
        machine.put_python("python3", *python)
    printed = machine.install()
    assert sentence in printed
    assert printed.index("make: ***") == printed.index("\n") + 1, "one sentence"


@pytest.mark.parametrize("missing", ["bin/python", ".created"])
def test_an_environment_whose_python_is_gone_is_created_again(machine: Machine, missing: str) -> None:
    machine.put_python("python3.11", "3.11")
    assert "pip --requirement requirements.lock" in machine.install()
    assert machine.install() == "", "nothing to do"
    machine.put_python("python3.13", "3.13")
    (machine.clone / ".venv" / missing).unlink()
    printed = machine.install()
    assert "Creating .venv with Python 3.13" in printed
    assert "pip --requirement requirements.lock" in printed
    assert machine.install() == ""


def test_a_failed_installation_ends_in_a_sentence_and_is_tried_again(machine: Machine) -> None:
    machine.put_python("python3.13", "3.13")
    assert "it needs access to the network.\nmake: ***" in machine.install("pip=false")
    assert "pip --requirement requirements.lock" in machine.install()


@pytest.mark.parametrize(
    ("own", "others"), [("3.11", ["3.13", "3.12"]), ("3.12", ["3.13", "3.11"]), ("3.13", ["3.11", "3.12"])]
)
def test_the_tests_run_on_the_newest_other_python_or_else_on_the_oldest(
    machine: Machine, own: str, others: list[str]
) -> None:
    for version in ("3.12", "3.11", "3.13"):
        machine.put_python(f"python{version}", version)
    machine.put_python("python3", "3.9", "old")
    environment = {"PATH": str(machine.programs), "HOME": str(machine.clone)}
    command = [str(machine.clone / ".ci" / "python"), "others", f"python{own}"]
    printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert [line.split()[0] for line in printed.splitlines()] == others
