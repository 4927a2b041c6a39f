"""The same picture brought twice at the same moment, on PostgreSQL.

Twin: where the row does not come before the file, two workers write the file under two names.

    DATABASE_URL=postgres://… pytest tests/services -m services
"""

import contextlib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection

from courseware.courses.models import Edition
from lessons.actions import bring_picture, media, prepare_picture
from lessons.models import Media, Picture, Upload
from tests.authoring.drafts_made import NOW, drafted
from tests.cast import Cast, build_cast
from tests.courses_made import make_course
from tests.lessons.pictures_made import with_places
from tests.services.test_attempt_races import at_once, errors

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
_MEETING = 2


@pytest.fixture(autouse=True)
def _on_postgresql(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")


@pytest.fixture
def everybody(transactional_db: None) -> Cast:
    return build_cast()


def brought(draft: Edition, everybody: Cast) -> Upload:
    return bring_picture(
        edition=draft,
        content=with_places(),
        original_name="House.jpg",
        alt="A house",
        caption="",
        description="",
        by=everybody.ingrid,
        now=NOW,
    )


def prepared_at_once(*uploads: Upload) -> list[Any]:
    def prepare(index: int) -> None:
        prepare_picture(upload_id=uploads[index].pk, now=NOW)

    return at_once(prepare, times=len(uploads))


def files() -> list[str]:
    [folder] = [name for name in default_storage.listdir("lessons")[0] if name != "uploads"]
    return list(default_storage.listdir(f"lessons/{folder}")[1])


def meet_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is about to write the file waits for the other one."""
    meeting = threading.Barrier(2)
    look = FileSystemStorage.exists

    def look_together(self: FileSystemStorage, name: str) -> bool:
        is_there = look(self, name)
        # Broken: the row kept the other one away, which is what it is for.
        with contextlib.suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=_MEETING)
        return is_there

    monkeypatch.setattr(FileSystemStorage, "exists", look_together)


def test_one_draft_has_both_under_two_names(everybody: Cast) -> None:
    draft = drafted(make_course(), by=everybody.ingrid)
    uploads = [brought(draft, everybody) for _ in range(4)]
    assert errors(prepared_at_once(*uploads)) == []
    names = Picture.objects.filter(edition=draft).values_list("name", flat=True)
    assert sorted(names) == ["house-2.webp", "house-3.webp", "house-4.webp", "house.webp"]
    assert Media.objects.count() == len(files()) == 1


def test_one_upload_in_the_hands_of_many_workers_is_one_picture(everybody: Cast) -> None:
    upload = brought(drafted(make_course(), by=everybody.ingrid), everybody)
    assert errors(prepared_at_once(*[upload] * 4)) == []
    assert Picture.objects.count() == 1
    assert default_storage.listdir("lessons/uploads")[1] == []


def of_two_drafts(everybody: Cast) -> list[Upload]:
    """No lock on an edition keeps these apart."""
    return [
        brought(drafted(make_course(slug=slug), by=everybody.ingrid), everybody)
        for slug in ("alpha", "beta")
    ]


def test_two_drafts_share_one_file(everybody: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = of_two_drafts(everybody)
    meet_before_the_file(monkeypatch)
    assert errors(prepared_at_once(*uploads)) == []
    assert Picture.objects.count() == 2
    [only] = Media.objects.all()
    assert [only.file.rpartition("/")[2]] == files()


def test_twin_without_the_row_first_a_file_without_a_row_stays(
    everybody: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked_up(*, sha256: str, **facts: Any) -> tuple[Media, bool]:
        known = Media.objects.filter(pk=sha256).first()
        return (known, False) if known else (Media(sha256=sha256, **facts), True)

    uploads = of_two_drafts(everybody)
    meet_before_the_file(monkeypatch)
    monkeypatch.setattr(media, "_row", looked_up)
    prepared_at_once(*uploads)
    assert len(files()) == 2
