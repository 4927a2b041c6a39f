"""One way to write: what was read is written again to the byte, and the values stay the same."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from courseware.bundles import writing
from courseware.bundles.folder import Folder
from courseware.bundles.reading import read_folder
from courseware.bundles.schema import canonical
from courseware.bundles.schema.files import SourceFile, TermFile
from courseware.bundles.schema.yamlfile import parse
from lessons.dialect import FrontMatter
from quizzes.engine.envelope import split
from tests.bundles.folders import copy_of, edit

COURSES = sorted(path.parent for path in settings.LIBRARY_DIR.glob("*/course.yaml"))
HARD = [
    "Plain",
    "no",
    "12",
    "2026-11-24",
    "~",
    "a: b # c",
    "- not a list",
    " space before",
    "space after ",
    "two  spaces",
    'She said: "no".',
    "It's 53 %, “quoted”, à la carte – €5",
    "line one\nline two\n\nline four",
    "back\\slash and \ttab",
    "{braces} [brackets] & *stars* !tag | > %",
    "\u00a0hard space\u2028",
    "long " * 60,
    'long words, "quotes" and a colon: ' * 8 + "end",
    "x" * 300,
    "# " + "heading-like words " * 10,
    "- " + "list-like words " * 10,
]


def values(folder: Folder) -> Any:
    return (
        folder.course,
        sorted(source.model_dump_json() for source in folder.sources),
        sorted(term.model_dump_json() for term in folder.terms),
        [(lesson.key, lesson.front, lesson.body, lesson.light) for lesson in folder.lessons],
        [(q.file, q.envelope, q.content) for q in folder.questions],
    )


@pytest.mark.parametrize("words", HARD)
def test_any_words_come_back_unchanged_and_are_written_alike_again(words: str) -> None:
    raw = {
        **{"key": "T2-Q01", "type": "single", "objective": "T2-O1", "lesson": "making-tea"},
        **{"bloom": "apply", "difficulty": 1, "stem": words},
        "options": [
            {"feedback": words, "correct": index == 0, "text": words + str(index)}
            for index in range(2)
        ],
    }
    once = canonical.questions_yaml([split(raw)])
    read = parse(once).value[0]
    assert read["stem"] == words
    assert [option["feedback"] for option in read["options"]] == [words] * 2
    assert canonical.questions_yaml([split(read)]) == once


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (3, "3"),
        (2.5, "2.5"),
        ("2.50", "2.5"),
        (-4, "-4"),
        (1e-7, "0.0000001"),
        (1000000, "1000000"),
    ],
)
def test_numbers_have_one_form(written: object, number: str) -> None:
    raw = {
        **{"key": "T2-Q01", "type": "numeric", "objective": "T2-O1", "lesson": "making-tea"},
        **{"bloom": "apply", "difficulty": 1, "stem": "How many?", "feedback": "So."},
        "answer": written,
    }
    text = canonical.questions_yaml([split(raw)])
    assert f"\n  answer: {number}\n" in text
    assert canonical.questions_yaml([split(yaml.safe_load(text)[0])]) == text


def test_a_number_that_no_float_keeps_stays_text() -> None:
    assert canonical._number("0.1234567890123456789") == "0.1234567890123456789"


def test_the_form_of_a_source() -> None:
    source = SourceFile(
        key="SRC-07",
        title="Tea",
        publisher="Nobody",
        year=2026,
        published_on=date(2026, 1, 2),
        seen="primary",
        certainty="A",
        checked_on=date(2026, 11, 24),
        review_by=date(2027, 11, 24),
    )
    assert canonical.sources_yaml([source]) == (
        '- key: SRC-07\n  title: "Tea"\n  publisher: "Nobody"\n  year: 2026\n'
        '  published_on: 2026-01-02\n  url: ""\n  seen: primary\n  certainty: A\n  status: ""\n'
        '  checked_on: 2026-11-24\n  review_by: 2027-11-24\n  note: ""\n'
    )


def test_a_source_that_was_not_seen_has_no_day() -> None:
    source = SourceFile(
        key="SRC-07",
        title="Tea",
        publisher="Nobody",
        year=2026,
        seen="not-seen",
        certainty="C",
        review_by=date(2027, 11, 24),
    )
    written = canonical.sources_yaml([source])
    assert '  status: ""\n  review_by: 2027-11-24\n' in written
    assert "checked_on" not in written


def test_sources_stand_in_the_order_of_their_numbers_and_terms_by_key() -> None:
    keys = ["SRC-101", "SRC-9", "SRC-13", "IWF-2"]
    assert sorted(keys, key=canonical.by_number) == ["IWF-2", "SRC-9", "SRC-13", "SRC-101"]
    terms = [TermFile(key=key, term=key, definition="d") for key in ("b", "a")]
    assert canonical.glossary_yaml(terms).index("key: a") < canonical.glossary_yaml(terms).index(
        "key: b"
    )
    assert canonical.glossary_yaml([]) == "[]\n"


def test_the_form_of_front_matter() -> None:
    front = FrontMatter(
        title="Tea: a start",
        objectives=("T2-O1",),
        minutes=10,
        sensitivity=0,
        review_by=date(2027, 11, 30),
    )
    assert canonical.front_matter(front) == (
        'title: "Tea: a start"\nobjectives: [T2-O1]\nminutes: 10\nsensitivity: 0\ntopic: ""\n'
        "sources: []\nseed: []\nreview_by: 2027-11-30\n"
    )


@pytest.mark.parametrize("course", COURSES, ids=lambda path: path.name)
def test_the_library_is_in_canonical_form(course: Path) -> None:
    folder = read_folder(course)
    for name, text in writing.yaml_files(folder).items():
        assert (course / name).read_text("utf-8") == text, name


def test_fix_rewrites_and_keeps_every_value(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    before = values(read_folder(folder))
    assert "course.yaml" in writing.fix(read_folder(folder))
    assert values(read_folder(folder)) == before
    assert writing.fix(read_folder(folder)) == []


def test_fix_leaves_a_broken_folder_alone(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    edit(folder, "sources.yaml", "year: 2024", "year: then")
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("check_courses", folder, "--fix", stdout=out, stderr=err)
    assert "level-two: not rewritten" in err.getvalue()
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before
