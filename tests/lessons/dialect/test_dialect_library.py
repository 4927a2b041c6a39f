"""The shipped lessons render without a problem and are safe."""

from pathlib import Path

import pytest
import yaml

from lessons.dialect import (
    FigureFile,
    MappingResolver,
    SourceRecord,
    TermRecord,
    lint,
    read_lesson,
    render,
)
from tests.core.hostile_html import survivors

LIBRARY = Path(__file__).parents[3] / "courseware" / "library"
ALL = sorted(LIBRARY.glob("*/lessons/*.md"))
LIGHT = [path for path in ALL if path.name.endswith(".light.md")]
LESSONS = [path for path in ALL if path not in LIGHT]


def _resolver(course: Path) -> MappingResolver:
    sources = yaml.safe_load((course / "sources.yaml").read_text("utf-8"))
    terms = yaml.safe_load((course / "glossary.yaml").read_text("utf-8"))
    return MappingResolver(
        {s["key"]: SourceRecord(s["key"], s["title"], certainty=s["certainty"]) for s in sources},
        {t["key"]: TermRecord(t["key"], t["term"], t["definition"]) for t in terms},
        {p.name: FigureFile(f"/media/{p.name}", 8, 4) for p in (course / "figures").glob("*.svg")},
    )


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_shipped_lesson(path: Path) -> None:
    course = path.parents[1]
    file = read_lesson(path.read_text("utf-8"))
    resolver = _resolver(course)
    lesson = render(file.body, resolver, first_line=file.body_line)
    assert lesson.problems == ()
    assert lint(file.body, resolver, first_line=file.body_line) == []
    assert survivors(lesson.html) == []
    assert sorted(lesson.sources) == sorted(file.front.sources)
    for leftover in ("unresolved", "///", "[@", "[["):
        assert leftover not in lesson.html


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_a_shipped_light_version(path: Path) -> None:
    """It cites no more than the lesson it stands for."""
    whole = read_lesson(path.with_name(path.name.replace(".light", "")).read_text("utf-8"))
    source = path.read_text("utf-8")
    lesson = render(source, _resolver(path.parents[1]))
    assert lesson.problems == ()
    assert survivors(lesson.html) == []
    assert set(lesson.sources) <= set(whole.front.sources)
