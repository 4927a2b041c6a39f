"""Taking somebody off a course, with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.access import today
from courseware.accounts.models import User
from courseware.courses.queries import outline
from courseware.enrolments import actions
from courseware.enrolments.access import enrolment_in_reach
from courseware.enrolments.forms import WithdrawForm
from courseware.enrolments.queries import dates_of
from courseware.enrolments.rules import state


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_enrolment(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """What would end, and why; what has ended already says so and has no button."""
    assert isinstance(request.user, User)
    enrolment = enrolment_in_reach(request.user, enrolment_id)
    form = WithdrawForm(request.POST or None)
    back = _back(request)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if actions.withdraw(
            enrolment=enrolment, reason=reason, by=request.user, now=timezone.now()
        ):
            text = _("%(name)s is no longer on the course.") % {"name": enrolment.person}
            messages.success(request, text)
        else:
            messages.info(request, _("It had ended already. Nothing was changed."))
        return redirect(back)
    title = outline(enrolment.edition_id, translation.get_language()).title
    context = {
        "enrolment": enrolment,
        "title": title,
        "state": state(dates_of(enrolment), today()),
        "is_over": bool(enrolment.completed_on or enrolment.withdrawn_at),
        "form": form,
        "back": back,
        "breadcrumbs": [
            {"label": _("Assign training"), "url": reverse("assign")},
            {"label": _("Take off a course")},
        ],
    }
    is_empty = request.method == "POST" and not request.POST
    status = 400 if form.errors or is_empty else 200
    return render(request, "enrolments/withdraw.html", context, status=status)


def _back(request: HttpRequest) -> str:
    """Where the reader came from, if it is a page of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else reverse("assign")
