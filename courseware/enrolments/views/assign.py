"""Putting people on a course, the first step: who, on what, by when. The second: assignment.py.

Must not: decide what happens to whom; the form finds the people, the actions do the rest.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from courseware.accounts.access import require, today
from courseware.accounts.models import User
from courseware.enrolments import actions
from courseware.enrolments.access import ASSIGN
from courseware.enrolments.forms import AssignForm
from courseware.enrolments.models import AssignmentBatch
from courseware.enrolments.queries.assigning import courses_on_offer, recent_batches


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """The form. A good one leads on to the look; nobody is put on anything here."""
    assert isinstance(request.user, User)
    require(request.user, ASSIGN)
    form = _form(request, request.user)
    if request.method == "POST" and form.is_valid():
        course = form.chosen_course
        batch = actions.draft_assignment(
            course=course,
            source=AssignmentBatch.Source(form.cleaned_data["source"]),
            unit=form.chosen_unit,
            candidates=form.candidates(course),
            due_on=form.cleaned_data["due_on"],
            by=request.user,
            now=timezone.now(),
        )
        return redirect("assignment", batch_id=batch.pk)
    context = {
        "form": form,
        "has_courses": form.has_courses,
        "recent": recent_batches(request.user),
        "file_is_gone": bool(request.FILES),
    }
    status = 400 if form.errors else 200
    return render(request, "enrolments/assign.html", context, status=status)


def _form(request: HttpRequest, user: User) -> AssignForm:
    courses = courses_on_offer(translation.get_language())
    if request.method == "POST":
        return AssignForm(request.POST, request.FILES, user=user, courses=courses, today=today())
    asked = {name: request.GET[name] for name in ("course", "unit") if request.GET.get(name)}
    initial: dict[str, Any] = {**asked}
    if "unit" in asked:
        initial["source"] = AssignmentBatch.Source.UNIT
    form = AssignForm(None, None, user=user, courses=courses, today=today(), initial=initial)
    form.offer(request.GET.get("person", ""))
    return form
