"""Stand-ins for the programs of a Debian machine that a test must not call: systemd, git, apt-get, make.

Each name in a folder that is first on PATH runs this file: python tests/support/machine.py NAME ARGUMENT... They work
below ROOT, with the files of deploy/ as they are but for the addresses of this machine: units are read, and what they
start is started with their settings.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(os.environ["MACHINE_ROOT"])
CHECKOUT = Path(os.environ["MACHINE_CHECKOUT"])
REPLACED: dict[str, str] = json.loads(os.environ["MACHINE_REPLACED"])
UNITS = ROOT / "etc/systemd/system"
LOG = ROOT / "journal"
OTHER_UNITS = ("mariadb", "haproxy")
READY_WITHIN = 60.0  # seconds


def here(text: str) -> str:
    """Text with the paths, ports and addresses of the stand-in machine."""
    text = text.replace("sqlite:////srv/", f"sqlite:///{ROOT}/srv/")
    text = re.sub(r"(?<![\w./-])/(etc|opt|srv|var)/", rf"{ROOT}/\1/", text)
    for written, used in REPLACED.items():
        text = text.replace(written, used)
    return text


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(here(source.read_text(encoding="utf-8")), encoding="utf-8")
    target.chmod(source.stat().st_mode & 0o777)


def git(command: str, *arguments: str) -> None:
    """clone: the checkout of this test, with deploy/ for the stand-in machine. pull: nothing is newer."""
    if command == "pull":
        return
    target = Path(arguments[-1])
    target.mkdir(parents=True)
    for entry in (".venv", "Makefile", "gsapp", "pages", "main.py", "benchmarks"):
        (target / entry).symlink_to(CHECKOUT / entry)
    for file in (CHECKOUT / "deploy").rglob("*"):
        if file.is_file():
            copy(file, target / file.relative_to(CHECKOUT))


def make(target: str) -> None:
    if f"\n{target}: " not in (CHECKOUT / "Makefile").read_text():
        sys.exit(f"the Makefile has no target {target}")


def install(*arguments: str) -> None:
    """As coreutils, without owners, who do not exist here."""
    plain, rest = [], list(arguments)
    while rest:
        if rest[0] in ("-o", "-g"):
            rest = rest[2:]
        else:
            plain.append(rest.pop(0))
    target = plain[-1]
    if "-d" not in plain and target.startswith(str(ROOT)):  # folders of packages that are not installed here
        (Path(target) if target.endswith("/") else Path(target).parent).mkdir(parents=True, exist_ok=True)
    subprocess.run(["/usr/bin/install", *plain], check=True)


def mariadb(*arguments: str) -> None:
    client = shutil.which("mariadb", path="/usr/bin:/bin") or "mariadb"
    os.execv(  # noqa: S606 - the client takes the place of the stand-in
        client, [client, "--no-defaults", "-uroot", f"--socket={REPLACED['/run/mysqld/mysqld.sock']}", *arguments]
    )


def journalctl(*_: str) -> None:
    for log in sorted(LOG.glob("*")):
        sys.stdout.write(log.read_text(encoding="utf-8"))


def systemctl(command: str, *arguments: str) -> None:
    units = [name for name in arguments if not name.startswith("-")]
    if command in ("daemon-reload", "reload"):
        return
    for unit in units:
        if unit in OTHER_UNITS or unit.endswith((".socket", ".timer")):
            if unit not in OTHER_UNITS:
                _unit_file(unit)
        elif command == "restart":
            _stop(unit)
            _start(unit)
        elif command in ("start", "enable"):
            _start(unit)
        else:
            sys.exit(f"systemctl {command} {unit} is not known to this stand-in")


def systemd_run(*arguments: str) -> None:
    environment, folder, rest = dict(os.environ), "/", list(arguments)
    while rest[0].startswith("--"):
        option, _, value = rest.pop(0).partition("=")
        if option == "--property" and value.startswith("EnvironmentFile="):
            environment |= _environment_of(Path(value.partition("=")[2]))
        elif option == "--setenv":
            environment |= dict([value.split("=", 1)])
        elif option == "--working-directory":
            folder = value
    os.chdir(folder)
    os.execve(rest[0], rest, environment)  # noqa: S606 - the command takes the place of the stand-in


def nothing(*_: str) -> None:
    """What a stand-in machine does not need."""


def _unit_file(unit: str) -> tuple[Path, str]:
    """The file of a unit, and its instance."""
    name = unit if unit.endswith((".service", ".socket", ".timer")) else f"{unit}.service"
    template, at, instance = name.partition("@")
    file = UNITS / (f"{template}@.{instance.rpartition('.')[2]}" if at else name)
    if not file.exists():
        sys.exit(f"Unit {unit} not found.")
    return file, instance.rpartition(".")[0] if at else ""


def _service(unit: str) -> dict[str, list[str]]:
    file, instance = _unit_file(unit)
    values: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").split("[Service]")[1].splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            values.setdefault(key, []).append(value.replace("%i", instance))
    return values


def _environment_of(file: Path) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def _start(unit: str) -> None:
    service = _service(unit)
    environment = dict(os.environ)
    for file in service["EnvironmentFile"]:
        environment |= _environment_of(Path(file))
    for pairs in service["Environment"]:
        environment |= dict(pair.split("=", 1) for pair in pairs.split())
    folder = Path(service["WorkingDirectory"][0])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    command, log = service["ExecStart"][0].split(), LOG / unit.removesuffix(".service")
    LOG.mkdir(exist_ok=True)
    if service["Type"] == ["oneshot"]:
        with log.open("ab") as output:
            done = subprocess.run(command, cwd=folder, env=environment, stdout=output, stderr=output, check=False)
        if done.returncode:
            sys.exit(f"Job for {unit} failed: {log.read_text()}")
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notified, log.open("ab") as output:
        # An abstract address, because a path in the folder of a test can be longer than the 107 bytes of a socket.
        address = f"gs-notify-{os.getpid()}-{time.monotonic_ns()}"
        notified.bind(f"\0{address}")
        notified.settimeout(READY_WITHIN)
        # It outlives this stand-in; the test ends it.
        process = subprocess.Popen(
            command, cwd=folder, env=environment | {"NOTIFY_SOCKET": f"@{address}"}, stdout=output, stderr=output
        )
        (ROOT / f"{unit.removesuffix('.service')}.pid").write_text(str(process.pid))
        while b"READY=1" not in notified.recv(4096):
            pass


def _stop(unit: str) -> None:
    pid = int((ROOT / f"{unit.removesuffix('.service')}.pid").read_text())
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + READY_WITHIN
    while Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
        if time.monotonic() > deadline:
            sys.exit(f"{unit} does not stop")
        time.sleep(0.05)


PROGRAMS: dict[str, Callable[..., None]] = {
    "apt-get": nothing,
    "git": git,
    "install": install,
    "journalctl": journalctl,
    "make": make,
    "mariadb": mariadb,
    "systemctl": systemctl,
    "systemd-run": systemd_run,
    "systemd-sysusers": nothing,
}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
