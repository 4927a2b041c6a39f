"""A real worker is killed at every named point on the way from an upload to a picture.

Two people bring the same photograph at the same moment. Afterwards the draft has two pictures of
one file, nothing of what was sent lies about, and every invariant holds.
"""

from collections.abc import Iterator

import pytest

from tests.faults.harness import DONE_WITHIN, SERVICES, Site, open_site, wait_for

pytestmark = pytest.mark.services
POINTS = (
    "picture.before_rows",
    "media.after_file",
    "picture.after_rows",
    "picture.after_drop",
    "job.after_handler",
)
PREPARE = """
from tests.authoring.drafts_made import drafted, loaded
from tests.cast import build_cast
cast = build_cast()
drafted(loaded(), by=cast.ingrid)
"""
#: The same bytes twice, of another size each time.
BRING = """
from django.utils import timezone
from courseware.accounts.models import User
from courseware.courses.models import Edition
from lessons.actions import bring_picture
from tests.lessons.pictures_made import file_of
by = User.objects.get(email="ingrid@example.org")
for _ in range(2):
    bring_picture(
        edition=Edition.objects.get(published_at=None),
        content=file_of("JPEG", size=(60, {height}), comment=b"taken at the safe house"),
        original_name="plan.jpg",
        alt="A plan",
        caption="",
        description="",
        by=by,
        now=timezone.now(),
    )
"""
TROUBLE = """
from datetime import timedelta
from django.core.files.storage import default_storage
from django.utils import timezone
from courseware.health.invariants import files, findings
from lessons.actions.pictures import UPLOADS
for name in default_storage.listdir(UPLOADS)[1]:
    print("left lying:", name)
for finding in (*files(timezone.now() + timedelta(hours=2)), *findings(timezone.now())):
    print(finding)
"""
COUNTS = (
    "SELECT count(*), count(picture_id), count(DISTINCT p.name), count(DISTINCT p.media_id)"
    " FROM lessons_upload u LEFT JOIN lessons_picture p ON p.id = u.picture_id"
    " WHERE u.state = 'ready' AND u.file = ''"
)
UNDONE = "SELECT kind, state FROM jobs_job WHERE kind = 'lessons.picture' AND state <> 'done'"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site"), SERVICES) as opened:
        opened.python(PREPARE)
        opened.start("beat")
        yield opened


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_loses_no_picture_and_leaves_nothing(site: Site, point: str) -> None:
    [(before, _, _, files)] = site.rows(COUNTS)
    site.start("worker", failpoint=point)
    site.python(BRING.format(height=40 + before))
    wait_for(lambda: site.shots_left() == 0, f"a kill at {point}", seconds=60)
    wait_for(lambda: not site.rows(UNDONE), "all work is done", DONE_WITHIN, site.how_it_stands)
    site.kill("worker")
    assert site.rows(COUNTS) == [(before + 2, before + 2, before + 2, files + 1)]
    assert site.python(TROUBLE) == ""
