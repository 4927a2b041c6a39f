"""Pictures of a draft: brought, written anew by the worker, taken out again.

A picture goes waiting → ready, or is refused with a reason. The file as it came lies under a
private name until then and is never served.

Owns: these steps. Must not: ask who may; authoring does, and locks the draft.
"""

from datetime import datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.core import failpoints
from courseware.core.ids import new_id
from courseware.courses import pictures as elsewhere
from courseware.courses.models import Edition
from courseware.jobs.actions import enqueue
from courseware.jobs.models import Job
from lessons import queries
from lessons.actions.media import store_media
from lessons.encoding import CONTENT_TYPE, Encoded, Refused, encode
from lessons.models import LessonText, Picture, Upload

PREPARE = "lessons.picture"
UPLOADS = "lessons/uploads"
_KEEP_UPLOADS = timedelta(days=28)
_KEEP_STRAYS = timedelta(hours=1)


class PictureInUse(Exception):
    """Texts of the draft show the picture. `users` are the keys of lessons and questions."""

    def __init__(self, users: list[str]) -> None:
        super().__init__(", ".join(users))
        self.users = users


@transaction.atomic
def add_picture(
    *,
    edition: Edition,
    name: str,
    sha256: str,
    language: str = "",
    alt: str = "",
    caption: str = "",
    description: str = "",
) -> Picture:
    """A stored file becomes a picture of the draft."""
    return Picture.objects.create(
        edition=edition,
        language=language,
        name=name,
        media_id=sha256,
        alt=alt,
        caption=caption,
        description=description,
    )


def bring_picture(
    *,
    edition: Edition,
    content: bytes,
    original_name: str,
    alt: str,
    caption: str,
    description: str,
    by: User,
    now: datetime,
    name: str = "",
) -> Upload:
    """Keep what somebody sent and ask the worker for the picture in it.

    `name`: a free one that texts already call it by. The caller holds the draft.
    """
    identity = new_id()
    file = str(PurePosixPath(UPLOADS) / identity.hex)
    default_storage.save(file, ContentFile(content))
    try:
        with transaction.atomic():
            upload = Upload.objects.create(
                id=identity,
                edition=edition,
                by=by,
                at=now,
                original_name=original_name[: Upload._meta.get_field("original_name").max_length],
                name=name,
                alt=alt,
                caption=caption,
                description=description,
                file=file,
            )
            enqueue(kind=PREPARE, key=str(identity), args={"upload": str(identity)}, now=now)
    except Exception:
        default_storage.delete(file)
        raise
    return upload


def prepare_picture(*, upload_id: UUID, now: datetime) -> None:
    """Write the picture anew and put it into the draft, or say why not. Twice does no harm."""
    upload = Upload.objects.filter(pk=upload_id, state=Upload.State.WAITING).first()
    if upload is None:
        _drop_file(upload_id)  # a worker may have been killed before it could
        return
    try:
        encoded = encode(_read(upload.file))
    except Refused as refusal:
        _refuse(upload, refusal.reason, now=now)
    else:
        failpoints.hit("picture.before_rows")
        _finish(upload, encoded, now=now)
    failpoints.hit("picture.after_rows")
    _drop_file(upload.pk)


def _read(name: str) -> bytes:
    try:
        with default_storage.open(name) as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise Refused(Upload.Reason.LOST) from error


@transaction.atomic
def _finish(upload: Upload, encoded: Encoded, *, now: datetime) -> None:
    edition = Edition.objects.select_for_update(no_key=True).filter(pk=upload.edition_id).first()
    if edition is None:
        return  # discarded with all that belonged to it
    if edition.published_at is not None:
        _refuse(upload, Upload.Reason.CLOSED, now=now)
        return
    mine = Upload.objects.filter(pk=upload.pk, state=Upload.State.WAITING)
    if not mine.update(state=Upload.State.READY, finished_at=now):
        return
    media = store_media(
        content=encoded.content,
        content_type=CONTENT_TYPE,
        width=encoded.width,
        height=encoded.height,
        now=now,
    )
    picture = add_picture(
        edition=edition,
        name=upload.name
        or queries.free_name(upload.original_name, queries.taken_names(edition.pk)),
        sha256=media.pk,
        alt=upload.alt,
        caption=upload.caption,
        description=upload.description,
    )
    Upload.objects.filter(pk=upload.pk).update(picture=picture)
    elsewhere.arrived(edition.pk)
    record(
        verb="picture.added",
        subject=("edition", edition.pk),
        by=upload.by_id,
        now=now,
        details={"picture": picture.pk, "sha256": media.pk},
    )


def _refuse(upload: Upload, reason: str, *, now: datetime) -> None:
    Upload.objects.filter(pk=upload.pk, state=Upload.State.WAITING).update(
        state=Upload.State.REFUSED, reason=reason, finished_at=now
    )


def _drop_file(upload_id: UUID) -> None:
    """The file first: killed in between, the row still leads to it."""
    for upload in Upload.objects.filter(pk=upload_id).exclude(file=""):
        default_storage.delete(upload.file)
        failpoints.hit("picture.after_drop")
        Upload.objects.filter(pk=upload.pk).update(file="")


@transaction.atomic
def remove_picture(*, picture: Picture) -> None:
    """Take a picture out of its draft. Raises PictureInUse where a text shows it.

    Its file goes within the hour, unless another edition has it too.
    """
    Edition.objects.select_for_update(no_key=True).get(pk=picture.edition_id)
    texts = LessonText.objects.filter(lesson__activity__edition=picture.edition_id)
    if picture.language:
        texts = texts.filter(language=picture.language)
    users = {
        key
        for key, figures in texts.values_list("lesson__activity__key", "figures")
        if figures.get(picture.name) == picture.media_id
    }
    users.update(elsewhere.users(picture.edition_id).get((picture.name, picture.media_id), ()))
    if users:
        raise PictureInUse(sorted(users))
    Picture.objects.filter(pk=picture.pk).delete()


def tidy_uploads(*, now: datetime) -> None:
    """Finish what was broken off: files that nobody needs, uploads that no worker survives."""
    parked = Job.objects.filter(kind=PREPARE, state=Job.State.PARKED).values_list("key", flat=True)
    for upload in Upload.objects.filter(state=Upload.State.WAITING, pk__in=list(parked)):
        _refuse(upload, Upload.Reason.DAMAGED, now=now)
    done = Upload.objects.exclude(state=Upload.State.WAITING)
    for pk in done.exclude(file="").values_list("pk", flat=True):
        _drop_file(pk)
    done.filter(finished_at__lt=now - _KEEP_UPLOADS, file="").delete()
    if not default_storage.exists(UPLOADS):
        return
    known = set(Upload.objects.exclude(file="").values_list("file", flat=True))
    for name in (f"{UPLOADS}/{file}" for file in default_storage.listdir(UPLOADS)[1]):
        if name not in known and now - default_storage.get_modified_time(name) > _KEEP_STRAYS:
            default_storage.delete(name)
