"""Four processes claim from one table: every job is claimed once, and not without the guard."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.harness import ROOT, Shape, Site, open_site

JOBS, CLAIMERS = 80, 4
MAKE = f"""
from django.utils import timezone
from courseware.jobs.models import Job
now = timezone.now()
Job.objects.all().delete()
Job.objects.bulk_create(
    Job(kind="mail.send", key=str(n), created_at=now, next_try_at=now) for n in range({JOBS})
)
"""
CLAIM = """
import sys, time, django
django.setup()
from django.utils import timezone
from courseware.jobs import actions
from courseware.jobs.models import Job
if "unguarded" in sys.argv:
    actions._as_seen = lambda seen: Job.objects.filter(id=seen["id"])
Job.objects.count()
print("ready", flush=True)
sys.stdin.readline()
empty = 0
while empty < 3:
    claims = actions.claim(limit=7, now=timezone.now())
    empty = 0 if claims else empty + 1
    for job, token in claims:
        print(job)
"""


def claimed_by_all(site: Site, *switches: str) -> Counter[str]:
    """How often each job was claimed when all start at the same moment."""
    site.python(MAKE)
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM, *switches],
            cwd=ROOT,
            env={**site.environment, "JOB_LEASE_SECONDS": "300"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(CLAIMERS)
    ]
    for claimer in claimers:
        assert claimer.stdout is not None
        assert claimer.stdout.readline() == "ready\n"
    for claimer in claimers:
        assert claimer.stdin is not None
        claimer.stdin.write("go\n")
        claimer.stdin.flush()
    said = [claimer.communicate(timeout=60)[0] for claimer in claimers]
    assert [claimer.returncode for claimer in claimers] == [0] * CLAIMERS
    return Counter(line for output in said for line in output.splitlines())


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(Shape(), id="sqlite", marks=pytest.mark.faults),
        pytest.param(Shape(postgres=True), id="postgres", marks=pytest.mark.services),
    ],
)
def test_every_job_is_claimed_once(tmp_path: Path, shape: Shape) -> None:
    with open_site(tmp_path, shape) as site:
        claimed = claimed_by_all(site)
        assert len(claimed) == JOBS
        assert set(claimed.values()) == {1}
        # The twin: without the guard the same race is lost, so the test can see one.
        assert max(claimed_by_all(site, "unguarded").values()) > 1
