"""What a file left open, filled so that the question can be kept and its author told.

Most systems have no feedback for every option; here each option says why it is right or wrong. A
file without is taken: a short sentence stands where the why belongs, and the finding counts them.

Owns: this filling, and the faults of a whole reading with their lines. Must not: invent a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from quizzes.engine import registry
from quizzes.engine.content import ContentError
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import in_words, shown_in
from quizzes.engine.writing import faults_of_writing
from quizzes.interchange.html import NOT_INSIDE, shown
from quizzes.interchange.markdown import escaped
from quizzes.interchange.records import Finding, Notes, Question, Reading
from quizzes.interchange.wording import MARK

_FILLED = gettext_noop(
    "Places without feedback: %(count)s. A short sentence stands in each; write why instead."
)
_ALWAYS = frozenset({"numeric", "short", "ordering"})


@dataclass(frozen=True)
class Fillers:
    """What is written where a file has no feedback, in the language of the draft."""

    right: str
    wrong: str
    general: str


def completed(question: Question, fillers: Fillers) -> tuple[Question, int]:
    """The question with every feedback that its type asks for, and how many were filled."""
    content, count = _filled(question.type, question.content, fillers)
    return replace(question, content=content), count


def checked(reading: Reading, fillers: Fillers) -> Reading:
    """The questions as they can be kept, and every fault of them at its line."""
    notes = Notes()
    for finding in reading.findings:
        notes.keep(finding)
    questions = []
    for question in reading.questions:
        whole, count = completed(question, fillers)
        if count:
            params = {"count": count}
            notes.keep(Finding(question.line, "warning", _FILLED, params, question.name))
        elsewhere = _elsewhere(whole)
        whole = replace(whole, content=in_words(whole.content, escaped))
        questions.append(whole)
        for finding in (*elsewhere, *_faults(whole)):
            notes.keep(finding)
    return Reading(tuple(questions), notes.found)


def _faults(question: Question) -> list[Finding]:
    content = without_marks(question.content)
    faults = faults_of_writing(content)
    try:
        registry.get(question.type).validate(content)
    except ContentError as error:
        faults += error.faults
    return [
        Finding(question.line, "error", fault.message, fault.params, question.name, fault.path)
        for fault in faults
    ]


def _elsewhere(question: Question) -> list[Finding]:
    """Pictures that are not inside the file: whoever made it has them, or another server."""
    return [
        Finding(question.line, "lost", NOT_INSIDE, {"address": shown(name)}, question.name)
        for _, _, name in shown_in(question.content)
    ]


def without_marks(value: Any) -> Any:
    """A content in which a picture is a word, for checks that know no pictures."""
    return with_words(value, {})


def with_words(value: Any, words: Mapping[str, str]) -> Any:
    """A content with the words that stand for each picture, by its mark."""
    if isinstance(value, str):
        return MARK.sub(lambda found: words.get(found[0], "…"), value)
    if isinstance(value, Mapping):
        return {name: with_words(entry, words) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [with_words(entry, words) for entry in value]
    return value


def _filled(
    type_name: str, content: Mapping[str, Any], fillers: Fillers
) -> tuple[dict[str, Any], int]:
    """Rows that are none are left for the checks, which name them."""
    made, count = dict(content), 0
    for name in ("options", "pairs", "errors", "partial_feedback"):
        rows = made.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            continue
        made[name] = [
            {**row, "feedback": row.get("feedback") or _filler(name, row, fillers)} for row in rows
        ]
        count += sum(not row.get("feedback") for row in rows)
    if type_name in _ALWAYS and not made.get("feedback"):
        made["feedback"] = fillers.general
        count += 1
    if type_name == "scenario":
        parts = [_filled(str(part["type"]), part, fillers) for part in made["parts"]]
        made["parts"] = [part for part, _count in parts]
        count += sum(own for _part, own in parts)
    return made, count


def _filler(name: str, row: Mapping[str, Any], fillers: Fillers) -> str:
    if name == "pairs":
        return f"{row.get('left', '')} → {row.get('right', '')}"
    return fillers.right if row.get("correct") else fillers.wrong
