"""What stands in a question of Moodle's XML and has no place here.

    say_unread(node, kind, notes)       say_unread_category(node, notes)

Every element that is not read is said with its line, unless its value is the one that changes
nothing: what Moodle writes where nobody chose, or what is always so here.

Owns: which elements are read, and which values say nothing. Must not: read a question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.contents import decimal_of
from quizzes.interchange.records import Notes
from quizzes.interchange.xmltree import Node

_ALWAYS = frozenset(
    "name questiontext generalfeedback defaultgrade idnumber tags hint courseware "
    "correctfeedback partiallycorrectfeedback incorrectfeedback shownumcorrect".split()
)
_READ: Mapping[str, Collection[str]] = {
    "multichoice": ("answer", "single"),
    "truefalse": ("answer",),
    "shortanswer": ("answer", "usecase"),
    "numerical": ("answer", "units"),
    "matching": ("subquestion",),
    "ordering": ("answer",),
}
#: Values with which nothing is lost. Numbers are compared as numbers; "" always is one.
_NOTHING: Mapping[str, Collection[str]] = {
    # Of trying again within an attempt, which nobody does here.
    "penalty": ("0", "0.1", "0.3333333", "0.33333", "1"),
    "hidden": ("0", "false"),
    "shuffleanswers": ("1", "true"),
    "answernumbering": ("abc",),
    "showstandardinstruction": ("0", "1"),
    "usecase": ("0",),
    "unitgradingtype": ("0",),
    "unitpenalty": ("0.1",),
    "showunits": ("0", "3"),
    "unitsleft": ("0",),
    "layouttype": ("VERTICAL", "0"),
    "selecttype": ("ALL", "0"),
    "selectcount": ("0",),
    "gradingtype": ("ALL_OR_NOTHING", "-1"),
    "showgrading": ("SHOW", "HIDE", "0", "1"),
    "numberingstyle": ("none",),
}

_IN_BELOW: Mapping[str, Collection[str]] = {
    "feedback": ("text", "file"),
    "answer": ("text",),
    "tag": ("text",),
    "unit": ("multiplier", "unit_name"),
}
_STOCK = frozenset(
    {
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
    }
)
_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_QUOTED = 200


def say_unread(node: Node, kind: str, notes: Notes) -> None:
    """Of a question of a type that is read."""
    for grade in node.all("defaultgrade"):
        if grade.words and decimal_of(grade.words) != Decimal(1):
            message = gettext_noop("It is worth %(grade)s marks there. Here every question is one.")
            notes.lost(grade.line, message, grade=grade.words[:_QUOTED])
    for tag in _COMBINED:
        child = node.first(tag)
        text = child.text("text") if child else ""
        if child is not None and text and text not in _STOCK:
            message = gettext_noop("What is said to the whole answer is left out: %(text)s")
            notes.lost(child.line, message, text=text[:_QUOTED])
    for hint in node.all("hint"):
        message = gettext_noop("A hint is left out: here nobody tries twice.")
        notes.lost(hint.line, message)
    _say_beside(node, _ALWAYS | set(_READ[kind]), notes)
    _say_below(node, kind, notes)


def say_unread_category(node: Node, notes: Notes) -> None:
    """Only the path of a category is read."""
    _say_beside(node, {"category"}, notes)


def say_loose(node: Node, notes: Notes) -> None:
    """Words between the elements below a node, where none are read."""
    if node.children and node.words:
        message = gettext_noop("Words outside of any element are left out: %(text)s")
        notes.lost(node.words_line, message, text=node.words[:_QUOTED])


def _say_below(node: Node, kind: str, notes: Notes) -> None:
    """What stands inside of the elements that are read."""
    answer = {"text", "file"} if kind == "ordering" else {"text", "file", "feedback"}
    inside: Mapping[str, Collection[str]] = {
        "answer": answer | ({"tolerance"} if kind == "numerical" else set()),
        "subquestion": ("text", "file", "answer"),
        "questiontext": ("text", "file"),
        "generalfeedback": ("text", "file"),
        "name": ("text",),
        "tags": ("tag",),
        "units": ("unit",),
    }
    for child in node.children:
        if child.tag in inside and (child.tag in _ALWAYS or child.tag in _READ[kind]):
            _say_beside(child, inside[child.tag], notes)
            for below in (one for one in child.children if one.tag in _IN_BELOW):
                _say_beside(below, _IN_BELOW[below.tag], notes)
    units = node.first("units")
    unit = units.first("unit") if units and kind == "numerical" else None
    if unit is not None and decimal_of(unit.text("multiplier") or "1") != Decimal(1):
        message = gettext_noop(
            "The unit %(unit)s counts %(factor)s times there. Here it is a word."
        )
        factor = unit.text("multiplier")
        notes.lost(unit.line, message, unit=unit.text("unit_name"), factor=factor[:_QUOTED])


def _say_beside(node: Node, read: Collection[str], notes: Notes) -> None:
    say_loose(node, notes)
    seen: set[str] = set()
    for child in node.children:
        if child.tag in read and (child.tag not in seen or child.tag in _MANY):
            seen.add(child.tag)
            continue
        value = _all_words(child)
        if value and not _is_nothing(child.tag, value):
            message = gettext_noop("<%(tag)s> is left out: %(text)s")
            notes.lost(child.line, message, tag=child.tag, text=value[:_QUOTED])


_MANY = frozenset("answer subquestion hint file tag unit".split())


def _is_nothing(tag: str, value: str) -> bool:
    known = _NOTHING.get(tag, ())
    if value in known:
        return True
    number = decimal_of(value)
    return number is not None and any(number == decimal_of(one) for one in known)


def _all_words(node: Node) -> str:
    return " ".join([node.words, *(_all_words(child) for child in node.children)]).strip()
