"""Errata inside the administration: the list, saying that a question is wrong, the dry run, the
decision and what came of it.

A decision that could not be made shows the page as it is now, with the sentence that says why and
with what was typed.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.access import has_fresh_step, may, require_fresh_step
from courseware.accounts.models import User
from quizzes import actions
from quizzes.access import (
    PROPOSE_ERRATA,
    course_to_correct,
    errata_seen_by,
    erratum_seen_by,
    erratum_to_decide,
    may_decide_errata,
    may_grant_attempt,
    may_propose_errata,
    may_see_keys,
    records_open_to,
    tests_of,
)
from quizzes.engine.content import ContentError
from quizzes.forms import DecideForm, ProposeForm
from quizzes.models import Erratum
from quizzes.queries.dry_runs import dry_run_of, named
from quizzes.queries.errata import (
    NamedTest,
    answered_in_words,
    applied,
    errata_rows,
    named_test,
    questions_of,
    tests_named,
    to_decide,
    wordings_of,
)
from quizzes.queries.regrading import to_be_decided

_LISTED = 200


@require_safe
def errata(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    rows = errata_rows(errata_seen_by(request.user), translation.get_language())
    context = {"rows": rows, "may_propose": may(request.user, PROPOSE_ERRATA)}
    return render(request, "quizzes/errata/list.html", context)


# ------------------------------------------------------------------ saying that it is wrong
@require_safe
def tests(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    errata_seen_by(request.user)
    if not may(request.user, PROPOSE_ERRATA):
        raise Http404
    found = tests_named(tests_of(request.user, PROPOSE_ERRATA), translation.get_language())
    return render(request, "quizzes/errata/tests.html", {"tests": found})


def _test(request: HttpRequest, course_id: UUID, key: str) -> NamedTest:
    assert isinstance(request.user, User)
    course = course_to_correct(request.user, course_id)
    found = named_test(course, key, translation.get_language())
    if found is None:
        raise Http404
    return found


@require_safe
def questions(request: HttpRequest, course_id: UUID, key: str) -> HttpResponse:
    test = _test(request, course_id, key)
    sought = request.GET.get("q", "").strip()[:100]
    rows = questions_of(test.course, key, translation.get_language())
    if sought:
        wanted = sought.casefold()
        rows = [row for row in rows if wanted in f"{row.key} {row.stem}".casefold()]
    return render(
        request, "quizzes/errata/questions.html", {"test": test, "rows": rows, "sought": sought}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, course_id: UUID, key: str, question: str) -> HttpResponse:
    assert isinstance(request.user, User)
    test = _test(request, course_id, key)
    wordings = wordings_of(test.course, key, question)
    if not wordings:
        raise Http404
    is_sent = request.method == "POST"
    form = ProposeForm(request.POST if is_sent else None, wordings=wordings)
    if is_sent and form.is_valid():
        try:
            made = actions.propose_erratum(
                course=test.course,
                activity_key=key,
                question_key=question,
                content_hashes=form.cleaned_data["wordings"],
                remedy=form.cleaned_data["remedy"],
                accepted=form.accepted,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except ContentError as error:
            form.say(error.faults)
        else:
            messages.success(request, _("It is proposed. Nothing changes until it is decided."))
            return redirect("admin:quizzes_errata_one", made.pk)
    context = {"test": test, "question": question, "form": form}
    status = 422 if is_sent else 200
    return render(request, "quizzes/errata/propose.html", context, status=status)


# ------------------------------------------------------------------ looking and deciding
def _context(shown: Erratum, user: User) -> dict[str, Any]:
    """What stands on every page of one erratum."""
    slug = shown.course.slug
    wordings = [
        own
        for own in wordings_of(shown.course, shown.activity_key, shown.question_key)
        if own.content_hash in shown.content_hashes
    ]
    sees_keys = may_see_keys(user, slug)
    accepted = answered_in_words(shown, wordings)
    is_open = shown.state == Erratum.State.PROPOSED
    dry = dry_run_of(shown) if is_open else None
    numbers = dry.done if dry else None
    return {
        "erratum": shown,
        "test": named_test(shown.course, shown.activity_key, translation.get_language()),
        "wordings": [(own, accepted.get(own.content_hash)) for own in wordings],
        "sees_keys": sees_keys,
        "dry": dry,
        "won": named(numbers.won) if numbers else [],
        "lost": named(numbers.lost) if numbers else [],
        "aside": named(numbers.aside) if numbers else [],
        "is_own": shown.proposed_by_id == user.pk,
        "decides": is_open and may_decide_errata(user, slug) and shown.proposed_by_id != user.pk,
        "drops": is_open and (may_decide_errata(user, slug) or may_propose_errata(user, slug)),
    }


@require_safe
def erratum(request: HttpRequest, erratum_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    shown = erratum_seen_by(request.user, erratum_id)
    context = _context(shown, request.user)
    if shown.decided_at is not None:
        waits = to_be_decided(shown)
        listed = waits[:_LISTED]
        people = {attempt.enrolment.person_id for attempt in listed}
        rows = to_decide(shown, listed, records_open_to(request.user, people))
        context |= {
            "applied": applied(shown),
            "to_decide_count": len(waits),
            "to_decide": rows,
            "to_decide_closed": not all(row.has_record for row in rows),
            "opens_attempts": may_grant_attempt(request.user, shown.course.slug),
        }
    return render(request, "quizzes/errata/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, erratum_id: UUID) -> HttpResponse:
    """Asks for a fresh second step before it shows anything that could be decided."""
    assert isinstance(request.user, User)
    shown = erratum_to_decide(request.user, erratum_id)
    if shown.state != Erratum.State.PROPOSED or shown.proposed_by_id == request.user.pk:
        return _as_it_is(request, shown)
    if request.method != "POST":
        require_fresh_step(request)
        return _deciding(request, shown, DecideForm())
    form = DecideForm(request.POST)
    if not has_fresh_step(request):
        problem = _("Too much time has passed: confirm once more that it is you, then decide.")
        return _deciding(request, shown, form, problem=problem, status=403)
    if not form.is_valid():
        return _deciding(request, shown, form, status=422)
    try:
        actions.decide_erratum(
            erratum=shown,
            lowering=form.cleaned_data["lowering"],
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=request.user,
            now=timezone.now(),
        )
    except actions.NumbersChanged:
        if not dry_run_of(shown).is_current:
            actions.ask_dry_run(erratum=shown, now=timezone.now())
        problem = _("Meanwhile the numbers have changed. Nothing was decided; look at them again.")
        return _deciding(request, shown, form, problem=problem, status=409)
    except (actions.AlreadyDecided, PermissionDenied):
        return _as_it_is(request, shown)
    messages.success(request, _("It is decided. The attempts are marked anew now."))
    return redirect("admin:quizzes_errata_one", shown.pk)


def _as_it_is(request: HttpRequest, shown: Erratum) -> HttpResponse:
    """Nothing to decide, or not for this person."""
    if shown.proposed_by_id == request.user.pk:
        messages.warning(request, _("You proposed it, so somebody else decides."))
    else:
        messages.warning(request, _("It was decided or given up meanwhile. Nothing was changed."))
    return redirect("admin:quizzes_errata_one", shown.pk)


def _deciding(
    request: HttpRequest,
    shown: Erratum,
    form: DecideForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    assert isinstance(request.user, User)
    context = _context(shown, request.user) | {
        "form": form,
        "problem": problem,
        "is_stale": status == 403,
    }
    return render(request, "quizzes/errata/decide.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, erratum_id: UUID) -> HttpResponse:
    """Have the dry run computed again, and back to where it is looked at."""
    assert isinstance(request.user, User)
    shown = erratum_seen_by(request.user, erratum_id)
    if request.method == "POST" and shown.state == Erratum.State.PROPOSED:
        actions.ask_dry_run(erratum=shown, now=timezone.now())
    name = "decide" if "decide" in request.POST else "one"
    return redirect(f"admin:quizzes_errata_{name}", shown.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, erratum_id: UUID) -> HttpResponse:
    """Asks, then no longer pursues it."""
    assert isinstance(request.user, User)
    shown = erratum_seen_by(request.user, erratum_id)
    if request.method == "POST":
        if actions.drop_erratum(erratum=shown, by=request.user, now=timezone.now()):
            messages.success(request, _("It is not pursued. No result was changed."))
        else:
            messages.warning(
                request, _("It was decided or given up meanwhile. Nothing was changed.")
            )
        return redirect("admin:quizzes_errata_one", shown.pk)
    if shown.state != Erratum.State.PROPOSED:
        return redirect("admin:quizzes_errata_one", shown.pk)
    test = named_test(shown.course, shown.activity_key, translation.get_language())
    return render(request, "quizzes/errata/drop.html", {"erratum": shown, "test": test})
