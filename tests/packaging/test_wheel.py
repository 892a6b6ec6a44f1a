"""The wheel: all that the program needs, nothing else, the same bytes from the same source; it runs in any folder."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gsapp import migrations
from tests.support import processes
from tests.support.server import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PACKAGED = ("gsapp", "pages", "main.py", "pyproject.toml", "README.md", "LICENSE", ".gitignore")
UV = Path(sys.executable).with_name("uv")
STRANGER = 'raise SystemExit("a file of the working directory was started")'


def build(kind: str, source: Path, target: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)],
        cwd=source, check=True, capture_output=True,
    )  # fmt: skip
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def untidy_copy(tmp_path: Path) -> Path:
    """The source tree with other times and modes, and with files that must not leave this machine."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in PACKAGED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, copy / name)
    for path in copy.rglob("*.py"):
        path.chmod(0o600)
        os.utime(path, (0, 0))
    for private in (".env", "backup.sql", "data/secret_key", "gsapp/__pycache__/config.cpython-311.pyc"):
        (copy / private).parent.mkdir(exist_ok=True)
        (copy / private).write_text("private")
    return copy


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel and the runtime pins only."""
    folder = tmp_path_factory.mktemp("installed")
    install = [str(UV), "pip", "install", "--quiet", "--python", str(folder), "--no-deps"]
    for command in (
        [str(UV), "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [*install, "--link-mode", "symlink", "--require-hashes", "--requirement", str(ROOT / "requirements.lock")],
        [*install, "--offline", str(wheel)],
    ):
        subprocess.run(command, check=True)
    return folder / "bin"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A working directory with modules of the same names as the program's own."""
    folder = tmp_path / "another project"
    folder.mkdir()
    for name in ("main.py", "pages.py"):
        (folder / name).write_text(STRANGER)
    return folder


@pytest.fixture
def site(installed: Path, elsewhere: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the installed program, started so that Python looks for modules in the working directory first."""
    port, log = free_port(), tmp_path / "log"
    process = processes.start(
        [str(installed / "python"), "-m", "gsapp", "serve"],
        log=log, cwd=elsewhere, env=processes.plain_environment(PORT=str(port)),
    )  # fmt: skip
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        try:
            processes.wait_until(lambda: _healthy(client), process, log=log, seconds=60)
            yield client
        finally:
            processes.stop(process)


def test_the_same_source_gives_the_same_bytes(wheel: Path, untidy_copy: Path, tmp_path: Path) -> None:
    assert build("wheel", untidy_copy, tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == {
        str(path.relative_to(ROOT))
        for path in (ROOT / "main.py", *(ROOT / "gsapp").rglob("*"), *(ROOT / "pages").rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__"
    }


def test_a_source_archive_holds_nothing_private(untidy_copy: Path, tmp_path: Path) -> None:
    with tarfile.open(build("sdist", untidy_copy, tmp_path / "archive")) as archive:
        packed = {Path(*Path(name).parts[1:]) for name in archive.getnames()}
    assert {path.parts[0] for path in packed} == {*PACKAGED, "PKG-INFO"}
    assert not [path for path in packed if path.suffix == ".pyc"]


def test_the_installed_program_serves_pages_and_assets(site: httpx.Client, elsewhere: Path) -> None:
    english, chinese = (site.get("/", headers={"Accept-Language": language}).text for language in ("en", "zh-CN"))
    assert "<title>Neighbours help each other" in english
    assert "<title>远亲不如近邻" in chinese
    (style_sheet,) = set(re.findall(r'href="(/assets/[^"]+\.css)"', chinese))
    assert site.get(style_sheet).headers["content-type"].startswith("text/css")
    assert (elsewhere / "data" / "goodservices.db").exists()


@pytest.mark.parametrize(("argument", "printed"), [("--help", "serve"), ("migrate", str(migrations.newest_revision()))])
def test_the_installed_commands_work(installed: Path, elsewhere: Path, argument: str, printed: str) -> None:
    command = [str(installed / "goodservices"), argument]
    environment = processes.plain_environment()
    done = subprocess.run(command, cwd=elsewhere, env=environment, check=True, capture_output=True, text=True)
    assert printed in done.stdout


def _healthy(client: httpx.Client) -> bool:
    try:
        return client.get("/health").is_success
    except httpx.HTTPError:
        return False
