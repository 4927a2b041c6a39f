"""An installation whose tables are made, once for all processes of a run of the tests.

    home = migrated_home()             to look at; whoever writes takes a copy:
    copy_migrated(tmp_path)            database and keys, as `manage.py migrate` leaves them

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
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "courseware.sqlite3"


def shared_folder() -> Path:
    """Of all processes of the run; the first one makes it and takes it away."""
    if "COURSEWARE_TESTS_SHARED" not in os.environ:
        made = os.environ["COURSEWARE_TESTS_SHARED"] = tempfile.mkdtemp(prefix="courseware-shared-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
    return Path(os.environ["COURSEWARE_TESTS_SHARED"])


def migrated_home() -> Path:
    """A COURSEWARE_HOME, made by a process with the umask that most machines have."""
    shared = shared_folder()
    home = shared / "new" / "home"
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            subprocess.run(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=ROOT,
                env={**inherited, "COURSEWARE_HOME": str(home)},
                check=True,
                umask=0o022,
            )
            (shared / "done").touch()
    return home


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
