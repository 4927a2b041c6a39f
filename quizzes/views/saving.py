"""Keeping answers: the same address for a form, which is led on, and for the script, which gets
JSON.

    200 saved   409 another tab saved in between: both answers   410 closed   422 cannot be kept
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
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
from quizzes.engine.saying import in_words
from quizzes.models import Answer, Attempt
from quizzes.views.sitting import (
    open_or_result,
    question_response,
    title_of,
    words_after_deadline,
)

_CONFIDENCE = {str(level): level.value for level in Answer.Confidence}


@kept_while_signed_out(may_wait)
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Keep the answer to one question. A GET, after signing in again, leads to the question."""
    assert isinstance(request.user, User)
    answer = own_answer(request.user, attempt_id, position)
    if request.method != "POST":
        return redirect("quizzes:question", attempt_id, position)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        saved = _save(request, answer)
    except actions.Conflict as conflict:
        if wants_json:
            return _conflict_json(conflict)
        return conflict_page(request, answer.attempt, [conflict])
    except actions.Closed as closed:
        return _closed(request, closed.attempt, wants_json=wants_json)
    if wants_json:
        return _saved_json(saved)
    if "check" in request.POST and saved.problem is None:
        if actions.check_answer(answer=saved.answer, now=timezone.now()):
            url = reverse("quizzes:question", args=[attempt_id, position])
            return redirect(f"{url}#feedback")
        problem = ResponseError("not_answered")
        return _shown_again(request, saved, _said(problem))
    return _led_on(request, saved)


def _save(request: HttpRequest, answer: Answer) -> actions.Saved:
    name = queries.field_name(answer.position)
    return actions.save_answer(
        attempt=answer.attempt,
        position=answer.position,
        raw=_fields(request, name),
        seen_sequence=_sequence(request, name),
        now=timezone.now(),
        flagged=f"{name}-flag" in request.POST,
        confidence=_CONFIDENCE.get(request.POST.get(f"{name}-confidence", "")),
        shown_at=_shown_at(request, name),
        answer=answer,
    )


def _fields(request: HttpRequest, name: str) -> Mapping[str, list[str]]:
    """What was posted for one question."""
    return {
        field: request.POST.getlist(field)
        for field in request.POST
        if field == name or field.startswith(f"{name}-")
    }


def _sequence(request: HttpRequest, name: str) -> int:
    """The number the page was shown with; -1, which is never right, for anything else."""
    number = _whole(request.POST.get(f"{name}-sequence", ""), digits=9)
    return -1 if number is None else number


def _shown_at(request: HttpRequest, name: str) -> datetime | None:
    """When the page with the question was made, as it says itself; the action bounds it."""
    second = _whole(request.POST.get(f"{name}-shown", ""), digits=10)
    return None if second is None else datetime.fromtimestamp(second, tz=UTC)


def _whole(text: str, *, digits: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def _said(problem: ResponseError) -> str:
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
        "sequence": answer.sequence,
        "saved": saved_words(answer),
        "answered": not is_empty(answer.response),
        "complete": saved.is_complete,
        "flagged": answer.is_flagged,
        "problem": _said(saved.problem) if saved.problem else "",
    }
    return JsonResponse(body, status=422 if saved.is_lost else 200)


def _conflict_json(conflict: actions.Conflict) -> JsonResponse:
    stored, offered = _both(conflict)
    sure = _both_sure(conflict)
    body = {
        "error": "conflict",
        "position": conflict.answer.position,
        "sequence": conflict.answer.sequence,
        "stored": stored + sure[:1],
        "yours": offered + sure[1:],
    }
    return JsonResponse(body, status=409)


def _both(conflict: actions.Conflict) -> tuple[list[str], list[str]]:
    """Both answers in words: the stored one and the one that came now."""
    answer = conflict.answer
    return (
        in_words(queries.shown(answer)["public"]),
        in_words(queries.shown(answer, conflict.offered)["public"]),
    )


def _both_sure(conflict: actions.Conflict) -> list[str]:
    """In the same order how sure the person is, where that was said here too."""
    if conflict.confidence is None:
        return []
    levels = (conflict.answer.confidence, conflict.confidence)
    return [str(Answer.Confidence(n).label) if n else _("Not said how sure") for n in levels]


def _closed(request: HttpRequest, attempt: Attempt, *, wants_json: bool) -> HttpResponse:
    if attempt.state == Attempt.State.OPEN:
        assert isinstance(request.user, User)
        attempt = own_attempt(request.user, attempt.pk)
        actions.close_if_over(attempt=attempt, now=timezone.now())
        message = words_after_deadline(attempt)
    else:
        message = _("This attempt was handed in before. The answer was not changed.")
    place = "summary" if attempt.state == Attempt.State.OPEN else "result"
    if wants_json:
        url = reverse(f"quizzes:{place}", args=[attempt.pk])
        return JsonResponse({"error": "closed", "message": message, "url": url}, status=410)
    messages.warning(request, message)
    return redirect(f"quizzes:{place}", attempt.pk)


# ------------------------------------------------------------------ for the form
def _led_on(request: HttpRequest, saved: actions.Saved) -> HttpResponse:
    """To where the pressed button leads, unless something would be lost on the way."""
    answer = saved.answer
    goes_on = request.POST.get("go", "")
    if saved.problem is not None and (saved.is_lost or not goes_on):
        return _shown_again(request, saved, _said(saved.problem))
    if saved.problem is not None:
        messages.warning(
            request,
            _("Question %(number)d is saved but does not count yet: %(problem)s")
            % {
                "number": answer.position,
                "problem": _said(saved.problem),
            },
        )
    return redirect(_destination(answer.attempt_id, goes_on or str(answer.position)))


def _destination(attempt_id: UUID, goes_on: str) -> str:
    if goes_on in {"all", "summary"}:
        return reverse(f"quizzes:{goes_on}", args=[attempt_id])
    if goes_on.startswith("all-") and goes_on[4:].isdecimal():
        return reverse("quizzes:all", args=[attempt_id]) + f"#question-{int(goes_on[4:])}"
    number = int(goes_on) if goes_on.isascii() and goes_on.isdigit() and len(goes_on) < 4 else 1
    return reverse("quizzes:question", args=[attempt_id, max(number, 1)])


def _shown_again(request: HttpRequest, saved: actions.Saved, problem: str) -> HttpResponse:
    """The question with the sentence above it and what was typed still in it."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, saved.answer.attempt_id)
    position = saved.answer.position
    page = queries.question_page(attempt, position, title_of(attempt))
    assert page is not None
    public = page.questions[0]["public"]
    if saved.is_lost and "value" in public:
        public["value"] = request.POST.get(public["name"], "")
    return question_response(request, attempt, page, position, problem=problem, status=422)


def conflict_page(
    request: HttpRequest, attempt: Attempt, conflicts: list[actions.Conflict]
) -> HttpResponse:
    """Both answers, and the person chooses. What was posted travels along in hidden fields."""
    rows = []
    for conflict in conflicts:
        answer = conflict.answer
        name = queries.field_name(answer.position)
        stored, offered = _both(conflict)
        rows.append(
            {
                "position": answer.position,
                "sequence": answer.sequence,
                "name": name,
                "stem": queries.shown(answer)["public"]["stem"],
                "language": attempt.language,
                "stored": stored,
                "offered": offered,
                "sure": _both_sure(conflict),
                "is_flagged": answer.is_flagged,
                "fields": [
                    (field, value)
                    for field, values in _fields(request, name).items()
                    for value in values
                    if field not in {f"{name}-sequence", f"{name}-flag"}
                ],
            }
        )
    return render(request, "quizzes/conflict.html", {"attempt": attempt, "rows": rows}, status=409)


@kept_while_signed_out(may_wait)
@require_http_methods(["GET", "HEAD", "POST"])
def save_all(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Keep every answer of the page that shows all questions."""
    attempt = open_or_result(request, attempt_id)
    if isinstance(attempt, HttpResponse):
        return attempt
    if request.method != "POST":
        return redirect("quizzes:all", attempt_id)
    conflicts: list[actions.Conflict] = []
    for answer in queries.answers_of(attempt):
        if f"{queries.field_name(answer.position)}-sequence" not in request.POST:
            continue
        try:
            saved = _save(request, answer)
        except actions.Conflict as conflict:
            conflicts.append(conflict)
        except actions.Closed as closed:
            return _closed(request, closed.attempt, wants_json=False)
        else:
            _warn(request, saved)
    if conflicts:
        return conflict_page(request, attempt, conflicts)
    return redirect(_destination(attempt.pk, request.POST.get("go", "all")))


def _warn(request: HttpRequest, saved: actions.Saved) -> None:
    if saved.problem is None:
        return
    text = (
        _("Question %(number)d was not saved: %(problem)s")
        if saved.is_lost
        else _("Question %(number)d is saved but does not count yet: %(problem)s")
    )
    number = saved.answer.position
    messages.warning(
        request,
        text % {"number": number, "problem": _said(saved.problem)},
    )
