"""Writes to the ledger: one of everything, dated, in the person's own time, with its event."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from courseware.accounts.models import User
from courseware.audit.models import AuditDetail, AuditEvent
from courseware.courses.actions import retire
from courseware.courses.models import Course, Edition
from courseware.courses.queries import current_edition
from courseware.enrolments import actions
from courseware.enrolments.models import (
    ActivityProgress,
    Completion,
    CompletionAnnulment,
    DateChange,
    Enrolment,
    ReadingPosition,
)
from courseware.jobs.models import Job
from tests.cast import Cast, person
from tests.certificates.completed import complete
from tests.courses_made import TEST_KEY, make_course

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 5, 1)


@pytest.fixture
def alice() -> User:
    return person("Alice")


@pytest.fixture
def enrolment(alice: User) -> Enrolment:
    return actions.enrol(person=alice, course=make_course().course, by=None, now=NOW)


def finish(enrolment: Enrolment, key: str, now: datetime = NOW) -> Completion | None:
    return actions.finish_lesson(
        enrolment=enrolment, activity_key=key, content_hash=f"hash {key}", language="en", now=now
    )


def report(enrolment: Enrolment, now: datetime = NOW, **changes: Any) -> Completion | None:
    fields = {
        "activity_key": TEST_KEY,
        "score": Fraction(9, 10),
        "is_passed": True,
        "has_attempts_left": lambda _progress: True,
        "content_hash": "hash test",
        "language": "en",
    }
    return actions.report_attempt(enrolment=enrolment, now=now, **{**fields, **changes})


def fail(enrolment: Enrolment, *, has_attempts_left: bool) -> Completion | None:
    return report(
        enrolment,
        score=Fraction(1, 3),
        is_passed=False,
        has_attempts_left=lambda _progress: has_attempts_left,
    )


def events(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


# ------------------------------------------------------------------ enrolling
def test_enrolling_twice_is_once(alice: User) -> None:
    course = make_course().course
    first = actions.enrol(person=alice, course=course, by=None, now=NOW, due_on=DUE)
    again = actions.enrol(person=alice, course=course, by=None, now=NOW, due_on=date(2027, 1, 1))
    assert again.pk == first.pk
    assert Enrolment.objects.get().due_on == DUE
    assert events("enrolment.created") == 1


def test_enrolling_at_the_same_moment_is_once(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is written between our look and our write."""
    course = make_course().course
    place = "courseware.enrolments.actions.enrolling.current_edition"

    def meanwhile(asked: Course) -> Edition | None:
        monkeypatch.setattr(place, current_edition)
        actions.enrol(person=alice, course=course, by=None, now=NOW)
        return current_edition(asked)

    monkeypatch.setattr(place, meanwhile)
    enrolment = actions.enrol(person=alice, course=course, by=None, now=NOW)
    assert Enrolment.objects.get().pk == enrolment.pk
    assert events("enrolment.created") == 1


def test_after_a_completion_a_new_period_begins(alice: User) -> None:
    edition = make_course(lessons=1)
    complete(alice, edition, now=NOW)
    second = actions.enrol(person=alice, course=edition.course, by=None, now=NOW)
    assert second.period == 2
    assert second.started_at is None
    assert second.progress.count() == 0


def test_after_a_withdrawal_a_new_period_begins(cast: Cast) -> None:
    course = make_course().course
    first = actions.enrol(person=cast.alice, course=course, by=None, now=NOW)
    assert actions.withdraw(enrolment=first, reason="moved", by=cast.carol, now=NOW)
    assert not actions.withdraw(enrolment=first, reason="moved", by=cast.carol, now=NOW)
    assert events("enrolment.withdrawn") == 1
    assert actions.enrol(person=cast.alice, course=course, by=None, now=NOW).period == 2


def test_nobody_is_put_on_a_retired_course_or_on_a_draft(cast: Cast) -> None:
    course = make_course().course
    retire(course=course, by=cast.ingrid, now=NOW)
    course.refresh_from_db()
    draft = make_course(slug="draft", is_published=False).course
    for closed in (course, draft):
        with pytest.raises(actions.EnrolmentError, match=closed.slug):
            actions.enrol(person=cast.alice, course=closed, by=None, now=NOW)
    assert not Enrolment.objects.exists()


# ------------------------------------------------------------------ which edition
def test_an_edition_published_before_the_start_is_taken(enrolment: Enrolment) -> None:
    newer = make_course()
    actions.open_activity(enrolment=enrolment, activity_key="lesson-1", now=NOW)
    enrolment.refresh_from_db()
    assert enrolment.edition_id == newer.pk
    [detail] = AuditDetail.objects.filter(event__verb="enrolment.started")
    assert detail.data == {"edition": str(newer.pk)}


def test_an_edition_published_after_the_start_is_not(enrolment: Enrolment) -> None:
    pinned = enrolment.edition_id
    finish(enrolment, "lesson-1")
    make_course(lessons=1)
    finish(enrolment, "lesson-1")
    assert report(enrolment) is None  # the edition it began with has a second lesson
    completion = finish(enrolment, "lesson-2")
    assert completion is not None
    assert completion.edition_id == pinned
    assert events("enrolment.started") == 1


# ------------------------------------------------------------------ completion
def test_the_last_step_completes_with_evidence_an_expiry_and_a_job(enrolment: Enrolment) -> None:
    assert finish(enrolment, "lesson-1") is None
    assert report(enrolment) is None
    completion = finish(enrolment, "lesson-2", NOW + timedelta(days=1))
    assert completion is not None
    assert completion.evidence == {
        "lesson-1": "hash lesson-1",
        "lesson-2": "hash lesson-2",
        TEST_KEY: "hash test",
    }
    assert completion.score == 90
    enrolment.refresh_from_db()
    assert enrolment.completed_on == date(2026, 3, 3)
    assert enrolment.expires_on == date(2028, 3, 3)
    job = Job.objects.get()
    assert (job.kind, job.args) == ("certificates.issue", {"completion_id": str(completion.pk)})


def test_repeated_last_steps_write_one_completion(enrolment: Enrolment) -> None:
    finish(enrolment, "lesson-1")
    stale = Enrolment.objects.get(pk=enrolment.pk)
    assert report(enrolment) is None
    assert finish(enrolment, "lesson-2") is not None
    done_at = ActivityProgress.objects.get(activity_key="lesson-2").done_at
    for again in (enrolment, stale):
        assert finish(again, "lesson-2", NOW + timedelta(days=9)) is None
        assert report(again, NOW + timedelta(days=9)) is None
    assert Completion.objects.count() == 1
    assert Job.objects.count() == 1
    assert events("completion.recorded") == 1
    assert ActivityProgress.objects.get(activity_key="lesson-2").done_at == done_at
    enrolment.refresh_from_db()
    assert enrolment.completed_on == NOW.date()


def test_who_is_withdrawn_in_the_middle_of_a_test_completes_nothing(cast: Cast) -> None:
    edition = make_course(lessons=0)
    enrolment = actions.enrol(person=cast.alice, course=edition.course, by=None, now=NOW)
    actions.count_attempt(
        enrolment=enrolment,
        progress=actions.open_activity(enrolment=enrolment, activity_key=TEST_KEY, now=NOW),
    )
    actions.withdraw(enrolment=enrolment, reason="left", by=cast.carol, now=NOW)
    assert report(enrolment) is None
    assert ActivityProgress.objects.get().state == "done"
    assert not Completion.objects.exists()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("zone", "at", "expected"),
    [
        ("", "2026-03-03T22:59:59", "2026-03-03"),  # Europe/Brussels
        ("", "2026-03-03T23:00:00", "2026-03-04"),
        ("Europe/Brussels", "2026-03-28T23:00:00", "2026-03-29"),  # summer time begins that night
        ("Europe/Brussels", "2026-03-29T21:59:59", "2026-03-29"),
        ("Europe/Brussels", "2026-03-29T22:00:00", "2026-03-30"),
        ("Europe/Brussels", "2026-10-24T22:00:00", "2026-10-25"),  # and ends that night
        ("Europe/Brussels", "2026-10-25T22:59:59", "2026-10-25"),
        ("Europe/Brussels", "2026-10-25T23:00:00", "2026-10-26"),
        ("Pacific/Auckland", "2026-03-03T12:00:00", "2026-03-04"),
        ("America/Los_Angeles", "2026-03-03T07:59:59", "2026-03-02"),
    ],
)
def test_a_course_is_completed_on_the_persons_own_day(
    alice: User, zone: str, at: str, expected: str
) -> None:
    alice.time_zone = zone
    alice.save()
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    complete(alice, make_course(lessons=0), now=moment)
    enrolment = Enrolment.objects.get()
    day = date.fromisoformat(expected)
    assert enrolment.completed_on == day
    assert enrolment.expires_on == day.replace(year=2028)


# ------------------------------------------------------------------ dates
def test_every_due_date_is_a_dated_row(cast: Cast) -> None:
    enrolment = actions.enrol(
        person=cast.alice, course=make_course().course, by=cast.carol, now=NOW, due_on=DUE
    )
    later = DUE + timedelta(30)
    for due in (later, later, None):
        actions.set_due(enrolment=enrolment, due_on=due, reason="ill", by=cast.carol, now=NOW)
    rows = DateChange.objects.order_by("pk").values_list("field", "old", "new", "reason")
    assert list(rows) == [
        ("due_on", None, DUE, "assigned"),
        ("due_on", DUE, later, "ill"),
        ("due_on", later, None, "ill"),
    ]
    assert events("enrolment.due_changed") == 3
    assert Enrolment.objects.get().due_on is None


def test_the_expiry_date_is_a_dated_row(alice: User) -> None:
    complete(alice, make_course(lessons=0), now=NOW)
    [row] = DateChange.objects.all()
    assert (row.field, row.old, row.new) == ("expires_on", None, date(2028, 3, 2))


# ------------------------------------------------------------------ attempts and talks
def test_the_last_failure_asks_for_a_talk_and_a_granted_attempt_ends_it(
    enrolment: Enrolment,
) -> None:
    actions.count_attempt(
        enrolment=enrolment,
        progress=actions.open_activity(enrolment=enrolment, activity_key=TEST_KEY, now=NOW),
    )
    fail(enrolment, has_attempts_left=True)
    assert enrolment.needs_talk_since is None
    actions.count_attempt(
        enrolment=enrolment,
        progress=actions.open_activity(enrolment=enrolment, activity_key=TEST_KEY, now=NOW),
    )
    fail(enrolment, has_attempts_left=False)
    assert enrolment.needs_talk_since == NOW
    progress = ActivityProgress.objects.get()
    assert progress.state == "exhausted"
    assert str(progress.best_score) == "33.3333"
    fail(enrolment, has_attempts_left=False)  # reported once more: no second event
    assert events("enrolment.needs_talk") == 1
    actions.grant_attempt(enrolment=enrolment, activity_key=TEST_KEY, now=NOW)
    assert enrolment.needs_talk_since is None
    progress.refresh_from_db()
    assert (progress.state, progress.attempts_granted) == ("in_progress", 1)


def test_a_talk_about_one_test_leaves_the_other_waiting(enrolment: Enrolment) -> None:
    for key in (TEST_KEY, "second-test"):
        report(
            enrolment,
            activity_key=key,
            score=Fraction(0),
            is_passed=False,
            has_attempts_left=lambda _progress: False,
        )
    actions.grant_attempt(enrolment=enrolment, activity_key=TEST_KEY, now=NOW)
    assert enrolment.needs_talk_since == NOW
    actions.grant_attempt(enrolment=enrolment, activity_key="second-test", now=NOW)
    assert enrolment.needs_talk_since is None


def test_what_is_done_is_not_undone_by_a_grant_or_a_later_failure(enrolment: Enrolment) -> None:
    report(enrolment)
    actions.grant_attempt(enrolment=enrolment, activity_key=TEST_KEY, now=NOW)
    fail(enrolment, has_attempts_left=False)
    progress = ActivityProgress.objects.get()
    assert progress.state == "done"
    assert progress.best_score == 90
    assert enrolment.needs_talk_since is None


# ------------------------------------------------------------------ positions and the trail
def test_a_position_is_kept_once_and_leaves_no_event(enrolment: Enrolment) -> None:
    before = AuditEvent.objects.count()
    for anchor in ("s-one", "s-two"):
        actions.remember_position(
            enrolment=enrolment, activity_key="lesson-1", anchor=anchor, now=NOW
        )
    assert ReadingPosition.objects.get().anchor == "s-two"
    assert AuditEvent.objects.count() == before


def test_every_change_of_state_has_its_event_and_no_name(alice: User) -> None:
    complete(alice, make_course(), now=NOW)
    verbs = ("enrolment.created", "enrolment.started", "completion.recorded")
    assert [events(verb) for verb in verbs] == [1, 1, 1]
    said = repr(list(AuditDetail.objects.values_list("data", flat=True)))
    assert "Alice" not in said
    assert "Example" not in said


def test_a_refused_step_leaves_nothing_behind(
    enrolment: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the transaction of the last step takes progress, dates and events with it."""
    finish(enrolment, "lesson-1")
    report(enrolment)

    def broken(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("courseware.enrolments.actions.ledger.record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        finish(enrolment, "lesson-2")
    assert not ActivityProgress.objects.filter(activity_key="lesson-2").exists()
    assert not Completion.objects.exists()
    assert events("completion.recorded") == 0
    assert Enrolment.objects.get().expires_on is None


# ------------------------------------------------------------------ what the database refuses
def refused(name: str, **changes: Any) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Enrolment.objects.update(**changes)


def test_one_open_enrolment(enrolment: Enrolment) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(
            person=enrolment.person,
            course=enrolment.course,
            edition=enrolment.edition,
            period=2,
            assigned_at=NOW,
        )
    Enrolment.objects.update(withdrawn_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():  # the same period twice
        Enrolment.objects.create(
            person=enrolment.person,
            course=enrolment.course,
            edition=enrolment.edition,
            period=1,
            assigned_at=NOW,
        )


def test_completed_means_started(enrolment: Enrolment) -> None:
    refused("completed_means_started", completed_on=DUE)


def test_only_a_completion_expires(enrolment: Enrolment) -> None:
    refused("only_a_completion_expires", expires_on=DUE)


def test_done_says_when(enrolment: Enrolment) -> None:
    finish(enrolment, "lesson-1")
    for changes in ({"done_at": None}, {"state": "in_progress"}):
        with pytest.raises(IntegrityError, match="done_says_when"), transaction.atomic():
            ActivityProgress.objects.update(**changes)


def test_one_progress_per_activity(enrolment: Enrolment) -> None:
    finish(enrolment, "lesson-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityProgress.objects.create(
            enrolment=enrolment, activity_key="lesson-1", first_opened_at=NOW
        )


def test_one_completion_per_enrolment(alice: User) -> None:
    completion = complete(alice, make_course(lessons=0), now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Completion.objects.create(
            enrolment=completion.enrolment,
            edition=completion.edition,
            completed_at=NOW,
            language="en",
        )


def test_an_annulment_needs_two_people(cast: Cast) -> None:
    completion = complete(cast.alice, make_course(lessons=0), now=NOW)
    with pytest.raises(IntegrityError, match="annulled_by_two_people"), transaction.atomic():
        CompletionAnnulment.objects.create(
            completion=completion,
            reason="?",
            requested_by=cast.ingrid,
            approved_by=cast.ingrid,
            at=NOW,
        )
