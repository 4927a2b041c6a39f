"""Files by their content: pictures of lessons and covers."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from courseware.core import failpoints
from lessons import queries
from lessons.models import Media

_SUFFIXES = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
}
_KEPT_UNUSED = timedelta(hours=1)


@transaction.atomic
def store_media(
    *,
    content: bytes,
    content_type: str,
    width: int,
    height: int,
    now: datetime,
    is_public: bool = False,
) -> Media:
    """Keep a file by its content; the same bytes are kept once. The caller has checked them."""
    digest = hashlib.sha256(content).hexdigest()
    name = queries.stored_name(f"{digest}.{_SUFFIXES[content_type]}")
    # The row first: whoever brings the same bytes at this moment waits for it, so that one process
    # at a time writes the file. Killed in between, the row was never there.
    media, is_new = _row(
        sha256=digest,
        content_type=content_type,
        file=name,
        size=len(content),
        width=width,
        height=height,
        is_public=is_public,
        added_at=now,
    )
    if is_new:
        _keep(name, content)
        failpoints.hit("media.after_file")
    elif is_public and not media.is_public:
        Media.objects.filter(pk=digest).update(is_public=True)
    return media


def _row(*, sha256: str, **facts: Any) -> tuple[Media, bool]:
    return Media.objects.get_or_create(sha256=sha256, defaults=facts)


def _keep(name: str, content: bytes) -> None:
    if default_storage.exists(name):
        if default_storage.size(name) == len(content):
            return
        default_storage.delete(name)  # a process died while it wrote
    default_storage.save(name, ContentFile(content))


def forget_unused_media(*, now: datetime) -> int:
    """Delete files that no edition names any more; returns how many."""
    used = queries.media_in_use()
    old = Media.objects.filter(added_at__lt=now - _KEPT_UNUSED, is_public=False)
    unused = [sha for sha in old.values_list("pk", flat=True) if sha not in used]
    return sum(_forget(sha) for sha in unused)


@transaction.atomic
def _forget(sha: str) -> bool:
    # Locked before it is looked at again: whoever names it at this moment either comes first and
    # is seen, or comes later and finds no row.
    # In two steps: no row is locked through a join that may have none.
    media = Media.objects.select_for_update().filter(pk=sha).first()
    if media is None or media.pictures.exists():
        return False
    name = media.file
    media.delete()
    # Inside the transaction: nobody can store the same bytes anew until both are gone.
    default_storage.delete(name)
    return True
