"""From a file that somebody brings to a picture of the draft, and what may go wrong between."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.audit.models import AuditEvent
from courseware.courses.actions import discard_draft, publish_edition
from courseware.courses.models import Edition
from courseware.health.invariants import files as files_out_of_place
from courseware.jobs.models import Job
from lessons import encoding, handlers, queries
from lessons.actions import (
    PictureInUse,
    add_picture,
    bring_picture,
    forget_unused_media,
    pictures,
    prepare_picture,
    remove_picture,
    store_media,
    tidy_uploads,
)
from lessons.models import Media, Picture, Upload
from tests.authoring.drafts_made import small_draft
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.jobs_made import work_of
from tests.lessons.pictures_made import file_of, moving, with_places

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return small_draft(cast.ingrid)


def bring(draft: Edition, cast: Cast, content: bytes | None = None, **changes: Any) -> Upload:
    given: dict[str, Any] = {
        "content": file_of() if content is None else content,
        "original_name": "A Plan.PNG",
        "alt": "A red square",
        "caption": "The square",
        "description": "A square, all of it red.",
        "by": cast.ingrid,
        "now": NOW,
    }
    return bring_picture(edition=draft, **{**given, **changes})


def ready(draft: Edition, cast: Cast, content: bytes | None = None, **changes: Any) -> Picture:
    upload = bring(draft, cast, content, **changes)
    prepare_picture(upload_id=upload.pk, now=NOW)
    upload.refresh_from_db()
    assert upload.picture is not None
    return upload.picture


def raw_files() -> list[str]:
    folder = pictures.UPLOADS
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


# ------------------------------------------------------------------ the way of a picture
def test_what_was_brought_waits_under_a_private_name(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast, original_name="../../etc/passwd<script>.png")
    assert upload.state == Upload.State.WAITING
    assert raw_files() == [upload.pk.hex]
    assert Job.objects.get(kind=pictures.PREPARE).args == {"upload": str(upload.pk)}
    assert not Picture.objects.filter(edition=draft, name__contains="passwd").exists()


def test_the_worker_makes_the_picture(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast, with_places())
    work_off()
    upload.refresh_from_db()
    assert (upload.state, upload.reason, upload.file) == ("ready", "", "")
    assert raw_files() == []
    picture = upload.picture
    assert picture is not None
    assert (picture.name, picture.alt) == ("a-plan.webp", "A red square")
    assert (picture.media.content_type, picture.media.width) == ("image/webp", 40)
    event = AuditEvent.objects.get(verb="picture.added")
    assert (event.subject_id, event.actor_id) == (str(draft.pk), cast.ingrid.pk)
    assert Job.objects.get(kind=pictures.PREPARE).state == Job.State.DONE


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("Plan of the house.JPEG", "plan-of-the-house.webp"),
        ("C:\\Users\\somebody\\scan.png", "scan.webp"),
        ("../../etc/cron.d/x", "x.webp"),
        ("<img src=x onerror=alert(1)>.png", "img-srcx-onerroralert1.webp"),
        ("\u202egnp.exe", "gnp.webp"),
        ("…", "picture.webp"),
        ("", "picture.webp"),
        ("a" * 300 + ".png", "a" * 60 + ".webp"),
    ],
)
def test_names(draft: Edition, cast: Cast, original: str, name: str) -> None:
    picture = ready(draft, cast, original_name=original)
    assert picture.name == name
    assert picture.media.file == f"lessons/{picture.media_id[:2]}/{picture.media_id}.webp"


def test_a_name_that_is_taken_gets_a_number(draft: Edition, cast: Cast) -> None:
    names = [ready(draft, cast, file_of(size=(40, n))).name for n in (10, 11, 12)]
    assert names == ["a-plan.webp", "a-plan-2.webp", "a-plan-3.webp"]


def test_preparing_twice_makes_one_picture(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast)
    for _ in range(2):
        handlers.prepare(work_of(pictures.PREPARE, upload=str(upload.pk)))
    assert Picture.objects.filter(edition=draft, name__startswith="a-plan").count() == 1
    prepare_picture(upload_id=uuid4(), now=NOW)  # and one that is gone is nobody's trouble


def test_repeated_after_a_kill_the_file_as_it_came_is_dropped(draft: Edition, cast: Cast) -> None:
    """It may say where it was taken; it does not wait for somebody to tidy."""
    upload = bring(draft, cast)
    Upload.objects.filter(pk=upload.pk).update(state="refused", reason="damaged", finished_at=NOW)
    prepare_picture(upload_id=upload.pk, now=LATER)
    assert raw_files() == []
    upload.refresh_from_db()
    assert (upload.file, upload.finished_at) == ("", NOW)


def test_a_worker_that_was_overtaken_changes_nothing(
    draft: Edition, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the file as waiting; the slower one ends up with nothing to do."""
    upload = bring(draft, cast)

    def slow(content: bytes) -> Any:
        monkeypatch.setattr(pictures, "encode", encoding.encode)
        prepare_picture(upload_id=upload.pk, now=NOW)
        return encoding.encode(content)

    monkeypatch.setattr(pictures, "encode", slow)
    prepare_picture(upload_id=upload.pk, now=LATER)
    assert Picture.objects.filter(edition=draft, name__startswith="a-plan").count() == 1
    upload.refresh_from_db()
    assert upload.finished_at == NOW


# ------------------------------------------------------------------ refused
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture"),
        (moving("PNG"), "animated"),
        (file_of(size=(300, 300))[:150], "damaged"),
    ],
)
def test_a_refused_file_leaves_a_reason_and_nothing_else(
    draft: Edition, cast: Cast, content: bytes, reason: str
) -> None:
    before = Media.objects.count()
    upload = bring(draft, cast, content)
    prepare_picture(upload_id=upload.pk, now=NOW)
    upload.refresh_from_db()
    assert (upload.state, upload.reason, upload.file) == ("refused", reason, "")
    assert upload.picture is None
    assert raw_files() == []
    assert Media.objects.count() == before


def test_a_file_that_vanished_is_said_to_be_lost(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast)
    default_storage.delete(upload.file)
    prepare_picture(upload_id=upload.pk, now=NOW)
    upload.refresh_from_db()
    assert upload.reason == "lost"


def test_a_picture_that_comes_too_late_is_refused(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast)
    draft.languages.update(author=cast.ingrid, approver=cast.rafael)
    publish_edition(edition=draft, by=cast.rafael, now=NOW)
    prepare_picture(upload_id=upload.pk, now=NOW)
    upload.refresh_from_db()
    assert upload.reason == "closed"
    assert not Picture.objects.filter(edition=draft, name__startswith="a-plan").exists()


def test_a_discarded_draft_takes_its_uploads_along(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast)
    discard_draft(edition=draft, by=cast.ingrid, now=NOW)
    prepare_picture(upload_id=upload.pk, now=NOW)
    assert not Upload.objects.exists()


def test_no_upload_without_saying_what_it_shows(draft: Edition, cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bring(draft, cast, alt="")
    assert raw_files() == []  # the row was refused, and the file went with it


def test_the_database_holds_how_an_upload_ends(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast)
    for changes in (
        {"state": "ready"},
        {"state": "refused", "finished_at": NOW},
        {"reason": "damaged"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Upload.objects.filter(pk=upload.pk).update(**changes)


# ------------------------------------------------------------------ taken out
def test_a_picture_that_no_text_shows_can_go(draft: Edition, cast: Cast) -> None:
    picture = ready(draft, cast)
    remove_picture(picture=picture)
    assert not Picture.objects.filter(pk=picture.pk).exists()
    assert queries.unfinished_uploads(draft.pk) == []


def test_a_picture_that_a_text_shows_stays(draft: Edition) -> None:
    picture = Picture.objects.get(edition=draft, name="teapot.svg")
    with pytest.raises(PictureInUse) as refused:
        remove_picture(picture=picture)
    assert refused.value.users == ["making-tea"]
    assert Picture.objects.filter(pk=picture.pk).exists()


def test_files_go_when_the_last_edition_lets_go(draft: Edition, cast: Cast) -> None:
    picture, sha = ready(draft, cast), ""
    sha, file = picture.media_id, picture.media.file
    kept = set(Media.objects.exclude(pk=sha).values_list("pk", flat=True))
    assert forget_unused_media(now=LATER) == 0
    remove_picture(picture=picture)
    assert forget_unused_media(now=NOW) == 0  # young: somebody may be about to name it
    assert forget_unused_media(now=LATER + timedelta(days=999)) == 1
    assert not default_storage.exists(file)
    assert set(Media.objects.values_list("pk", flat=True)) == kept
    for media in Media.objects.all():
        assert default_storage.exists(media.file)


def test_a_file_named_at_the_last_moment_stays(
    draft: Edition, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of what is in use is old by the time a row is deleted: the row is asked again."""
    picture = ready(draft, cast)
    monkeypatch.setattr(queries, "media_in_use", set)
    forget_unused_media(now=LATER + timedelta(days=999))
    assert Media.objects.filter(pk=picture.media_id).exists()
    assert default_storage.exists(picture.media.file)


def test_half_a_file_of_a_killed_process_is_written_anew() -> None:
    content = file_of("WEBP")
    stored = store_media(content=content, content_type="image/webp", width=1, height=1, now=NOW)
    Media.objects.all().delete()
    default_storage.delete(stored.file)
    default_storage.save(stored.file, ContentFile(content[:9]))
    again = store_media(content=content, content_type="image/webp", width=1, height=1, now=NOW)
    with default_storage.open(again.file) as file:
        assert file.read() == content


def test_a_language_may_have_its_own(draft: Edition, cast: Cast) -> None:
    common = ready(draft, cast)
    own = add_picture(
        edition=draft, language="es", name=common.name, sha256=draft.cover, alt="Un plano"
    )
    english, spanish = (
        {p.name: p.pk for p in queries.spoken_pictures(queries.pictures(draft.pk), language)}
        for language in ("en", "es")
    )
    assert (english[common.name], spanish[common.name]) == (common.pk, own.pk)
    assert english["teapot.svg"] == spanish["teapot.svg"]
    remove_picture(picture=own)
    assert Picture.objects.filter(pk=common.pk).exists()


# ------------------------------------------------------------------ tidying
def test_uploads_that_ended_every_worker_are_refused(draft: Edition, cast: Cast) -> None:
    upload = bring(draft, cast)
    Job.objects.filter(key=str(upload.pk)).update(state=Job.State.PARKED, finished_at=NOW)
    tidy_uploads(now=NOW)
    upload.refresh_from_db()
    assert (upload.state, upload.reason, upload.file) == ("refused", "damaged", "")


def test_what_a_kill_left_is_swept(draft: Edition, cast: Cast) -> None:
    waiting, broken = bring(draft, cast), bring(draft, cast)
    stray = default_storage.save(f"{pictures.UPLOADS}/{uuid4().hex}", ContentFile(b"x"))
    for name in (waiting.file, broken.file, stray):
        os.utime(default_storage.path(name), (0, 0))
    Upload.objects.filter(pk=broken.pk).update(
        state="refused", reason="damaged", finished_at=NOW
    )  # killed between the row and its file
    assert len(list(files_out_of_place(timezone.now()))) == 1  # only the stray has no row
    handlers.tidy(work_of(handlers.TIDY))
    assert raw_files() == [waiting.pk.hex]
    assert list(files_out_of_place(timezone.now())) == []


def test_uploads_are_forgotten_after_four_weeks(draft: Edition, cast: Cast) -> None:
    picture = ready(draft, cast)
    tidy_uploads(now=NOW + timedelta(days=27))
    assert Upload.objects.count() == 1
    tidy_uploads(now=NOW + timedelta(days=29))
    assert Upload.objects.count() == 0
    assert Picture.objects.filter(pk=picture.pk).exists()


# ------------------------------------------------------------------ editions and readers
def test_pictures_are_named_in_the_draft_as_in_its_base(draft: Edition) -> None:
    base = draft.course.editions.exclude(pk=draft.pk).get()
    ours, theirs = queries.pictures(draft.pk), queries.pictures(base.pk)
    assert [(p.name, p.media_id, p.alt) for p in ours] == [
        (p.name, p.media_id, p.alt) for p in theirs
    ]
    assert [(p.name, bool(p.alt)) for p in ours] == [("teapot.svg", True)]
    assert {p.pk for p in ours}.isdisjoint({p.pk for p in theirs})


def test_the_picture_is_served_as_what_it_is(draft: Edition, cast: Cast) -> None:
    picture = ready(draft, cast)
    address = queries.figure_file(picture.media).url
    assert address == reverse("media", args=[picture.media_id, "webp"])
    client = Client()
    assert client.get(address).status_code == 404  # nobody's who is not signed in
    client.force_login(cast.alice)
    response = client.get(address)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"".join(response.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]  # a file
    for suffix in ("svg", "png", "html"):
        assert client.get(address.replace(".webp", f".{suffix}")).status_code == 404


def test_the_draft_knows_its_pictures_sources_and_terms(draft: Edition, cast: Cast) -> None:
    ready(draft, cast)
    known = queries.draft_resolver(draft.pk, "en", "full")
    assert set(known.figures) == {"teapot.svg", "a-plan.webp"}
    assert known.figures["a-plan.webp"].width == 40
    assert set(known.sources) == set(draft.sources.values_list("key", flat=True))
    assert set(known.terms) == set(draft.terms.values_list("key", flat=True))
