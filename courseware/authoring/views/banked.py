"""From questions ticked in the bank to the draft of their course: what is about to happen, then it
happens and leads there.
"""

import re
from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from courseware.accounts.models import User
from courseware.authoring import actions
from courseware.authoring.access import course_to_write
from courseware.authoring.queries.banked import chosen_in_bank
from courseware.core.sentences import sentence
from courseware.courses.actions import EditionError
from courseware.courses.models import Course
from quizzes.engine.content import ContentError, Fault

_MOST = 100


@require_http_methods(["GET", "HEAD", "POST"])
def from_bank(request: HttpRequest, course_id: UUID) -> HttpResponse:
    assert isinstance(request.user, User)
    course = course_to_write(request.user, course_id)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = chosen_in_bank(course, _numbers(sent.getlist("question")))
    if not chosen.questions:
        messages.warning(request, _("Choose at least one question."))
        return redirect("admin:quizzes_question_changelist")
    problem = ""
    if request.method == "POST":
        try:
            told = _done(request, course, [question.number for question in chosen.questions])
        except ContentError as error:
            problem = _why(error.faults)
        except (actions.DraftClosed, EditionError) as refused:
            problem = str(refused)
        else:
            return redirect("admin:authoring_questions", told.draft.pk)
    context = {
        "course": course,
        "chosen": chosen,
        "is_copying": sent.get("do") == "copy",
        "tag": sent.get("tag", ""),
        "problem": problem,
    }
    return render(
        request, "authoring/questions/from_bank.html", context, status=422 if problem else 200
    )


def _numbers(given: list[str]) -> list[int]:
    """Rows of the bank; whatever is no number is passed over."""
    numbers = [int(text) for text in given if re.fullmatch("[0-9]{1,18}", text)]
    return list(dict.fromkeys(numbers))[:_MOST]


def _done(request: HttpRequest, course: Course, questions: list[int]) -> actions.InDraft:
    assert isinstance(request.user, User)
    by, now = request.user, timezone.now()
    if request.POST.get("do") == "copy":
        told = actions.duplicate_from_bank(course=course, questions=questions, by=by, now=now)
        said = ngettext(
            "%(n)d copy stands in the draft, after the draft's own question or at the end of its "
            "test. Change what it asks.",
            "%(n)d copies stand in the draft, each after the draft's own question or at the end "
            "of its test. Change what they ask.",
            told.done,
        )
    else:
        told = actions.tag_from_bank(
            course=course,
            questions=questions,
            tag=request.POST.get("tag", "").strip(),
            is_on="off" not in request.POST,
            by=by,
            now=now,
        )
        said = ngettext("%(n)d question was changed.", "%(n)d questions were changed.", told.done)
    messages.success(request, said % {"n": told.done})
    if told.missing:
        missing = _("Not in this draft, so left alone: %(keys)s.")
        messages.warning(request, missing % {"keys": ", ".join(told.missing)})
    for key, faults in told.refused:
        why = {"key": key, "why": _why(faults)}
        messages.warning(request, _("%(key)s was not copied: %(why)s") % why)
    return told


def _why(faults: Iterable[Fault]) -> str:
    said = (sentence(fault.message, fault.params) for fault in faults)
    return " ".join(dict.fromkeys(said))
