"""Keeps web, worker and beat running together, and ends them together.

Each is a child in its own process group, its output in a log file. A child that dies is started
again, after a pause that doubles. Stopping asks (TERM), waits, then ends what is left (KILL, by
process group). Should this process be killed itself, its children end too, see `child`.

Owns: the processes of demo mode. Must not: know Django; a service manager does this for real.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

Say = Callable[[str], None]

_PAUSE_FIRST, _PAUSE_LONGEST = 1.0, 30.0
_LIVED_LONG_ENOUGH = 60.0
_STOP_SECONDS = 12.0
_LOG_BYTES = 5_000_000
_LOOK_EVERY = 0.3


class CannotStart(Exception):
    """One sentence for the person at the terminal: what is wrong and what to do."""


def check_home(home: Path) -> None:
    probe = home / ".writable"
    try:
        home.mkdir(parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The folder {home} cannot be written ({error.strerror}). "
            "Make it writable, or set COURSEWARE_HOME to a folder that is."
        ) from error


def check_port(port: int) -> None:
    with socket.socket() as probe:
        # As the web server does: a port whose last connections are just closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CannotStart(
                f"Port {port} is not free ({getattr(error, 'strerror', None) or 'no such port'}). "
                f"Stop what uses it, or choose another: make run PORT={port % 60000 + 1}"
            ) from error


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Refuse to run twice on the same folder. The lock goes when this process does."""
    with (home / "running.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"Courseware already runs on the folder {home}. "
                "Stop it first, or set COURSEWARE_HOME to another folder."
            ) from error
        yield


@dataclass
class Child:
    """One of the processes: how to start it, and how it has been doing."""

    name: str
    module: str
    arguments: list[str]
    log: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    pause: float = _PAUSE_FIRST

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        command = [sys.executable, "-m", "courseware.demo.child", str(os.getpid()), self.module]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own modules, no user input
                [*command, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**self.environment},
                start_new_session=True,  # Ctrl-C reaches us only, and we stop it in order
            )
        self.started = time.monotonic()

    def look(self) -> int | None:
        """The exit code if it has just been found dead; plans the next start."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is None:
            return None
        self.end_group()  # a killed worker leaves its own children behind
        lived = time.monotonic() - self.started
        self.pause = _PAUSE_FIRST if lived > _LIVED_LONG_ENOUGH else self.pause
        self.start_at = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, _PAUSE_LONGEST)
        self.process = None
        return code

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end_group(self) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


@dataclass
class Supervisor:
    """Runs `children` until it is told to stop."""

    children: list[Child]
    say: Say
    address: str  # to tell people, and to ask whether it is alive
    on_alive: Callable[[], None] = lambda: None
    _stopping: bool = field(default=False, init=False)
    _was_alive: bool = field(default=False, init=False)

    def run(self) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._on_signal)
        try:
            for child in self.children:
                child.start()
            while not self._stopping:
                self._look()
                time.sleep(_LOOK_EVERY)
        finally:
            self._stop()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self._stopping:  # asked twice: at once
            for child in self.children:
                child.end_group()
        self._stopping = True

    def _look(self) -> None:
        for child in self.children:
            code = child.look()
            if code is not None:
                pause = child.start_at - time.monotonic()
                self.say(
                    f"The {child.name} ended ({_how(code)}) and is started again in {pause:.0f} s. "
                    f"Its last words: {_last_line(child.log)} (all of them: {child.log})"
                )
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()
        if not self._was_alive and _answers(f"{self.address}/healthz"):
            self._was_alive = True
            self.on_alive()

    def _stop(self) -> None:
        running = [child for child in self.children if child.process is not None]
        # Beat first: nothing new is asked for while the others finish.
        for child in reversed(running):
            child.ask_to_stop()
        until = time.monotonic() + _STOP_SECONDS
        for child in running:
            assert child.process is not None
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"The {child.name} does not stop by itself and is ended.")
            child.end_group()
            child.process.wait()


def _how(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _last_line(log: Path) -> str:
    """The last line that says something; empty if there is none."""
    try:
        lines = log.read_bytes()[-4000:].decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


WORKER_ARGUMENTS = [
    *("-A", "courseware.celery", "worker", "--loglevel", "INFO"),
    # Talk among workers serves nothing here, and fills the embedded broker.
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
]
BEAT_ARGUMENTS = ["-A", "courseware.celery", "beat", "--loglevel", "INFO", "--pidfile="]


def web_arguments(port: int, workers: int = 2) -> list[str]:
    """Bound to loopback, whatever else is set: demo mode is for the person at this machine."""
    return [
        "courseware.wsgi:application",
        *("--bind", f"127.0.0.1:{port}"),
        *("--workers", str(workers), "--worker-class", "sync"),
        *("--log-level", "warning", "--no-control-socket"),
        *("--timeout", "60", "--graceful-timeout", "8"),
    ]


def processes(*, port: int, logs: Path, environment: Mapping[str, str]) -> list[Child]:
    """Web, worker and beat, not yet started."""
    logs.mkdir(parents=True, exist_ok=True)

    def child(name: str, module: str, arguments: list[str]) -> Child:
        return Child(name, module, arguments, logs / f"{name}.log", environment)

    return [
        child("web", "gunicorn", web_arguments(port)),
        child("worker", "celery", WORKER_ARGUMENTS),
        child("beat", "celery", BEAT_ARGUMENTS),
    ]
