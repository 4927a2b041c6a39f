"""Handing in, marking, the sweep, one more attempt: exact, idempotent, audited."""

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress, Completion
from courseware.health import freezing
from courseware.jobs.models import Job
from courseware.jobs.registry import Park, Work
from quizzes import actions, handlers, queries
from quizzes.actions import finishing
from quizzes.models import Answer, Attempt, QuestionText, Talk
from tests.cast import Cast, person
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, Sitting, answer_all, answers, begin, right, save, sit

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=1)
DEADLINE = Attempt.Finish.DEADLINE
TWENTY: dict[str, Any] = {"objectives": 4, "quota": 5, "per_objective": 5}


def events(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


def test_submit_stores_and_grade_marks() -> None:
    sitting = sit(**TWENTY)
    attempt = begin(sitting)
    answer_all(attempt)
    assert actions.submit(attempt=attempt, now=NOW)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at) == (Attempt.State.SUBMITTED, NOW)
    assert Job.objects.filter(kind="quizzes.grade", key=str(attempt.pk)).count() == 1
    assert actions.grade(attempt_id=attempt.pk, now=NOW)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.is_passed) == ("graded", Fraction(1), True)
    sitting.enrolment.refresh_from_db()
    assert sitting.enrolment.completed_on == NOW.date()
    assert all(answer.mark == 1 for answer in answers(attempt))


@pytest.mark.parametrize(("errors", "is_passed"), [(4, True), (5, False)])
def test_exactly_sixteen_of_twenty_passes_and_fifteen_does_not(
    errors: int, is_passed: bool
) -> None:
    attempt = begin(sit(**TWENTY))
    answer_all(attempt, wrong_at=tuple(range(1, errors + 1)))
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert attempt.score == Fraction(20 - errors, 20)
    assert attempt.is_passed is is_passed


def test_a_third_of_a_point_below_the_pass_mark_fails_and_no_rounding_saves_it() -> None:
    """19 questions with one right side wrong in one: the pass mark is the exact 100 %."""
    attempt = begin(sit(objectives=1, quota=20, per_objective=20, types=("matching",)))
    for answer in answers(attempt):
        raw = dict(right(answer))
        missing = 12 if answer.position == 1 else 0
        if answer.position <= 4 or missing:
            raw = dict.fromkeys(raw, "")
        save(attempt, answer.position, raw)
    partly = answers(attempt)[4]
    raw = dict(right(partly))
    raw.pop(next(iter(raw)))
    save(attempt, 5, raw, seen=1)
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert attempt.score == Fraction(47, 3) / 20  # 15.66… of 20
    assert attempt.is_passed is False


def test_nineteen_of_twenty_fails_when_the_missing_one_must_be_right() -> None:
    sitting = sit(**TWENTY, must_pass=2)
    attempt = begin(sitting)
    must = next(a.position for a in answers(attempt) if a.question.must_pass == "M1")
    answer_all(attempt, wrong_at=(must,))
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert attempt.score == Fraction(19, 20)
    assert (attempt.is_passed, attempt.failed_points) == (False, ["M1"])


def test_five_times_handed_in_is_once() -> None:
    sitting = sit()
    attempt = begin(sitting)
    answer_all(attempt)
    for _turn in range(5):
        actions.finish_attempt(attempt=Attempt.objects.get(pk=attempt.pk), now=NOW)
        actions.grade(attempt_id=attempt.pk, now=NOW)
    for verb in ("attempt.started", "attempt.submitted", "attempt.graded", "completion.recorded"):
        assert events(verb) == 1, verb
    assert Completion.objects.count() == 1
    assert ActivityProgress.objects.get().attempts_used == 1


def test_the_job_marks_what_a_dead_request_left_and_nothing_twice() -> None:
    attempt = begin(sit())
    actions.submit(attempt=attempt, now=NOW)
    job = Job.objects.get(kind="quizzes.grade")
    assert job.next_try_at > NOW  # the request has a head start
    work = Work(job.pk, job.kind, job.key, job.args, 1, NOW + timedelta(minutes=1))
    handlers.grade(work)
    handlers.grade(work)
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.GRADED
    assert events("attempt.graded") == 1


def test_the_record_says_when_the_person_finished_not_when_it_was_marked() -> None:
    sitting = sit()
    attempt = begin(sitting)
    answer_all(attempt)
    actions.submit(attempt=attempt, now=NOW)
    actions.grade(attempt_id=attempt.pk, now=NOW + timedelta(days=2))
    assert Completion.objects.get().completed_at == NOW


@pytest.mark.parametrize("late", [timedelta(seconds=11), timedelta(days=40)])
def test_the_sweep_hands_in_what_is_saved_and_the_deadline_is_the_finish(late: timedelta) -> None:
    attempt = begin(sit(time_limit_minutes=30))
    answer_all(attempt)
    now = attempt.deadline_at + late
    assert actions.close_overdue(now=now) == 1
    assert actions.close_overdue(now=now) == 0
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.finished_by) == (attempt.deadline_at, DEADLINE)
    assert actions.grade(attempt_id=attempt.pk, now=now)
    attempt.refresh_from_db()
    assert attempt.is_passed
    assert AuditEvent.objects.get(verb="attempt.submitted").actor_id is None


def test_the_sweep_leaves_attempts_within_deadline_and_grace() -> None:
    attempt = begin(sit(time_limit_minutes=30))
    for late in (timedelta(seconds=-1), timedelta(0), timedelta(seconds=10)):
        assert actions.close_overdue(now=attempt.deadline_at + late) == 0
    work = Work(
        attempt.pk, "quizzes.sweep", "1", {}, 1, attempt.deadline_at + timedelta(seconds=11)
    )
    handlers.sweep(work)
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.SUBMITTED


def test_one_attempt_that_cannot_be_closed_delays_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    poison = begin(sit("Alice", time_limit_minutes=30))
    healthy = begin(sit("Toni", slug="another", time_limit_minutes=30), now=LATER)
    submit = finishing.submit

    def failing(*, attempt: Attempt, now: datetime, finish: str) -> bool:
        if attempt.pk == poison.pk:
            raise LookupError("nothing that a database says")
        return submit(attempt=attempt, now=now, finish=finish)

    monkeypatch.setattr(finishing, "submit", failing)
    now = healthy.deadline_at + timedelta(seconds=11)
    assert actions.close_overdue(now=now) == 1  # the oldest comes first, and is the poison
    assert [a.state for a in Attempt.objects.order_by("started_at")] == ["open", "submitted"]
    assert f"attempt {poison.pk} could not be closed" in caplog.text


def test_handing_in_within_the_grace_counts_as_the_persons_at_the_deadline() -> None:
    attempt = begin(sit(time_limit_minutes=30))
    actions.submit(attempt=attempt, now=attempt.deadline_at + timedelta(seconds=5))
    assert (attempt.submitted_at, attempt.finished_by) == (attempt.deadline_at, "person")


def test_handing_in_after_the_grace_was_the_deadlines_doing() -> None:
    attempt = begin(sit(time_limit_minutes=30))
    actions.submit(attempt=attempt, now=attempt.deadline_at + timedelta(hours=1))
    assert (attempt.submitted_at, attempt.finished_by) == (attempt.deadline_at, DEADLINE)


def test_a_question_that_is_not_what_was_asked_is_never_marked() -> None:
    attempt = begin(sit())
    answer_all(attempt)
    freezing.remove("default")  # the database itself would refuse the change
    question = answers(attempt)[0].question
    changed = QuestionText.objects.get(question=question)
    QuestionText.objects.filter(pk=changed.pk).update(
        content={**changed.content, "feedback": "another"}
    )
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert attempt.state == Attempt.State.SUBMITTED
    job = Job.objects.get(kind="quizzes.grade")
    with pytest.raises(Park):
        handlers.grade(Work(job.pk, job.kind, job.key, job.args, 1, NOW))


# ------------------------------------------------------------------ one more attempt
@pytest.fixture
def exhausted(cast: Cast) -> Sitting:
    sitting = sit("Nora", attempts=1)
    actions.finish_attempt(attempt=begin(sitting), now=NOW)
    sitting.enrolment.refresh_from_db()
    assert sitting.enrolment.needs_talk_since is not None
    return sitting


def grant(sitting: Sitting, by: User, reason: str = "We went through it.") -> Talk:
    return actions.grant_attempt(
        enrolment=sitting.enrolment,
        activity_key=TEST_KEY,
        by=by,
        reason=reason,
        now=NOW,
    )


def test_an_instructor_notes_the_talk_and_allows_one_more(cast: Cast, exhausted: Sitting) -> None:
    grant(exhausted, cast.ingrid)
    exhausted.enrolment.refresh_from_db()
    assert exhausted.enrolment.needs_talk_since is None
    assert events("attempt.granted") == 1
    second = begin(exhausted)
    assert second.number == 2
    actions.finish_attempt(attempt=second, now=NOW)
    with pytest.raises(actions.NotAllowed):
        begin(exhausted)


def test_a_double_click_allows_one_more_not_two(cast: Cast, exhausted: Sitting) -> None:
    grant(exhausted, cast.adam)
    with pytest.raises(actions.NotNeeded):
        grant(exhausted, cast.adam)
    assert Talk.objects.count() == 1
    assert ActivityProgress.objects.get().attempts_granted == 1


@pytest.mark.parametrize("name", ["alice", "sam", "carol", "charlie", "rafael", "audrey"])
def test_nobody_else_may_allow_one(cast: Cast, exhausted: Sitting, name: str) -> None:
    with pytest.raises(PermissionDenied):
        grant(exhausted, getattr(cast, name))
    assert not Talk.objects.exists()


def test_an_instructor_of_another_course_may_not(exhausted: Sitting) -> None:
    from courseware.accounts.actions import grant_role

    other = person("Olga")
    grant_role(
        person=other,
        role="instructor",
        course_slug="somewhere-else",
        from_on=NOW.date().replace(year=2025),
        by=None,
        now=NOW,
    )
    with pytest.raises(PermissionDenied):
        grant(exhausted, other)


def test_a_reason_is_needed(cast: Cast, exhausted: Sitting) -> None:
    with pytest.raises(ValueError, match="reason"):
        grant(exhausted, cast.ingrid, "  ")


# ------------------------------------------------------------------ what must always hold
def test_everything_holds_after_a_normal_attempt() -> None:
    attempt = begin(sit())
    answer_all(attempt, wrong_at=(2,))
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert queries.recomputed_score(attempt) == attempt.score == Fraction(3, 4)
    assert list(queries.findings(NOW)) == []


def test_a_changed_score_answer_or_count_is_found() -> None:
    attempt = begin(sit())
    answer_all(attempt, wrong_at=(2,))
    actions.finish_attempt(attempt=attempt, now=NOW)
    freezing.remove("default")
    Attempt.objects.filter(pk=attempt.pk).update(score_numerator=1, score_denominator=1)
    ActivityProgress.objects.update(attempts_used=9)
    Answer.objects.filter(attempt=attempt, position=1).update(
        saved_at=attempt.deadline_at + timedelta(minutes=1)
    )
    other = begin(sit("Toni", slug="another"))
    found = {finding.invariant for finding in queries.findings(other.deadline_at)}
    assert found == {"I4", "I5", "I6"}
    late = other.deadline_at + timedelta(minutes=1)
    assert "I7" in {finding.invariant for finding in queries.findings(late)}
