"""Two deciders, and two errata on one attempt, at the same moment on PostgreSQL.

DATABASE_URL=postgres://… pytest tests/services -m services
"""

from fractions import Fraction

import pytest
from django.db import connection

from courseware.audit.models import AuditEvent
from courseware.enrolments.models import Completion
from courseware.jobs.models import Job
from quizzes import actions
from quizzes.models import Attempt, DryRun, Erratum, Regrade, StatisticsRun
from quizzes.queries.integrity import wrong_scores
from tests.cast import Cast, build_cast
from tests.courses_made import TEST_KEY
from tests.quizzes.wrong_question import LATER, decided, dry_run, four, proposed, sat_four
from tests.services.test_attempt_races import at_once, errors

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")


@pytest.fixture
def everybody(transactional_db: None) -> Cast:
    return build_cast()


def test_asked_by_several_at_once_it_is_computed_once(everybody: Cast) -> None:
    erratum = proposed(everybody, four(), "T-Q1", "credit")
    dry_run(erratum)
    outcomes = at_once(lambda _index: actions.ask_dry_run(erratum=erratum, now=LATER), times=6)
    assert errors(outcomes) == []
    [run] = DryRun.objects.filter(finished_at=None)
    assert set(outcomes) == {run}
    assert Job.objects.filter(kind="quizzes.dry_run", key=str(run.pk)).count() == 1


def test_statistics_asked_for_by_several_at_once_are_one_run(everybody: Cast) -> None:
    course = four().course

    def ask(_index: int) -> StatisticsRun:
        return actions.ask_statistics(
            course=course, activity_key=TEST_KEY, which="all", by=everybody.ingrid, now=LATER
        )

    outcomes = at_once(ask, times=6)
    assert errors(outcomes) == []
    [run] = StatisticsRun.objects.all()  # none was taken for a stopped one
    assert set(outcomes) == {run}
    assert AuditEvent.objects.filter(verb="statistics.asked").count() == 1


def test_of_two_deciders_one_decides(everybody: Cast) -> None:
    edition = four()
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(everybody, edition, "T-Q1", "credit")
    seen = dry_run(erratum).basis

    def decide(index: int) -> Erratum:
        return actions.decide_erratum(
            erratum=Erratum.objects.select_related("course").get(pk=erratum.pk),
            lowering=("keep", "lower")[index % 2],
            reason="R",
            seen=seen,
            by=(everybody.rafael, everybody.adam)[index % 2],
            now=LATER,
        )

    outcomes = at_once(decide, times=6)
    assert len([one for one in outcomes if isinstance(one, Erratum)]) == 1
    assert {type(one) for one in errors(outcomes)} == {actions.AlreadyDecided}
    assert AuditEvent.objects.filter(verb="erratum.decided").count() == 1
    assert Job.objects.filter(kind="quizzes.regrade").count() == 1


def test_an_attempt_is_regraded_once_for_each_erratum(everybody: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2", "T-Q3"))
    errata = [
        decided(everybody, proposed(everybody, edition, key, "credit")) for key in ("T-Q1", "T-Q2")
    ]

    def regrade(index: int) -> bool:
        return actions.regrade_attempt(
            erratum=errata[index % 2], attempt_id=ann.attempt.pk, now=LATER
        )

    outcomes = at_once(regrade, times=8)
    assert errors(outcomes) == []
    assert sorted(outcomes) == [False] * 6 + [True] * 2
    assert Regrade.objects.count() == 2
    attempt = Attempt.objects.get(pk=ann.attempt.pk)
    assert (attempt.score_now, attempt.is_passed_now) == (Fraction(3, 4), True)
    assert Completion.objects.count() == 1
    assert [*wrong_scores()] == []
