"""A value that cannot be understood stops the start with one sentence; what we write is ours."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from courseware import env
from tests.migrated import migrated_home

ROOT = Path(__file__).resolve().parents[2]
BROKERS = ["amqp", "redis", "filesystem"]


def manage(home: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own with the umask that most machines have."""
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**inherited, "COURSEWARE_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        umask=0o022,
    )


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("COURSEWARE_TIME_ZONE", "Nope/X", "for example Europe/Brussels"),
        ("CACHE_URL", "foo://x", "starts with one of: redis://"),
        ("CELERY_BROKER_URL", "foo://x", "starts with one of: amqp://"),
        ("COURSEWARE_WORKERS", "0", "Set it to 1 or more"),
        ("JOB_LEASE_SECONDS", "-5", "Set it to 1 or more"),
        ("LOG_LEVEL", "loud", "Set it to one of: DEBUG, INFO"),
        ("LANGUAGE_CODE", "xx", "Set it to one of: en"),
        ("DATABASE_URL", "mysql://x", "Write it as postgres://"),
        ("SITE_URL", "http://[x", "starts with one of: https://"),
    ],
)
def test_the_start_stops_with_one_sentence(
    tmp_path: Path, name: str, value: str, advice: str
) -> None:
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode == 1, done.stderr
    [line] = done.stderr.strip().splitlines()
    assert line.startswith(name)
    assert advice in line


@pytest.mark.parametrize(
    "read",
    [
        lambda: env.zone("SOME", "UTC"),
        lambda: env.choice("SOME", "INFO", ["DEBUG", "INFO"]),
        lambda: env.number("SOME", 5, minimum=1),
        lambda: env.url("SOME", "", BROKERS),
    ],
)
@pytest.mark.parametrize("value", ["Europe", "../x", "redis:x", "redis://u:secret@h:abc/0"])
def test_what_is_no_such_thing_is_refused(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], value: str
) -> None:
    monkeypatch.setenv("SOME", value)
    with pytest.raises(ImproperlyConfigured, match=r"^SOME.*(Set|Write) it"):
        read()


def test_an_address_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may hold a password, and the sentence lands in a log."""
    monkeypatch.setenv("SOME", "foo://user:secret@host/0")
    with pytest.raises(ImproperlyConfigured) as caught:
        env.url("SOME", "", BROKERS)
    monkeypatch.setenv("DATABASE_URL", "foo://user:secret@host/name")
    with pytest.raises(ImproperlyConfigured) as caught_too:
        env.database("sqlite://")
    assert "secret" not in f"{caught.value}{caught_too.value}"


def test_good_values_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME", "info")
    assert env.choice("SOME", "DEBUG", ["DEBUG", "INFO"]) == "INFO"
    monkeypatch.setenv("SOME", "redis://:secret@host:6379/0")
    assert env.url("SOME", "", BROKERS) == "redis://:secret@host:6379/0"
    monkeypatch.setenv("SOME", "")
    assert env.url("SOME", "filesystem://", BROKERS) == "filesystem://"
    assert env.zone("SOME", "Europe/Brussels") == "Europe/Brussels"


def test_a_folder_of_keys_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="COURSEWARE_KEYS") as caught:
        env.generated("SOME_KEY", tmp_path / "file" / "keys" / "some")
    assert "set SOME_KEY" not in str(caught.value)


def test_what_we_write_is_ours_alone() -> None:
    home = migrated_home()
    others = stat.S_IRWXG | stat.S_IRWXO
    written = [home, *home.rglob("*")]
    assert home / "courseware.sqlite3" in written
    assert [path for path in written if path.stat().st_mode & others] == []


def test_the_program_stays_readable(tmp_path: Path) -> None:
    """`collectstatic` makes the folder private too, but not the umask it works with."""
    code = (
        "import sys, os; sys.argv = ['manage.py', sys.argv[1]]\n"
        "from pathlib import Path; from courseware import env\n"
        "env.keep_private(Path(os.environ['COURSEWARE_HOME'])); print(oct(os.umask(0)))"
    )
    for command, umask in (("collectstatic", "0o22"), ("check", "0o77")):
        home = tmp_path / command
        done = subprocess.run(
            [sys.executable, "-c", code, command],
            cwd=ROOT,
            env={**os.environ, "COURSEWARE_HOME": str(home)},
            capture_output=True,
            text=True,
            check=True,
            umask=0o022,
        )
        assert done.stdout.strip() == umask
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
