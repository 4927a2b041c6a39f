"""Whom an erratum would change: people by all their attempts together, attempts by their scores."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.utils.html import strip_tags

from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol, move
from courseware.enrolments.models import Completion, Enrolment
from courseware.health.invariants import findings
from quizzes import actions
from quizzes.models import Attempt, Erratum, Regrade
from quizzes.queries.dry_runs import basis_of, named
from quizzes.queries.impact import impact
from quizzes.queries.regrading import to_be_decided
from tests.asking import signed_in
from tests.cast import Cast
from tests.certificates.completed import issued
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, answer_all, answers
from tests.quizzes.test_errata_pages import page
from tests.quizzes.wrong_question import (
    LATER,
    Sat,
    applied,
    decided,
    dry_run,
    four,
    proposed,
    result_of,
    sat_four,
    sit_again,
    with_a_lesson_after,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]


def counts(erratum: Erratum, *names: str) -> list[int]:
    found = impact(erratum).counts
    return [found[name] for name in names]


def standing(attempt: Attempt) -> tuple[Fraction | None, bool | None]:
    fresh = Attempt.objects.get(pk=attempt.pk)
    return fresh.score_now, fresh.is_passed_now


def clean() -> bool:
    return not [f for f in findings(LATER) if f.invariant in {"I6", "I8", "I12"}]


def passed_twice(cast: Cast, edition: Edition, *, second: str = "en") -> tuple[Sat, Attempt]:
    """Ann's first attempt (in English, 2 of 4) passes by an erratum on T-Q1, 3 of 4, while the
    other is open, which then passes by itself, 3 of 4, in the language `second`."""
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    other = actions.start_attempt(
        enrolment=ann.enrolment, activity_key=TEST_KEY, language=second, now=NOW
    )
    applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    places = tuple(a.position for a in answers(other) if a.question.key == "T-Q2")
    answer_all(other, wrong_at=places, now=LATER)
    actions.finish_attempt(attempt=other, now=LATER)
    assert result_of(ann) == standing(other) == (Fraction(3, 4), True)
    return ann, other


def shown_to(client: Client, erratum: Erratum) -> str:
    return " ".join(strip_tags(client.get(page(erratum)).content.decode()).split())


def test_who_has_passed_by_another_attempt_is_not_won(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Alva", wrong=("T-Q1", "T-Q2"))
    sit_again(ann.enrolment, now=NOW + timedelta(hours=1))
    sat_four(edition, "Ben", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    run = dry_run(erratum)
    expected = {"won": 1, "lost": 0, "reached": 3, "aside": 1, "up": 2, "unchanged": 1}
    assert {name: run.counts[name] for name in expected} == expected
    [won], [aside] = named(run.won), named(run.aside)
    assert won.attempt.enrolment.person.given_name == "Ben"
    assert (aside.attempt, aside.before, aside.after) == (ann.attempt, 50, 75)
    assert aside.has_passed
    text = shown_to(signed_in(cast.ingrid), erratum)
    before, _, after = text.partition("Passed ↔ not passed, without effect for the person")
    assert ("Alva" in before, "Ben" in before) == (False, True)
    assert "attempt 1: 50 % → 75 %" in after
    assert "Has passed by another attempt." in after
    applied(decided(cast, erratum))
    assert clean()


def test_a_pass_that_nothing_rests_on_falls_as_it_was_decided(cast: Cast) -> None:
    edition = four(languages=("en", "es"))
    ann, other = passed_twice(cast, edition, second="es")
    erratum = proposed(cast, edition, "T-Q3", "drop")  # of the English one: 2 of 3
    assert counts(erratum, "lost", "lost_complete", "aside", "down") == [0, 0, 1, 1]
    erratum = applied(decided(cast, erratum, lowering="lower"))
    assert result_of(ann) == (Fraction(2, 3), False)
    assert ann.progress.state == "done"
    assert ann.progress.best_score == 75
    assert to_be_decided(erratum) == []
    # The other one is what the completion rests on.
    erratum = proposed(cast, edition, "T-Q3", "drop", language="es")
    assert counts(erratum, "lost", "lost_complete", "aside") == [1, 1, 0]
    erratum = applied(decided(cast, erratum, lowering="lower"))
    assert standing(other) == (Fraction(3, 4), True)
    assert to_be_decided(erratum) == [other]
    assert Completion.objects.count() == 1
    assert clean()


def test_a_test_stays_done_by_the_attempt_that_still_passes(cast: Cast) -> None:
    edition = with_a_lesson_after(languages=("en", "es"))
    ann, other = passed_twice(cast, edition, second="es")
    applied(decided(cast, proposed(cast, edition, "T-Q3", "drop"), lowering="lower"))
    assert result_of(ann) == (Fraction(2, 3), False)
    assert ann.progress.state == "done"
    erratum = proposed(cast, edition, "T-Q3", "drop", language="es")
    assert counts(erratum, "lost", "lost_complete") == [1, 0]
    applied(decided(cast, erratum, lowering="lower"))
    assert standing(other) == (Fraction(2, 3), False)
    assert ann.progress.state != "done"
    assert clean()


def test_whose_attempts_all_fall_is_lost_once(cast: Cast) -> None:
    edition = four()
    ann, other = passed_twice(cast, edition)
    erratum = proposed(cast, edition, "T-Q3", "drop")
    assert counts(erratum, "lost", "lost_complete", "reached", "down") == [1, 1, 2, 2]
    erratum = applied(decided(cast, erratum, lowering="lower"))
    assert sorted([result_of(ann), standing(other)]) == [
        (Fraction(2, 3), False),
        (Fraction(3, 4), True),
    ]
    assert len(to_be_decided(erratum)) == 1
    assert ann.progress.state == "done"
    assert clean()


def test_somebody_is_one_person_in_two_periods(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    again = enrol(person=ann.enrolment.person, course=edition.course, by=None, now=LATER)
    assert again.period == 2
    sit_again(again, wrong=("T-Q1",), now=LATER)
    erratum = proposed(cast, edition, "T-Q2", "drop")
    assert counts(erratum, "lost", "lost_complete", "reached") == [1, 1, 2]
    assert len(named(dry_run(erratum).lost)) == 2  # the same name, once for each


def test_what_was_sat_before_a_move_changes_its_result_and_nothing_else(cast: Cast) -> None:
    """The new edition asks other questions, so the test is open again there."""
    first = with_a_lesson_after(attempts=3)
    lost = sat_four(first, "Ann", wrong=("T-Q1",))
    won = sat_four(first, "Ben", wrong=("T-Q1", "T-Q2", "T-Q3"))
    credit = proposed(cast, first, "T-Q1", "credit")
    basis = basis_of(credit)
    second = four(per_objective=5)
    for sat in (lost, won):
        moved = move(
            enrolment=Enrolment.objects.get(pk=sat.enrolment.pk),
            edition=second,
            hashes={TEST_KEY: ["others"]},
            extra_attempts={},
            by=None,
            now=NOW,
        )
        assert moved
    states = [sat.progress.state for sat in (lost, won)]
    assert basis_of(credit) != basis
    other = applied(decided(cast, proposed(cast, first, "T-Q2", "credit")))
    assert counts(credit, "won", "aside", "up") == [0, 1, 2]
    [aside] = named(dry_run(credit).aside)
    assert (aside.attempt, aside.has_passed) == (won.attempt, False)
    text = shown_to(signed_in(cast.ingrid), credit)
    assert "Of an edition that the person is no longer on." in text
    drop = proposed(cast, first, "T-Q4", "drop")
    assert counts(drop, "lost", "aside") == [0, 1]
    applied(decided(cast, drop, lowering="lower"))
    assert result_of(lost) == (Fraction(2, 3), False)
    assert [sat.progress.state for sat in (lost, won)] == states
    assert other.regrades.count() == Regrade.objects.filter(erratum=drop).count() == 2
    assert clean()


def test_another_attempt_of_whom_it_reaches_makes_another_basis(cast: Cast) -> None:
    edition = with_a_lesson_after(languages=("en", "es"))
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    seen = [basis_of(erratum)]
    sat_four(edition, "Ben", language="es")  # nobody whom it reaches
    assert basis_of(erratum) == seen[-1]
    assert counts(erratum, "won", "aside") == [1, 0]
    sit_again(ann.enrolment, language="es", now=NOW)
    assert counts(erratum, "won", "aside") == [0, 1]
    assert basis_of(erratum) not in seen


def test_those_with_most_to_lose_are_named_first(cast: Cast) -> None:
    edition = four()
    ann, ben = (sat_four(edition, name, wrong=("T-Q1",)).enrolment for name in ("Ann", "Ben"))
    issued(ben.completion)
    erratum = proposed(cast, edition, "T-Q2", "drop")
    assert [row.attempt.enrolment for row in named(dry_run(erratum).lost)] == [ben, ann]
