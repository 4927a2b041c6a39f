"""Completions as a file: the rows of the page, every one, while the permission holds.

An export is recorded twice: before its first row leaves (completions.export_started), because a
process may die in the middle, and when it is over (completions.exported), with the number of rows
that left and how it ended.

Owns: the file's columns, looking again at the permission, and the events. Must not: choose rows.
"""

import logging
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.core.ids import new_id
from courseware.core.spreadsheet import csv_lines
from courseware.core.ui import STATES
from courseware.reports.access import may_still_export
from courseware.reports.queries.completions import Filters, Row, every_row
from courseware.reports.queries.courses import TaughtCourse

log = logging.getLogger(__name__)
#: The permission is read again before each of so many rows.
ROWS_BETWEEN_LOOKS = 1000


class Ending(StrEnum):
    COMPLETE = "complete"
    NOT_ALLOWED = "permission ended"
    FAULT = "fault"
    CUT_OFF = "cut off"  # the reader went away


@dataclass(frozen=True)
class _Words:
    """In the reader's language, looked up while it is active: rows leave after the view's end."""

    header: tuple[str, ...]
    states: dict[str, str]
    courses: dict[UUID, TaughtCourse]
    endings: dict[Ending, str]


def export_completions(
    *, filters: Filters, courses: Sequence[TaughtCourse], by: User, now: datetime
) -> Generator[bytes]:
    """The file in pieces. Recorded as started when this returns."""
    export_id = new_id()
    with transaction.atomic():
        record(
            verb="completions.export_started",
            subject=("export", export_id),
            by=by.pk,
            now=now,
            details=_asked(filters),
        )
    return _pieces(export_id, filters, _words(courses), by.pk)


def _pieces(export_id: UUID, filters: Filters, words: _Words, by: UUID) -> Generator[bytes]:
    export = _Export(filters, words, by)
    try:
        with closing(export.lines()) as lines:
            yield from csv_lines(words.header, lines)
    finally:
        _finish(export_id, export, by)


@transaction.atomic
def _finish(export_id: UUID, export: "_Export", by: UUID) -> None:
    record(
        verb="completions.exported",
        subject=("export", export_id),
        by=by,
        now=timezone.now(),
        details=_asked(export.filters) | {"rows": export.rows, "ended": export.ending.value},
    )


def _asked(filters: Filters) -> dict[str, Any]:
    return {
        "as_of": filters.today.isoformat(),
        "units": list(filters.paths),
        "filters": filters.as_query(),
    }


class _Export:
    """One export on its way: how many rows have left, and how it ended."""

    def __init__(self, filters: Filters, words: _Words, by: UUID) -> None:
        self.filters, self.words, self.by = filters, words, by
        self.rows = 0
        self.ending = Ending.CUT_OFF

    def lines(self) -> Generator[Sequence[object]]:
        words, today = self.words, self.filters.today
        try:
            for row in every_row(self.filters, chunk_size=ROWS_BETWEEN_LOOKS):
                if self.rows % ROWS_BETWEEN_LOOKS == 0 and not self._goes_on():
                    self.ending = Ending.NOT_ALLOWED
                    break
                self.rows += 1
                yield _cells(row, words, today)
            else:
                self.ending = Ending.COMPLETE
        except DatabaseError:
            log.exception("An export of completions ended early.")
            self.ending = Ending.FAULT
        if self.ending is not Ending.COMPLETE:
            yield (self.words.endings[self.ending],)

    def _goes_on(self) -> bool:
        return may_still_export(self.by, self.filters.paths)


def _words(courses: Sequence[TaughtCourse]) -> _Words:
    return _Words(
        header=(
            _("As of"),
            _("Unit"),
            _("Rank"),
            _("Family name"),
            _("Given name"),
            _("Service number"),
            _("Course key"),
            _("Course"),
            _("Edition"),
            _("Period"),
            _("State"),
            _("Due"),
            _("Completed"),
            _("Valid until"),
            _("Certificate"),
        ),
        states={key: str(word) for key, (_icon, _colour, word) in STATES.items()},
        courses={course.id: course for course in courses},
        endings={
            Ending.NOT_ALLOWED: _(
                "This export ended early: you may no longer export these units. "
                "The rows above are right; the rest is missing."
            ),
            Ending.FAULT: _(
                "This export ended early: the database did not answer. "
                "The rows above are right; the rest is missing. Export again."
            ),
        },
    )


def _cells(row: Row, words: _Words, as_of: date) -> Sequence[object]:
    course = words.courses[row.course_id]
    return (
        as_of,
        row.unit,
        row.rank,
        row.family_name,
        row.given_name,
        row.service_number,
        course.key,
        course.title,
        row.edition,
        row.period,
        words.states[row.state],
        row.due_on,
        row.completed_on,
        row.expires_on,
        words.states.get(row.certificate, ""),
    )
