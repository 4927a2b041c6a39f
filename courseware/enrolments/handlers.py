"""What the jobs of this app do: finish assignments and tell people, and forget old ones."""

from datetime import timedelta
from uuid import UUID

from courseware.accounts.access import today
from courseware.core import failpoints
from courseware.enrolments import actions
from courseware.enrolments.models import AssignmentBatch
from courseware.enrolments.queries.assigning import JOB, tally
from courseware.jobs import registry
from courseware.jobs.registry import JobKind, Park, Work

TIDY = "enrolments.forget_assignments"


def assign(work: Work) -> None:
    """Kind "enrolments.assign": whatever is left of an assignment, then its mails."""
    batch = AssignmentBatch.objects.filter(pk=UUID(work.args["batch_id"])).first()
    if batch is None:
        raise Park("The assignment does not exist.")
    figures = tally(batch)
    done = figures.done
    while number := actions.carry_out_some(batch_id=batch.pk, now=work.now, today=today()):
        failpoints.hit("assignment.some_done")
        done += number
        if not work.heartbeat(done, figures.can_be_done):
            return
    line: int | None = 0
    while line is not None:
        line = actions.tell_some(batch_id=batch.pk, after=line, now=work.now)
        failpoints.hit("assignment.some_told")
        if not work.heartbeat(None, None):
            return


def forget(work: Work) -> None:
    """Kind "enrolments.forget_assignments"."""
    actions.forget_assignments(now=work.now)


def register() -> None:
    registry.register(
        JobKind(JOB, assign, description="Put the people of an assignment on their course.")
    )
    registry.register(
        JobKind(TIDY, forget, max_attempts=3, description="Delete old assignments."),
        every=timedelta(hours=6),
    )
