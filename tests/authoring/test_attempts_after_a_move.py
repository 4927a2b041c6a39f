"""Whoever had used all attempts, moved to an edition that allows more of them."""

from html import unescape

import pytest
import time_machine
from django.urls import reverse

from courseware.audit.models import AuditEvent
from courseware.authoring.actions import approve, submit
from courseware.authoring.actions.moving import move_person, plan_for
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol, finish_lesson
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.health.invariants import findings
from lessons.queries import page
from quizzes.actions import finish_attempt, go_on_where_left, start_attempt
from quizzes.models import Attempt, Override, Quiz
from tests.asking import signed_in
from tests.authoring.drafts_made import LATER, NOW, changed, drafted, ready
from tests.cast import Cast
from tests.courses_made import TEST_KEY, make_course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
STATE = ActivityProgress.State


def exhausted(cast: Cast) -> Attempt:
    """Alice has read everything and failed her only attempt."""
    base = make_course(attempts=1)
    enrolment = enrol(person=cast.alice, course=base.course, by=None, now=NOW)
    for key in ("lesson-1", "lesson-2"):
        words = page(base.pk, key, "en").content_hash
        finish_lesson(
            enrolment=enrolment, activity_key=key, content_hash=words, language="en", now=NOW
        )
    attempt = start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=NOW)
    finish_attempt(attempt=attempt, now=NOW)
    assert state() == STATE.EXHAUSTED
    return attempt


def state() -> str:
    return ActivityProgress.objects.get(activity_key=TEST_KEY).state


def with_attempts(cast: Cast, attempts: int) -> Edition:
    draft = ready(drafted(Edition.objects.get(), by=cast.ingrid))
    changed(draft, "question")
    Quiz.objects.filter(activity__edition=draft).update(attempts_allowed=attempts)
    review = submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    return approve(
        edition=draft,
        review_id=review.pk,
        seen_hash=review.draft_hash,
        people="stay",
        comment="",
        by=cast.rafael,
        now=LATER,
    )


def page_of(cast: Cast, name: str, *args: object) -> str:
    with time_machine.travel(LATER, tick=False):
        return unescape(
            signed_in(cast.alice).get(reverse(f"quizzes:{name}", args=args)).content.decode()
        )


def test_goes_on_at_once_and_needs_no_talk(cast: Cast) -> None:
    failed = exhausted(cast)
    edition = with_attempts(cast, 3)
    plan = plan_for(edition)
    assert move_person(plan=plan, enrolment_id=failed.enrolment_id, by=cast.rafael, now=LATER)
    enrolment = Enrolment.objects.select_related("person", "course").get()
    assert state() == STATE.IN_PROGRESS
    assert enrolment.needs_talk_since is None
    event = AuditEvent.objects.get(verb="attempt.reopened")
    assert event.detail.data == {"activity": TEST_KEY}
    assert "You have 2 attempts left." in page_of(cast, "result", failed.pk)
    shown = page_of(cast, "start", edition.course.slug, TEST_KEY)
    assert "Attempts left</dt><dd>2" in shown
    second = start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=LATER)
    assert (second.number, second.quiz.activity.edition) == (2, edition)
    assert findings(LATER) == []


def test_still_waits_where_the_new_edition_allows_no_more(cast: Cast) -> None:
    failed = exhausted(cast)
    plan = plan_for(with_attempts(cast, 1))
    assert move_person(plan=plan, enrolment_id=failed.enrolment_id, by=cast.rafael, now=LATER)
    assert state() == STATE.EXHAUSTED
    assert not AuditEvent.objects.filter(verb="attempt.reopened").exists()


def test_whoever_was_moved_before_and_left_waiting_goes_on_with_the_button(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the page offers the start does: neither the one nor the other asks for an exception."""
    failed = exhausted(cast)
    edition = with_attempts(cast, 3)
    plan = plan_for(edition)
    monkeypatch.setattr("courseware.authoring.actions.moving.go_on_where_left", lambda **_: None)
    move_person(plan=plan, enrolment_id=failed.enrolment_id, by=cast.rafael, now=LATER)
    assert state() == STATE.EXHAUSTED
    shown = page_of(cast, "start", edition.course.slug, TEST_KEY)
    assert "Start the test" in shown
    assert "What happens next" not in shown
    result = page_of(cast, "result", failed.pk)
    assert "You have 2 attempts left." in result
    assert "What happens next" not in result
    with time_machine.travel(LATER, tick=False):
        url = reverse("quizzes:start", args=[edition.course.slug, TEST_KEY])
        response = signed_in(cast.alice).post(url)
    second = Attempt.objects.get(number=2)
    assert response["Location"] == reverse("quizzes:question", args=[second.pk, 1])
    assert state() == STATE.IN_PROGRESS
    enrolment = Enrolment.objects.get()
    assert enrolment.needs_talk_since is None
    assert AuditEvent.objects.filter(verb="attempt.reopened").count() == 1


def test_the_trail_names_no_exception_where_the_edition_itself_gives_the_attempt(
    cast: Cast,
) -> None:
    failed = exhausted(cast)
    Enrolment.objects.update(edition=with_attempts(cast, 2))
    Override.objects.create(
        course=failed.enrolment.course,
        activity_key=TEST_KEY,
        enrolment=failed.enrolment,
        extra_attempts=1,
        reason="R",
        ends_on=LATER.date(),
        by=cast.ingrid,
        at=NOW,
    )
    enrolment = Enrolment.objects.select_related("person").get()
    go_on_where_left(enrolment=enrolment, now=LATER)
    event = AuditEvent.objects.get(verb="attempt.reopened")
    assert event.detail.data == {"activity": TEST_KEY}
