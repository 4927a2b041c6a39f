"""Make the pictures of docs/pictures anew.

    make pictures                                              all, from a demo force of its own
    PICTURES_AT=http://localhost:8000 \\
        .venv/bin/python -m tests.pictures hr supervisor       some, at a demo that runs

The walks change what they pass through, so a demo that has been walked through is begun anew
before the instructor walks again.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.pictures.camera import open_camera
from tests.pictures.walks import WALKS

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 900  # seconds: two years of training are made before the first page


@contextmanager
def demo() -> Iterator[str]:
    """A demo force in a folder that is thrown away."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "COURSEWARE_DEMO": "1",
            "COURSEWARE_HOME": home,
            "PORT": str(port),
        }
        command = [sys.executable, "manage.py", "demo"]
        process = subprocess.Popen(command, cwd=_ROOT, env=environment)
        try:
            url = f"http://localhost:{port}"
            _wait(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(60)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(1)
    raise SystemExit("The demo does not answer.")


def walk(url: str, names: list[str]) -> None:
    with open_camera(url) as camera:
        for name in names:
            print(f"{name} …", flush=True)
            WALKS[name](camera)


def main() -> None:
    names = sys.argv[1:] or list(WALKS)
    if unknown := set(names) - set(WALKS):
        raise SystemExit(f"There is no walk called {', '.join(sorted(unknown))}.")
    if url := os.environ.get("PICTURES_AT"):
        walk(url, names)
    else:
        with demo() as url:
            walk(url, names)


if __name__ == "__main__":
    main()
