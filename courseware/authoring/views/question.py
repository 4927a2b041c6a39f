"""One question: its editor, its preview, and a new one.

    200 shown, also with one more empty row   409 somebody saved meanwhile, or the draft is closed
    422 something must be put right first     302 saved

Whatever is refused, what was typed stands in the form again.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import draft_for, edition_for, question_in, test_in, was_in
from courseware.authoring.forms import QuestionEditor
from courseware.authoring.forms.content import BLANKS, with_one_more
from courseware.authoring.forms.shapes import TYPE_NAMES, WORD_FIELDS
from courseware.authoring.queries.questions import (
    OpenQuestion,
    new_question,
    open_question,
)
from courseware.authoring.queries.states import state_of
from courseware.core.sentences import sentence
from courseware.courses.models import Edition
from quizzes.actions import Stale
from quizzes.engine.content import ContentError
from quizzes.queries import preview as preview_of
from quizzes.queries.previewing import NAME


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, edition_id: UUID, key: str, language: str) -> HttpResponse:
    opened = _opened(request, edition_id, key, language)
    if isinstance(opened, HttpResponse):
        return opened
    return _edited(request, opened) if request.method == "POST" else _page(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def question_preview(
    request: HttpRequest, edition_id: UUID, key: str, language: str
) -> HttpResponse:
    """A GET, after signing in again, leads to the question."""
    opened = _opened(request, edition_id, key, language)
    if isinstance(opened, HttpResponse):
        return opened
    if request.method != "POST":
        return redirect("admin:authoring_question", edition_id, key, language)
    return _previewed(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: HttpRequest, edition_id: UUID, test: str, kind: str) -> HttpResponse:
    opened = _new(request, edition_id, test, kind)
    return _edited(request, opened) if request.method == "POST" else _page(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def question_new_preview(
    request: HttpRequest, edition_id: UUID, test: str, kind: str
) -> HttpResponse:
    opened = _new(request, edition_id, test, kind)
    if request.method != "POST":
        return redirect("admin:authoring_question_new", edition_id, test, kind)
    return _previewed(request, opened)


def _opened(
    request: HttpRequest, edition_id: UUID, key: str, language: str
) -> OpenQuestion | HttpResponse:
    """The question, or what was typed into it where it is gone. Raises Http404."""
    assert isinstance(request.user, User)
    # What was typed into a form is shown again even if the edition is published meanwhile.
    is_sent = request.method == "POST"
    edition = (edition_for if is_sent else draft_for)(request.user, edition_id)
    try:
        found = question_in(edition, key)
    except Http404:
        if is_sent and was_in(edition, key):
            return _gone(request, edition, key)
        raise
    opened = open_question(found, language)
    if opened is None:
        raise Http404
    return opened


def _gone(request: HttpRequest, edition: Edition, key: str) -> HttpResponse:
    """Somebody took it out meanwhile: the texts that were sent, to be copied."""
    assert isinstance(request.user, User)
    texts = [
        text
        for name in request.POST
        for text in request.POST.getlist(name)
        if name.rpartition("-")[2] in WORD_FIELDS and text.strip()
    ]
    context = {
        "draft": edition,
        "key": key,
        "texts": texts,
        "state": state_of(edition, request.user),
    }
    return render(request, "authoring/questions/gone.html", context, status=409)


def _new(request: HttpRequest, edition_id: UUID, test: str, kind: str) -> OpenQuestion:
    assert isinstance(request.user, User)
    gate = edition_for if request.method == "POST" else draft_for
    edition = gate(request.user, edition_id)
    if kind not in TYPE_NAMES:
        raise Http404
    opened = new_question(test_in(edition, test), kind, BLANKS[kind])
    wanted = request.GET.get("objective", "")
    if wanted in dict(opened.course.objectives):
        opened = replace(opened, place={**opened.place, "objective": wanted})
    return opened


# ------------------------------------------------------------------ saving
def _edited(request: HttpRequest, opened: OpenQuestion) -> HttpResponse:
    if group := request.POST.get("more", ""):
        data = with_one_more(request.POST, group, request.POST.get("part-type", ""))
        editor = QuestionEditor(opened, data)
        editor.content_forms.focus_on(group)
        return _page(request, opened, editor)
    editor = QuestionEditor(opened, request.POST)
    if any(editor.content_forms.own_problems()):
        return _refused(request, opened, editor)
    try:
        key = _save(request, opened, editor)
    except ContentError:
        return _refused(request, opened, editor)
    except Stale as stale:
        return _conflict(request, opened, editor, stale)
    except actions.DraftClosed as closed:
        return _page(request, opened, editor, notice=str(closed), status=409)
    if request.POST.get("go") == "next" and opened.after:
        key = opened.after
    return redirect("admin:authoring_question", opened.edition.pk, key, opened.language)


def _save(request: HttpRequest, opened: OpenQuestion, editor: QuestionEditor) -> str:
    """The key of the question that was saved."""
    assert isinstance(request.user, User)
    envelope, content, now = editor.envelope(), editor.content, timezone.now()
    if opened.question is None:
        assert envelope is not None
        made = actions.add_question(
            quiz=opened.quiz,
            language=opened.language,
            content=content,
            envelope=envelope,
            by=request.user,
            now=now,
        )
        messages.success(request, _("%(key)s is in the draft.") % {"key": made.key})
        return made.key
    changed = actions.save_question(
        question=opened.question,
        language=opened.language,
        content=content,
        seen=editor.seen,
        envelope=envelope,
        # Whoever saves over another's state has rows of an older one: they are known by words.
        origins=None if request.POST.get("over") else editor.origins(),
        by=request.user,
        now=now,
    )
    said = _("%(key)s is saved.") if changed else _("%(key)s: nothing was changed.")
    messages.success(request, said % {"key": opened.key})
    return opened.key


def _refused(request: HttpRequest, opened: OpenQuestion, editor: QuestionEditor) -> HttpResponse:
    editor.show(editor.faults())
    return _page(request, opened, editor, status=422)


def _conflict(
    request: HttpRequest, opened: OpenQuestion, editor: QuestionEditor, stale: Stale
) -> HttpResponse:
    """Both versions, and the person chooses. What was typed stands in the form."""
    now = open_question(stale.question, opened.language) if stale.question else None
    if now is None:
        return _gone(request, opened.edition, opened.key)
    editor.seen = now.state
    return _page(
        request,
        opened,
        editor,
        status=409,
        conflict={
            "theirs": _explained(now.kind, now.content, now),
            "mine": _explained(opened.kind, editor.shown_content(), opened),
        },
    )


def _explained(kind: str, content: Any, opened: OpenQuestion) -> Any:
    """A content with its right answer and all feedback, or None where it is not whole."""
    try:
        shown = preview_of(
            kind, content, key=opened.key, language=opened.language, is_released=True
        )
    except ContentError:
        return None
    return shown.explanation


# ------------------------------------------------------------------ showing
def _previewed(request: HttpRequest, opened: OpenQuestion) -> HttpResponse:
    """The fragment for the script; the whole page, with what was typed, for everybody else."""
    editor = QuestionEditor(opened, request.POST)
    beside = _beside(opened, editor, request.POST)
    if request.POST.get("fragment"):
        return render(request, "authoring/questions/beside.html", {"open": opened, **beside})
    return _page(request, opened, editor, beside=beside)


def _beside(
    opened: OpenQuestion, editor: QuestionEditor, posted: QueryDict | None = None
) -> dict[str, Any]:
    """The preview, what must be put right and what is worth a look."""
    data = posted if posted is not None else QueryDict()
    is_released = data.get("show") == "result"
    raw = {name: data.getlist(name) for name in data if name == NAME or name.startswith(f"{NAME}-")}
    found: dict[str, Any] = {
        "must": [],
        "hints": list(editor.hints()),
        "preview": None,
        "is_released": is_released,
    }
    if posted is None and (opened.question is None or not opened.content):
        return found  # nothing is written yet
    faults = editor.faults()
    found["must"] = editor.located(faults)
    if any(not fault.path for fault in faults):
        return found  # too long as a whole: it is not drawn with every key that is pressed
    try:
        shown = preview_of(
            opened.kind,
            editor.shown_content(),
            key=opened.key,
            language=opened.language,
            raw=raw,
            is_released=is_released,
        )
    except ContentError:
        return found
    if shown.problem is not None:
        found["problem"] = sentence(shown.problem.message, shown.problem.params)
    return {**found, "preview": shown}


def _page(
    request: HttpRequest,
    opened: OpenQuestion,
    editor: QuestionEditor | None = None,
    *,
    status: int = 200,
    notice: str = "",
    conflict: dict[str, Any] | None = None,
    beside: dict[str, Any] | None = None,
) -> HttpResponse:
    assert isinstance(request.user, User)
    posted = request.POST if editor is not None else None
    editor = editor or QuestionEditor(opened)
    context = {
        "draft": opened.edition,
        "open": opened,
        "editor": editor,
        "notice": notice,
        "conflict": conflict,
        "state": state_of(opened.edition, request.user),
        "type_name": TYPE_NAMES[opened.kind],
        "part_types": [(key, name) for key, name in TYPE_NAMES.items() if key != "scenario"],
        "must_be_put_right": editor.problems,
        **(beside or _beside(opened, editor, posted)),
    }
    return render(request, "authoring/questions/editor.html", context, status=status)
