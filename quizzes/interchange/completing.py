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
from quizzes.interchange.markdown import as_markdown, escaped
from quizzes.interchange.records import Finding, Notes, Question, Reading
from quizzes.interchange.wording import MARK

_FILLED = gettext_noop(
    "Places without feedback: %(count)s. A short sentence stands in each; write why instead."
)
_NAMED = gettext_noop("The two options are called “%(true)s” and “%(false)s”.")
#: Types whose general feedback is the only one they have.
ALWAYS_SAID = frozenset({"numeric", "short", "ordering"})


@dataclass(frozen=True)
class Fillers:
    """What is written where a file has no words of its own, in the language of the draft."""

    right: str
    wrong: str
    general: str
    true: str
    false: str


def completed(question: Question, fillers: Fillers) -> tuple[Question, int]:
    """The question with all that its type asks for, and how many feedbacks were filled."""
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
        if question.type == "truefalse" and _are_unnamed(question.content):
            named = {"true": fillers.true, "false": fillers.false}
            notes.keep(Finding(question.line, "warning", _NAMED, named, question.name))
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
    made, count = _worded(type_name, content, fillers), 0
    for name in ("options", "pairs", "errors", "partial_feedback"):
        rows = made.get(name)
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            continue
        made[name] = [
            {**row, "feedback": row.get("feedback") or _filler(name, row, fillers)} for row in rows
        ]
        count += sum(not row.get("feedback") for row in rows)
    if type_name in ALWAYS_SAID and not made.get("feedback"):
        made["feedback"] = fillers.general
        count += 1
    if type_name == "scenario":
        parts = [_filled(str(part["type"]), part, fillers) for part in made["parts"]]
        made["parts"] = [part for part, _count in parts]
        count += sum(own for _part, own in parts)
    return made, count


def _worded(type_name: str, content: Mapping[str, Any], fillers: Fillers) -> dict[str, Any]:
    """With the words that follow from the rest: those of true and false, and the model answer."""
    made = dict(content)
    if type_name == "truefalse" and _are_unnamed(content):
        words = (fillers.true, fillers.false)
        made["options"] = [
            {**option, "text": word} for option, word in zip(made["options"], words, strict=True)
        ]
    accept = made.get("accept")
    if type_name == "short" and not made.get("model_answer") and isinstance(accept, list):
        forms = [form for form in accept if isinstance(form, str)]
        made |= {"model_answer": as_markdown(forms[0])} if forms else {}
    return made


def without_derived(content: Mapping[str, Any]) -> dict[str, Any]:
    """A short answer without the model answer that would stand there anyway."""
    derived = as_markdown(content["accept"][0])
    return {
        name: value for name, value in content.items() if name != "model_answer" or value != derived
    }


def _are_unnamed(content: Mapping[str, Any]) -> bool:
    """Whether there are two options, and words for neither."""
    options = content.get("options")
    if not isinstance(options, list) or len(options) != 2:
        return False
    return all(isinstance(one, Mapping) and not one.get("text") for one in options)


def _filler(name: str, row: Mapping[str, Any], fillers: Fillers) -> str:
    if name == "pairs":
        return f"{row.get('left', '')} → {row.get('right', '')}"
    return fillers.right if row.get("correct") else fillers.wrong
