"""Asking for statistics, the job that computes them, and what they rest on."""

import random
import statistics
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from courseware.audit.models import AuditEvent
from courseware.enrolments.actions import enrol
from courseware.jobs.models import Job
from quizzes import actions
from quizzes.engine.statistics.stored import read_question, read_test
from quizzes.models import Attempt, ItemStatistics, Question, StatisticsRun
from quizzes.queries import counting
from quizzes.queries.statistics import JOB, current_runs, has_stopped, whole_page
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY, make_course
from tests.quizzes.answered import always_right, by_ability, many_sit, mended, never_right
from tests.quizzes.sitting import NOW

pytestmark = pytest.mark.django_db
N = 24


def computed(cast: Cast, edition: Any, which: str = "first") -> StatisticsRun:
    run = actions.ask_statistics(
        course=edition.course, activity_key=TEST_KEY, which=which, by=cast.ingrid, now=NOW
    )
    work_off()
    run.refresh_from_db()
    assert run.state == StatisticsRun.State.DONE
    return run


def test_numbers_are_those_of_the_stored_marks(cast: Cast) -> None:
    edition = make_course(lessons=0, per_objective=6, quota=3)
    many_sit(edition, N, choose=by_ability(random.Random(1)), now=NOW)
    run = computed(cast, edition)
    assert (run.done, run.total) == (N, N)
    test = read_test(run.numbers)
    assert test is not None
    assert test.whole is not None
    scores = [float(attempt.score or 0) for attempt in Attempt.objects.all()]
    assert test.whole.n == N
    assert test.whole.mean == pytest.approx(statistics.fmean(scores))
    assert test.whole.deviation == pytest.approx(statistics.stdev(scores))
    assert test.whole.passed == Attempt.objects.filter(is_passed=True).count()
    assert test.guess == pytest.approx(0.25)
    assert sum(test.scores) == N
    for question in Question.objects.all():
        marks = [float(answer.mark or 0) for answer in question.answers.all()]
        row = ItemStatistics.objects.get(run=run, question_key=question.key)
        numbers = read_question(row.numbers)
        assert numbers is not None
        assert numbers.item.n == len(marks)
        assert numbers.item.facility == pytest.approx(statistics.fmean(marks))
        assert sum(numbers.options.people) == len(marks)
        (group,) = numbers.options.groups
        right = next(option for option in group.options if option.is_right)
        assert right.total == sum(marks)
        assert numbers.editions == (1,)


def test_the_basis_says_what_was_counted(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 5, choose=by_ability(random.Random(2)), now=NOW)
    again = many_sit(edition, 1, choose=lambda *_: {}, now=NOW, name="again")[0]
    second = actions.start_attempt(
        enrolment=again.enrolment, activity_key=TEST_KEY, language="en", now=NOW + timedelta(days=2)
    )
    actions.finish_attempt(attempt=second, now=NOW + timedelta(days=2, minutes=5))
    first = computed(cast, edition)
    assert {key: first.basis[key] for key in ("which", "attempts", "people", "left_out")} == {
        "which": "first",
        "attempts": 6,
        "people": 6,
        "left_out": 1,
    }
    assert first.basis["editions"] == [1]
    assert first.basis["languages"] == ["en"]
    everything = computed(cast, edition, "all")
    assert everything.basis["attempts"] == 7
    assert everything.basis["people"] == 6
    assert everything.basis["left_out"] == 0


def test_whoevers_first_attempt_does_not_count_has_none(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 2, choose=by_ability(random.Random(2)), now=NOW)
    enrolment = enrol(person=cast.alice, course=edition.course, by=None, now=NOW)
    void = actions.start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=NOW)
    Attempt.objects.filter(pk=void.pk).update(state=Attempt.State.VOID)
    second = actions.start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language="en", now=NOW + timedelta(days=2)
    )
    actions.finish_attempt(attempt=second, now=NOW + timedelta(days=2, minutes=5))
    run = computed(cast, edition)
    assert (run.basis["attempts"], run.basis["left_out"]) == (2, 2)


def test_asking_twice_is_asking_once(cast: Cast) -> None:
    edition = make_course(lessons=0)
    ask: dict[str, Any] = {
        "course": edition.course,
        "activity_key": TEST_KEY,
        "by": cast.ingrid,
        "now": NOW,
    }
    first = actions.ask_statistics(which="first", **ask)
    second = actions.ask_statistics(which="all", **ask)
    assert first == second
    assert Job.objects.filter(kind=JOB).count() == 1
    event = AuditEvent.objects.get(verb="statistics.asked")
    assert event.detail.data == {"test": TEST_KEY, "which": "first"}
    with pytest.raises(ValueError, match="best"):
        actions.ask_statistics(which="best", **ask)
    with pytest.raises(IntegrityError):
        StatisticsRun.objects.create(course=edition.course, activity_key=TEST_KEY, asked_at=NOW)


def test_one_that_has_stopped_gives_way(cast: Cast) -> None:
    edition = make_course(lessons=0)
    ask: dict[str, Any] = {
        "course": edition.course,
        "activity_key": TEST_KEY,
        "by": cast.ingrid,
        "now": NOW,
    }
    first = actions.ask_statistics(which="first", **ask)
    assert not has_stopped(first)
    Job.objects.update(state=Job.State.PARKED)
    assert has_stopped(first)
    second = actions.ask_statistics(which="first", **ask)
    first.refresh_from_db()
    assert second != first
    assert first.state == StatisticsRun.State.FAILED


def test_new_numbers_take_the_place_of_the_old_ones(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 3, choose=by_ability(random.Random(3)), now=NOW)
    first = computed(cast, edition)
    second = computed(cast, edition)
    assert list(StatisticsRun.objects.all()) == [second]
    assert not ItemStatistics.objects.filter(run_id=first.pk).exists()

    def heartbeat(_done: int, _total: int) -> bool:
        raise AssertionError("nothing is read again")

    assert not actions.compute_statistics(run=second, now=lambda: NOW, heartbeat=heartbeat)


def test_all_attempts_take_nothing_from_first_ones(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 3, choose=by_ability(random.Random(3)), now=NOW)
    first = computed(cast, edition)
    everything = computed(cast, edition, "all")
    assert set(StatisticsRun.objects.all()) == {first, everything}
    assert ItemStatistics.objects.filter(run=first).exists()
    again = computed(cast, edition, "all")
    assert set(StatisticsRun.objects.all()) == {first, again}
    assert current_runs(edition.course, TEST_KEY).done == {"first": first, "all": again}
    newer = computed(cast, edition)
    assert set(StatisticsRun.objects.all()) == {newer, again}


def test_whoever_is_told_to_stop_leaves_nothing(cast: Cast) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 2, choose=always_right, now=NOW)
    run = actions.ask_statistics(
        course=edition.course, activity_key=TEST_KEY, which="first", by=cast.ingrid, now=NOW
    )
    assert not actions.compute_statistics(run=run, now=lambda: NOW, heartbeat=lambda _d, _t: False)
    run.refresh_from_db()
    assert run.state == StatisticsRun.State.WAITING
    assert not ItemStatistics.objects.exists()
    work_off()
    run.refresh_from_db()
    assert run.state == StatisticsRun.State.DONE


def test_a_test_nobody_sat(cast: Cast) -> None:
    run = computed(cast, make_course(lessons=0))
    page = whole_page(run)
    assert page is not None
    assert page.numbers.whole is None
    assert page.items == ()
    assert page.basis.attempts == 0


def test_the_same_words_in_two_editions_are_one_question(cast: Cast) -> None:
    edition = make_course(lessons=0, per_objective=2)  # everybody is asked everything
    many_sit(edition, 4, choose=by_ability(random.Random(4)), now=NOW)
    newer, text = mended("T-Q1", now=NOW + timedelta(days=30), lessons=0, per_objective=2)
    later = NOW + timedelta(days=31)
    many_sit(newer, 3, choose=by_ability(random.Random(5)), now=later, name="later")
    run = computed(cast, edition)
    assert run.basis["editions"] == [1, 2]
    found = {
        (row.question_key, row.content_hash == text.content_hash): (
            row.numbers["editions"],
            row.numbers["item"]["n"],
        )
        for row in ItemStatistics.objects.filter(run=run)
    }
    assert found == {
        ("T-Q1", False): ([1], 4),
        ("T-Q1", True): ([2], 3),
        **{(f"T-Q{n}", False): ([1, 2], 7) for n in (2, 3, 4)},
    }


def test_who_was_sure_of_the_old_words_is_not_counted_with_the_new_ones(cast: Cast) -> None:
    edition = make_course(lessons=0, per_objective=2, quota=2)
    sure: dict[str, Any] = {
        "choose": lambda _number, _kind, _content: {"chosen": [1]},
        "confidence": lambda _number, _answer: 3,
        "unit": cast.unit_a,
    }
    many_sit(edition, 10, name="a", now=NOW, **sure)
    newer, text = mended("T-Q1", now=NOW + timedelta(days=30), lessons=0, per_objective=2, quota=2)
    many_sit(newer, 11, name="b", now=NOW + timedelta(days=31), **sure)
    test = read_test(computed(cast, edition).numbers)
    assert test is not None
    people = {
        row.wording.content_hash == text.content_hash: row.people
        for row in test.units
        if row.unit == cast.unit_a.pk and row.wording.question == "T-Q1"
    }
    assert people == {False: 10, True: 11}
    assert {r.people for r in test.units if r.wording.question == "T-Q2"} == {21}


def test_what_is_no_longer_asked_needs_nobody(cast: Cast) -> None:
    edition = make_course(lessons=0, objectives=1, per_objective=2, quota=2)
    many_sit(edition, 40, choose=never_right, now=NOW)
    run = computed(cast, edition)
    assert run.numbers["to_check"] == 2
    mended("T-Q1", now=NOW, lessons=0, objectives=1, per_objective=2, quota=2)
    assert computed(cast, edition).numbers["to_check"] == 1


def test_only_units_with_ten_people_are_kept(cast: Cast) -> None:
    edition = make_course(lessons=0, per_objective=2, quota=2)  # everybody is asked everything
    wrong: dict[str, Any] = {
        "choose": lambda _number, _kind, _content: {"chosen": [1]},
        "confidence": lambda number, _answer: 3 if number % 2 else 1,
        "now": NOW,
    }
    many_sit(edition, 12, unit=cast.unit_a, name="a", **wrong)
    many_sit(edition, 5, unit=cast.unit_b, name="b", **wrong)
    test = read_test(computed(cast, edition).numbers)
    assert test is not None
    # Unit A alone may be told, but then the five of B could be told by subtraction.
    assert {row.unit for row in test.units} == {cast.force.pk}
    assert {(row.people, row.sure_and_wrong) for row in test.units} == {(17, 8)}
    many_sit(edition, 6, unit=cast.unit_b, name="c", **wrong)
    test = read_test(computed(cast, edition).numbers)
    assert test is not None
    assert {row.unit for row in test.units} == {cast.force.pk, cast.unit_a.pk, cast.unit_b.pk}
    everything = read_test(computed(cast, edition, "all").numbers)
    assert everything is not None
    assert everything.units == ()


def test_the_number_of_queries_does_not_grow_with_answers(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = make_course(lessons=0)
    many_sit(edition, 3, choose=by_ability(random.Random(6)), now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as few:
        counting.count(edition.course, TEST_KEY, "first")
    many_sit(edition, 9, choose=by_ability(random.Random(7)), now=NOW, name="more")
    with CaptureQueriesContext(connection) as many:
        counting.count(edition.course, TEST_KEY, "first")
    assert len(few) == len(many) <= 6
    monkeypatch.setattr(counting, "SLICE", 5)
    with CaptureQueriesContext(connection) as sliced:
        whole = counting.count(edition.course, TEST_KEY, "first")
    assert len(sliced) == len(many) + 2  # three slices instead of one
    assert whole.basis["attempts"] == 12


@pytest.mark.parametrize(
    "kind", ["multiple", "ordering", "matching", "numeric", "short", "scenario"]
)
def test_every_type_is_counted(cast: Cast, kind: str) -> None:
    edition = make_course(lessons=0, types=(kind,), per_objective=2, quota=2)
    many_sit(edition, 4, choose=by_ability(random.Random(8)), now=NOW)
    page = whole_page(computed(cast, edition))
    assert page is not None
    assert len(page.items) == 4
    for item in page.items:
        groups = item.numbers.options.groups
        assert groups
        for group in groups:
            chosen = sum(option.total for option in group.options)
            assert chosen + sum(group.empty) >= 4
        assert [verdict.code for verdict in item.verdicts] == ["too_few"]
