"""An upgrade by hand: the command that puts the triggers in place runs where they are missing."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.migrated import ROOT, copy_migrated


def test_migrate_puts_back_what_the_check_misses(tmp_path: Path) -> None:
    """As an upgrade meets it: the command by itself, on a database whose triggers are older."""
    environment = os.environ | {
        "COURSEWARE_HOME": str(tmp_path),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "courseware.settings",
    }

    def manage(*words: str) -> int:
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return subprocess.run(command, env=environment, capture_output=True).returncode

    copy_migrated(tmp_path)
    assert manage("check", "--database", "default") == 0
    with closing(sqlite3.connect(tmp_path / "courseware.sqlite3")) as database:
        [name] = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchone()
        database.execute(f"DROP TRIGGER {name}")
        database.commit()
    assert manage("check", "--database", "default") == 1
    assert manage("migrate", "--verbosity", "0") == 0
    assert manage("check", "--database", "default") == 0
