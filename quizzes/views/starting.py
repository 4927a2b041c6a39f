"""The page before a test: everything one must know, and the button."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.enrolments.access import own_enrolment
from courseware.enrolments.models import Enrolment
from quizzes import actions, queries

_REFUSALS = {
    "locked": _("The test is still locked. This page says what is missing."),
    "passed": _("You have passed this test."),
    "no_attempts": _("All attempts are used. This page says what happens next."),
    "withdrawn": _("You are no longer on this course."),
    "closed": _("The time in which you may sit this test is over."),
    "too_early": _("The test cannot be begun yet. This page says from when on."),
}
_ENDED = _("That attempt has ended, and no other was begun. This is what became of it.")
_NUMBER = re.compile(r"[0-9]{1,4}", re.ASCII)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    assert isinstance(request.user, User)
    now = timezone.now()
    enrolment = own_enrolment(request.user, slug)
    enrolment.person = request.user
    language = translation.get_language()
    if request.method == "POST":
        return _begin(request, enrolment, key, language=language)
    page = queries.start_page(enrolment, key, language=language, now=now)
    if page is None:
        raise Http404
    if page.open_attempt is not None and queries.is_over(page.open_attempt, now=now):
        current = queries.open_attempt(enrolment, key)
        if current is not None and actions.close_if_over(attempt=current, now=now):
            return redirect("quizzes:result", current.pk)
    return render(request, "quizzes/start.html", {"page": page})


def _begin(request: HttpRequest, enrolment: Enrolment, key: str, *, language: str) -> HttpResponse:
    """A key that is no test of the course leads to the page, which does not exist."""
    number = request.POST.get("number", "")
    try:
        attempt = actions.start_attempt(
            enrolment=enrolment,
            activity_key=key,
            language=language,
            now=timezone.now(),
            number=int(number) if _NUMBER.fullmatch(number) else None,
        )
    except actions.Ended as ended:
        messages.info(request, _ENDED)
        return redirect("quizzes:result", ended.attempt.pk)
    except actions.NotAllowed as refusal:
        messages.warning(request, _REFUSALS[refusal.reason])
        return redirect("quizzes:start", enrolment.course.slug, key)
    return redirect("quizzes:question", attempt.pk, 1)
