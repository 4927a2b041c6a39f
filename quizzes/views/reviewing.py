"""The result: score, by objective, and each question with what is right and why."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from courseware.accounts.models import User
from quizzes import actions, queries
from quizzes.access import own_attempt
from quizzes.models import Attempt
from quizzes.views.sitting import title_of


@require_safe
def result(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Nothing of a key is read before the attempt is marked."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    actions.close_if_over(attempt=attempt, now=timezone.now())
    if attempt.state == Attempt.State.OPEN:
        return redirect("quizzes:question", attempt.pk, 1)
    context: dict[str, object] = {
        "attempt": attempt,
        "title": title_of(attempt),
        "course": attempt.enrolment.course,
        "test_key": attempt.quiz.activity.key,
    }
    if attempt.state == Attempt.State.VOID:
        instructors = queries.instructors_after_void(attempt, now=timezone.now())
        context |= {"needs_talk": instructors is not None, "instructors": instructors}
    if attempt.state != Attempt.State.GRADED:
        return render(request, "quizzes/waiting.html", context)
    context["page"] = queries.result_page(
        attempt, language=translation.get_language(), now=timezone.now()
    )
    return render(request, "quizzes/result.html", context)
