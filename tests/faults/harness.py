"""A whole installation of its own, with real processes, to kill and to look at.

    with open_site(tmp_path) as site:            # SQLite and the embedded broker
    with open_site(tmp_path, SERVICES) as site:  # PostgreSQL and RabbitMQ

        site.start("beat")
        site.start("worker", failpoint="mail.after_send", shots=2)
        site.python("…")                         # in the site's own Django, prints come back
        wait_for(lambda: site.rows("SELECT …"), "the mail is sent")
        site.kill("worker")                      # SIGKILL to the main process and its children

A failpoint (courseware.jobs.schedule.FAILPOINTS and those of other apps) ends, with SIGKILL, the
process that comes by, `shots` times in all. In a worker that is the child that runs the job.

Owns: starting, killing, looking. Must not: share anything with the settings of the test process.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import amqp
import psycopg

from courseware.demo.supervisor import BEAT_ARGUMENTS, WORKER_ARGUMENTS, web_arguments
from tests.migrated import DATABASE, copy_migrated, migrated_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
#: Where the services of the machine are; .ci/run may start its own and say so here.
POSTGRES = os.environ.get("FAULTS_POSTGRES", "postgres://postgres@127.0.0.1:5432/postgres")
RABBITMQ = os.environ.get("FAULTS_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")


@dataclass(frozen=True)
class Shape:
    """Which database and broker the site runs on."""

    postgres: bool = False
    rabbitmq: bool = False


EMBEDDED = Shape()
SERVICES = Shape(postgres=True, rabbitmq=True)


@dataclass
class Site:
    """One installation. Paths and names are its own, so many can run side by side."""

    home: Path
    environment: dict[str, str]
    shape: Shape
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    # -------------------------------------------------------------- processes
    def start(self, name: str, *, failpoint: str = "", shots: int = 1, port: int = 0) -> None:
        """Start "web" (needs `port`), "worker" or "beat"; with `failpoint`, armed for `shots`."""
        assert name not in self.processes, f"{name} is running"
        module, arguments = {
            "web": ("gunicorn", web_arguments(port, workers=1)),
            "worker": ("celery", WORKER_ARGUMENTS),
            "beat": ("celery", BEAT_ARGUMENTS),
        }[name]
        environment = {**self.environment, **self._armed(failpoint, shots)}
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _armed(self, failpoint: str, shots: int) -> dict[str, str]:
        if not failpoint:
            return {}
        file = self.home / f"shots-{uuid4().hex}"
        file.write_bytes(b"x" * shots)
        self._shots = file
        return {"COURSEWARE_FAILPOINT": failpoint, "COURSEWARE_FAILPOINT_SHOTS": str(file)}

    def shots_left(self) -> int:
        """Of the failpoint armed last: 0 once it has fired as often as it should."""
        return self._shots.stat().st_size

    def kill(self, name: str) -> None:
        """SIGKILL to the whole process group, as when the machine loses power."""
        process = self.processes.pop(name)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self, name: str, seconds: float = 15) -> int:
        """SIGTERM to the main process, as a service manager does; returns its exit code."""
        process = self.processes[name]
        process.terminate()
        try:
            return process.wait(seconds)
        finally:
            self.kill(name)

    def is_running(self, name: str) -> bool:
        return name in self.processes and self.processes[name].poll() is None

    def log(self, name: str) -> str:
        path = self.home / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # -------------------------------------------------------------- acting and looking
    def manage(self, *arguments: str, **environment: str) -> str:
        """Run manage.py and return what it printed; fails with its output."""
        return self._run([sys.executable, "manage.py", *arguments], **environment)

    def python(self, code: str) -> str:
        """Run `code` in a process of the site, with Django set up; returns what it printed."""
        return self._run([sys.executable, "-c", f"import django\ndjango.setup()\n{_dedent(code)}"])

    def _run(self, command: Sequence[str], **environment: str) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says, read past Django and past the processes under test."""
        if self.shape.postgres:
            with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
                return connection.execute(sql.encode()).fetchall()
        connected = sqlite3.connect(self.home / DATABASE, timeout=20)
        try:
            return connected.execute(sql).fetchall()
        finally:
            connected.close()

    def how_it_stands(self) -> str:
        """Every job that is not done, who is alive and the end of every log, for a failure."""
        jobs = self.rows(
            "SELECT kind, state, attempts, created_at, next_try_at, lease_until, last_error"
            " FROM jobs_job WHERE state <> 'done'"
        )
        alive = self.rows("SELECT name, at FROM jobs_heartbeat")
        logs = [
            f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-60:])
            for path in sorted(self.home.glob("*.log"))
        ]
        return "\n".join([f"now {datetime.now(UTC)}", *map(str, (*jobs, *alive)), *logs])

    def sent_mail(self) -> list[str]:
        """Every mail that was handed over, whole, oldest first."""
        files = sorted((self.home / "mail").glob("*.log"))
        return [file.read_text(errors="replace") for file in files]


#: Seconds until all work must be done. A try that failed, on a lock that a busy machine held for
#: three seconds, comes back after up to 72: nothing is lost by it, so a test waits for that too.
DONE_WITHIN = 150


def wait_for(
    fact: Callable[[], Any], what: str, seconds: float = 20, tell: Callable[[], str] = str
) -> Any:
    """Wait until `fact` is true; its value. Fails saying what was waited for, and what `tell` says
    of how things stand then."""
    until = time.monotonic() + seconds
    while True:
        value = fact()
        if value:
            return value
        assert time.monotonic() < until, f"not within {seconds} s: {what}\n{tell()}"
        time.sleep(0.1)


@contextmanager
def open_site(folder: Path, shape: Shape = EMBEDDED, **environment: str) -> Iterator[Site]:
    """A migrated installation in `folder`; afterwards nothing of it runs or is left behind."""
    name = f"faults_{uuid4().hex[:12]}"
    inherited = {
        key: value
        for key, value in os.environ.items()
        # Nothing of the test process's own settings; only what a process needs to run.
        if key in {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV"}
    }
    site = Site(
        folder,
        {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "courseware.settings",
            "COURSEWARE_HOME": str(folder),
            "COURSEWARE_DEMO": "1",
            "CELERY_QUEUE": name,
            "JOB_LEASE_SECONDS": "2",
            "PYTHONUNBUFFERED": "1",
            **(
                {"DATABASE_URL": POSTGRES.rpartition("/")[0] + f"/{name}"} if shape.postgres else {}
            ),
            **({"CELERY_BROKER_URL": RABBITMQ} if shape.rabbitmq else {}),
            **environment,
        },
        shape,
    )
    try:
        _fill(site, name)
        yield site
    finally:
        for process in list(site.processes):
            site.kill(process)
        if shape.postgres:
            _postgres(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        if shape.rabbitmq:
            _forget_queue(name)


def _fill(site: Site, name: str) -> None:
    """Give the site its tables: migrating takes longer than most tests that need a site."""
    copy_migrated(site.home)
    if site.shape.postgres:
        (site.home / DATABASE).unlink()
        _postgres(f"CREATE DATABASE {name} TEMPLATE {migrated_postgres(POSTGRES)}")


def _postgres(statement: str) -> None:
    with psycopg.connect(POSTGRES, autocommit=True) as connection:
        connection.execute(statement.encode())


def _forget_queue(name: str) -> None:
    host, _, virtual_host = RABBITMQ.removeprefix("amqp://").rpartition("@")[2].partition("/")
    user, _, password = RABBITMQ.removeprefix("amqp://").rpartition("@")[0].partition(":")
    with amqp.Connection(
        host=host, userid=user, password=password, virtual_host=virtual_host or "/"
    ) as connection:
        connection.channel().queue_delete(name)


def _dedent(code: str) -> str:
    return textwrap.dedent(code)
