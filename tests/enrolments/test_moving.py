"""Somebody in progress goes on in a newer edition."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from courseware.audit.models import AuditEvent
from courseware.courses.actions import add_activity, clone_edition, publish_edition
from courseware.courses.models import Edition
from courseware.enrolments.actions import (
    count_attempt,
    enrol,
    finish_lesson,
    move,
    open_activity,
    remember_position,
    report_attempt,
)
from courseware.enrolments.models import ActivityProgress, Enrolment, ReadingPosition
from quizzes.actions import add_quiz
from tests.cast import Cast
from tests.courses_made import TEST_KEY, fill_pool, make_course, make_lesson

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SAME = {"lesson-1": {"h"}, "lesson-2": {"h"}, TEST_KEY: {"h"}}


@pytest.fixture
def enrolment(cast: Cast) -> Enrolment:
    """Alice read the first lesson of edition 1."""
    made = enrol(person=cast.alice, course=make_course().course, by=None, now=NOW)
    finish(made, "lesson-1")
    return made


def finish(enrolment: Enrolment, key: str) -> None:
    finish_lesson(enrolment=enrolment, activity_key=key, content_hash="h", language="en", now=NOW)


def sat(enrolment: Enrolment, *, is_passed: bool, is_last: bool = False) -> None:
    progress = open_activity(enrolment=enrolment, activity_key=TEST_KEY, now=NOW)
    count_attempt(enrolment=enrolment, progress=progress)
    report_attempt(
        enrolment=enrolment,
        activity_key=TEST_KEY,
        score=Fraction(1, 2),
        is_passed=is_passed,
        has_attempts_left=lambda _progress: not is_last,
        content_hash="h" if is_passed else "",
        language="en",
        now=NOW,
    )


def next_edition(enrolment: Enrolment, *keys: str, has_test: bool = True) -> Edition:
    """Edition 2, published by the distribution, with lessons of these keys. Without a test only
    the first of them is required.
    """
    edition = clone_edition(base=enrolment.edition, by=enrolment.person, now=NOW)
    Edition.objects.filter(pk=edition.pk).update(origin="distribution")
    edition.languages.update(origin="distribution")
    edition.activities.all().delete()
    for position, key in enumerate(keys, start=1):
        make_lesson(edition, key=key, position=position, languages=["en"])
    if has_test:
        activity = add_activity(edition=edition, key=TEST_KEY, kind="quiz", position=99, minutes=1)
        quiz = add_quiz(
            activity=activity, draw_count=1, pass_percent=80, attempts_allowed=2, quotas={"O1": 1}
        )
        fill_pool(quiz, goals=["O1"], each=1, types=["single"], points=[], languages=["en"])
    else:
        edition.activities.exclude(key=keys[0]).update(required=False)
    return publish_edition(edition=edition, by=None, now=NOW)


def moved(enrolment: Enrolment, edition: Edition, **changes: Any) -> bool:
    named = {"hashes": SAME, "extra_attempts": {}, "by": None, "now": NOW, **changes}
    return move(enrolment=enrolment, edition=edition, **named)


def states(enrolment: Enrolment) -> dict[str, str]:
    return dict(enrolment.progress.values_list("activity_key", "state"))


def test_what_did_not_change_stays_done(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    assert moved(enrolment, edition)
    enrolment.refresh_from_db()
    assert enrolment.edition == edition
    assert states(enrolment) == {"lesson-1": "done"}
    event = AuditEvent.objects.get(verb="enrolment.moved")
    assert event.detail.data["reopened"] == {}


def test_what_changed_is_open_again_and_the_event_keeps_that_it_was_done(
    enrolment: Enrolment,
) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    assert moved(enrolment, edition, hashes={**SAME, "lesson-1": {"new", "nuevo"}})
    assert states(enrolment) == {"lesson-1": "in_progress"}
    event = AuditEvent.objects.get(verb="enrolment.moved")
    assert event.detail.data["reopened"] == {
        "lesson-1": {"done_at": NOW.isoformat(), "content_hash": "h"}
    }
    finish(enrolment, "lesson-1")
    assert states(enrolment) == {"lesson-1": "done"}


def test_a_test_that_changed_comes_with_all_its_attempts(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    sat(enrolment, is_passed=False)
    sat(enrolment, is_passed=True)
    assert moved(enrolment, edition, hashes={**SAME, TEST_KEY: {"new"}}, extra_attempts={})
    progress = ActivityProgress.objects.get(activity_key=TEST_KEY)
    assert (progress.state, progress.attempts_used, progress.attempts_granted) == (
        "in_progress",
        2,
        2,
    )


def test_nobody_loses_an_attempt(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    sat(enrolment, is_passed=False)
    assert moved(enrolment, edition, extra_attempts={TEST_KEY: 2})
    progress = ActivityProgress.objects.get(activity_key=TEST_KEY)
    assert (progress.attempts_used, progress.attempts_granted) == (1, 2)


def test_whoever_would_be_complete_by_it_stays(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2", has_test=False)
    old = enrolment.edition
    assert not moved(enrolment, edition)
    enrolment.refresh_from_db()
    assert (enrolment.edition, enrolment.completed_on) == (old, None)


def test_what_is_gone_asks_for_no_talk_and_is_nowhere_to_go_on(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-2", "lesson-3", has_test=False)
    sat(enrolment, is_passed=False, is_last=True)
    remember_position(enrolment=enrolment, activity_key="lesson-1", anchor="", now=NOW)
    hashes = {"lesson-2": {"h"}, "lesson-3": {"h"}}
    assert moved(enrolment, edition, hashes=hashes)
    enrolment.refresh_from_db()
    assert enrolment.needs_talk_since is None
    assert not ReadingPosition.objects.exists()


def test_a_talk_that_is_needed_stays_needed(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    sat(enrolment, is_passed=False, is_last=True)
    assert moved(enrolment, edition)
    enrolment.refresh_from_db()
    assert enrolment.needs_talk_since == NOW
    assert states(enrolment)[TEST_KEY] == "exhausted"


def test_only_a_period_in_progress_moves(cast: Cast, enrolment: Enrolment) -> None:
    not_begun = enrol(person=cast.toni, course=enrolment.course, by=None, now=NOW)
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    assert not moved(not_begun, edition)
    assert moved(enrolment, edition)
    assert not moved(enrolment, edition)  # once is enough
    finish(enrolment, "lesson-2")
    sat(enrolment, is_passed=True)
    third = next_edition(enrolment, "lesson-1", "lesson-2", "lesson-3")
    enrolment.refresh_from_db()
    assert enrolment.completed_on is not None
    assert not moved(enrolment, third)
    assert AuditEvent.objects.filter(verb="enrolment.moved").count() == 1


def test_a_page_from_before_the_move_finishes_in_the_new_edition(enrolment: Enrolment) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2", "lesson-3")
    stale = Enrolment.objects.get(pk=enrolment.pk)
    assert moved(enrolment, edition, hashes={**SAME, "lesson-3": {"h"}})
    finish(stale, "lesson-2")
    sat(stale, is_passed=True)
    stale.refresh_from_db()
    assert stale.completed_on is None  # lesson 3 is still to be read


def test_an_attempt_on_the_edition_from_before_the_move_is_not_counted(
    enrolment: Enrolment,
) -> None:
    edition = next_edition(enrolment, "lesson-1", "lesson-2")
    stale = Enrolment.objects.get(pk=enrolment.pk)
    progress = open_activity(enrolment=stale, activity_key=TEST_KEY, now=NOW)
    assert moved(enrolment, edition)
    assert not count_attempt(enrolment=stale, progress=progress)
    assert stale.edition == edition
    assert count_attempt(enrolment=stale, progress=progress)
