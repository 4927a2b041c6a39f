"""Completions: figures, matrix and people for whoever answers for units, and their export.

Must not: count. The page and the file ask the same rows.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from courseware.accounts.access import has_fresh_step, may, require_fresh_step, today
from courseware.accounts.models import User
from courseware.core.spreadsheet import csv_response
from courseware.core.ui import STATES
from courseware.enrolments.rules import State
from courseware.reports.access import EXPORT, SEE, Scope, report_scope
from courseware.reports.actions.exports import export_completions
from courseware.reports.forms import FilterForm
from courseware.reports.queries.completions import Filters, counts, page_of_rows
from courseware.reports.queries.courses import TaughtCourse, taught_courses
from courseware.reports.queries.matrix import Cell, Matrix, MatrixRow, looked_at, matrix

#: Filters that are folded away until they are used.
DAYS = ("completed_from", "completed_to", "due_from", "due_to")


class _Asked(NamedTuple):
    """What an address asks for, as far as its reader may."""

    reader: User
    scope: Scope
    courses: list[TaughtCourse]
    form: FilterForm
    filters: Filters


def _asked(request: HttpRequest, permission: str) -> _Asked:
    assert isinstance(request.user, User)
    scope = report_scope(request.user, permission)
    courses = taught_courses(translation.get_language())
    form = FilterForm(request.GET, scope=scope, courses=courses)
    return _Asked(request.user, scope, courses, form, form.filters(today()))


def _address(name: str, filters: Filters, **changes: object) -> str:
    query = urlencode(filters.as_query(**changes))
    return f"{reverse(name)}?{query}" if query else reverse(name)


# ------------------------------------------------------------------ the page
@require_safe
def completions(request: HttpRequest) -> HttpResponse:
    asked = _asked(request, SEE)
    filters = asked.filters
    found = counts(filters)
    everything = matrix(asked.scope, filters.unit, found)
    shown = everything
    if filters.state:
        only = [count for count in found if count.state is filters.state]
        shown = matrix(asked.scope, filters.unit, only)
    page = page_of_rows(filters, wanted=request.GET.get("page", "1"), total=shown.total.total)
    columns = [course for course in asked.courses if course.id in everything.courses]
    by_id = {course.id: course for course in asked.courses}
    context = {
        "form": asked.form,
        "filters": filters,
        "sentence": _sentence(asked, shown.total.total),
        "has_days": any(request.GET.get(name) for name in DAYS),
        "is_filtered": bool(filters.as_query()),
        "scope": asked.scope,
        "figures": _figures(filters, everything.total),
        "columns": columns,
        "matrix": _lines(shown, columns, filters),
        "total": shown.total.total,
        "page": page,
        "people": [(row, by_id[row.course_id]) for row in page.rows],
        "previous_url": _address("completions", filters, page=page.previous),
        "next_url": _address("completions", filters, page=page.next),
        "export_url": _export_url(asked),
    }
    return render(request, "reports/completions.html", context)


def _sentence(asked: _Asked, total: int) -> str:
    """The filters once more in words: for paper, and for whoever does not see the fields.

    Every day with its year: paper is read in another one.
    """
    filters = asked.filters
    place = looked_at(asked.scope, filters.unit)
    course = next((one.label for one in asked.courses if one.slug == filters.course), "")
    said = ngettext(
        "%(count)d entry: %(place)s, %(course)s, %(state)s, as of %(day)s.",
        "%(count)d entries: %(place)s, %(course)s, %(state)s, as of %(day)s.",
        total,
    ) % {
        "count": total,
        "place": place.name if place else _("all your units"),
        "course": course or _("all courses"),
        "state": STATES[filters.state][2] if filters.state else _("any state"),
        "day": date_format(filters.today, "DATE_FORMAT"),
    }
    spans = (
        _span(_("Completed"), filters.completed_from, filters.completed_to),
        _span(_("Due"), filters.due_from, filters.due_to),
    )
    return " ".join([said, *filter(None, spans)])


def _span(what: str, first: date | None, last: date | None) -> str:
    words = {
        "what": what,
        "first": date_format(first, "DATE_FORMAT") if first else "",
        "last": date_format(last, "DATE_FORMAT") if last else "",
    }
    if first and last:
        return _("%(what)s from %(first)s to %(last)s.") % words
    if first:
        return _("%(what)s from %(first)s on.") % words
    return _("%(what)s until %(last)s.") % words if last else ""


def _export_url(asked: _Asked) -> str:
    """Empty where the reader may look and not export: at all, or some of these units."""
    if not may(asked.reader, EXPORT):
        return ""
    is_theirs = report_scope(asked.reader, EXPORT).covers(asked.filters.paths)
    return _address("completions_export", asked.filters) if is_theirs else ""


class Figure(NamedTuple):
    """A number that leads to its people."""

    state: State | None  # None: all of them
    number: int
    url: str
    is_current: bool


def _figures(filters: Filters, total: Cell) -> list[Figure]:
    counted: list[tuple[State | None, int]] = [(None, total.total)]
    counted += [(state, total.states[state]) for state in State if total.states.get(state)]
    return [
        Figure(state, number, _address("completions", filters, state=state), filters.state is state)
        for state, number in counted
    ]


# ------------------------------------------------------------------ the matrix
class ShownCell(NamedTuple):
    """Built here in one pass: a template asks too slowly for hundreds of them."""

    column: str  # said again where a narrow screen has no columns
    words: str = ""  # empty: nobody
    url: str = ""
    state: State | None = None
    state_words: str = ""


class Line(NamedTuple):
    name: str
    url: str  # takes the unit apart
    cells: list[ShownCell]
    is_sum: bool = False


def _lines(found: Matrix, columns: Sequence[TaughtCourse], filters: Filters) -> list[Line]:
    lines = [_line(row, columns, filters) for row in found.rows]
    if len(lines) > 1:
        unit = filters.unit.id if filters.unit else None
        cells = _cells(found.courses, found.total, columns, filters, unit=unit)
        lines.append(Line(_("Together"), "", cells, is_sum=True))
    return lines


def _line(row: MatrixRow, columns: Sequence[TaughtCourse], filters: Filters) -> Line:
    unit = row.unit
    if row.is_itself:  # no address means the people of a unit without those below it
        name = _("%(unit)s itself") % {"unit": unit.name}
        return Line(name, "", _cells(row.cells, row.total, columns, filters, has_links=False))
    url = "" if filters.unit == unit else _address("completions", filters, unit=unit.id)
    return Line(unit.name, url, _cells(row.cells, row.total, columns, filters, unit=unit.id))


def _cells(
    by_course: Mapping[UUID, Cell],
    total: Cell,
    columns: Sequence[TaughtCourse],
    filters: Filters,
    *,
    unit: int | None = None,
    has_links: bool = True,
) -> list[ShownCell]:
    asked = [(one.label, by_course.get(one.id), one.slug) for one in columns]
    if len(columns) > 1:
        asked.append((_("All courses"), total, filters.course))
    return [
        _cell(
            column,
            cell,
            _address("completions", filters, unit=unit, course=slug or None) if has_links else "",
            is_one_state=filters.state is not None,
        )
        for column, cell, slug in asked
    ]


def _cell(column: str, cell: Cell | None, url: str, *, is_one_state: bool) -> ShownCell:
    if cell is None or not cell.total:
        return ShownCell(column)
    if is_one_state:
        return ShownCell(column, str(cell.total), url)
    words = _("%(valid)d of %(expected)d") % {"valid": cell.valid, "expected": cell.expected}
    if cell.worst:
        state_words = f"{STATES[cell.worst][2]} {cell.worst_count}"
        return ShownCell(column, words, url, cell.worst, state_words)
    return ShownCell(column, words, url, State.DONE if cell.is_complete else None)


# ------------------------------------------------------------------ the export
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What would leave, said once more, before it leaves. Asks for a fresh second step."""
    asked = _asked(request, EXPORT)
    require_fresh_step(request)
    if asked.form.errors:
        return redirect(f"{reverse('completions')}?{request.GET.urlencode()}")
    total = sum(
        count.rows for count in counts(asked.filters) if asked.filters.state in {None, count.state}
    )
    context = {
        "filters": asked.filters,
        "sentence": _sentence(asked, total),
        "total": total,
        "file_url": _address("completions_file", asked.filters),
        "back_url": _address("completions", asked.filters),
        "breadcrumbs": [
            {"label": _("Completions"), "url": _address("completions", asked.filters)},
            {"label": _("Export")},
        ],
    }
    return render(request, "reports/export.html", context)


@require_POST
def export_file(request: HttpRequest) -> HttpResponseBase:
    """The rows of the page as CSV. A filter that cannot be understood exports nothing."""
    asked = _asked(request, EXPORT)
    if asked.form.errors or not has_fresh_step(request):
        return redirect(f"{reverse('completions_export')}?{request.GET.urlencode()}")
    pieces = export_completions(
        filters=asked.filters, courses=asked.courses, by=asked.reader, now=timezone.now()
    )
    return csv_response(f"completions-{asked.filters.today.isoformat()}.csv", pieces)
