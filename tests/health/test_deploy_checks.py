"""`check --deploy` is clean for the documented production environment, and each check bites."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from courseware.health import checks

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "production.md"


def documented(home: Path) -> dict[str, str]:
    [block] = re.findall(r"```env\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = dict(line.split("=", 1) for line in block.splitlines())
    assert lines["COURSEWARE_HOME"]
    return {**lines, "COURSEWARE_HOME": str(home)}


def check_deploy(home: Path, **changes: str) -> "subprocess.CompletedProcess[str]":
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**inherited, **documented(home), **changes},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_documented_environment_is_clean(tmp_path: Path) -> None:
    done = check_deploy(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_the_demo_environment_is_not(tmp_path: Path) -> None:
    done = check_deploy(
        tmp_path,
        COURSEWARE_DEMO="1",
        SITE_URL="http://localhost:8000",
        MAIL_HOST="",
        DATABASE_URL=f"sqlite:///{tmp_path / 'x.sqlite3'}",
    )
    assert done.returncode == 1
    for name in ("E203", "W205", "E207", "E208"):
        assert f"courseware.{name}" in done.stderr


def found(check: Any) -> list[str]:
    return [str(message.id).removeprefix("courseware.") for message in check(None)]


def test_csp(settings: LazySettings) -> None:
    assert found(checks.check_csp) == []
    settings.SECURE_CSP = {"default-src": ["'none'"], "script-src": ["'unsafe-inline'"]}
    assert found(checks.check_csp) == ["E202"]
    settings.SECURE_CSP = {}
    assert found(checks.check_csp) == ["E202"]


def test_mail(settings: LazySettings) -> None:
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": smtp, "OPTIONS": {"timeout": 10}}}
    assert found(checks.check_mail) == []
    settings.MAILERS = {"default": {"BACKEND": smtp, "OPTIONS": {}}}
    assert found(checks.check_mail) == ["E204"]
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.filebased.EmailBackend"}}
    assert found(checks.check_mail) == ["E203"]


def test_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def engine(name: str, **options: str) -> list[str]:
        entry = {"ENGINE": f"django.db.backends.{name}", "OPTIONS": options}
        monkeypatch.setattr(checks, "settings", type("S", (), {"DATABASES": {"default": entry}}))
        return found(checks.check_database)

    assert engine("postgresql") == []
    assert engine("sqlite3", transaction_mode="IMMEDIATE") == ["W205"]
    assert engine("sqlite3") == ["W205", "E206"]


def test_second_factor(settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.DEMO = True, False
    assert found(checks.check_second_factor) == []
    settings.SECOND_FACTOR_REQUIRED = False
    assert found(checks.check_second_factor) == ["E207"]


def test_addresses_and_times(settings: LazySettings) -> None:
    settings.SITE_URL = "https://training.example.org"
    assert found(checks.check_site_url) == []
    settings.SITE_URL = "http://training.example.org"
    assert found(checks.check_site_url) == ["E208"]
    assert found(checks.check_utc) == []
    settings.TIME_ZONE = "Europe/Brussels"
    assert found(checks.check_utc) == ["E209"]
    settings.TIME_ZONE = "UTC"
    settings.JOB_LEASE_SECONDS = 300
    assert found(checks.check_lease) == []
    settings.JOB_LEASE_SECONDS = 30
    assert found(checks.check_lease) == ["W211"]


def test_keys_are_ours_alone(settings: LazySettings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    assert found(checks.check_keys) == []
    settings.KEYS_DIR.mkdir(mode=0o700)
    key = settings.KEYS_DIR / "secret_key"
    key.touch(mode=0o600)
    assert found(checks.check_keys) == []
    key.chmod(0o640)
    assert found(checks.check_keys) == ["E210"]


def test_home_is_ours_alone(settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"
    assert found(checks.check_home) == []
    settings.HOME.mkdir(mode=0o700)
    assert found(checks.check_home) == []
    settings.HOME.chmod(0o750)
    assert found(checks.check_home) == ["E212"]


def test_seals(settings: LazySettings, tmp_path: Path) -> None:
    settings.KEYS_DIR, settings.SEAL_MAIL_TO = tmp_path, ""
    assert found(checks.check_seals) == ["W213"]
    settings.SEAL_MAIL_TO = "seals@audit.example.org"
    assert found(checks.check_seals) == []
    settings.SEAL_MAIL_TO = "one@example.org, two@example.org"
    assert found(checks.check_seals) == ["E214"]
    settings.SEAL_MAIL_TO, settings.SEAL_KEY = "seals@audit.example.org", "no key"
    assert found(checks.check_seals) == ["E214"]
