"""Four processes issue the same certificates at the same moment on PostgreSQL: each exists once.

The twin drops the constraints that hold this, and the race is then seen.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import ROOT, Shape, Site, open_site
from tests.faults.test_certificate_kills import INVARIANTS

pytestmark = pytest.mark.services
PEOPLE, ISSUERS = 12, 4
COMPLETE = f"""
from django.utils import timezone
from tests.cast import person
from tests.certificates.completed import complete
from tests.courses_made import make_course
edition = make_course(lessons=0)
for n in range({PEOPLE}):
    complete(person(f"P{{n}}"), edition, now=timezone.now())
"""
ISSUE = """
import sys, django
django.setup()
from django.utils import timezone
from courseware.certificates import actions, documents
from courseware.enrolments.models import Completion
ids = list(Completion.objects.order_by("pk").values_list("pk", flat=True))
documents.fonts()
print("ready", flush=True)
sys.stdin.readline()
for completion in ids:
    actions.issue(completion_id=completion, now=timezone.now())
"""
FINISH = """
from courseware.jobs.models import Job
Job.objects.filter(kind="certificates.issue").update(state="done")
"""
DROP = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE contype = 'u'"
        " AND conrelid = 'certificates_certificate'::regclass"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE certificates_certificate DROP CONSTRAINT "{name}"')
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with open_site(tmp_path, Shape(postgres=True)) as opened:
        opened.python(COMPLETE)
        yield opened


def issue_at_once(site: Site) -> list[str]:
    """Errors of the processes that all start at the same moment."""
    issuers = [
        subprocess.Popen(
            [sys.executable, "-c", ISSUE],
            cwd=ROOT,
            env=site.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(ISSUERS)
    ]
    for issuer in issuers:
        assert issuer.stdout is not None
        assert issuer.stdout.readline() == "ready\n"
    for issuer in issuers:
        assert issuer.stdin is not None
        issuer.stdin.write("go\n")
        issuer.stdin.flush()
    outcomes = [issuer.communicate(timeout=120) for issuer in issuers]
    return [
        error for issuer, (_, error) in zip(issuers, outcomes, strict=True) if issuer.returncode
    ]


def counts(site: Site) -> tuple[int, int, int]:
    [row] = site.rows(
        "SELECT count(*), count(DISTINCT serial), count(DISTINCT completion_id)"
        " FROM certificates_certificate"
    )
    return row[0], row[1], row[2]


def test_each_completion_has_one_certificate_with_its_own_number(site: Site) -> None:
    assert issue_at_once(site) == []
    assert counts(site) == (PEOPLE, PEOPLE, PEOPLE)
    assert site.rows("SELECT count(*) FROM jobs_message") == [(PEOPLE,)]
    site.python(FINISH)
    assert site.python(INVARIANTS) == ""


def test_without_the_constraints_the_race_is_seen(site: Site) -> None:
    site.python(DROP)
    issue_at_once(site)
    rows, serials, completions = counts(site)
    assert completions == PEOPLE
    assert rows > completions or serials < rows
