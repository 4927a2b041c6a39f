"""`manage.py demo` says in one sentence why it does not start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def start(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env={**os.environ, "COURSEWARE_HOME": str(home), "COURSEWARE_DEMO": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_not_without_demo_mode(tmp_path: Path) -> None:
    done = start(tmp_path, COURSEWARE_DEMO="0")
    assert done.returncode == 1
    assert "COURSEWARE_DEMO=1" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.enable_socket
def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = start(tmp_path, PORT=str(other.getsockname()[1]))
    assert done.returncode == 1
    assert "is not free" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = start(tmp_path / "file")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
