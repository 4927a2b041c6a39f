"""A question in another language: its words, put in the place of the original's.

    words_of(type, content)        what a translator writes, taken out of a content
    question_mark(type, content)   the mark of these words
    translated(type, content, words)   the content in the other language

What is right, in which order and by how much comes from the original; a translation has the words
only, in the same shape. Forms to accept are the one exception: a language may have more or fewer.

Owns: which fields are words. Must not: read files or know a database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from courseware.core.marks import mark_of
from quizzes.engine import registry
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.messages import gettext_noop

_FREE = ["free"]  # a list of texts that may have another length than the original's
_LIST = ["text"]
_CHOICE: dict[str, Any] = {"options": [{"text": "", "feedback": ""}]}
#: The fields of a type that hold words, in the shape in which they stand; "" is one text.
_SHAPES: Mapping[str, Mapping[str, Any]] = {
    "single": _CHOICE,
    "multiple": _CHOICE,
    "truefalse": _CHOICE,
    "ordering": {"sequence": _LIST, "partial_feedback": [{"feedback": ""}]},
    "matching": {
        "pairs": [{"left": "", "right": "", "feedback": ""}],
        "distractors": _LIST,
    },
    "numeric": {"unit": "", "errors": [{"feedback": ""}]},
    "short": {
        "accept": _FREE,
        "model_answer": "",
        "errors": [{"accept": _FREE, "feedback": ""}],
    },
    "scenario": {},
}


def words_of(type_name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a content; of a case, those of its parts below their keys."""
    shape = {"stem": "", "feedback": "", **_SHAPES[type_name]}
    words = {name: _taken(content[name], shape[name]) for name in shape if name in content}
    if type_name == "scenario":
        words["parts"] = [
            {"key": part["key"], **words_of(str(part["type"]), part)} for part in content["parts"]
        ]
    return words


def question_mark(type_name: str, content: Mapping[str, Any]) -> str:
    return mark_of(words_of(type_name, content))


def translated(
    type_name: str, content: Mapping[str, Any], words: Mapping[str, Any]
) -> dict[str, Any]:
    """The content in the language of `words`. Raises ContentError where the shapes differ.

    Places in faults are those of `words`.
    """
    made, faults = _question(type_name, content, words, "")
    if faults:
        raise ContentError(faults)
    registry.get(type_name).validate(made)
    return made


def _taken(value: Any, shape: Any) -> Any:
    if isinstance(shape, dict):
        return {name: _taken(value[name], shape[name]) for name in shape if name in value}
    if isinstance(shape, list) and isinstance(shape[0], dict):
        return [_taken(entry, shape[0]) for entry in value]
    return value


def _question(
    type_name: str, content: Mapping[str, Any], words: Mapping[str, Any], place: str
) -> tuple[dict[str, Any], list[Fault]]:
    shape = {"stem": "", "feedback": "", **_SHAPES[type_name]}
    own = {name: entry for name, entry in words.items() if name != "parts"}
    made, faults = _group(content, own, shape, place)
    if type_name == "scenario":
        made["parts"], found = _parts(content["parts"], words.get("parts"), place)
        faults += found
    elif "parts" in words:
        faults.append(Fault(f"{place}parts", _NOT_WORDS))
    if type_name == "matching" and not faults:
        faults += _rights(content, made, place)
    return made, faults


_NOT_WORDS = gettext_noop("Comes from the original: a translation has words only.")
_MISSING = gettext_noop("The original has words here; the translation has none.")
_TOO_MUCH = gettext_noop("The original has no words here.")


def _group(
    content: Mapping[str, Any], words: Mapping[str, Any], shape: Mapping[str, Any], place: str
) -> tuple[dict[str, Any], list[Fault]]:
    made, faults = dict(content), list[Fault]()
    for name in words:
        if name not in shape:
            faults.append(Fault(f"{place}{name}", _NOT_WORDS))
    for name, inner in shape.items():
        original, own = content.get(name), words.get(name)
        if not original:
            if own:
                faults.append(Fault(f"{place}{name}", _TOO_MUCH))
        elif not own:
            faults.append(Fault(f"{place}{name}", _MISSING))
        else:
            made[name], found = _value(original, own, inner, f"{place}{name}")
            faults += found
    return made, faults


def _value(original: Any, own: Any, shape: Any, place: str) -> tuple[Any, list[Fault]]:
    if not isinstance(shape, list):
        is_text = isinstance(own, str) and bool(own.strip())
        return own, [] if is_text else [Fault(place, gettext_noop("Must be text."))]
    if not isinstance(own, list):
        return own, [Fault(place, gettext_noop("Must be a list."))]
    if shape is not _FREE and len(own) != len(original):
        message = gettext_noop("The original has %(count)s entries, the translation %(own)s.")
        return own, [Fault(place, message, {"count": len(original), "own": len(own)})]
    if not isinstance(shape[0], dict):
        wrong = [
            n for n, entry in enumerate(own) if not isinstance(entry, str) or not entry.strip()
        ]
        return own, [Fault(f"{place}[{n}]", gettext_noop("Must be text.")) for n in wrong]
    made, faults = [], list[Fault]()
    for index, (entry, words) in enumerate(zip(original, own, strict=True)):
        below = f"{place}[{index}]"
        if not isinstance(words, dict):
            faults.append(Fault(below, gettext_noop("Must be a group of fields.")))
            continue
        one, found = _group(entry, words, shape[0], f"{below}.")
        made.append(one)
        faults += found
    return made, faults


def _parts(
    original: list[dict[str, Any]], own: Any, place: str
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The parts of a case, each below its key and in the order of the original."""
    keys = [str(part["key"]) for part in original]
    given = own if isinstance(own, list) else []
    if [part.get("key") if isinstance(part, dict) else None for part in given] != keys:
        message = gettext_noop("The parts must be %(keys)s, in this order.")
        return [], [Fault(f"{place}parts", message, {"keys": ", ".join(keys)})]
    made, faults = [], list[Fault]()
    for index, (part, words) in enumerate(zip(original, given, strict=True)):
        rest = {name: entry for name, entry in words.items() if name != "key"}
        one, found = _question(str(part["type"]), part, rest, f"{place}parts[{index}].")
        made.append(one)
        faults += found
    return made, faults


def _rights(content: Mapping[str, Any], made: Mapping[str, Any], place: str) -> Iterator[Fault]:
    """Right sides that are one in the original are one here, and those that differ differ."""
    there: dict[str, str] = {}
    for index, (original, own) in enumerate(zip(content["pairs"], made["pairs"], strict=True)):
        if there.setdefault(original["right"], own["right"]) != own["right"]:
            message = gettext_noop("The original has the same right side at an earlier pair.")
            yield Fault(f"{place}pairs[{index}].right", message)
    if len(set(there.values())) < len(there):
        message = gettext_noop("Two right sides that differ in the original are the same here.")
        yield Fault(f"{place}pairs", message)
