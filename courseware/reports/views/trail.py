"""The audit trail for whoever audits: search, read, take out.

A person is searched for by a POST and then stands in the address by id. Searching and exporting
are recorded themselves.

Must not: name anybody in an address or a file's name.
"""

from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courseware.accounts.access import has_fresh_step, may, require, require_fresh_step, today
from courseware.accounts.models import User
from courseware.audit.actions import note_search
from courseware.audit.queries import VERIFIER, newest_seal
from courseware.core.spreadsheet import csv_response
from courseware.reports.actions.trail import EXPORT, export_chain, export_rows
from courseware.reports.forms import TrailForm, WhoForm
from courseware.reports.queries.trail import (
    MOST_PEOPLE,
    Place,
    TrailFilters,
    page_of_events,
    people_called,
    person_called,
)

SEE = "see audit trail"


def _reader(request: HttpRequest, permission: str) -> User:
    assert isinstance(request.user, User)
    require(request.user, permission)
    return request.user


def _address(name: str, filters: TrailFilters, **changes: str) -> str:
    query = urlencode(filters.as_query(**changes))
    return f"{reverse(name)}?{query}" if query else reverse(name)


# ------------------------------------------------------------------ the page
@require_http_methods(["GET", "HEAD", "POST"])
def trail(request: HttpRequest) -> HttpResponse:
    """Events, newest first. POST looks for a person and leads to the page about them."""
    reader = _reader(request, SEE)
    form = TrailForm(request.GET)
    filters = form.filters(timezone.get_current_timezone())
    who = WhoForm(request.POST if request.method == "POST" else None)
    people = _people(who) if who.is_bound else []
    if len(people) == 1:
        return redirect(_address("trail", filters.of_person(people[0].pk)))
    before, after = (Place.read(request.GET.get(name, "")) for name in ("before", "after"))
    page = page_of_events(filters, reader=reader, before=before, after=after)
    if not (before or after or who.is_bound):
        note_search(filters=filters.as_query(), by=reader.pk, now=timezone.now())
    context = {
        "form": form,
        "who": who,
        "people": [(person, _address("trail", filters.of_person(person.pk))) for person in people],
        "person": person_called(filters.person) if filters.person else None,
        "without_person_url": _address("trail", filters, person=""),
        "own_url": _address("trail", filters),
        "is_filtered": bool(filters.as_query()),
        "rows": [
            (
                row,
                _address("trail", TrailFilters(filters.zone).of_person(row.actor_id))
                if row.actor_id
                else "",
                _address("trail", filters.about(row.subject_type, row.subject_id)),
            )
            for row in page.rows
        ],
        "newer_url": _address("trail", filters, after=str(page.newer)) if page.newer else "",
        "older_url": _address("trail", filters, before=str(page.older)) if page.older else "",
        "seal": newest_seal(),
        "export_url": _address("trail_export", filters) if may(reader, EXPORT) else "",
    }
    return render(request, "reports/trail.html", context)


def _people(who: WhoForm) -> list[User]:
    """Who may be meant; a message where nobody is, or too many are."""
    if not who.is_valid():
        return []
    people = people_called(who.cleaned_data["who"])
    if not people:
        who.add_error(
            "who",
            _(
                "Nobody is found under this. Check the spelling, or try the service number or the "
                "e-mail address."
            ),
        )
    elif len(people) > MOST_PEOPLE:
        who.add_error(
            "who",
            _("More than %(number)d people are called so. Type more of the name.")
            % {"number": MOST_PEOPLE},
        )
        return []
    return people


# ------------------------------------------------------------------ taking it out
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What can leave, said before it leaves. Asks for a fresh second step."""
    _reader(request, EXPORT)
    require_fresh_step(request)
    form = TrailForm(request.GET)
    filters = form.filters(timezone.get_current_timezone())
    if form.errors:
        return redirect(f"{reverse('trail')}?{request.GET.urlencode()}")
    context = {
        "is_filtered": bool(filters.as_query()),
        "person": person_called(filters.person) if filters.person else None,
        "rows_url": _address("trail_rows", filters),
        "back_url": _address("trail", filters),
        "seal": newest_seal(),
        "breadcrumbs": [
            {"label": _("Audit trail"), "url": _address("trail", filters)},
            {"label": _("Export")},
        ],
    }
    return render(request, "reports/trail_export.html", context)


@require_POST
def rows_file(request: HttpRequest) -> HttpResponseBase:
    """The rows of the page as CSV. A filter that cannot be understood exports nothing."""
    reader = _reader(request, EXPORT)
    form = TrailForm(request.GET)
    filters = form.filters(timezone.get_current_timezone())
    if form.errors or not has_fresh_step(request):
        return redirect(f"{reverse('trail_export')}?{request.GET.urlencode()}")
    pieces = export_rows(filters=filters, by=reader, now=timezone.now())
    return csv_response(f"audit-trail-{today().isoformat()}.csv", pieces)


@require_POST
def chain_file(request: HttpRequest) -> HttpResponseBase:
    """The whole sealed trail, for verify_trail.py."""
    reader = _reader(request, EXPORT)
    if not has_fresh_step(request):
        return redirect("trail_export")
    pieces = export_chain(by=reader, now=timezone.now())
    response = StreamingHttpResponse(pieces, content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trail-{today().isoformat()}.jsonl"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def verifier(request: HttpRequest) -> FileResponse:
    """The script that judges an exported trail, as it stands in this release."""
    _reader(request, SEE)
    return FileResponse(
        VERIFIER.open("rb"),
        as_attachment=True,
        filename=VERIFIER.name,
        content_type="text/x-python; charset=utf-8",
    )
