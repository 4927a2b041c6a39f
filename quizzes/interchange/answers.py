"""Answers with weights, as most systems have them, made into contents of our types.

GIFT and Moodle XML say the same things in two syntaxes; here they become options, accepted forms,
a number or pairs. Ours have no shares of a mark for one answer: what has one is noted as lost.

Owns: what a weight means here. Must not: know a syntax.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.records import Notes

type Typed = tuple[str, dict[str, Any]]

_FULL = Decimal(100)
#: Systems write a third as 33.333 or 33.33333.
_CLOSE = Decimal("0.01")


@dataclass(frozen=True)
class Answer:
    """`weight` in hundredths of the mark; `is_full`: its file says it is the right one."""

    text: str
    weight: Decimal
    feedback: str
    line: int
    is_full: bool = False
    tolerance: str = "0"


def choice(
    answers: Sequence[Answer], *, takes_several: bool, notes: Notes, line: int
) -> Typed | None:
    if not takes_several:
        return _single(answers, notes, line)
    _shares(answers, notes, line)
    return "multiple", {"options": [_option(answer, answer.weight > 0) for answer in answers]}


def _single(answers: Sequence[Answer], notes: Notes, line: int) -> Typed | None:
    full = [answer for answer in answers if answer.weight == _FULL]
    if len(full) > 1:
        message = gettext_noop(
            "%(count)s options are fully right although one is to be chosen. Here exactly one "
            "is right: the question is left out."
        )
        notes.lost(line, message, count=len(full))
        return None
    for answer in answers:
        if answer.weight not in {Decimal(0), _FULL}:
            _say_share(answer, notes)
    return "single", {"options": [_option(answer, answer.weight == _FULL) for answer in answers]}


def true_or_false(answers: Sequence[Answer], notes: Notes) -> Typed:
    """`answers` are true and false, in this order. Their words are no part of a file."""
    for answer in answers:
        if answer.weight not in {Decimal(0), _FULL}:
            _say_share(answer, notes)
    return "truefalse", {
        "options": [_option(replace(answer, text=""), answer.weight == _FULL) for answer in answers]
    }


def _say_share(answer: Answer, notes: Notes) -> None:
    message = gettext_noop(
        "“%(text)s” earns %(weight)s hundredths there. Here one option earns all or nothing: it "
        "counts as wrong."
    )
    notes.lost(answer.line, message, text=answer.text, weight=str(answer.weight))


def _option(answer: Answer, is_right: bool) -> dict[str, Any]:
    return {"text": answer.text, "correct": is_right, "feedback": answer.feedback}


def even_shares(rights: int, wrongs: int) -> tuple[Decimal, Decimal]:
    """What a right and a wrong choice are worth where wrong ones cost as much as right ones."""
    right = (_FULL / rights) if rights else _FULL
    return right, -(_FULL / wrongs) if wrongs else Decimal(0)


def _shares(answers: Sequence[Answer], notes: Notes, line: int) -> None:
    """Every right option earns the same here, and every wrong one costs the same."""
    rights = [answer for answer in answers if answer.weight > 0]
    wrongs = [answer for answer in answers if answer.weight <= 0]
    right, wrong = even_shares(len(rights), len(wrongs))
    if any(abs(answer.weight - right) > _CLOSE for answer in rights):
        message = gettext_noop("The right options differ in weight there. Here all earn the same.")
        notes.lost(line, message)
    if any(abs(answer.weight - wrong) > _CLOSE for answer in wrongs):
        message = gettext_noop(
            "Wrong choices cost something else there. Here all of them together cost the mark."
        )
        notes.lost(line, message)


# ------------------------------------------------------------------ words
def short(answers: Sequence[Answer], *, notes: Notes, line: int) -> Typed | None:
    """Forms that are accepted, and those that show a known slip; \\* is an asterisk."""
    accept: list[str] = []
    said: list[str] = []
    slips: list[dict[str, Any]] = []
    for answer in answers:
        form = answer.text.replace("\\*", "*")
        if "*" in answer.text.replace("\\*", ""):
            _say_wildcard(answer, notes)
        elif answer.weight == _FULL:
            accept.append(form)
            said += [answer.feedback] if answer.feedback else []
        elif answer.weight == 0:
            _add_slip(slips, form, answer, notes)
        else:
            _say_partial(answer, notes)
    if not accept:
        message = gettext_noop("No form earns the whole mark: the question is left out.")
        notes.lost(line, message)
        return None
    content: dict[str, Any] = {"accept": accept}
    if slips:
        content["errors"] = slips
    return _with_feedback("short", content, said, notes, line)


def _add_slip(slips: list[dict[str, Any]], form: str, answer: Answer, notes: Notes) -> None:
    """Forms in a row that are answered with the same words are one slip."""
    if not answer.feedback:
        message = gettext_noop("“%(text)s” is wrong and nothing is said to it: it is left out.")
        notes.warn(answer.line, message, text=answer.text)
    elif slips and slips[-1]["feedback"] == answer.feedback:
        slips[-1]["accept"].append(form)
    else:
        slips.append({"accept": [form], "feedback": answer.feedback})


def _say_wildcard(answer: Answer, notes: Notes) -> None:
    message = gettext_noop(
        "“%(text)s” stands for many answers. Here every form is written out: it is left out."
    )
    notes.lost(answer.line, message, text=answer.text)
    _say_its_feedback(answer, notes)


def _say_partial(answer: Answer, notes: Notes) -> None:
    message = gettext_noop(
        "“%(text)s” earns %(weight)s hundredths there. Here an answer is right or not: it is "
        "left out."
    )
    notes.lost(answer.line, message, text=_with_tolerance(answer), weight=str(answer.weight))
    _say_its_feedback(answer, notes)


def _with_tolerance(answer: Answer) -> str:
    return answer.text if answer.tolerance in {"", "0"} else f"{answer.text} ± {answer.tolerance}"


def _say_its_feedback(answer: Answer, notes: Notes) -> None:
    """Of an answer that is left out."""
    if answer.feedback:
        message = gettext_noop("What is said to “%(text)s” is left out with it: %(feedback)s")
        notes.lost(answer.line, message, text=answer.text, feedback=answer.feedback)


def _with_feedback(
    kind: str, content: dict[str, Any], said: Sequence[str], notes: Notes, line: int
) -> Typed:
    """What a file says to a right answer stands in the feedback that everybody sees."""
    if said:
        content["feedback"] = "\n\n".join(dict.fromkeys(said))
        message = gettext_noop("What is said to the right answer is shown to everybody here.")
        notes.warn(line, message)
    return kind, content


# ------------------------------------------------------------------ numbers
def numeric(answers: Sequence[Answer], *, notes: Notes, line: int) -> Typed | None:
    full = [answer for answer in answers if answer.weight == _FULL and answer.text != "*"]
    if not full:
        message = gettext_noop("No number earns the whole mark: the question is left out.")
        notes.lost(line, message)
        return None
    for other in full[1:]:
        message = gettext_noop(
            "A second number is right there (%(text)s). Here there is one: it is left out."
        )
        notes.lost(other.line, message, text=_with_tolerance(other))
        _say_its_feedback(other, notes)
    content: dict[str, Any] = {"answer": full[0].text, "tolerance": full[0].tolerance}
    errors = list(_slips(answers, notes))
    if errors:
        content["errors"] = errors
    said = [full[0].feedback] if full[0].feedback else []
    return _with_feedback("numeric", content, said, notes, line)


def _slips(answers: Sequence[Answer], notes: Notes) -> Iterator[dict[str, Any]]:
    for answer in answers:
        if answer.text == "*":
            message = gettext_noop("What is said to every other answer is left out: %(text)s")
            notes.lost(answer.line, message, text=answer.feedback)
        elif answer.weight not in {Decimal(0), _FULL}:
            _say_partial(answer, notes)
        elif answer.weight == 0:
            yield {
                "value": answer.text,
                "tolerance": answer.tolerance,
                "feedback": answer.feedback,
            }


# ------------------------------------------------------------------ pairs
def matching(pairs: Sequence[tuple[str, str]]) -> Typed:
    """A right side without a left one is a distractor."""
    content: dict[str, Any] = {
        "pairs": [{"left": left, "right": right, "feedback": ""} for left, right in pairs if left]
    }
    if distractors := [right for left, right in pairs if not left]:
        content["distractors"] = distractors
    return "matching", content
