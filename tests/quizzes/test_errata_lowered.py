"""What falls after an erratum and what does not: results, the best score, completions."""

from fractions import Fraction

import pytest

from courseware.audit.models import AuditEvent
from courseware.enrolments.actions import finish_lesson
from courseware.enrolments.models import Completion
from courseware.health.invariants import findings
from courseware.jobs.models import Message
from quizzes.models import Attempt, Regrade
from quizzes.queries.impact import impact
from quizzes.queries.regrading import to_be_decided
from tests.cast import Cast
from tests.quizzes.sitting import NOW
from tests.quizzes.wrong_question import (
    LATER,
    applied,
    decided,
    four,
    proposed,
    result_of,
    sat_four,
    sit_again,
    with_a_lesson_after,
)

pytestmark = pytest.mark.django_db


def test_where_results_may_fall_a_test_is_open_again(cast: Cast) -> None:
    edition = with_a_lesson_after()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    assert ann.progress.state == "done"
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    assert result_of(ann) == (Fraction(2, 3), False)
    assert ann.progress.state == "in_progress"
    assert ann.progress.done_at is None
    event = AuditEvent.objects.get(verb="enrolment.pass_taken_back")
    assert (event.subject_id, event.actor_id) == (str(ann.enrolment.pk), cast.rafael.pk)
    again = sit_again(ann.enrolment, now=LATER)
    assert again.is_passed
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I8", "I12"}] == []


def test_without_an_attempt_left_a_talk_is_asked_for(cast: Cast) -> None:
    edition = with_a_lesson_after(attempts=1)
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    ann.enrolment.refresh_from_db()
    assert ann.progress.state == "exhausted"
    assert ann.enrolment.needs_talk_since == LATER


def test_a_completion_is_never_taken_back_but_listed(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    erratum = applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    assert result_of(ann) == (Fraction(3, 4), True)
    assert ann.progress.state == "done"
    assert Completion.objects.filter(enrolment=ann.enrolment).exists()
    assert [attempt.pk for attempt in to_be_decided(erratum)] == [ann.attempt.pk]
    assert not AuditEvent.objects.filter(verb="enrolment.pass_taken_back").exists()
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I12"}] == []


def test_lowered_and_still_passed_is_what_a_later_completion_has(cast: Cast) -> None:
    edition = with_a_lesson_after(pass_percent=50)
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    assert ann.progress.best_score == 75
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    assert result_of(ann) == (Fraction(2, 3), True)
    assert (str(ann.progress.best_score), ann.progress.state) == ("66.6667", "done")
    completion = finish_lesson(
        enrolment=ann.enrolment,
        activity_key="afterwards",
        content_hash="h",
        language="en",
        now=LATER,
    )
    assert completion is not None
    completion.refresh_from_db()
    assert str(completion.score) == "66.6667"
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I12"}] == []


def test_lowered_after_the_completion_leaves_its_score(cast: Cast) -> None:
    edition = four(pass_percent=50)
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop"), lowering="lower"))
    assert result_of(ann) == (Fraction(2, 3), True)
    assert str(ann.progress.best_score) == "66.6667"
    assert Completion.objects.get(enrolment=ann.enrolment).score == 75  # written once
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I12"}] == []


def test_the_best_score_falls_to_what_another_attempt_earned_and_no_further(cast: Cast) -> None:
    edition = with_a_lesson_after(languages=("en", "es"))
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    second = sit_again(ann.enrolment, wrong=("T-Q1",), language="es", now=NOW)
    seen = []
    for key in ("T-Q2", "T-Q3", "T-Q4"):  # of the second alone: 2 of 3, 1 of 2, 0 of 1
        erratum = proposed(cast, edition, key, "drop", language="es")
        applied(decided(cast, erratum, lowering="lower"))
        seen.append((Attempt.objects.get(pk=second.pk).score_now, str(ann.progress.best_score)))
    assert seen == [
        (Fraction(2, 3), "66.6667"),
        (Fraction(1, 2), "50.0000"),
        (Fraction(0), "50.0000"),
    ]
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I12"}] == []


def test_nothing_is_lowered_where_it_was_decided_so(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))  # 75 %: without T-Q2 it would be 2 of 3
    full = sat_four(edition, "Ben")
    lost = sat_four(edition, "Cid", wrong=("T-Q1", "T-Q3"))
    erratum = applied(decided(cast, proposed(cast, edition, "T-Q2", "drop")))
    assert erratum.impact["lost"] == erratum.impact["lost_complete"] == 1
    assert result_of(ann) == (Fraction(3, 4), True)
    assert result_of(full) == (Fraction(1), True)
    assert result_of(lost) == (Fraction(1, 2), False)
    kept = dict(Regrade.objects.values_list("attempt", "was_kept"))
    assert kept == {ann.attempt.pk: True, full.attempt.pk: False, lost.attempt.pk: True}
    assert not Message.objects.filter(kind="quizzes.remarked").exists()
    assert [finding for finding in findings(LATER) if finding.invariant == "I6"] == []


def test_what_was_kept_once_is_kept_from_the_next_erratum_too(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q2", "drop")))  # 2 of 3, held at 3 of 4
    second = proposed(cast, edition, "T-Q3", "drop")  # 1 of 2
    [effect] = impact(second).effects
    assert (effect.before.share, effect.before.passed) == (Fraction(3, 4), True)
    applied(decided(cast, second))
    assert [*ann.attempt.regrades.values_list("score_numerator", "score_denominator")] == [
        (3, 4),
        (3, 4),
    ]
    assert [*ann.attempt.regrades.values_list("is_passed", "was_kept")] == [(True, True)] * 2
    assert [finding for finding in findings(LATER) if finding.invariant == "I6"] == []
