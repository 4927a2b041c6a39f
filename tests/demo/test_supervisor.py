"""What keeps the processes of demo mode running, and ends them."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courseware.demo import supervisor
from courseware.demo.supervisor import CannotStart, Child, Supervisor

ROOT = Path(__file__).resolve().parent.parent.parent


def until(fact: Callable[[], Any], seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while not (value := fact()):
        assert time.monotonic() < end
        time.sleep(0.05)
    return value


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A dead child nobody has waited for is not alive.
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


class TestBeforeTheStart:
    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CannotStart, match=r"cannot be written.*COURSEWARE_HOME"):
            supervisor.check_home(tmp_path / "file" / "home")

    def test_a_folder_that_is_missing_is_made(self, tmp_path: Path) -> None:
        supervisor.check_home(tmp_path / "new" / "home")
        assert list((tmp_path / "new" / "home").iterdir()) == []

    @pytest.mark.enable_socket
    def test_a_busy_port(self) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            with pytest.raises(CannotStart, match=rf"Port {port} is not free.*PORT="):
                supervisor.check_port(port)
        supervisor.check_port(port)

    @pytest.mark.enable_socket
    def test_a_port_that_does_not_exist(self) -> None:
        with pytest.raises(CannotStart, match="Port 70000 is not free"):
            supervisor.check_port(70000)

    def test_only_one_on_a_folder(self, tmp_path: Path) -> None:
        with (
            supervisor.only_one(tmp_path),
            pytest.raises(CannotStart, match="already runs"),
            supervisor.only_one(tmp_path),
        ):
            pass
        with supervisor.only_one(tmp_path):
            pass

    def test_web_is_bound_to_loopback(self) -> None:
        assert "127.0.0.1:8123" in supervisor.web_arguments(8123)


# A supervisor with one child, as a process of its own, so that it can be killed.
PROGRAM = """
import os, sys
from pathlib import Path
from courseware.demo.supervisor import Child, Supervisor
folder = Path(sys.argv[1])
(folder / "supervisor.pid").write_text(str(os.getpid()))
child = Child("toy", "toy", [str(folder)], folder / "toy.log", {**os.environ})
Supervisor([child], lambda line: print(line, flush=True), "http://127.0.0.1:9").run()
print("over", flush=True)
"""
TOY = """
import os, signal, subprocess, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
stubborn = (folder / "stubborn").exists()
if stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with (folder / "pids").open("a") as file:
    file.write(f"{os.getpid()} {grandchild.pid}\\n")
print("last words", flush=True)
try:
    while True:
        time.sleep(0.1)
finally:
    grandchild.kill()
"""


class Running:
    """A supervisor in a process of its own, over a toy that has a child itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "toy.py").write_text(textwrap.dedent(TOY))
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{folder}"},
            stdout=subprocess.PIPE,
            text=True,
        )

    def toys(self, number: int = 1) -> list[tuple[int, int]]:
        """(pid, its child's pid) of every toy started so far, once there are `number`."""

        def started() -> list[tuple[int, int]]:
            file = self.folder / "pids"
            lines = file.read_text().splitlines() if file.exists() else []
            pairs = [line.split() for line in lines]
            return [(int(toy), int(grandchild)) for toy, grandchild in pairs]

        return list(until(lambda: started() if len(started()) >= number else None))

    def all_gone(self) -> bool:
        return not any(is_alive(pid) for pair in self.toys() for pid in pair)


@pytest.fixture
def running(tmp_path: Path) -> Any:
    made: list[Running] = []

    def run() -> Running:
        made.append(Running(tmp_path))
        return made[-1]

    yield run
    for one in made:
        one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_everything_cleanly(running: Any, how: signal.Signals) -> None:
    one = running()
    one.toys()
    one.process.send_signal(how)
    said, _ = one.process.communicate(timeout=10)
    assert said.endswith("over\n")
    assert one.all_gone()


def test_a_dead_process_is_started_again_and_leaves_nothing_behind(running: Any) -> None:
    one = running()
    [(toy, grandchild)] = one.toys()
    os.kill(toy, signal.SIGKILL)
    one.toys(2)
    assert not is_alive(grandchild)
    one.process.send_signal(signal.SIGTERM)
    said, _ = one.process.communicate(timeout=10)
    assert "The toy ended (by SIGKILL)" in said
    assert "last words" in said


def test_what_does_not_stop_is_ended(
    running: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stubborn").touch()
    one = running()
    one.toys()
    one.process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    one.process.send_signal(signal.SIGINT)  # asked twice: at once
    one.process.communicate(timeout=10)
    assert one.all_gone()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread looks once a second")
def test_killed_itself_it_leaves_no_orphan(running: Any) -> None:
    one = running()
    [(toy, _)] = one.toys()
    one.process.kill()
    until(lambda: not is_alive(toy), seconds=3)


def test_the_pause_between_starts_doubles(tmp_path: Path) -> None:
    child = Child("toy", "nowhere_to_be_found", [], tmp_path / "toy.log", {**os.environ})
    pauses = []
    for _ in range(3):
        child.start()
        assert until(child.look) == 1
        pauses.append(round(child.start_at - time.monotonic()))
    assert pauses == [1, 2, 4]


def test_a_long_log_is_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "toy.log"
    log.write_bytes(b"x" * 5_000_001)
    child = Child("toy", "nowhere_to_be_found", [], log, {**os.environ})
    child.start()
    until(child.look)
    assert log.stat().st_size < 10_000
    assert (tmp_path / "toy.old.log").exists()


def test_people_are_told_once_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(supervisor, "_answers", lambda address: address.endswith("/healthz"))
    one = Supervisor([], told.append, "http://127.0.0.1:9", lambda: told.append("alive"))
    one._look()
    one._look()
    assert told == ["alive"]
