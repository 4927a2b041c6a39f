"""What could not be kept as it was sent is put before its sender again, with every word of it.

    conflict_page   another window answered meanwhile: both answers, and the person chooses; where
                    several questions were, all are chosen on one page (see choosing)
    refused_page    it came too late: what does not count, to be read and copied
    question_again  the page it came from, with what was posted in it
    all_again       the same for the page with all questions

Must not: store anything.
"""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courseware.accounts.models import User
from quizzes import actions, queries
from quizzes.access import own_answer, own_attempt
from quizzes.engine.saying import in_words
from quizzes.models import Answer, Attempt
from quizzes.views import posted
from quizzes.views.sitting import (
    all_response,
    question_response,
    title_of,
    words_after_deadline,
)

_SIGNED_IN_AGAIN = gettext_lazy(
    "You signed in again since this page was opened, so it is not saved yet. What you answered is "
    "still here: press the button once more."
)


# ------------------------------------------------------------------ two answers
def both(conflict: actions.Conflict) -> tuple[list[str], list[str]]:
    """Both answers in words: the stored one and the one that came now."""
    answer = conflict.answer
    return (
        in_words(queries.shown(answer)["public"]),
        in_words(queries.shown(answer, conflict.offered)["public"]),
    )


def both_sure(conflict: actions.Conflict) -> list[str]:
    """In the same order how sure the person is, where that was said here too."""
    if conflict.confidence is None:
        return []
    levels = (conflict.answer.confidence, conflict.confidence)
    return [str(Answer.Confidence(n).label) if n else _("Not said how sure") for n in levels]


def conflict_of(request: HttpRequest, answer: Answer) -> actions.Conflict:
    """What was posted for the question beside what is stored: for choosing between the two."""
    name = queries.field_name(answer.position)
    sure = posted.confidence(request, name) if answer.attempt.quiz.asks_confidence else None
    response, problem = queries.read(answer, posted.fields(request, name))
    if problem is not None and problem.offered is not None:
        return actions.Conflict(answer, problem.offered, sure, is_final=True)
    return actions.Conflict(answer, response, sure)


def choice_of(request: HttpRequest, answer: Answer) -> str:
    """Which of two answers was chosen: "mine", "stored", or neither yet."""
    chosen: str = request.POST.get(f"choice-{answer.position}", "")
    return chosen if chosen in {"mine", "stored"} else ""


def conflict_page(
    request: HttpRequest,
    attempt: Attempt,
    conflicts: list[actions.Conflict],
    *,
    goes_on: str,
    problems: Mapping[int, str] | None = None,
    status: int = 409,
) -> HttpResponse:
    """Both answers to each, and the person chooses; then on to `goes_on`. What was posted travels
    along in hidden fields, so that no answer waits anywhere else. `problems` are said by position.
    """
    rows = [_row(request, conflict, problems or {}) for conflict in conflicts]
    context = {
        "attempt": attempt,
        "rows": rows,
        "is_one": len(rows) == 1,
        "has_choice": any(not row["is_final"] for row in rows),
        "goes_on": goes_on,
        "onward": destination(attempt.pk, goes_on),
    }
    return render(request, "quizzes/conflict.html", context, status=status)


def _row(
    request: HttpRequest, conflict: actions.Conflict, problems: Mapping[int, str]
) -> dict[str, object]:
    answer = conflict.answer
    name = queries.field_name(answer.position)
    stored, offered = both(conflict)
    return {
        "position": answer.position,
        "sequence": answer.sequence,
        "name": name,
        "stem": queries.shown(answer)["public"]["stem"],
        "language": answer.attempt.language,
        "stored": stored,
        "offered": offered,
        "sure": both_sure(conflict),
        "is_final": conflict.is_final,
        "chosen": choice_of(request, answer),
        "problem": problems.get(answer.position, ""),
        "fields": [
            (field, value)
            for field, values in posted.fields(request, name).items()
            for value in values
            if field != f"{name}-sequence"
        ],
    }


def destination(attempt_id: UUID, goes_on: str) -> str:
    """Where the pressed button leads."""
    if goes_on in {"all", "summary"}:
        return reverse(f"quizzes:{goes_on}", args=[attempt_id])
    if goes_on.startswith("all-") and (place := posted.whole(goes_on[4:], digits=3)) is not None:
        return reverse("quizzes:all", args=[attempt_id]) + f"#question-{place}"
    return reverse("quizzes:question", args=[attempt_id, posted.whole(goes_on, digits=3) or 1])


# ------------------------------------------------------------------ too late
def closed_words(request: HttpRequest, attempt: Attempt) -> tuple[Attempt, str]:
    """The attempt as it is now and the sentence for an answer that it no longer takes."""
    assert isinstance(request.user, User)
    if attempt.state == Attempt.State.OPEN:
        attempt = own_attempt(request.user, attempt.pk)
        actions.close_if_over(attempt=attempt, now=timezone.now())
        return attempt, words_after_deadline(attempt)
    if attempt.finished_by == Attempt.Finish.DEADLINE:
        return attempt, words_after_deadline(attempt)
    return attempt, _("This attempt was handed in before. The answer was not changed.")


def place_of(attempt: Attempt) -> str:
    return "quizzes:summary" if attempt.state == Attempt.State.OPEN else "quizzes:result"


def refused_page(request: HttpRequest, attempt: Attempt, answers: list[Answer]) -> HttpResponse:
    """Led on with the sentence, unless something was typed that does not count."""
    attempt, message = closed_words(request, attempt)
    refused = [(a.position, words) for a in answers if (words := posted.refused_words(request, a))]
    if not refused:
        messages.warning(request, message)
        return redirect(place_of(attempt), attempt.pk)
    context = {
        "attempt": attempt,
        "message": message,
        "refused": refused,
        "place": place_of(attempt),
    }
    return render(request, "quizzes/refused.html", context, status=410)


# ------------------------------------------------------------------ the page it came from
def question_again(
    request: HttpRequest,
    answer: Answer,
    *,
    is_stored: bool = False,
    problem: str = "",
    status: int = 422,
) -> HttpResponse:
    """The question as it is stored now, or with what was posted in it."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, answer.attempt_id)
    page = queries.question_page(attempt, answer.position, title_of(attempt))
    assert page is not None
    question = queries.shown(answer) if is_stored else posted.as_posted(request, answer)
    page.questions[0] = question | ({"problem": problem} if problem else {})
    return question_response(request, attempt, page, answer.position, status=status)


def all_again(
    request: HttpRequest, attempt: Attempt, problems: Mapping[int, str], *, status: int
) -> HttpResponse:
    """All questions; those at the positions in `problems` with what was posted in them."""
    page = queries.all_page(attempt, title_of(attempt))
    for number, answer in enumerate(queries.answers_of(attempt)):
        if answer.position in problems:
            said = {"problem": problem} if (problem := problems[answer.position]) else {}
            page.questions[number] = posted.as_posted(request, answer) | said
    return all_response(request, attempt, page, status=status)


# ------------------------------------------------------------------ a token that was renewed
def question_after_sign_in(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Nothing of the form is stored: its sender presses the button once more."""
    assert isinstance(request.user, User)
    answer = own_answer(request.user, attempt_id, position)
    if not queries.takes_answers(answer.attempt, now=timezone.now()):
        return refused_page(request, answer.attempt, [answer])
    messages.warning(request, _SIGNED_IN_AGAIN)
    return question_again(request, answer, status=403)


def all_after_sign_in(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """The same for the page with all questions."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    answers = [a for a in queries.answers_of(attempt) if posted.is_posted(request, a)]
    if not queries.takes_answers(attempt, now=timezone.now()):
        return refused_page(request, attempt, answers)
    messages.warning(request, _SIGNED_IN_AGAIN)
    return all_again(request, attempt, {a.position: "" for a in answers}, status=403)


def choice_after_sign_in(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """The same for the page of both answers, with what was chosen on it."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    answers = [a for a in queries.answers_of(attempt) if posted.is_posted(request, a)]
    if not queries.takes_answers(attempt, now=timezone.now()):
        return refused_page(request, attempt, answers)
    if not answers:
        return redirect("quizzes:all", attempt_id)
    messages.warning(request, _SIGNED_IN_AGAIN)
    both_of_each = [conflict_of(request, answer) for answer in answers]
    goes_on = request.POST.get("go", "all")
    return conflict_page(request, attempt, both_of_each, goes_on=goes_on, status=403)
