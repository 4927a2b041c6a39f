"""The answers to a test as a file.

Recorded before the first byte leaves. The permission is read again every thousand rows; when it is
gone, the file ends with a line that says so. Must not: choose rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.core.spreadsheet import csv_lines
from courseware.courses.models import Course
from quizzes.access import may_still_export_answers
from quizzes.queries import raw


def export_answers(
    *, course: Course, activity_key: str, by: User, now: datetime
) -> Iterator[bytes]:
    """CSV of every answer of a marked attempt, in any edition. Recorded when this returns."""
    with transaction.atomic():
        record(
            verb="answers.exported",
            subject=("course", course.pk),
            by=by.pk,
            now=now,
            details={"activity": activity_key},
        )
    header = (
        _("Attempt (no name)"),
        _("Attempt number"),
        _("Edition"),
        _("Language"),
        _("Position"),
        _("Question"),
        _("Type"),
        _("Fingerprint of its content (SHA-256)"),
        _("Answer (JSON)"),
        _("Mark"),
        _("Seconds"),
        _("How sure (1 to 3)"),
    )
    # Looked up while the reader's language is active: rows leave after the view's end.
    stopped = _(
        "This export ended early: you may no longer export these answers. "
        "The rows above are right; the rest is missing."
    )
    return csv_lines(header, _lines(course, activity_key, by, stopped))


def _lines(course: Course, key: str, by: User, stopped: str) -> Iterator[Sequence[object]]:
    for rows in raw.raw_answers(course.pk, key):
        if not may_still_export_answers(by.pk, course.slug):
            yield (stopped,)
            return
        yield from map(astuple, rows)
