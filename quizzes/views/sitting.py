"""The pages of an open attempt. Whoever touches one that is over finds it handed in."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.models import User
from courseware.courses.queries import outline
from quizzes import actions, queries
from quizzes.access import own_attempt
from quizzes.models import Attempt, Quiz

_COUNTED_DOWN = timedelta(days=1)


def open_or_result(request: HttpRequest, attempt_id: UUID) -> Attempt | HttpResponse:
    """The person's open attempt, or where to go when it is closed."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    if actions.close_if_over(attempt=attempt, now=timezone.now()):
        messages.info(request, words_after_deadline(attempt))
    if attempt.state == Attempt.State.OPEN:
        return attempt
    return redirect("quizzes:result", attempt.pk)


def words_after_deadline(attempt: Attempt) -> str:
    """What became of an attempt whose time is over."""
    if attempt.state == Attempt.State.VOID:
        return _("The time is over and the test was not handed in: this attempt does not count.")
    if attempt.state == Attempt.State.OPEN:
        return _("The time is over. Your answers are saved as they were; hand them in now.")
    return _("The deadline has passed. Your saved answers were handed in as they were.")


def answering_or_elsewhere(request: HttpRequest, attempt_id: UUID) -> Attempt | HttpResponse:
    """The person's attempt while it takes answers; in the time of grace there is the summary."""
    attempt = open_or_result(request, attempt_id)
    if isinstance(attempt, HttpResponse) or queries.takes_answers(attempt, now=timezone.now()):
        return attempt
    return redirect("quizzes:summary", attempt.pk)


def title_of(attempt: Attempt) -> str:
    """The test's title in the reader's language."""
    words = outline(attempt.quiz.activity.edition_id, translation.get_language())
    item = words.item(attempt.quiz.activity.key)
    return item.title if item else ""


def sitting_context(attempt: Attempt, page: queries.SittingPage) -> dict[str, object]:
    """What the bar above every page of an attempt needs."""
    return {
        "page": page,
        "attempt": attempt,
        "slug": attempt.enrolment.course.slug,
        "title_language": outline(
            attempt.quiz.activity.edition_id, translation.get_language()
        ).language,
        # A clock for whoever has hours left, a date for whoever has days.
        "limit": attempt.deadline_at - attempt.started_at < _COUNTED_DOWN,
        "now": timezone.now(),
    }


@require_safe
def question(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    attempt = answering_or_elsewhere(request, attempt_id)
    if isinstance(attempt, HttpResponse):
        return attempt
    page = queries.question_page(attempt, position, title_of(attempt))
    if page is None:
        raise Http404
    return question_response(request, attempt, page, position)


def question_response(
    request: HttpRequest,
    attempt: Attempt,
    page: queries.SittingPage,
    position: int,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        **sitting_context(attempt, page),
        "question": page.questions[0],
        "position": position,
        "before": position - 1,
        "after": position + 1 if position < page.count else 0,
        "checked": queries.checked_question(attempt, position, language=translation.get_language()),
        "is_learning": attempt.quiz.review == Quiz.Review.LEARN,
        "asks_confidence": attempt.quiz.asks_confidence,
        "shown_at": int(timezone.now().timestamp()),
    }
    return render(request, "quizzes/question.html", context, status=status)


@require_safe
def everything(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    attempt = answering_or_elsewhere(request, attempt_id)
    if isinstance(attempt, HttpResponse):
        return attempt
    return all_response(request, attempt, queries.all_page(attempt, title_of(attempt)))


def all_response(
    request: HttpRequest, attempt: Attempt, page: queries.SittingPage, *, status: int = 200
) -> HttpResponse:
    context = {**sitting_context(attempt, page), "asks_confidence": attempt.quiz.asks_confidence}
    return render(request, "quizzes/all.html", context, status=status)


@require_safe
def summary(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    attempt = open_or_result(request, attempt_id)
    if isinstance(attempt, HttpResponse):
        return attempt
    page = queries.summary_page(attempt, title_of(attempt))
    context = sitting_context(attempt, page)
    context["is_time_over"] = not queries.takes_answers(attempt, now=timezone.now())
    return render(request, "quizzes/summary.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Hand in. A GET, after signing in again for example, leads back to the summary."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    if request.method != "POST":
        return redirect("quizzes:summary", attempt.pk)
    if attempt.state == Attempt.State.OPEN:
        actions.finish_attempt(attempt=attempt, now=timezone.now())
    return redirect("quizzes:result", attempt.pk)
