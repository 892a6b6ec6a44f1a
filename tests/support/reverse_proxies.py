"""nginx, HAProxy and Caddy with the configurations of deploy/, in front of two ports of this machine."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support import processes
from tests.support.deploy import DEPLOY, filled, program
from tests.support.tls import Certificate

Ports = tuple[int, int]
# The two lines around deploy/nginx.conf, which is a part of Debian's configuration: files where the test may write.
NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; worker_processes 1; {user}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/goodservices.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running proxy; `https` and `http` are its ports."""

    name: str
    https: int
    http: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"


def _nginx(proxy: Proxy, folder: Path, processes_at: Ports) -> list[str]:
    filled_in = filled(
        "nginx.conf",
        {
            "listen 80;": f"listen 127.0.0.1:{proxy.http};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{proxy.https} ssl http2;",
            "listen [::]:80;": "",
            "listen [::]:443 ssl http2;": "",
            "help.example.org": "localhost",
            "/etc/goodservices": str(folder),
            "127.0.0.1:8081": f"127.0.0.1:{processes_at[0]}",
            "127.0.0.1:8082": f"127.0.0.1:{processes_at[1]}",
            "client_header_timeout 10s": "client_header_timeout 1s",
        },
    )
    (folder / "goodservices.conf").write_text(filled_in)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
    return [program("nginx", "nginx-light"), "-c", str(folder / "nginx.conf")]


def _haproxy(proxy: Proxy, folder: Path, processes_at: Ports) -> list[str]:
    filled_in = filled(
        "haproxy.cfg",
        {
            "bind :::80 v4v6": f"bind 127.0.0.1:{proxy.http}",
            "bind :::443 v4v6": f"bind 127.0.0.1:{proxy.https}",
            "/etc/goodservices": str(folder),
            "127.0.0.1:8081": f"127.0.0.1:{processes_at[0]}",
            "127.0.0.1:8082": f"127.0.0.1:{processes_at[1]}",
            "timeout http-request 10s": "timeout http-request 1s",
            "maxconn 20000": "maxconn 200",  # it takes two descriptors for each
            "inter 1s fastinter 500ms downinter 1s": "inter 200ms fastinter 100ms downinter 200ms",
        },
    )
    (folder / "haproxy.cfg").write_text(filled_in)
    return [program("haproxy", "haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


def _caddy(proxy: Proxy, folder: Path, processes_at: Ports) -> list[str]:
    filled_in = filled(
        "Caddyfile",
        {
            "{$SITE:help.example.org}": f"localhost:{proxy.https}",
            "{$PROCESSES:127.0.0.1:8081 127.0.0.1:8082}": " ".join(f"127.0.0.1:{port}" for port in processes_at),
            "/etc/goodservices": str(folder),
            "read_header 10s": "read_header 1s",
            "lb_try_duration 5s": "lb_try_duration 1s",
            # Certificates of its own and the port 80 are what Caddy does without being asked.
            "\tservers {": f"\tadmin off\n\thttp_port {proxy.http}\n\tservers {{",
            "\trequest_body {": f"\ttls {folder}/tls.crt {folder}/tls.key\n\trequest_body {{",
        },
    )
    (folder / "Caddyfile").write_text(filled_in)
    caddy = str(Path(sys.executable).parent / "caddyserver")
    return [caddy, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


COMMANDS: dict[str, Callable[[Proxy, Path, Ports], list[str]]] = {"nginx": _nginx, "haproxy": _haproxy, "caddy": _caddy}


@contextmanager
def running(proxy: Proxy, certificate: Certificate, processes_at: Ports) -> Iterator[Proxy]:
    """The proxy in front of two processes, which need not run. Its ports are those of `proxy`."""
    folder = certificate.folder
    shutil.copy(DEPLOY / "maintenance.html", folder)
    log = folder / f"{proxy.name}.out"
    environment = processes.plain_environment(HOME=str(folder), XDG_DATA_HOME=str(folder))
    started = processes.start(COMMANDS[proxy.name](proxy, folder, processes_at), log=log, cwd=folder, env=environment)
    try:
        processes.wait_until(lambda: _listens(proxy.https), started, log=log, seconds=20)
        yield proxy
    finally:
        processes.stop(started)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
