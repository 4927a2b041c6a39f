"""Lessons and pictures of a draft are changed by an instructor.

Each act makes its actor an author of the edition (`contribute`, with the audit event) and then lets
lessons write. An act that changes nothing leaves no trace.

Must not: know what a lesson is made of, or render one; the form has done so.
"""

from datetime import datetime

from django.db import transaction

from courseware.accounts.models import User
from courseware.authoring.actions.drafts import contribute
from courseware.courses.models import Edition
from lessons import actions as lessons
from lessons.models import LessonText, Picture, Upload
from lessons.queries import LessonWords


@transaction.atomic
def save_lesson(
    *,
    edition: Edition,
    text: LessonText,
    words: LessonWords,
    seen: str,
    fits: str,
    by: User,
    now: datetime,
) -> bool:
    """False when nothing differs. Raises DraftClosed and lessons.Stale.

    `fits`: the mark of the original that the author has compared this translation with, or "".
    """
    key = text.lesson.activity.key
    contribute(
        edition=edition,
        by=by,
        now=now,
        what="lesson",
        details={"activity": key, "language": text.language},
    )
    if text.pk is None:
        text = lessons.add_lesson_text(
            lesson=text.lesson,
            language=text.language,
            markdown="",
            light_markdown="",
            figures={},
        )
    changed = lessons.change_lesson(text=text, words=words, seen=seen)
    if fits:
        changed |= lessons.mark_lesson_text(
            edition=edition, language=text.language, key=key, mark=fits
        )
    if not changed:
        transaction.set_rollback(True)
    return changed


def upload_picture(
    *,
    edition: Edition,
    content: bytes,
    original_name: str,
    alt: str,
    caption: str,
    description: str,
    by: User,
    now: datetime,
) -> Upload:
    """The picture is in the draft when the worker has made it. Raises DraftClosed."""
    with transaction.atomic():
        contribute(edition=edition, by=by, now=now, what="picture", details={"act": "brought"})
        return lessons.bring_picture(
            edition=edition,
            content=content,
            original_name=original_name,
            alt=alt,
            caption=caption,
            description=description,
            by=by,
            now=now,
        )


@transaction.atomic
def remove_picture(*, edition: Edition, picture: Picture, by: User, now: datetime) -> None:
    """Raises DraftClosed, and lessons.PictureInUse where a lesson shows it."""
    details = {"act": "removed", "picture": picture.pk, "sha256": picture.media_id}
    contribute(edition=edition, by=by, now=now, what="picture", details=details)
    lessons.remove_picture(picture=picture)
