"""Starting an attempt: gates, draw, deadline, numbers."""

from datetime import timedelta

import pytest
from django.db import transaction

from courseware.audit.models import AuditEvent
from courseware.enrolments.actions import enrol, finish_lesson, withdraw
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.enrolments.queries import progress_of
from quizzes import actions
from quizzes.contents import content_of
from quizzes.models import Answer, Attempt
from tests.cast import person
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, Sitting, answer_all, answers, begin, next_period, sit

pytestmark = pytest.mark.django_db


def test_the_draw_is_frozen_with_its_arrangements_and_written_down() -> None:
    sitting = sit(objectives=4, quota=5, per_objective=10)
    attempt = begin(sitting)
    drawn = answers(attempt)
    assert [answer.position for answer in drawn] == list(range(1, 21))
    assert len({answer.question_id for answer in drawn}) == 20
    assert all(answer.content_hash and answer.arrangement["options"] for answer in drawn)
    event = AuditEvent.objects.get(verb="attempt.started")
    assert (event.subject_id, event.actor_id) == (str(attempt.pk), sitting.person.pk)


def test_the_same_seed_gives_the_same_attempt() -> None:
    sitting = sit(objectives=2, quota=3, per_objective=6, attempts=3)
    first = begin(sitting, seed=7)
    shown = [(a.question_id, a.arrangement) for a in answers(first)]
    Attempt.objects.all().delete()
    ActivityProgress.objects.update(attempts_used=0)
    assert [(a.question_id, a.arrangement) for a in answers(begin(sitting, seed=7))] == shown


def test_the_same_question_has_other_tokens_in_another_attempt() -> None:
    sitting = sit(objectives=1, quota=4, per_objective=4)
    first = begin(sitting)
    actions.finish_attempt(attempt=first, now=NOW)
    second = begin(sitting)
    decks = [
        {a.question_id: dict(a.arrangement["options"]) for a in answers(attempt)}
        for attempt in (first, second)
    ]
    assert decks[0].keys() == decks[1].keys()
    for question, deck in decks[0].items():
        assert not deck.keys() & decks[1][question].keys()


def test_a_seed_nobody_can_guess() -> None:
    sitting = sit()
    assert begin(sitting).seed > 2**32


def test_an_open_attempt_is_gone_on_with() -> None:
    sitting = sit()
    first = begin(sitting)
    again = begin(sitting, now=NOW + timedelta(days=1))
    assert again.pk == first.pk
    assert again.deadline_at == first.deadline_at
    assert ActivityProgress.objects.get().attempts_used == 1


@pytest.mark.parametrize(
    ("limit", "days", "expected"),
    [
        (None, 7, timedelta(days=7)),
        (45, 7, timedelta(minutes=45)),
        (3 * 24 * 60, 1, timedelta(days=1)),
    ],
)
def test_the_deadline_is_the_earlier_of_limit_and_window(
    limit: int | None, days: int, expected: timedelta
) -> None:
    sitting = sit(time_limit_minutes=limit, window_days=days)
    assert begin(sitting).deadline_at == NOW + expected


def test_locked_until_every_lesson_is_done() -> None:
    sitting = sit(lessons=2)
    for key in ("lesson-1", "lesson-2"):
        with pytest.raises(actions.NotAllowed) as refusal:
            begin(sitting)
        assert refusal.value.reason == "locked"
        assert not Attempt.objects.exists()
        finish_lesson(
            enrolment=sitting.enrolment, activity_key=key, content_hash="x", language="en", now=NOW
        )
    assert begin(sitting).number == 1


def test_no_attempt_for_somebody_who_was_taken_off_the_course() -> None:
    sitting = sit()
    withdraw(enrolment=sitting.enrolment, reason="left", by=sitting.person, now=NOW)
    sitting.enrolment.refresh_from_db()
    with pytest.raises(actions.NotAllowed, match="withdrawn"):
        begin(sitting)


def test_no_third_attempt_and_none_after_a_pass() -> None:
    sitting = sit(attempts=2)
    for number in (1, 2):
        attempt = begin(sitting)
        assert attempt.number == number
        actions.finish_attempt(attempt=attempt, now=NOW)
    with pytest.raises(actions.NotAllowed, match="no_attempts"):
        begin(sitting)
    other = sit("Toni", slug="another")
    passed = begin(other)
    answer_all(passed)
    actions.finish_attempt(attempt=passed, now=NOW)
    assert passed.is_passed
    with pytest.raises(actions.NotAllowed, match="passed"):
        begin(other)


def test_a_refused_start_leaves_nothing_behind() -> None:
    sitting = sit(attempts=1)
    actions.finish_attempt(attempt=begin(sitting), now=NOW)
    before = (Attempt.objects.count(), Answer.objects.count(), AuditEvent.objects.count())
    with pytest.raises(actions.NotAllowed):
        begin(sitting)
    assert before == (Attempt.objects.count(), Answer.objects.count(), AuditEvent.objects.count())
    assert ActivityProgress.objects.get().attempts_used == 1


def test_the_second_draw_avoids_the_first_where_the_pool_allows() -> None:
    sitting = sit(objectives=2, quota=3, per_objective=6, attempts=3)
    asked = []
    for _turn in range(2):
        attempt = begin(sitting)
        asked.append({answer.question_id for answer in answers(attempt)})
        actions.finish_attempt(attempt=attempt, now=NOW)
    assert not asked[0] & asked[1]


def test_the_first_draw_of_a_period_avoids_the_last_of_the_one_before() -> None:
    sitting = sit(per_objective=6, quota=2)
    failed = begin(sitting, seed=1)
    actions.finish_attempt(attempt=failed, now=NOW)
    later = NOW + timedelta(days=1)
    passed = begin(sitting, now=later, seed=2)
    answer_all(passed, now=later)
    actions.finish_attempt(attempt=passed, now=later)
    before = {answer.question.key for answer in answers(passed)}
    again = next_period(sitting, now=later)
    for seed in range(12):
        with transaction.atomic():
            attempt = begin(again, now=later, seed=seed)
            drawn = {answer.question.key for answer in answers(attempt)}
            transaction.set_rollback(True)
        assert attempt.number == 1
        assert not drawn & before


def test_another_persons_questions_are_not_avoided() -> None:
    first, second = sit(per_objective=6, quota=2), person("Toni")
    passed = begin(first, seed=1)
    answer_all(passed)
    actions.finish_attempt(attempt=passed, now=NOW)
    enrolment = enrol(person=second, course=first.edition.course, by=None, now=NOW)
    Enrolment.objects.filter(pk=enrolment.pk).update(period=2)
    enrolment.refresh_from_db()
    same = begin(Sitting(second, first.edition, enrolment), seed=1)
    assert [a.question.key for a in answers(same)] == [a.question.key for a in answers(passed)]


@pytest.mark.parametrize("wrong_at", [(), (1, 2, 3, 4)], ids=["passed", "failed"])
def test_an_overdue_attempt_is_closed_and_no_other_begins_in_its_place(
    wrong_at: tuple[int, ...],
) -> None:
    sitting = sit(attempts=2, objectives=1, quota=4, per_objective=8)
    first = begin(sitting)
    answer_all(first, wrong_at=wrong_at)
    later = first.deadline_at + timedelta(days=3)
    with pytest.raises(actions.Ended) as ended:
        begin(sitting, now=later)
    assert ended.value.attempt == first
    first.refresh_from_db()
    assert (first.state, first.submitted_at) == (Attempt.State.GRADED, first.deadline_at)
    assert ActivityProgress.objects.get().attempts_used == Attempt.objects.count() == 1
    # Whoever has seen what became of it decides about the next.
    if wrong_at:
        assert begin(sitting, now=later).number == 2
    else:
        with pytest.raises(actions.NotAllowed, match="passed"):
            begin(sitting, now=later)


def test_nothing_begins_while_the_attempt_before_waits_for_its_marks() -> None:
    sitting = sit(attempts=2)
    first = begin(sitting)
    answer_all(first)
    actions.submit(attempt=first, now=NOW)
    with pytest.raises(actions.Ended):
        begin(sitting)
    actions.grade(attempt_id=first.pk, now=NOW)
    with pytest.raises(actions.NotAllowed, match="passed"):
        begin(sitting)
    assert Attempt.objects.count() == 1


def test_an_old_page_begins_no_attempt_that_it_did_not_name() -> None:
    sitting = sit(attempts=3)

    def press(number: int) -> Attempt:
        return actions.start_attempt(
            enrolment=sitting.enrolment,
            activity_key=TEST_KEY,
            language="en",
            now=NOW,
            number=number,
        )

    first = press(1)
    assert press(1) == first  # twice on one button
    answer_all(first, wrong_at=(1, 2))
    actions.finish_attempt(attempt=first, now=NOW)
    with pytest.raises(actions.Ended) as ended:
        press(1)
    assert ended.value.attempt == first
    assert press(2).number == 2


def test_an_attempt_passed_while_the_next_was_asked_for_is_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The gates were read a moment before: the count looks again."""
    sitting = sit(attempts=2)
    first = begin(sitting)
    answer_all(first)
    real = progress_of
    seen = real(sitting.enrolment)
    actions.finish_attempt(attempt=first, now=NOW)
    reads = iter([seen])
    monkeypatch.setattr(
        "quizzes.actions.sitting.progress_of", lambda e: next(reads, None) or real(e)
    )
    with pytest.raises(actions.NotAllowed, match="passed"):
        begin(sitting)
    assert ActivityProgress.objects.get().attempts_used == 1


def test_who_meets_the_test_first_sees_what_another_call_has_handed_in_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sitting = sit(attempts=2)
    first = begin(sitting)
    actions.submit(attempt=first, now=NOW)
    reads: list[dict[str, ActivityProgress]] = [{}]  # as it was before
    monkeypatch.setattr(
        "quizzes.actions.sitting.progress_of", lambda e: reads.pop() if reads else progress_of(e)
    )
    with pytest.raises(actions.Ended):
        begin(sitting)
    assert Attempt.objects.count() == 1


def test_the_language_is_one_in_which_every_question_has_words() -> None:
    sitting = sit(languages=("en", "es"))
    spanish = actions.start_attempt(
        enrolment=sitting.enrolment, activity_key=TEST_KEY, language="es", now=NOW
    )
    assert spanish.language == "es"
    assert "(es)" in content_of(answers(spanish)[0]).stem
    other = sit("Toni", slug="another")
    english = actions.start_attempt(
        enrolment=other.enrolment, activity_key=TEST_KEY, language="mt", now=NOW
    )
    assert english.language == "en"
