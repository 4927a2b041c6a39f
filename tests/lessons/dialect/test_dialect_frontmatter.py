"""Front matter: its schema, its line numbers, and a body that comes back byte for byte."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.dialect import FrontMatterError, read_lesson, split_front_matter

GOOD = """\
---
title: "Two families"
objectives: [C0-O1]
minutes: 28
sensitivity: 0
topic: ""
sources: [SRC-01, SRC-02]
seed: [S4]
review_by: 2027-11-30
---

Text with `---`.

---

More.
"""


def test_good() -> None:
    front, body, line = read_lesson(GOOD)
    assert (front.title, front.objectives, front.minutes) == ("Two families", ("C0-O1",), 28)
    assert (front.sources, front.seed) == (("SRC-01", "SRC-02"), ("S4",))
    assert (front.sensitivity, front.topic, front.review_by) == (0, "", date(2027, 11, 30))
    assert (body, line) == ("\nText with `---`.\n\n---\n\nMore.\n", 11)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("minutes: 28", "minutes: soon", 4, "minutes"),
        ("minutes: 28", "minutes: 0", 4, "minutes"),
        ("minutes: 28\n", "", 1, "minutes: Field required"),
        ("minutes: 28", "minuts: 28", 4, "minuts: Extra inputs"),
        ("minutes: 28", "minutes: 28\nminutes: 29", 5, "`minutes` stands twice"),
        ("[C0-O1]", "[]", 3, "objectives"),
        ("[C0-O1]", "[c0-o1]", 3, "objectives.0"),
        ("SRC-02", "SRC-01", 7, "sources: an entry stands twice"),
        ("seed: [S4]", "seed: [S4x]", 8, "seed.0"),
        ("sensitivity: 0", "sensitivity: 2", 6, "topic: a lesson of sensitivity 2"),
        ("sensitivity: 0", "sensitivity: 3", 5, "sensitivity"),
        ("2027-11-30", "2027-02-31", 2, "not valid YAML"),
        ('"Two families"', '"Two families', 10, "not valid YAML"),
        ('"Two families"', '"a\u2067b"', 2, "title: an invisible character"),
        ('topic: ""', 'topic: "a\u200fb"', 6, "topic: an invisible character"),
        ('"Two families"', "!!python/object/apply:os.system [ls]", 2, "not valid YAML"),
        ("[C0-O1]", "&a [C0-O1]\nsources: *a", 4, "aliases"),
        ('"Two families"', "[" * 3000 + "]" * 3000, 2, "not valid YAML"),
        ('"Two families"', "x" * 9000, 2, "more than 8000 characters"),
    ],
)
def test_problems_name_their_line(old: str, new: str, line: int, words: str) -> None:
    with pytest.raises(FrontMatterError) as caught:
        read_lesson(GOOD.replace(old, new))
    problems = caught.value.problems
    assert {problem.code for problem in problems} == {"front-matter"}
    assert [problem.line for problem in problems if words in problem.message] == [line]


def test_missing_front_matter() -> None:
    for source in ("", "Text.", "\n" + GOOD, "---\ntitle: x\n"):
        with pytest.raises(FrontMatterError, match="line 1: The file must begin with front matter"):
            read_lesson(source)


@given(body=st.text(), ending=st.sampled_from(["\n", "\r\n"]))
def test_the_body_is_kept_byte_for_byte(body: str, ending: str) -> None:
    head = f"---{ending}title: x{ending}---{ending}"
    text, kept, line = split_front_matter(head + body)
    assert kept == body
    assert line == 4
    assert text == f"title: x{ending}"
