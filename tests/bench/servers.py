"""Two servers on one installation, and what the kernel says of their CPU time."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.faults.harness import ROOT, Site

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """A gunicorn with one sync worker."""

    port: int
    process: "subprocess.Popen[bytes]"
    database: str  # name of the PostgreSQL database whose backends count too, or empty

    def cpu(self) -> float:
        """CPU seconds used so far by the server and its database connections."""
        pids = {self.process.pid, *_children(self.process.pid)}
        if self.database:
            pids |= _backends(self.database)
        return sum(_cpu(pid) for pid in pids)


def _children(pid: int) -> set[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in found}


def _backends(database: str) -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"postgres:" in command and database.encode() in command:
                found.add(int(entry.name))
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


@contextmanager
def serve(site: Site, module: str) -> Iterator[Server]:
    port = _free_port()
    with (site.home / f"{module}.log").open("ab") as log:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                module,
                "--bind",
                f"127.0.0.1:{port}",
                "--workers",
                "1",
                "--log-level",
                "warning",
            ],
            cwd=ROOT,
            env=site.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(port)
        database = site.environment.get("DATABASE_URL", "").rpartition("/")[2]
        yield Server(port, process, database)
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            request(port, "GET", "/healthz", {})
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


def request(
    port: int, method: str, path: str, headers: Mapping[str, str], body: str = ""
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body or None, dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
