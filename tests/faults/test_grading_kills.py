"""Whoever marks is killed at every point between handing in and the completion: each attempt is
marked once, and I5, I6 and I8 hold.

    one kill in the middle of the marking, embedded broker      in every test run
    every point on the services                                 marked services
    every point, twice, then the power goes as well             marked faults
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.faults.harness import (
    DONE_WITHIN,
    EMBEDDED,
    ROOT,
    SERVICES,
    Shape,
    Site,
    open_site,
    wait_for,
)

POINTS = (
    "job.published",
    "job.before_handler",
    "quizzes.marks_stored",
    "job.after_handler",
    "job.finished",
)
#: One person hands in on time, one is closed by the sweep; nobody stays to mark.
HAND_IN = """
from datetime import timedelta
from django.utils import timezone
from quizzes import actions
from tests.quizzes.sitting import answer_all, begin, sit
now = timezone.now()
for name in ("{run}-person", "{run}-late"):
    attempt = begin(sit(name, slug=f"c-{name}", time_limit_minutes=30), now=now)
    answer_all(attempt, now=now)
    if name.endswith("person"):
        actions.submit(attempt=attempt, now=now - timedelta(minutes=1))
    else:
        actions.submit(attempt=attempt, now=now, finish="deadline")
"""
KILLED_IN_THE_REQUEST = """
import django
django.setup()
from django.utils import timezone
from quizzes import actions
from tests.quizzes.sitting import answer_all, begin, sit
now = timezone.now()
attempt = begin(sit("Request", slug="c-request"), now=now)
answer_all(attempt, now=now)
actions.finish_attempt(attempt=attempt, now=now)
"""
# The job waits out the head start of the request that marks at once; here the request is dead.
OVERDUE = """
from django.utils import timezone
from courseware.jobs.models import Job
Job.objects.filter(kind="quizzes.grade", state="waiting").update(
    next_try_at=timezone.now()
)
"""
FINDINGS = """
from django.utils import timezone
from quizzes import queries
for finding in queries.findings(timezone.now()):
    print(finding)
"""
UNMARKED = "SELECT count(*) FROM quizzes_attempt WHERE state <> 'graded'"
ONCE = """
SELECT verb, count(*), count(DISTINCT subject_id) FROM audit_auditevent
WHERE verb IN ('attempt.submitted', 'attempt.graded', 'completion.recorded')
GROUP BY verb ORDER BY verb
"""
TOTAL = "SELECT count(*) FROM quizzes_attempt"


def marked_once(site: Site) -> None:
    [(total,)] = site.rows(TOTAL)
    assert site.rows(ONCE) == [
        ("attempt.graded", total, total),
        ("attempt.submitted", total, total),
        ("completion.recorded", total, total),
    ]
    assert site.rows("SELECT count(*) FROM enrolments_completion") == [(total,)]
    kinds = "SELECT count(*) FROM jobs_job WHERE kind = 'certificates.issue'"
    assert site.rows(kinds) == [(total,)]
    assert site.python(FINDINGS) == ""


def all_marked(site: Site) -> None:
    wait_for(
        lambda: site.rows(UNMARKED) == [(0,)],
        "everything is marked",
        DONE_WITHIN,
        site.how_it_stands,
    )


def survives(site: Site, point: str, *, shots: int = 1, cuts_power: bool = False) -> None:
    [(before,)] = site.rows(TOTAL)
    site.python(HAND_IN.replace("{run}", f"R{before}"))
    site.python(OVERDUE)
    site.start("worker", failpoint=point, shots=shots)
    wait_for(lambda: site.shots_left() == 0, f"{shots} kills at {point}", seconds=90)
    if cuts_power:
        site.kill("worker")
        site.start("worker")
    all_marked(site)
    site.kill("worker")
    marked_once(site)


@pytest.fixture(scope="module")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Shape], Site]]:
    """One installation a shape for all points."""
    with ExitStack() as stack:

        @cache
        def opened(shape: Shape) -> Site:
            site = stack.enter_context(open_site(tmp_path_factory.mktemp("site"), shape))
            site.start("beat")
            return site

        yield opened


def test_a_kill_in_the_middle_of_the_marking_marks_once(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        site.start("beat")
        survives(site, "quizzes.marks_stored")


@pytest.mark.services
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_on_services_marks_once(site_of: Callable[[Shape], Site], point: str) -> None:
    survives(site_of(SERVICES), point)


@pytest.mark.services
@pytest.mark.parametrize("point", ["quizzes.submitted", "quizzes.marks_stored"])
def test_a_request_killed_after_handing_in_is_marked_by_the_job(tmp_path: Path, point: str) -> None:
    """The web process dies between its two transactions, or in the middle of the second."""
    with open_site(tmp_path, SERVICES) as site:
        armed = site._armed(point, 1)
        killed = subprocess.run(
            [sys.executable, "-c", KILLED_IN_THE_REQUEST],
            cwd=ROOT,
            env={**site.environment, **armed},
            check=False,
        )
        assert killed.returncode < 0
        assert site.rows(UNMARKED) == [(1,)]
        assert site.rows("SELECT count(*) FROM quizzes_answer WHERE mark_numerator > 0") == [(0,)]
        site.python(OVERDUE)
        site.start("beat")
        site.start("worker")
        all_marked(site)
        site.kill("worker")
        marked_once(site)


@pytest.mark.faults
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("shape", [EMBEDDED, SERVICES], ids=["embedded", "services"])
def test_two_kills_and_a_power_cut_mark_once(
    site_of: Callable[[Shape], Site], shape: Shape, point: str
) -> None:
    survives(site_of(shape), point, shots=2, cuts_power=True)
