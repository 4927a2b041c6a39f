"""A file's question: its envelope, and the shipped courses' questions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from quizzes.engine import registry
from quizzes.engine.contract import ContentError
from quizzes.engine.envelope import faults_in, split

LIBRARY = Path(__file__).resolve().parents[3] / "courseware" / "library"
FILES = sorted(LIBRARY.glob("*/questions/*.yaml"))  # a translation has words only


def question(**changes: Any) -> dict[str, Any]:
    return {
        "key": "C0-Q01",
        "type": "truefalse",
        "objective": "C0-O1",
        "lesson": "two-families",
        "seed": ["S6"],
        "bloom": "analyse",
        "difficulty": 1,
        "stem": "A statement.",
        "options": [
            {"text": "True", "correct": False, "feedback": "No."},
            {"text": "False", "correct": True, "feedback": "Yes."},
        ],
        **changes,
    }


def test_envelope_and_content_are_told_apart() -> None:
    envelope, content = split(question(must_pass="C0-M1", tags=["ransomware"]))
    assert (envelope.key, envelope.must_pass, envelope.negative_stem) == ("C0-Q01", "C0-M1", False)
    assert content.keys() == {"stem", "options"}
    assert registry.get(envelope.type).validate(content).right == {1}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"key": "q1"}, "key"),
        ({"type": "essay"}, "type"),
        ({"bloom": "know"}, "bloom"),
        ({"difficulty": 4}, "difficulty"),
        ({"must_pass": True}, "must_pass"),
        ({"seed": ["6"]}, "seed[0]"),
        ({"lesson": "Two families"}, "lesson"),
        ({"negative_stem": "no"}, "negative_stem"),
    ],
)
def test_faults_of_the_envelope(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        split(question(**changes))
    assert [fault.path for fault in caught.value.faults] == [path]


def test_all_faults_come_together() -> None:
    broken = question(bloom="know", stem="", dificulty=1)
    assert {fault.path for fault in faults_in(broken)} == {"bloom", "stem", "dificulty"}
    assert faults_in(question()) == []


def test_the_registry_has_the_documented_types() -> None:
    assert set(registry.names()) == {
        "single",
        "multiple",
        "truefalse",
        "ordering",
        "matching",
        "numeric",
        "short",
        "scenario",
    }
    with pytest.raises(KeyError):
        registry.get("essay")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_shipped_questions_are_valid(path: Path) -> None:
    found = [
        f"{raw.get('key')} {fault}"
        for raw in yaml.safe_load(path.read_text(encoding="utf-8"))
        for fault in faults_in(raw)
    ]
    assert found == []
