"""Whom an erratum would change is computed by a job, and kept until it is decided.

Owns: the states of a run. Must not: know how marks are corrected (queries.impact) or decide.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction

from courseware.jobs.actions import ask
from quizzes.actions.runs import run_under_way
from quizzes.models import DryRun, Erratum
from quizzes.queries.counting import Stopped
from quizzes.queries.dry_runs import DRY_RUN, basis_of, has_stopped
from quizzes.queries.impact import Effect, Person, impact

#: So many are named in each list; the counts are of all.
_LISTED = 200


def ask_dry_run(*, erratum: Erratum, now: datetime) -> DryRun:
    """The run that waits or works on this erratum, asked for now if there is none."""

    def begin() -> DryRun:
        run = DryRun.objects.create(erratum=erratum, asked_at=now)
        ask(kind=DRY_RUN, key=str(run.pk), args={"run": str(run.pk)}, now=now)
        return run

    waiting = DryRun.objects.filter(erratum=erratum, finished_at=None)
    return run_under_way(
        waiting, has_stopped=has_stopped, give_way=lambda stopped: stopped.delete(), begin=begin
    )


def compute_dry_run(
    *, run: DryRun, now: Callable[[], datetime], heartbeat: Callable[[int, int], bool]
) -> bool:
    """Compute, and put the numbers in the place of the older ones in one transaction.

    False if there was nothing to do or somebody else has taken over. Running twice changes nothing.
    """
    erratum = run.erratum
    if run.finished_at is not None or erratum.state != Erratum.State.PROPOSED:
        return False
    runs = DryRun.objects.filter(pk=run.pk, finished_at=None)

    def progress(done: int, total: int) -> bool:
        return bool(runs.update(done=done, total=total)) and heartbeat(done, total)

    # Before anything is read: what changes meanwhile makes it another basis.
    basis = basis_of(erratum)
    try:
        found = impact(erratum, progress)
    except Stopped:
        return False
    with transaction.atomic():
        finished = runs.update(
            finished_at=now(),
            basis=basis,
            counts=found.counts,
            won=_rows((person, person.deciding) for person in found.won),
            lost=_rows((person, person.deciding) for person in found.lost),
            aside=_rows((person, own) for person in found.people for own in person.aside),
        )
        if finished:
            DryRun.objects.filter(erratum=erratum).exclude(pk=run.pk).exclude(
                finished_at=None
            ).delete()
    return bool(finished)


def _rows(turned: Iterable[tuple[Person, Effect]]) -> list[dict[str, Any]]:
    return [
        {
            "attempt": str(effect.attempt.pk),
            "before": effect.before.percent,
            "after": effect.after.percent,
            "is_complete": person.is_complete,
            "is_certified": person.is_certified,
            "has_passed": person.has_passed,
        }
        for person, effect in islice(turned, _LISTED)
    ]
