"""The editor of a lesson and its preview.

    200 shown, or saved (as data, for the script)   409 somebody saved meanwhile, or closed
    422 something must be put right first           302 saved
    429 too many previews in a minute

Whatever is refused, what was typed stands in the form again. The script sends the same form and is
answered in fragments of the same page; without it every step is a button.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring.access import draft_for, edition_for, lesson_text_in
from courseware.authoring.actions import DraftClosed, save_lesson
from courseware.authoring.forms.lessons import LessonForm, at_line
from courseware.authoring.queries.lessons import OpenLesson, differences, open_lesson
from courseware.authoring.queries.states import state_of
from courseware.core.markup import MarkupError
from courseware.core.sentences import sentence
from lessons.actions import Stale
from lessons.bounded import Shown, rendered
from lessons.dialect import Mode
from lessons.queries import LessonWords

_WORDS_A_MINUTE = 200
# Somebody who types without a pause is shown about one preview a second.
_LIMITS = {"preview": "90/m/user"}
_APP = "courseware.authoring"


@require_http_methods(["GET", "HEAD", "POST"])
def lesson(request: HttpRequest, edition_id: UUID, key: str, language: str) -> HttpResponse:
    opened = _opened(request, edition_id, key, language)
    if request.method != "POST":
        return _page(request, opened, LessonForm(opened))
    form = LessonForm(opened, request.POST)
    if request.POST.get("do") == "preview":
        return _page(request, opened, form, text=_typed(request))
    return _saved(request, opened, form)


@require_http_methods(["GET", "HEAD", "POST"])
def lesson_preview(request: HttpRequest, edition_id: UUID, key: str, language: str) -> HttpResponse:
    """The fragment beside the text. A GET, after signing in again, leads to the editor."""
    opened = _opened(request, edition_id, key, language)
    if request.method != "POST":
        return redirect("admin:authoring_lesson", edition_id, key, language)
    if not ratelimit.consume(request, app=_APP, action="preview", config=_LIMITS):
        return HttpResponse(status=429, headers={"Retry-After": "5"})
    beside = _beside(opened, _mode(request), _typed(request), request.POST.get("title", ""))
    return render(request, "authoring/lessons/beside.html", {"open": opened, "beside": beside})


def _opened(request: HttpRequest, edition_id: UUID, key: str, language: str) -> OpenLesson:
    assert isinstance(request.user, User)
    # What was typed into a form is shown again even if the edition is published meanwhile.
    gate = edition_for if request.method == "POST" else draft_for
    edition = gate(request.user, edition_id)
    return open_lesson(edition, lesson_text_in(edition, key, language))


def _mode(request: HttpRequest) -> Mode:
    return "light" if request.POST.get("show", request.GET.get("show")) == "light" else "full"


def _typed(request: HttpRequest) -> str:
    return request.POST.get("light_markdown" if _mode(request) == "light" else "markdown", "")


# ------------------------------------------------------------------ saving
def _saved(request: HttpRequest, opened: OpenLesson, form: LessonForm) -> HttpResponse:
    assert isinstance(request.user, User)
    if not form.is_valid():
        return _refused(request, opened, form, status=422)
    words, now = form.words(), timezone.now()
    try:
        save_lesson(
            edition=opened.edition,
            text=opened.text,
            words=words,
            seen=request.POST.get("over") or form.cleaned_data["seen"],
            fits=opened.original if form.cleaned_data["fits"] else "",
            by=request.user,
            now=now,
        )
    except Stale as stale:
        return _refused(request, opened, form, status=409, theirs=stale.current, mine=words)
    except DraftClosed as closed:
        return _refused(request, opened, form, status=409, notice=str(closed))
    said = _("Saved %(time)s") % {"time": date_format(timezone.localtime(now), "H:i:s")}
    if _is_script(request):
        return JsonResponse({"said": said, "seen": words.seen})
    messages.success(request, said)
    return redirect("admin:authoring_lesson", opened.edition.pk, opened.key, opened.language)


def _is_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


def _refused(
    request: HttpRequest,
    opened: OpenLesson,
    form: LessonForm,
    *,
    status: int,
    notice: str = "",
    theirs: LessonWords | None = None,
    mine: LessonWords | None = None,
) -> HttpResponse:
    """Why nothing was saved: a sentence, the fields to put right, or both versions."""
    trouble: dict[str, Any] = {"notice": notice, "theirs": theirs}
    if theirs is not None and mine is not None:
        trouble["differences"] = differences(theirs, mine)
    if _is_script(request):
        context = {"open": opened, "form": form, "trouble": trouble}
        return render(request, "authoring/lessons/trouble.html", context, status=status)
    return _page(request, opened, form, text=_typed(request), trouble=trouble, status=status)


# ------------------------------------------------------------------ showing
@dataclass(frozen=True)
class _Beside:
    """What stands beside the text: how it looks, how long it is, what its author should know."""

    mode: Mode
    title: str
    at: str
    shown: Shown | None
    failure: str = ""

    @property
    def minutes(self) -> int:
        return max(1, round(self.shown.words / _WORDS_A_MINUTE)) if self.shown else 0

    @property
    def problems(self) -> list[dict[str, Any]]:
        """What to look at, in the author's language."""
        return [
            {
                "line": problem.line,
                "level": problem.level,
                "sentence": sentence(problem.message, dict(problem.params)),
            }
            for problem in (self.shown.problems if self.shown else ())
        ]


def _beside(opened: OpenLesson, mode: Mode, text: str, title: str) -> _Beside:
    at = date_format(timezone.localtime(), "H:i:s")
    text = text.replace("\r\n", "\n")
    try:
        shown = rendered(text, opened.resolver(mode))
    except MarkupError as error:
        failure = at_line(sentence(error.message, error.params), error.line)
        return _Beside(mode, title, at, None, failure)
    return _Beside(mode, title, at, shown)


def _page(
    request: HttpRequest,
    opened: OpenLesson,
    form: LessonForm,
    *,
    text: str | None = None,
    trouble: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    assert isinstance(request.user, User)
    mode = _mode(request)
    if text is None:
        text = opened.words.light_markdown if mode == "light" else opened.words.markdown
    title = request.POST.get("title", opened.words.title)
    context = {
        "draft": opened.edition,
        "state": state_of(opened.edition, request.user),
        "open": opened,
        "form": form,
        "trouble": trouble or {},
        "beside": _beside(opened, mode, text, title),
        "mode": mode,
    }
    return render(request, "authoring/lessons/editor.html", context, status=status)
