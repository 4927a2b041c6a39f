"""What the jobs of quizzes do: mark what was handed in, close what was left open, count what the
answers say about the questions, compute whom a wrong one changes and carry out what was decided.

Must not: decide anything; the actions are idempotent, so running one twice does no harm.
"""

from uuid import UUID

from django.utils import timezone

from courseware.jobs.registry import Park, Work
from quizzes import actions
from quizzes.contents import ContentMissing
from quizzes.models import DryRun, Erratum, StatisticsRun


def grade(work: Work) -> None:
    """Mark one attempt, if that has not happened yet."""
    try:
        actions.grade(attempt_id=UUID(str(work.args["attempt"])), now=work.now)
    except ContentMissing as error:
        raise Park(f"A question is no longer what was asked. {error}") from error


def sweep(work: Work) -> None:
    """Close the attempts whose deadline has passed, and the exceptions whose last day has; follow
    people from unit to unit; regrade what was being marked while an erratum was decided.
    """
    actions.close_overdue(now=work.now)
    actions.settle_overrides(now=work.now)
    actions.follow_units(now=work.now)
    actions.regrade_stragglers(now=work.now)


def regrade(work: Work) -> None:
    """Carry out what was decided about a question."""
    erratum = (
        Erratum.objects.filter(pk=UUID(str(work.args["erratum"]))).select_related("course").first()
    )
    if erratum is None:
        raise Park("The erratum does not exist.")
    actions.apply_erratum(erratum=erratum, now=timezone.now, heartbeat=work.heartbeat)


def dry_run(work: Work) -> None:
    """Compute whom an erratum would change."""
    run = (
        DryRun.objects.filter(pk=UUID(str(work.args["run"])))
        .select_related("erratum__course")
        .first()
    )
    if run is not None:  # else it was decided or dropped meanwhile
        actions.compute_dry_run(run=run, now=timezone.now, heartbeat=work.heartbeat)


def statistics(work: Work) -> None:
    """Compute the statistics of a test that somebody asked for."""
    run = (
        StatisticsRun.objects.filter(pk=UUID(str(work.args["run"])))
        .select_related("course")
        .first()
    )
    if run is not None:
        actions.compute_statistics(run=run, now=timezone.now, heartbeat=work.heartbeat)
