"""An installation whose tables are made, once for all processes of a run of the tests.

    home = migrated_home()             to look at; whoever writes takes a copy:
    copy_migrated(tmp_path)            database and keys, as `manage.py migrate` leaves them
    name = migrated_postgres(address)  for CREATE DATABASE … TEMPLATE

A run is a process with those it starts, or all of .ci/run, which says COURSEWARE_TESTS_SHARED and
ends with `python -m tests.migrated`.

Owns: making it, handing it out. Must not: outlive the run, or a migration would not be seen.
"""

import atexit
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "courseware.sqlite3"


def shared_folder() -> Path:
    """Of all processes of the run; the first one makes it and takes it away."""
    if "COURSEWARE_TESTS_SHARED" not in os.environ:
        os.environ["COURSEWARE_TESTS_SHARED"] = tempfile.mkdtemp(prefix="courseware-shared-")
        atexit.register(forget)
    return Path(os.environ["COURSEWARE_TESTS_SHARED"])


def forget() -> None:
    """Take away what the run shared."""
    shared = shared_folder()
    if (made := shared / "postgres").exists():
        server, name = made.read_text().split()
        _postgres(server, f"DROP DATABASE {name}")
    shutil.rmtree(shared, ignore_errors=True)


def migrated_home() -> Path:
    """A COURSEWARE_HOME, made by a process with the umask that most machines have."""
    home = shared_folder() / "new" / "home"
    with _made_by_one("done") as done:
        if not done.exists():
            _migrate(COURSEWARE_HOME=str(home))
            done.touch()
    return home


def migrated_postgres(address: str) -> str:
    """Its name; on the server of the database at `address`, which need not exist itself."""
    name = f"template_{shared_folder().name}".replace("-", "_").lower()
    server = address.rpartition("/")[0]
    with _made_by_one("postgres") as made:
        if not made.exists():
            _postgres(server, f"CREATE DATABASE {name}")
            made.write_text(f"{server} {name}")
            home = str(migrated_home())  # nothing is written there: the keys exist
            _migrate(COURSEWARE_HOME=home, DATABASE_URL=f"{server}/{name}")
    return name


@contextmanager
def _made_by_one(name: str) -> Iterator[Path]:
    """While one process makes it, the others wait."""
    shared = shared_folder()
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield shared / name


def _migrate(**environment: str) -> None:
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**inherited, **environment},
        check=True,
        umask=0o022,
    )


def _postgres(server: str, statement: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


def copy_migrated(folder: Path) -> None:
    copy_tables(folder / DATABASE)
    shutil.copytree(migrated_home() / "keys", folder / "keys")


def copy_tables(file: Path) -> None:
    """The database alone."""
    database = f"file:{migrated_home() / DATABASE}?mode=ro"
    with closing(sqlite3.connect(database, uri=True)) as migrated:
        migrated.execute("VACUUM INTO ?", [str(file)])


def fill_memory(name: str) -> sqlite3.Connection:
    """The same tables in a database in memory; it lives as long as the connection."""
    connected = sqlite3.connect(name, uri=True)
    with closing(sqlite3.connect(migrated_home() / DATABASE)) as database:
        database.backup(connected)
    return connected


if __name__ == "__main__":
    forget()
