"""Putting people on a course, the second step: a look at what would happen, and a yes. After it
the same page says how far the work is and what became of every row.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.access import require_fresh_step, today
from courseware.accounts.models import User
from courseware.core.spreadsheet import csv_lines, csv_response
from courseware.courses.queries import current_edition, outline
from courseware.enrolments import actions
from courseware.enrolments.access import own_batch
from courseware.enrolments.actions.batches import AT_ONCE
from courseware.enrolments.models import AssignmentBatch, AssignmentRow
from courseware.enrolments.queries.assigning import (
    CAN_BE_DONE,
    Finding,
    Outcome,
    Tally,
    is_stopped,
    rows_of,
    tally,
)

ROWS_A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def assignment(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Before the yes: what would happen. After it: how far it is, and what became of every row."""
    assert isinstance(request.user, User)
    batch = own_batch(request.user, batch_id)
    if request.method == "POST":
        return _confirm(request, request.user, batch)
    figures = tally(batch)
    shown = request.GET.get("show", "")
    rows = rows_of(batch, _wanted(shown))
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    title = _title(batch)
    context = {
        "batch": batch,
        "title": title,
        "figures": _figures(batch, figures),
        "tally": figures,
        "shown": shown,
        "page": page,
        "lines": [_line(batch, row) for row in page],
        "has_passed": _has_passed(batch),
        "button": _button(batch, figures),
        "is_stopped": is_stopped(batch),
        "breadcrumbs": [
            {"label": _("Assign training"), "url": reverse("assign")},
            {"label": title},
        ],
    }
    return render(request, "enrolments/assignment.html", context)


def _has_passed(batch: AssignmentBatch) -> bool:
    """Made yesterday for yesterday."""
    return batch.confirmed_at is None and batch.due_on is not None and batch.due_on < today()


def _confirm(request: HttpRequest, user: User, batch: AssignmentBatch) -> HttpResponse:
    """The yes. Said twice, it is done once; a few people are done before the page answers."""
    if _has_passed(batch):
        return redirect("assignment", batch_id=batch.pk)
    now = timezone.now()
    actions.confirm_assignment(
        batch=batch, moves_due=bool(request.POST.get("moves_due")), by=user, now=now
    )
    if tally(batch).to_do <= AT_ONCE:
        while actions.carry_out_some(batch_id=batch.pk, now=now, today=today()):
            pass
    return redirect("assignment", batch_id=batch.pk)


# ------------------------------------------------------------------ in figures and in words
def _title(batch: AssignmentBatch) -> str:
    """The course as the reader calls it."""
    edition = current_edition(batch.course)
    if edition is None:
        return batch.course.key
    return f"{batch.course.key} {outline(edition.pk, translation.get_language()).title}"


class Figure(NamedTuple):
    """A number that leads to its rows."""

    key: str
    number: int
    says: str


_LEFT = "left"  # lines that come to nothing, whatever is wrong with them


def _figures(batch: AssignmentBatch, figures: Tally) -> list[Figure]:
    if batch.confirmed_at is None:
        counted = [
            (Finding.NEW, _("will be put on the course")),
            (Finding.ON_IT, _("on the course already")),
            (Finding.HOLDS, _("hold a valid completion")),
        ]
        found = [Figure(key, figures.findings.get(key, 0), says) for key, says in counted]
    else:
        words = [
            (Outcome.PUT, _("put on the course")),
            (Outcome.MOVED, _("due date moved")),
            (Outcome.ON_IT, _("were on it already")),
            (Outcome.HOLDS, _("hold a valid completion")),
            (Outcome.OUT_OF_REACH, _("no longer yours to assign")),
            (Outcome.NO_COURSE, _("course can no longer be taken")),
        ]
        found = [Figure(key, figures.outcomes.get(key, 0), says) for key, says in words]
    left = Figure(_LEFT, figures.left, _("lines left out"))
    return [figure for figure in (*found, left) if figure.number]


def _wanted(shown: str) -> list[str]:
    """Which findings or outcomes the address asks for; what is unknown asks for all."""
    if shown == _LEFT:
        return [finding for finding in Finding if finding not in CAN_BE_DONE]
    return [shown] if shown and shown in {*Finding, *Outcome} else []


class ShownRow(NamedTuple):
    row: AssignmentRow
    says: str
    is_left: bool
    due_on: date | None  # the one that holds, or would
    could_move_to: date | None  # if that is asked for
    may_withdraw: bool


def _line(batch: AssignmentBatch, row: AssignmentRow) -> ShownRow:
    enrolment = row.enrolment
    is_open = (
        enrolment is not None and enrolment.completed_on is None and enrolment.withdrawn_at is None
    )
    stays = enrolment if row.finding == Finding.ON_IT and batch.confirmed_at is None else None
    could_move = stays is not None and row.due_on not in {None, stays.due_on}
    return ShownRow(
        row=row,
        says=says_of(batch, row),
        is_left=row.finding not in CAN_BE_DONE,
        due_on=_due_on(row),
        could_move_to=row.due_on if could_move else None,
        may_withdraw=is_open,
    )


def _due_on(row: AssignmentRow) -> date | None:
    """Nobody who keeps a completion has one; who is on the course keeps theirs unless it moves."""
    is_new = (row.outcome or row.finding) in {Finding.NEW, Outcome.PUT, Outcome.MOVED}
    if is_new:
        return row.due_on
    return row.enrolment.due_on if row.enrolment is not None else None


def says_of(batch: AssignmentBatch, row: AssignmentRow) -> str:
    is_finding = batch.confirmed_at is None or row.finding not in CAN_BE_DONE
    return row.get_finding_display() if is_finding else row.get_outcome_display()


def _button(batch: AssignmentBatch, figures: Tally) -> str:
    """What pressing it does; empty where there is nothing to do."""
    new = figures.findings.get(Finding.NEW, 0)
    if new:
        text = ngettext(
            "Put %(count)d person on the course", "Put %(count)d people on the course", new
        )
        return text % {"count": new}
    if figures.would_move:
        text = ngettext(
            "Move the due date of %(count)d person",
            "Move the due date of %(count)d people",
            figures.would_move,
        )
        return text % {"count": figures.would_move}
    return ""


# ------------------------------------------------------------------ taken away
@require_safe
def assignment_rows(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """Every row as CSV, after a fresh second step; the trail keeps that it was taken."""
    assert isinstance(request.user, User)
    batch = own_batch(request.user, batch_id)
    require_fresh_step(request)
    actions.note_rows_taken_away(batch=batch, by=request.user, now=timezone.now())
    rows = (
        (
            row.line,
            row.given,
            row.person or "",
            row.person.service_number if row.person else "",
            _due_on(row),
            says_of(batch, row),
        )
        for row in rows_of(batch).iterator(chunk_size=1_000)
    )
    header = (
        _("line"),
        _("as written"),
        _("person"),
        _("service number"),
        _("due"),
        _("what became of it"),
    )
    return csv_response(f"assignment-{batch.course.slug}.csv", csv_lines(header, rows))
