"""Questions of other systems: brought, looked at, taken in; and a draft's questions as a file.

    302 brought, or taken in        409 the draft changed meanwhile, or is closed
    422 the file or a field must be put right first

What was pasted stands in the form again, whatever is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import draft_for, edition_for, import_for, tests_in
from courseware.authoring.forms.interchange import BringForm, TakeInForm, place_in_words, said
from courseware.authoring.forms.place import MoveInWords, moves_in_words
from courseware.authoring.forms.shapes import TYPE_NAMES
from courseware.authoring.models import QuestionImport
from courseware.authoring.queries.exporting import questions_to_export
from courseware.authoring.queries.importing import (
    ImportPlan,
    Incoming,
    plan_of,
    with_pictures,
)
from courseware.authoring.queries.questions import named_tests
from courseware.authoring.queries.states import state_of
from courseware.core.sentences import sentence
from courseware.courses.models import Edition
from quizzes.engine.content import ContentError
from quizzes.engine.pictures import with_files
from quizzes.interchange import formats
from quizzes.interchange.records import MAX_BYTES, Finding, Unreadable
from quizzes.queries import Preview
from quizzes.queries import preview as preview_of

#: Questions shown at a time; a file may hold ten times as many, each with a long list of options.
_ON_A_PAGE = 50


# ------------------------------------------------------------------ a file is brought
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    gate = edition_for if request.method == "POST" else draft_for
    edition = gate(request.user, edition_id)
    if request.method != "POST":
        return _brought(request, edition, BringForm())
    form = BringForm(request.POST, request.FILES)
    if "file" not in request.FILES and _is_too_large(request):
        form.is_too_large = True  # the handler of uploads dropped it on the way
        form.add_error("file", _("The file is larger than 10 MB. Split it."))
    if not form.is_valid():
        return _brought(request, edition, form, status=422)
    if not state_of(edition, request.user).can_change:
        notice = _("This draft cannot be changed now: nothing can be brought in.")
        return _brought(request, edition, form, status=409, notice=notice)
    kept = actions.keep_import(
        edition=edition,
        format_name=form.format_name,
        encoding=form.decoded.encoding,
        text=form.decoded.text,
        by=request.user,
        now=timezone.now(),
    )
    for finding in form.decoded.findings:
        messages.warning(request, said(finding))
    return redirect("admin:authoring_import", edition.pk, kept.pk)


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH", "")
    return length.isdigit() and int(length) > MAX_BYTES


def _brought(
    request: HttpRequest,
    edition: Edition,
    form: BringForm,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    assert isinstance(request.user, User)
    context = {
        "draft": edition,
        "form": form,
        "notice": notice,
        "file_is_gone": bool(request.FILES),
        "state": state_of(edition, request.user),
    }
    return render(request, "authoring/interchange/bring.html", context, status=status)


# ------------------------------------------------------------------ looked at and taken in
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, edition_id: UUID, import_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    gate = edition_for if request.method == "POST" else draft_for
    edition = gate(request.user, edition_id)
    kept = import_for(request.user, edition, import_id)
    if request.method == "POST" and "drop" in request.POST:
        actions.drop_import(kept=kept)
        return redirect("admin:authoring_questions", edition.pk)
    try:
        plan = plan_of(kept)
    except Unreadable as refused:
        messages.error(request, said(refused.finding))
        return redirect("admin:authoring_bring", edition.pk)
    tests = named_tests(edition, plan.language)
    if request.method != "POST":
        return _looked_at(request, plan, TakeInForm(plan, tests))
    form = TakeInForm(plan, tests, request.POST)
    if not form.is_valid() or plan.has_errors:
        return _looked_at(request, plan, form, status=422)
    return _taken_in(request, kept, plan, form)


def _taken_in(
    request: HttpRequest, kept: QuestionImport, plan: ImportPlan, form: TakeInForm
) -> HttpResponse:
    assert isinstance(request.user, User)
    edition = kept.edition
    quizzes = tests_in(edition)
    chosen = form.cleaned_data.get("test")
    quiz = next((quiz for quiz in quizzes if quiz.activity.key == chosen), quizzes[0])
    try:
        done = actions.take_in(
            kept=kept,
            quiz=quiz,
            seen=form.cleaned_data["seen"],
            defaults=form.defaults(),
            alts=form.alts(),
            by=request.user,
            now=timezone.now(),
        )
    except actions.DraftClosed as closed:
        return _looked_at(request, plan, form, status=409, notice=str(closed))
    except actions.ImportMoved:
        fresh = TakeInForm(plan, named_tests(edition, plan.language))
        notice = _(
            "Somebody changed questions of the draft meanwhile. Nothing was written. Below is "
            "what the file would do now."
        )
        return _looked_at(request, plan, fresh, status=409, notice=notice)
    except actions.ImportRefused as refused:
        kind = refused.incoming.type
        faults = "; ".join(
            f"{place_in_words(fault.path, kind)}: {sentence(fault.message, fault.params)}"
            for fault in refused.faults
        )
        notice = _("Nothing was written. Question %(number)s: %(faults)s") % {
            "number": refused.incoming.number,
            "faults": faults,
        }
        return _looked_at(request, plan, form, status=422, notice=notice)
    messages.success(request, _said_done(done))
    return redirect("admin:authoring_questions", edition.pk)


def _said_done(done: actions.TakenIn) -> str:
    parts = [
        ngettext("%(count)s new question", "%(count)s new questions", done.new)
        % {"count": done.new},
        ngettext("%(count)s changed", "%(count)s changed", done.changed) % {"count": done.changed},
    ]
    if done.pictures:
        pictures = ngettext(
            "%(count)s picture on its way to the draft's pictures",
            "%(count)s pictures on their way to the draft's pictures",
            done.pictures,
        )
        parts.append(pictures % {"count": done.pictures})
    return _("Brought in: %(what)s.") % {"what": ", ".join(parts)}


@dataclass(frozen=True)
class _Shown:
    incoming: Incoming
    preview: Preview | None
    moves: list[MoveInWords]

    @property
    def type_name(self) -> Any:
        return TYPE_NAMES[self.incoming.type]


def _shown(plan: ImportPlan, questions: Iterable[Incoming]) -> list[_Shown]:
    words = plan.words({}, {})
    found = []
    for incoming in questions:
        try:
            shown = preview_of(
                incoming.type,
                with_files(with_pictures(incoming.read.content, words), plan.files),
                key=incoming.key or str(incoming.number),
                language=plan.language,
                is_released=True,
                name=f"q{incoming.number}",
            )
        except ContentError:
            shown = None
        moves = moves_in_words(incoming.moves, plan.course)
        found.append(_Shown(incoming, shown, moves))
    return found


def _looked_at(
    request: HttpRequest,
    plan: ImportPlan,
    form: TakeInForm,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    assert isinstance(request.user, User)
    every = [(finding, "") for finding in plan.findings]
    every += [(finding, one.type) for one in plan.questions for finding in one.findings]
    page = Paginator(plan.questions, _ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "draft": plan.kept.edition,
        "plan": plan,
        "page": page,
        "format": formats.FORMATS[plan.kept.format],
        "form": form,
        "notice": notice,
        "questions": _shown(plan, page),
        "errors": _sorted(every, "error"),
        "lost": _sorted(every, "lost"),
        "warnings": _sorted(every, "warning"),
        "state": state_of(plan.kept.edition, request.user),
    }
    return render(request, "authoring/interchange/look.html", context, status=status)


@dataclass(frozen=True)
class Line:
    """A finding as it is read."""

    line: int
    name: str
    message: str


def _sorted(findings: Iterable[tuple[Finding, str]], level: str) -> list[Line]:
    """Those of one level by their lines; each came with the type of its question, if it has one."""
    chosen = [(finding, kind) for finding, kind in findings if finding.level == level]
    chosen.sort(key=lambda pair: pair[0].line)
    return [Line(finding.line, finding.name, said(finding, kind)) for finding, kind in chosen]


# ------------------------------------------------------------------ a draft's questions go out
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """A GET says what a format cannot hold; a POST is the file."""
    assert isinstance(request.user, User)
    edition = draft_for(request.user, edition_id)
    asked = (request.POST if request.method == "POST" else request.GET).get("format", "")
    chosen = asked if asked in formats.FORMATS else "csv"
    if request.method == "POST" and asked in formats.FORMATS:
        written = actions.export_questions(
            edition=edition, format_name=chosen, by=request.user, now=timezone.now()
        )
        return _file(edition, chosen, written.text)
    questions = questions_to_export(edition, with_files=False)
    written = formats.write(chosen, questions)
    said_of = [(finding, "") for finding in written.findings]
    context = {
        "draft": edition,
        "formats": formats.FORMATS.items(),
        "chosen": chosen,
        "format": formats.FORMATS[chosen],
        "count": len(questions),
        "kept": len(written.kept),
        "findings": [*_sorted(said_of, "lost"), *_sorted(said_of, "error")],
        "state": state_of(edition, request.user),
    }
    return render(request, "authoring/interchange/export.html", context)


def _file(edition: Edition, format_name: str, text: str) -> HttpResponse:
    form = formats.FORMATS[format_name]
    name = f"{edition.course.key.lower()}-draft-{edition.number}.{form.suffix}"
    response = HttpResponse(
        text.encode("utf-8"), content_type=f"{form.content_type}; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
