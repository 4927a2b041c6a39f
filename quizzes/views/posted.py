"""What a browser posted for the questions of an attempt: read, and put back on its page.

Owns: the names of the fields. Must not: store anything.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest

from courseware.core.sentences import sentence
from quizzes import queries
from quizzes.engine.saying import in_words
from quizzes.models import Answer

_CONFIDENCE = {str(level): level.value for level in Answer.Confidence}


def fields(request: HttpRequest, name: str) -> Mapping[str, list[str]]:
    """What was posted for one question."""
    return {
        field: request.POST.getlist(field)
        for field in request.POST
        if field == name or field.startswith(f"{name}-")
    }


def is_posted(request: HttpRequest, answer: Answer) -> bool:
    return f"{queries.field_name(answer.position)}-sequence" in request.POST


def sequence(request: HttpRequest, name: str) -> int:
    """The number the page was shown with; -1, which is never right, for anything else."""
    number = whole(request.POST.get(f"{name}-sequence", ""), digits=9)
    return -1 if number is None else number


def flag(request: HttpRequest, name: str) -> bool | None:
    """None where it was left as the page showed it: an old page takes no flag away."""
    is_set, was_set = f"{name}-flag" in request.POST, _flag_seen(request, name)
    return None if is_set == was_set else is_set


def _flag_seen(request: HttpRequest, name: str) -> bool:
    return bool(request.POST.get(f"{name}-flag-seen"))


def confidence(request: HttpRequest, name: str) -> int | None:
    return _CONFIDENCE.get(request.POST.get(f"{name}-confidence", ""))


def shown_at(request: HttpRequest, name: str) -> datetime | None:
    """When the page with the question was made, as it says itself; the action bounds it."""
    second = whole(request.POST.get(f"{name}-shown", ""), digits=10)
    return None if second is None else datetime.fromtimestamp(second, tz=UTC)


def whole(text: str, *, digits: int) -> int | None:
    """A whole number of at most so many digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


# ------------------------------------------------------------------ back on its page
def as_posted(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    """The question as `queries.shown` gives it, with what was posted in place of what is stored,
    the number it was typed against included: sent again, it is the same form.
    """
    if answer.checked_at is not None:
        return queries.shown(answer)
    name = queries.field_name(answer.position)
    raw = dict(fields(request, name))
    # A part that is not stored yet is not final either: its inputs must stay open.
    raw.pop(f"{name}-final", None)
    response, problem = queries.read(answer, raw)
    if problem is not None and problem.offered is not None:
        response = problem.offered
    question = queries.shown(answer, response)
    if problem is not None and problem.offered is not None:
        question["problem"] = sentence(problem.message, problem.params)
    elif problem is not None and problem.partial is None:
        _keep_texts(request, question["public"])
    return question | {
        "sequence": sequence(request, name),
        "is_flagged": f"{name}-flag" in request.POST,
        "flag_seen": _flag_seen(request, name),
        "confidence": confidence(request, name) or answer.confidence,
    }


def _keep_texts(request: HttpRequest, public: dict[str, Any]) -> None:
    """What cannot be kept at all is still on the page."""
    for part in (public, *public.get("parts", ())):
        if "value" in part and part["name"] in request.POST:
            part["value"] = request.POST[part["name"]]


def refused_words(request: HttpRequest, answer: Answer) -> list[str]:
    """What came too late, in words; none where it says what is stored anyway."""
    offered = in_words(as_posted(request, answer)["public"])
    return [] if offered == in_words(queries.shown(answer)["public"]) else offered
