"""Statistics are asked for, computed by a job and kept until they are computed again.

Owns: the states of a run. Must not: know a formula (engine.statistics) or how answers are read.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.courses.models import Course
from courseware.jobs.actions import ask
from quizzes.actions.runs import run_under_way
from quizzes.engine.statistics.stored import kept
from quizzes.models import ItemStatistics, StatisticsRun
from quizzes.queries.counting import ALL, FIRST, Stopped, count
from quizzes.queries.statistics import JOB, has_stopped

_BATCH = 200


def ask_statistics(
    *, course: Course, activity_key: str, which: str, by: User, now: datetime
) -> StatisticsRun:
    """The run that waits or works on this test, asked for now if there is none. Its basis may be
    the other one, which must then be said: one run of a test waits at a time.
    """
    if which not in {FIRST, ALL}:
        raise ValueError(which)
    state = StatisticsRun.State

    def begin() -> StatisticsRun:
        run = StatisticsRun.objects.create(
            course=course,
            activity_key=activity_key,
            asked_by=by,
            asked_at=now,
            basis={"which": which},
        )
        ask(kind=JOB, key=str(run.pk), args={"run": str(run.pk)}, now=now)
        record(
            verb="statistics.asked",
            subject=("course", course.pk),
            by=by.pk,
            now=now,
            details={"test": activity_key, "which": which},
        )
        return run

    return run_under_way(
        StatisticsRun.objects.filter(course=course, activity_key=activity_key, state=state.WAITING),
        has_stopped=has_stopped,
        give_way=lambda stopped: stopped.update(state=state.FAILED, finished_at=now),
        begin=begin,
    )


def compute_statistics(
    *, run: StatisticsRun, now: Callable[[], datetime], heartbeat: Callable[[int, int], bool]
) -> bool:
    """Count, and put the numbers in the place of the older ones with the same basis in one
    transaction: who asks for all attempts takes nobody's numbers of first ones away.

    False if there was nothing to do or somebody else has taken over. Running twice changes nothing.
    """
    if run.state != StatisticsRun.State.WAITING:
        return False
    runs = StatisticsRun.objects.filter(pk=run.pk, state=StatisticsRun.State.WAITING)

    def progress(done: int, total: int) -> bool:
        return bool(runs.update(done=done, total=total)) and heartbeat(done, total)

    try:
        counted = count(run.course, run.activity_key, run.basis["which"], progress)
    except Stopped:
        return False
    with transaction.atomic():
        finished = runs.update(
            state=StatisticsRun.State.DONE,
            finished_at=now(),
            basis=counted.basis,
            numbers=kept(counted.test),
        )
        if not finished:
            return False
        ItemStatistics.objects.bulk_create(
            (
                ItemStatistics(
                    run=run,
                    question_key=wording.question,
                    content_hash=wording.content_hash,
                    language=wording.language,
                    numbers=kept(numbers),
                )
                for wording, numbers in counted.questions.items()
            ),
            batch_size=_BATCH,
        )
        StatisticsRun.objects.filter(
            course=run.course_id,
            activity_key=run.activity_key,
            basis__which=counted.basis["which"],
        ).exclude(pk=run.pk).exclude(state=StatisticsRun.State.WAITING).delete()
    return True
