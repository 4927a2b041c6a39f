"""docs/reference/settings.md names every variable that settings read, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_READ = re.compile(r'env\.(?:text|flag|number|choice|zone|url|listed|generated)\(\s*"([A-Z_]+)"')


def test_every_variable_is_documented() -> None:
    read = set(_READ.findall((ROOT / "courseware/settings.py").read_text("utf-8")))
    read |= {"DATABASE_URL"}
    page = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    documented = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert documented == read


def test_locks_name_no_registry() -> None:
    """Whoever installs brings their own mirror."""
    for path in ROOT.glob("requirements*.lock"):
        assert "://" not in path.read_text("utf-8"), path.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text("utf-8")
