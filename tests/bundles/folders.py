"""A small whole course to break: a copy of tests/fixtures/library/level-two in a folder of its own.

folder = copy_of(tmp_path)
edit(folder, "course.yaml", "draw: 4", "draw: 5")
"""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps

from courseware.bundles import checks
from courseware.bundles.checks import Check, Subject
from courseware.bundles.reading import read_folder
from courseware.bundles.schema.findings import Finding

DAY = date(2026, 11, 24)  # the day on which the fixture and the library were checked
FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "library" / "level-two"
SPANISH = FIXTURE.parents[1] / "translations" / "level-two"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">\n{}\n</svg>\n'


def copy_of(tmp_path: Path, name: str = "level-two") -> Path:
    return Path(shutil.copytree(FIXTURE, tmp_path / name))


def bilingual_copy_of(tmp_path: Path, name: str = "level-two") -> Path:
    """The same course with its Spanish."""
    folder = copy_of(tmp_path, name)
    shutil.copytree(SPANISH, folder, dirs_exist_ok=True)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replace the first `old` in a file of the folder."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def append(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def line_of(folder: Path, name: str, words: str) -> int:
    """The number of the first line that holds `words`."""
    lines = (folder / name).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def judged(folder: Path) -> list[Finding]:
    return checks.run(read_folder(folder))


def codes(folder: Path) -> set[str]:
    return {finding.code for finding in judged(folder)}


def subject_of(folder: Path, today: date = DAY) -> Subject:
    return Subject(read_folder(folder), today)


def places(check: Check, folder: Path, today: date = DAY) -> list[tuple[str, int, str]]:
    """File, line and code of what one check finds."""
    subject = subject_of(folder, today)
    assert not subject.folder.has_errors, subject.folder.findings
    return [(finding.file, finding.line, finding.code) for finding in check(subject)]


def said(check: Check, folder: Path, today: date = DAY) -> list[str]:
    """What one check finds, in words."""
    return [finding.message for finding in check(subject_of(folder, today))]


def rewrite_questions(folder: Path, name: str, change: Callable[[list[Any]], None]) -> None:
    """Change a list of questions as values."""
    questions = yaml.safe_load((folder / name).read_text("utf-8"))
    change(questions)
    # JSON is YAML without aliases.
    (folder / name).write_text(json.dumps(questions, indent=1), "utf-8")


def row_counts() -> dict[str, int]:
    """How many rows every table of the product has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}
