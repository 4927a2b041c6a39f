"""Which marks the statistics of a test rest on: those given, without errata, in every number."""

from datetime import timedelta

import pytest

from courseware.courses.models import Edition
from quizzes import actions
from quizzes.engine.statistics.stored import QuestionNumbers, TestNumbers, read_question, read_test
from quizzes.models import Attempt, ItemStatistics, StatisticsRun
from tests.asking import signed_in
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW
from tests.quizzes.wrong_question import (
    LATER,
    applied,
    decided,
    four,
    proposed,
    sat_four,
    sit_again,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
AFTER = LATER + timedelta(days=1)


def computed(
    cast: Cast, edition: Edition, which: str = "first"
) -> tuple[StatisticsRun, TestNumbers]:
    run = actions.ask_statistics(
        course=edition.course, activity_key=TEST_KEY, which=which, by=cast.ingrid, now=AFTER
    )
    work_off()
    run.refresh_from_db()
    found = read_test(run.numbers)
    assert found is not None
    return run, found


def of(run: StatisticsRun, key: str) -> QuestionNumbers:
    found = read_question(ItemStatistics.objects.get(run=run, question_key=key).numbers)
    assert found is not None
    return found


def test_an_erratum_decided_before_anybody_sat_changes_no_third_and_no_pass(cast: Cast) -> None:
    """Whoever has the credited question wrong earns 4 of 4, and whoever another has 3 of 4."""
    edition = four(pass_percent=80)
    decided(cast, proposed(cast, edition, "T-Q1", "credit"))
    for number in range(24):
        wrong = "T-Q1" if number % 2 else "T-Q2"
        sat_four(edition, f"Person{number}", wrong=(wrong,), now=AFTER)
    assert Attempt.objects.filter(is_passed=True).count() == 12
    run, test = computed(cast, edition)
    assert test.whole is not None
    assert test.whole.mean == 0.75
    assert (test.whole.passed, test.whole.reached) == (0, 0)
    assert run.basis["with_errata"] == 24
    for key, facility in (("T-Q1", 0.5), ("T-Q2", 0.5), ("T-Q3", 1.0)):
        numbers = of(run, key)
        assert numbers.item.facility == facility
        assert numbers.options.people == (0, 24, 0)


def test_an_attempt_marked_again_counts_as_first_marked(cast: Cast) -> None:
    edition = four()
    one = sat_four(edition, "One", wrong=("T-Q1", "T-Q2"))
    sit_again(one.enrolment, wrong=("T-Q1",), now=NOW + timedelta(hours=1))
    sat_four(edition, "Two", wrong=("T-Q3",))
    applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    run, test = computed(cast, edition)
    assert test.whole is not None
    assert (test.whole.mean, test.whole.passed) == ((0.5 + 0.75) / 2, 1)
    # All of three were asked the question, and two attempts are counted.
    assert run.basis["with_errata"] == 2
    everything, of_all = computed(cast, edition, "all")
    assert everything.basis["with_errata"] == 3
    assert of_all.whole is not None
    assert of_all.whole.passed == 2


def test_who_reached_the_pass_mark_and_missed_a_point_is_told_apart(cast: Cast) -> None:
    edition = four(must_pass=1)
    for number in range(20):
        wrong = ("T-Q1",) if number < 3 else ("T-Q2", "T-Q3") if number < 5 else ("T-Q2",)
        sat_four(edition, f"Person{number}", wrong=wrong)
    _, test = computed(cast, edition)
    assert test.whole is not None
    assert (test.whole.passed, test.whole.reached) == (15, 18)
    assert test.whole.passed == Attempt.objects.filter(is_passed=True).count()
    assert test.pass_percents == (75,)
    page = signed_in(cast.ingrid).get(f"/admin/quizzes/statistics/{edition.course_id}/{TEST_KEY}/")
    said = (
        "15 of 20, with a pass mark of 75 %. "
        "3 more reached the pass mark and missed a must-pass point."
    )
    # In the table of numbers, and under the picture of scores.
    assert page.content.decode().count(said) == 2


def test_the_strongest_third_are_those_with_the_highest_scores(cast: Cast) -> None:
    """A third has one question right, a third three and a third all: T-Q1 only the strongest."""
    edition = four()
    kinds = [("T-Q1", "T-Q2", "T-Q3"), ("T-Q1",), ()]
    for number in range(21):
        sat_four(edition, f"Person{number}", wrong=kinds[number % 3])
    run, _ = computed(cast, edition)
    assert chosen_right(of(run, "T-Q1")) == (0, 0, 7)
    assert chosen_right(of(run, "T-Q2")) == (0, 7, 7)
    assert chosen_right(of(run, "T-Q4")) == (7, 7, 7)


def chosen_right(numbers: QuestionNumbers) -> tuple[int, int, int]:
    (group,) = numbers.options.groups
    assert numbers.options.people == (7, 7, 7)
    return next(option.counts for option in group.options if option.is_right)
