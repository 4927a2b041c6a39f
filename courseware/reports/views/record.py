"""The training record of a person: their own, or one that a reader answers for."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courseware.accounts.access import person_record, today
from courseware.accounts.models import User
from courseware.enrolments.access import may_take_off
from courseware.reports.queries.record import training_record as record_of


@require_safe
def training_record(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Reading somebody else's is recorded."""
    assert isinstance(request.user, User)
    person = person_record(request.user, person_id, timezone.now())
    day = today()
    is_own = person.pk == request.user.pk
    above = {"label": _("My training"), "url": reverse("home")}
    if not is_own:
        above = {"label": _("Completions"), "url": reverse("completions")}
    context = {
        "person": person,
        "is_own": is_own,
        "may_take_off": may_take_off(request.user, person),
        "record": record_of(person, language=translation.get_language(), today=day),
        "today": day,
        "breadcrumbs": [above, {"label": _("Training record")}],
    }
    return render(request, "reports/record.html", context)
