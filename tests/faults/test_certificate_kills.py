"""A real worker is killed at every named point on the way to a certificate; I1 to I3 hold.

    one point on the embedded broker       in every test run
    every point on the services            marked services (PostgreSQL, RabbitMQ)
    every point, twice, on both shapes     marked faults, then the power goes as well

Two people complete a course. Afterwards each has one certificate, one file that matches its hash
and one logical mail; a mail that went out twice did so under one Message-ID.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from courseware.jobs.schedule import FAILPOINTS
from tests.faults.harness import DONE_WITHIN, EMBEDDED, SERVICES, Shape, Site, open_site, wait_for

POINTS = (
    "certificate.before_row",
    "certificate.after_row",
    "certificate.after_pdf_file",
    "certificate.after_pdf_row",
    "certificate.after_message",
    *FAILPOINTS,
)
PREPARE = """
from tests.courses_made import make_course
make_course(lessons=1)
"""
COMPLETE = """
from django.utils import timezone
from courseware.courses.models import Edition
from tests.cast import person
from tests.certificates.completed import complete
edition = Edition.objects.get()
for name in ("First{run}", "Second{run}"):
    complete(person(name), edition, now=timezone.now())
"""
INVARIANTS = """
from datetime import timedelta
from django.utils import timezone
from courseware.certificates import queries
for problem in (
    *queries.completions_without_certificate_or_job(),
    *queries.certificates_without_completion(),
    *queries.certificates_without_document(),
    *queries.pdf_hash_mismatches(),
    *queries.certificates_without_one_message(),
    *queries.certificate_files_out_of_place(timezone.now() + timedelta(hours=2)),
):
    print(problem)
"""
# Between file and row there is a file that no row points to yet: within the hour it is no trouble.
LASTING_TROUBLE = INVARIANTS.replace(" + timedelta(hours=2)", "")
UNDONE = (
    "SELECT kind, state FROM jobs_job"
    " WHERE kind IN ('certificates.issue', 'mail.send') AND state <> 'done'"
)
FULL = "SELECT (SELECT count(*) FROM certificates_certificate), (SELECT count(*) FROM jobs_message)"


def message_ids(site: Site) -> list[str]:
    return [
        line
        for mail in site.sent_mail()
        for line in mail.splitlines()
        if line.lower().startswith("message-id:")
    ]


def survives(
    site: Site, point: str, *, shots: int = 1, cuts_power: bool = False, first: str = ""
) -> None:
    """Two completions and `shots` kills at `point`. The worker goes on with a new child; or the
    power goes as well, and another worker starts. `first` is done before, in the same process."""
    [(before, _)] = site.rows(FULL)
    site.start("worker", failpoint=point, shots=shots)
    site.python(first + COMPLETE.replace("{run}", str(before)))
    wait_for(lambda: site.shots_left() == 0, f"{shots} kills at {point}", seconds=60)
    if cuts_power:
        site.kill("worker")
        assert site.python(LASTING_TROUBLE) == ""  # what is unfinished has its job
        site.start("worker")
    wait_for(lambda: not site.rows(UNDONE), "all work is done", DONE_WITHIN, site.how_it_stands)
    site.kill("worker")
    assert site.rows(FULL) == [(before + 2, before + 2)]
    assert len(set(message_ids(site))) == before + 2
    assert site.python(INVARIANTS) == ""


@pytest.fixture(scope="module")
def site_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Shape], Site]]:
    """One installation a shape for all points: making one takes longer than a kill."""
    with ExitStack() as stack:

        @cache
        def opened(shape: Shape) -> Site:
            site = stack.enter_context(open_site(tmp_path_factory.mktemp("site"), shape))
            site.python(PREPARE)
            site.start("beat")
            return site

        yield opened


def test_a_kill_between_file_and_row_loses_no_certificate(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        site.start("beat")
        survives(site, "certificate.after_pdf_file", first=PREPARE)


@pytest.mark.services
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_on_services_loses_no_certificate(
    site_of: Callable[[Shape], Site], point: str
) -> None:
    survives(site_of(SERVICES), point)


@pytest.mark.faults
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("shape", [EMBEDDED, SERVICES], ids=["embedded", "services"])
def test_two_kills_and_a_power_cut_lose_no_certificate(
    site_of: Callable[[Shape], Site], shape: Shape, point: str
) -> None:
    survives(site_of(shape), point, shots=2, cuts_power=True)
