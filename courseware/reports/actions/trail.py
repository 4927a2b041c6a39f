"""The trail as a file: the rows that were found, or the whole chain with its seals.

Recorded before the first byte leaves. The permission is read again every thousand rows; when it is
gone, the file ends with a line that says so.

Owns: the columns, looking again, the event. Must not: choose rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from courseware.accounts.access import may
from courseware.accounts.models import User
from courseware.audit.actions import note_export
from courseware.audit.queries import trail_lines
from courseware.audit.schema import instant
from courseware.core.spreadsheet import csv_lines
from courseware.reports.queries.trail import Row, TrailFilters, every_row

EXPORT = "export audit trail"


def may_still_export(user_id: UUID) -> bool:
    """Asked in the middle of an export: everything is read again."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user is not None and may(user, EXPORT)


def export_chain(*, by: User, now: datetime) -> Iterator[bytes]:
    """JSON Lines for verify_trail.py. Recorded when this returns."""
    note_export(kind="chain", filters={}, by=by.pk, now=now)
    lines = trail_lines(now=now, stop=lambda: not may_still_export(by.pk))
    return (line.encode() for line in lines)


def export_rows(*, filters: TrailFilters, by: User, now: datetime) -> Iterator[bytes]:
    """CSV of every row the filters find. Recorded when this returns."""
    note_export(kind="rows", filters=filters.as_query(), by=by.pk, now=now)
    words = _Words(
        (
            _("Time (UTC)"),
            _("Verb"),
            _("What happened"),
            _("Actor"),
            _("Actor's id"),
            _("About"),
            _("Type"),
            _("Id"),
            _("Details"),
            _("Seal"),
            _("Event"),
        ),
        system=_("Courseware itself"),
        erased=_("erased"),
        stopped=_(
            "This export ended early: you may no longer export the audit trail. "
            "The rows above are right; the rest is missing."
        ),
    )
    return csv_lines(words.header, _lines(filters, by, words, translation.get_language()))


@dataclass(frozen=True)
class _Words:
    """In the reader's language, looked up while it is active: rows leave after the view's end."""

    header: tuple[str, ...]
    system: str
    erased: str
    stopped: str


def _lines(
    filters: TrailFilters, by: User, words: _Words, language: str
) -> Iterator[Sequence[object]]:
    found = every_row(filters, reader=by)
    while True:
        with translation.override(language):  # verbs are worded when their rows are read
            rows = next(found, None)
        if rows is None:
            return
        if not may_still_export(by.pk):
            yield (words.stopped,)
            return
        for row in rows:
            yield _cells(row, words)


def _cells(row: Row, words: _Words) -> Sequence[object]:
    details = "; ".join(f"{name}: {value}" for name, value in row.details)
    return (
        instant(row.at),
        row.verb,
        row.what,
        row.actor.words if row.actor else words.system,
        row.actor_id,
        row.subject.words,
        row.subject_type,
        row.subject_id,
        words.erased if row.are_details_gone else details,
        row.seal,
        row.id,
    )
