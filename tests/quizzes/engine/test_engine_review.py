"""What is shown when: the presets over the whole matrix."""

from datetime import UTC, datetime, timedelta

import pytest

from quizzes.engine.review import AT_ONCE, PRESETS, What, When, moment, shown, shows_questions
from quizzes.models import Quiz

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


def test_every_preset_says_something_about_every_moment() -> None:
    assert set(PRESETS) == set(Quiz.Review.values)
    for preset in PRESETS.values():
        assert set(preset) == set(When)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_question_is_shown_whole_or_not_at_all_and_hidden_again_only_during_another(
    preset: str,
) -> None:
    of_question = frozenset(What) - {What.RESULT, What.OBJECTIVES}
    before = frozenset[What]()
    for when in (When.AT_ONCE, When.LATER, When.CLOSED):
        now = shown(preset, when)
        assert now & of_question in (frozenset(), of_question)
        assert now >= before
        before = now
    assert before == frozenset(What)


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("learn", [True, True, True, True, True]),
        ("check", [False, True, True, False, True]),
        ("exam", [False, False, False, False, True]),
        ("unknown", [False, False, False, False, False]),
    ],
)
def test_when_questions_are_shown(preset: str, expected: list[bool]) -> None:
    assert [shows_questions(preset, when) for when in When] == expected


def test_the_moments() -> None:
    assert moment(graded_at=None, now=NOW, is_closed=False) is When.DURING
    assert moment(graded_at=NOW, now=NOW + AT_ONCE, is_closed=False) is When.AT_ONCE
    later = NOW + AT_ONCE + timedelta(seconds=1)
    assert moment(graded_at=NOW, now=later, is_closed=False) is When.LATER
    assert moment(graded_at=NOW, now=NOW, is_closed=True) is When.CLOSED
    for is_closed in (False, True):
        again = moment(graded_at=NOW, now=NOW, is_closed=is_closed, is_sitting=True)
        assert again is When.AGAIN
