"""The questions of a draft as a list, and what is done to one as a whole: copied, taken out."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import draft_for, edition_for, question_in, test_in
from courseware.authoring.forms import QuizForm
from courseware.authoring.forms.shapes import TYPE_NAMES
from courseware.authoring.queries.questions import open_question, question_list
from courseware.authoring.queries.states import state_of
from courseware.core.sentences import sentence
from courseware.courses.queries import languages_of
from quizzes.actions import Stale, quiz_state
from quizzes.engine.content import ContentError
from quizzes.engine.names import LEVEL_NAMES

_LONGEST_SEARCH = 100
_STANDINGS = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "unchanged": gettext_lazy("Unchanged"),
    "translation": gettext_lazy("To be translated"),
}
_NARROWED = ("q", "objective", "type", "tag", "state", "statistics")


@require_safe
def questions(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    draft = draft_for(request.user, edition_id)
    asked = {
        "search": request.GET.get("q", "")[:_LONGEST_SEARCH],
        "objective": request.GET.get("objective", ""),
        "kind": request.GET.get("type", ""),
        "tag": request.GET.get("tag", ""),
        "standing": request.GET.get("state", ""),
        "statistics": request.GET.get("statistics", ""),
    }
    found = question_list(draft, **asked)
    context = {
        "draft": draft,
        "list": found,
        "asked": asked,
        "is_narrow": any(asked.values()),
        "types": TYPE_NAMES.items(),
        "standings": _STANDINGS.items(),
        "levels": [
            *((level.name.lower(), _(name)) for level, name in LEVEL_NAMES.items()),
            ("none", _("Not computed yet")),
        ],
        "problems": [sentence(fault.message, fault.params) for fault in found.pool.problems],
        "state": state_of(draft, request.user),
    }
    return render(request, "authoring/questions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tag_questions(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """Put a tag on the chosen questions, or take it off. A GET leads to the list."""
    assert isinstance(request.user, User)
    edition = edition_for(request.user, edition_id)
    back = redirect("admin:authoring_questions", edition.pk)
    if request.method != "POST":
        return back
    tag, keys = request.POST.get("tag", "").strip(), request.POST.getlist("key")
    narrow = urlencode([(n, v) for n in _NARROWED if (v := request.POST.get(f"was-{n}", ""))])
    back["Location"] += f"?{narrow}" if narrow else ""
    if not keys:
        messages.warning(request, _("Choose at least one question."))
        return back
    try:
        changed = actions.tag_questions(
            edition=edition,
            keys=keys,
            tag=tag,
            is_on="off" not in request.POST,
            by=request.user,
            now=timezone.now(),
        )
    except ContentError as error:
        for fault in error.faults:
            messages.error(request, sentence(fault.message, fault.params))
    except actions.DraftClosed as closed:
        messages.error(request, str(closed))
    else:
        done = ngettext("%(n)d question was changed.", "%(n)d questions were changed.", changed)
        messages.success(request, done % {"n": changed})
    return back


@require_http_methods(["GET", "HEAD", "POST"])
def copy_question(request: HttpRequest, edition_id: UUID, key: str) -> HttpResponse:
    """A GET, after signing in again, leads to the question."""
    assert isinstance(request.user, User)
    edition = edition_for(request.user, edition_id)
    question = question_in(edition, key)
    language = languages_of(edition)[0]
    if request.method != "POST":
        return redirect("admin:authoring_question", edition.pk, key, language)
    try:
        copy = actions.duplicate_question(question=question, by=request.user, now=timezone.now())
    except actions.DraftClosed as closed:
        messages.error(request, str(closed))
        return redirect("admin:authoring_question", edition.pk, key, language)
    messages.success(
        request, _("This is the copy, %(key)s. Change what it asks.") % {"key": copy.key}
    )
    return redirect("admin:authoring_question", edition.pk, copy.key, language)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_question(request: HttpRequest, edition_id: UUID, key: str) -> HttpResponse:
    """Asks first; taken out means out of this draft."""
    assert isinstance(request.user, User)
    edition = edition_for(request.user, edition_id)
    question = question_in(edition, key)
    language = languages_of(edition)[0]
    problem = ""
    if request.method == "POST":
        try:
            actions.remove_question(
                question=question,
                seen=request.POST.get("seen", ""),
                language=language,
                by=request.user,
                now=timezone.now(),
            )
        except Stale:
            problem = _("Somebody changed this question in between. Look at it again first.")
        except actions.DraftClosed as closed:
            problem = str(closed)
        else:
            messages.success(request, _("%(key)s is out of this draft.") % {"key": key})
            return redirect("admin:authoring_questions", edition.pk)
    opened = open_question(question, language)
    if opened is None:
        raise Http404
    context = {
        "draft": edition,
        "open": opened,
        "problem": problem,
        "state": state_of(edition, request.user),
    }
    status = 409 if problem else 200
    return render(request, "authoring/questions/remove.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, edition_id: UUID, key: str) -> HttpResponse:
    """How a test is drawn, timed and marked."""
    assert isinstance(request.user, User)
    is_sent = request.method == "POST"
    edition = (edition_for if is_sent else draft_for)(request.user, edition_id)
    quiz = test_in(edition, key)
    found = question_list(edition)
    goals = [
        (count.key, found.words.objective_texts.get(count.key, ""), count.count)
        for count in found.pool.objectives
    ]
    form = QuizForm(quiz, goals, request.POST if is_sent else None)
    status, notice = 200, ""
    if is_sent:
        try:
            if form.is_valid():
                changed = actions.save_quiz(
                    quiz=quiz,
                    settings=form.settings(),
                    seen=request.POST.get("seen", ""),
                    by=request.user,
                    now=timezone.now(),
                )
                done = _("The test is saved.") if changed else _("Nothing was changed.")
                messages.success(request, done)
                return redirect("admin:authoring_test", edition.pk, key)
            status = 422
        except ContentError as error:
            status = 422
            for fault in error.faults:
                form.add_error(form.field_of(fault.path), sentence(fault.message, fault.params))
        except Stale:
            status = 409
            notice = _(
                "Somebody changed this test while you had it open. Nothing was overwritten. "
                "What you typed stands below; what is saved now stands beside it. Save once more "
                "to put yours in its place."
            )
        except actions.DraftClosed as closed:
            status, notice = 409, str(closed)
    context = {
        "draft": edition,
        "key": key,
        "form": form,
        "saved": QuizForm(quiz, goals) if status == 409 else None,
        "seen": quiz_state(quiz) if status in {200, 409} else request.POST.get("seen", ""),
        "notice": notice,
        "title": found.words.activity_titles.get(key, key),
        "problems": [sentence(fault.message, fault.params) for fault in found.pool.problems],
        "counts": found.pool.objectives,
        "state": state_of(edition, request.user),
    }
    return render(request, "authoring/questions/test.html", context, status=status)
