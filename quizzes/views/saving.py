"""Keeping answers: the same address for a form, which is led on, and for the script, which gets
JSON.

    200 saved   409 another tab saved in between: both answers   410 closed   422 cannot be kept
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.core.kept_posts import kept_while_signed_out
from courseware.core.sentences import sentence
from quizzes import actions, queries
from quizzes.access import may_wait, own_answer, own_attempt
from quizzes.engine.contract import is_empty
from quizzes.engine.responses import ResponseError
from quizzes.models import Answer
from quizzes.views import posted
from quizzes.views.again import (
    all_after_sign_in,
    all_again,
    both,
    both_sure,
    closed_words,
    conflict_page,
    destination,
    place_of,
    question_after_sign_in,
    question_again,
    refused_page,
)


@kept_while_signed_out(may_wait, again=question_after_sign_in)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Keep the answer to one question. A GET, after signing in again, leads to the question."""
    assert isinstance(request.user, User)
    answer = own_answer(request.user, attempt_id, position)
    if request.method != "POST":
        return redirect("quizzes:question", attempt_id, position)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        saved = save_posted(request, answer)
    except actions.Conflict as conflict:
        if wants_json:
            return _conflict_json(conflict)
        return conflict_page(request, answer.attempt, [conflict], goes_on=str(position))
    except actions.Closed:
        if wants_json:
            return _closed_json(request, answer)
        return refused_page(request, answer.attempt, [answer])
    if wants_json:
        return _saved_json(saved)
    if "check" in request.POST and saved.problem is None:
        if actions.check_answer(answer=saved.answer, now=timezone.now()):
            url = reverse("quizzes:question", args=[attempt_id, position])
            return redirect(f"{url}#feedback")
        problem = said(ResponseError("not_answered"))
        return question_again(request, saved.answer, is_stored=True, problem=problem)
    return _led_on(request, saved)


def save_posted(request: HttpRequest, answer: Answer) -> actions.Saved:
    """What was posted for the question. Raises Conflict and Closed."""
    name = queries.field_name(answer.position)
    return actions.save_answer(
        attempt=answer.attempt,
        position=answer.position,
        raw=posted.fields(request, name),
        seen_sequence=posted.sequence(request, name),
        now=timezone.now(),
        flagged=posted.flag(request, name),
        confidence=posted.confidence(request, name),
        shown_at=posted.shown_at(request, name),
        answer=answer,
    )


def said(problem: ResponseError) -> str:
    """In words."""
    return sentence(problem.message, problem.params)


def saved_words(answer: Answer) -> str:
    if answer.saved_at is None:
        return ""
    at = date_format(timezone.localtime(answer.saved_at), "H:i:s")
    return _("Saved %(time)s") % {"time": at}


# ------------------------------------------------------------------ for the script
def _saved_json(saved: actions.Saved) -> JsonResponse:
    answer = saved.answer
    body: dict[str, object] = {
        "position": answer.position,
        "sequence": saved.sequence,
        "saved": saved_words(answer),
        "answered": not is_empty(answer.response),
        "complete": saved.is_complete,
        "flagged": answer.is_flagged,
        "problem": said(saved.problem) if saved.problem else "",
    }
    return JsonResponse(body, status=422 if saved.is_lost else 200)


def _conflict_json(conflict: actions.Conflict) -> JsonResponse:
    stored, offered = both(conflict)
    sure = both_sure(conflict)
    body = {
        "error": "conflict",
        "position": conflict.answer.position,
        "sequence": conflict.answer.sequence,
        "stored": stored + sure[:1],
        "yours": offered + sure[1:],
        "final": conflict.is_final,
    }
    return JsonResponse(body, status=409)


def _closed_json(request: HttpRequest, answer: Answer) -> JsonResponse:
    """With what was typed and does not count: the script shows it before it leads on."""
    attempt, message = closed_words(request, answer.attempt)
    body = {
        "error": "closed",
        "position": answer.position,
        "message": message,
        "yours": posted.refused_words(request, answer),
        "url": reverse(place_of(attempt), args=[attempt.pk]),
    }
    return JsonResponse(body, status=410)


# ------------------------------------------------------------------ for the form
def _led_on(request: HttpRequest, saved: actions.Saved) -> HttpResponse:
    """To where the pressed button leads, unless something would be lost on the way."""
    answer = saved.answer
    goes_on = request.POST.get("go", "")
    if saved.problem is not None and (saved.is_lost or not goes_on):
        is_stored, problem = not saved.is_lost, said(saved.problem)
        return question_again(request, answer, is_stored=is_stored, problem=problem)
    warn(request, saved)
    return redirect(destination(answer.attempt_id, goes_on or str(answer.position)))


@kept_while_signed_out(may_wait, again=all_after_sign_in)
@require_http_methods(["GET", "HEAD", "POST"])
def save_all(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Keep every answer of the page that shows all questions."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    if request.method != "POST":
        return redirect("quizzes:all", attempt_id)
    conflicts: list[actions.Conflict] = []
    refused: list[Answer] = []
    lost: dict[int, str] = {}
    for answer in queries.answers_of(attempt):
        if not posted.is_posted(request, answer):
            continue
        try:
            saved = save_posted(request, answer)
        except actions.Conflict as conflict:
            conflicts.append(conflict)
        except actions.Closed:
            refused.append(answer)
        else:
            if saved.problem is not None and saved.is_lost:
                lost[answer.position] = said(saved.problem)
            else:
                warn(request, saved)
    goes_on = request.POST.get("go", "all")
    if refused:
        return refused_page(request, attempt, refused)
    if lost:
        # A conflict among them is asked about when the page is sent again.
        again = {conflict.answer.position: "" for conflict in conflicts} | lost
        return all_again(request, attempt, again, status=422)
    if conflicts:
        return conflict_page(request, attempt, conflicts, goes_on=goes_on)
    return redirect(destination(attempt.pk, goes_on))


def warn(request: HttpRequest, saved: actions.Saved) -> None:
    """It is kept, and is not whole."""
    if saved.problem is None:
        return
    messages.warning(
        request,
        _("Question %(number)d is saved but does not count yet: %(problem)s")
        % {"number": saved.answer.position, "problem": said(saved.problem)},
    )
