"""The courses that somebody writes or reviews: the list, one course, a new draft, retiring."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import course_for, course_to_write, may_write, require_work
from courseware.authoring.queries.editions import course_rows, edition_rows
from courseware.courses.actions import EditionError, retire


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    require_work(request.user)
    rows = course_rows(request.user, translation.get_language())
    return render(request, "authoring/courses.html", {"rows": rows})


@require_safe
def course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    shown = course_for(request.user, course_id)
    rows = edition_rows(shown, translation.get_language())
    context = {
        "course": shown,
        "rows": rows,
        "title": rows[0].title if rows else shown.slug,
        "draft": next((row for row in rows if row.published_at is None), None),
        "may_write": may_write(request.user, shown),
    }
    return render(request, "authoring/course.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_draft(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """A GET, after signing in again, leads to the course."""
    assert isinstance(request.user, User)
    shown = course_to_write(request.user, course_id)
    if request.method != "POST":
        return redirect("admin:authoring_course", shown.pk)
    try:
        draft = actions.open_draft(course=shown, by=request.user, now=timezone.now())
    except EditionError as error:
        messages.error(request, str(error))
        return redirect("admin:authoring_course", shown.pk)
    return redirect("admin:authoring_edition", draft.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def retire_course(request: HttpRequest, course_id: UUID) -> HttpResponse:
    """Asks first: it cannot be taken back here."""
    assert isinstance(request.user, User)
    shown = course_to_write(request.user, course_id)
    if request.method != "POST":
        return render(request, "authoring/retire.html", {"course": shown})
    if retire(course=shown, by=request.user, now=timezone.now()):
        messages.success(request, _("The course is retired: nobody can be put on it any more."))
    else:
        messages.info(request, _("The course was retired before."))
    return redirect("admin:authoring_course", shown.pk)
