"""What is kept of a dry run, and whether it still says what a decision would do.

    basis_of      a hash of all that its numbers can depend on
    dry_run_of    what the pages of an erratum show: the numbers, and the run that is under way
    named         the people in it

Must not: compute one (actions.dry_runs); that takes as long as there are attempts.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max

from courseware.jobs import queries as jobs
from courseware.jobs.registry import expect
from quizzes.engine.errata import NEWEST
from quizzes.models import Attempt, DryRun, Erratum, Regrade
from quizzes.queries.impact import certified_of, others_of
from quizzes.queries.regrading import errata_of, reached_by

DRY_RUN = expect("quizzes.dry_run")


def basis_of(erratum: Erratum) -> str:
    """Where it is the same, so are the numbers. Five queries and no answer read.

    Attempts that were marked, their marks and regrades never change; so what can differ is which
    of them are reached, how many others the same people sat, which other errata hold, which
    regrades there are by now, which edition people are on, which courses were completed, and whose
    certificate counts today; and, after an upgrade, the rules.
    """
    holders = certified_of(erratum)
    reached = [
        (str(pk), str(on), completed_on is not None, enrolment in holders)
        for pk, known, enrolment, on, completed_on in reached_by(erratum)
        .exclude(regrades__erratum=erratum)
        .order_by("pk")
        .values_list("pk", "errata", "enrolment", "enrolment__edition", "enrolment__completed_on")
        if str(erratum.pk) not in known
    ]
    errata = errata_of(erratum.course_id, erratum.activity_key)
    regrades = Regrade.objects.filter(
        attempt__enrolment__course=erratum.course_id,
        attempt__quiz__activity__key=erratum.activity_key,
    ).aggregate(number=Count("pk"), newest=Max("pk"))
    others = [str(own.pk) for own in errata if own != erratum]
    rests_on = [
        *(NEWEST, reached, others_of(erratum).count()),
        *(others, regrades["number"], regrades["newest"]),
    ]
    return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()


def has_stopped(run: DryRun) -> bool:
    """Whether nobody will finish it any more."""
    return jobs.has_stopped(kind=DRY_RUN, key=str(run.pk))


@dataclass(frozen=True)
class Shown:
    """`done` is the newest that has ended. Only a current one may be decided on."""

    done: DryRun | None
    waiting: DryRun | None
    is_current: bool
    is_stopped: bool


def dry_run_of(erratum: Erratum) -> Shown:
    """Eight queries at most."""
    runs = list(erratum.dry_runs.order_by("-asked_at", "-pk"))
    done = next((run for run in runs if run.finished_at is not None), None)
    waiting = next((run for run in runs if run.finished_at is None), None)
    return Shown(
        done,
        waiting,
        is_current=done is not None and done.basis == basis_of(erratum),
        is_stopped=waiting is not None and has_stopped(waiting),
    )


@dataclass(frozen=True)
class Named:
    """What would become of one attempt, in whole per cent."""

    attempt: Attempt
    before: int
    after: int
    is_complete: bool
    is_certified: bool
    has_passed: bool
    """The person, after it, whatever becomes of this attempt."""


def named(rows: Sequence[dict[str, Any]]) -> list[Named]:
    """One query."""
    attempts = _attempts({UUID(row["attempt"]) for row in rows})
    return [Named(**{**row, "attempt": attempts[UUID(row["attempt"])]}) for row in rows]


def _attempts(ids: Collection[UUID]) -> dict[UUID, Attempt]:
    return Attempt.objects.select_related("enrolment__person").in_bulk(ids)
