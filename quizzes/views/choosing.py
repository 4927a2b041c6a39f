"""Several questions answered differently in two windows: which answer counts, all in one form.

A form per question would lose what was typed for the others: without a script nothing keeps them
but the page. So the form carries all of them, and comes back with those that are not settled yet.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.core.kept_posts import kept_while_signed_out
from quizzes import actions, queries
from quizzes.access import may_wait, own_attempt
from quizzes.models import Answer
from quizzes.views import posted
from quizzes.views.again import (
    choice_after_sign_in,
    choice_of,
    conflict_of,
    conflict_page,
    destination,
    refused_page,
)
from quizzes.views.saving import said, save_posted, warn


@kept_while_signed_out(may_wait, again=choice_after_sign_in)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Store the answers that were chosen over the stored ones; the rest is asked once more."""
    assert isinstance(request.user, User)
    attempt = own_attempt(request.user, attempt_id)
    if request.method != "POST":
        return redirect("quizzes:all", attempt_id)
    answers = [
        answer
        for answer in queries.answers_of(attempt)
        if posted.is_posted(request, answer) and choice_of(request, answer) != "stored"
    ]
    if answers and not queries.takes_answers(attempt, now=timezone.now()):
        return refused_page(request, attempt, answers)
    conflicts: list[actions.Conflict] = []
    problems: dict[int, str] = {}
    try:
        for answer in answers:
            conflict, problem = _settled(request, answer)
            if conflict is not None:
                conflicts.append(conflict)
                problems[answer.position] = problem
    except actions.Closed:
        return refused_page(request, attempt, answers)
    goes_on = request.POST.get("go", "all")
    if conflicts:
        return conflict_page(request, attempt, conflicts, goes_on=goes_on, problems=problems)
    return redirect(destination(attempt.pk, goes_on))


def _settled(request: HttpRequest, answer: Answer) -> tuple[actions.Conflict | None, str]:
    """What is still to be decided or read of a question, and why."""
    if not choice_of(request, answer):
        return conflict_of(request, answer), _("Choose which answer counts.")
    try:
        saved = save_posted(request, answer)
    except actions.Conflict as conflict:
        return conflict, ""
    if saved.problem is None or not saved.is_lost:
        warn(request, saved)
        return None, ""
    # Made final meanwhile, in yet another window: it can only be read.
    offered = conflict_of(request, answer).offered
    lost = actions.Conflict(saved.answer, offered, is_final=True)
    return lost, said(saved.problem)
