"""The mark of words: the same for the same words, another for others."""

from typing import Any

import pytest

from courseware.core.marks import LENGTH, mark_of
from courseware.courses.schema import course_mark, term_mark
from lessons.dialect.originals import lesson_mark

WORDS = {"title": "Tea", "steps": ["boil", "pour"], "note": ""}
COURSE: dict[str, Any] = {
    "title": "Tea",
    "purpose": "To make tea.",
    "audience": "All.",
    "change_note": "First.",
    "objectives": {"O1": "Make tea."},
    "must_pass": {"M1": "Warm the pot"},
    "tests": {"final-test": "The test"},
}
LESSON = {"title": "Tea", "topic": "", "body": "Boil it.\n", "light": ""}


@pytest.mark.parametrize(
    "same",
    [
        {"note": "", "steps": ["boil", "pour"], "title": "Tea"},
        {"title": "Tea", "steps": ["boil", "pour"]},
        {"title": " Tea\n", "steps": ["boil", "pour "], "note": None},
        {"title": "Tea", "steps": ("boil", "pour"), "more": [], "other": {"x": ""}},
    ],
)
def test_order_space_and_what_is_empty_do_not_count(same: dict[str, object]) -> None:
    assert mark_of(same) == mark_of(WORDS)
    assert len(mark_of(same)) == LENGTH


@pytest.mark.parametrize(
    "other",
    [
        {**WORDS, "title": "tea"},
        {**WORDS, "steps": ["pour", "boil"]},
        {**WORDS, "steps": ["boil", "pour", ""]},
        {**WORDS, "note": "x"},
    ],
)
def test_other_words_have_another_mark(other: dict[str, object]) -> None:
    assert mark_of(other) != mark_of(WORDS)


@pytest.mark.parametrize("field", sorted(COURSE))
def test_every_word_of_a_course_counts(field: str) -> None:
    value = COURSE[field]
    changed = {"X": "y"} if isinstance(value, dict) else "y"
    assert course_mark(**{**COURSE, field: changed}) != course_mark(**COURSE)


@pytest.mark.parametrize("field", sorted(LESSON))
def test_every_word_of_a_lesson_counts(field: str) -> None:
    assert lesson_mark(**{**LESSON, field: "y"}) != lesson_mark(**LESSON)


def test_term_and_definition_count() -> None:
    assert len({term_mark("a", "b"), term_mark("a", "c"), term_mark("c", "b")}) == 3
