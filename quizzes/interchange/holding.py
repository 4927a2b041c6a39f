"""How much of a question each format can hold; what it cannot is said before it is left out.

    kept, findings = held("gift", question)     kept is None where the format has no such type

What comes out is exactly what reading the written file gives back: that is the promise the
property tests hold.

Owns: this table of losses. Must not: write a file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from courseware.core.markup import MarkupError
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import in_words, names_in, shown_in
from quizzes.interchange.aiken import fits_aiken
from quizzes.interchange.completing import without_derived
from quizzes.interchange.contents import canonical, extra_of
from quizzes.interchange.html import shown
from quizzes.interchange.markdown import as_markdown, as_plain, escaped, is_plain
from quizzes.interchange.records import Finding, Notes, Picture, Question
from quizzes.interchange.wording import pictures_of_files, without_pictures_of_files

type Kept = dict[str, Any]

TYPES: Mapping[str, frozenset[str]] = {
    "gift": frozenset("single multiple truefalse numeric short matching".split()),
    "moodle": frozenset("single multiple truefalse numeric short matching ordering".split()),
    "aiken": frozenset({"single"}),
    "csv": frozenset("single multiple truefalse numeric short matching ordering scenario".split()),
}
HOLDS_NO_KEY = frozenset({"aiken"})
_NOT_KEPT = gettext_noop("The picture %(name)s is not kept; what it shows stands there: %(alt)s")
_NO_WORDS = frozenset({"accept", "unit"})
_TRUE_FALSE = ("True", "False")


def held(format_name: str, question: Question) -> tuple[Question | None, tuple[Finding, ...]]:
    notes = Notes()
    notes.name = question.name or str(question.place.get("key", ""))
    if question.type not in TYPES[format_name]:
        message = gettext_noop("The format has no type for it (%(type)s): it is left out.")
        notes.lost(0, message, type=question.type)
        return None, notes.found
    content = canonical(question.content)
    content = _with_pictures(format_name, content, question.pictures, notes)
    try:
        kept = _HOLDERS[format_name](question.type, content, notes)
    except MarkupError as error:
        notes.error(0, error.message, **error.params)
        return None, notes.found
    if kept is None:
        return None, notes.found
    place = {name: value for name, value in question.place.items() if value not in (None, [], "")}
    if place.get("negative_stem") is False:
        del place["negative_stem"]
    if format_name in HOLDS_NO_KEY:
        _say_place(place, notes)
        place = {}
    kept = canonical(kept)
    pictures = tuple(picture for picture in question.pictures if picture.name in names_in(kept))
    return replace(
        question, content=kept, place=place, name=notes.name, pictures=pictures
    ), notes.found


def _say_place(place: Mapping[str, Any], notes: Notes) -> None:
    if place:
        fields = ", ".join(sorted(place))
        message = gettext_noop("Where it belongs is not kept: %(fields)s.")
        notes.lost(0, message, fields=fields)


# ------------------------------------------------------------------ what several formats lack
def _with_pictures(
    format_name: str, content: Kept, pictures: Sequence[Picture], notes: Notes
) -> Kept:
    """Only Moodle's XML holds pictures, and only those whose file is there."""
    there = {picture.name for picture in pictures} if format_name == "moodle" else set()
    gone = [(alt, name) for _, alt, name in shown_in(content) if name not in there]
    for alt, name in gone:
        notes.lost(0, _NOT_KEPT, name=shown(name), alt=alt)
    kept: Kept = in_words(content, escaped, but=there) if gone else content
    return _without_files(kept, notes) if format_name in {"gift", "moodle"} else kept


def _without_files(value: Any, notes: Notes) -> Any:
    """No words that would come back as a picture: addresses as they are inside of files."""
    if isinstance(value, str):
        for alt, address in pictures_of_files(value):
            notes.lost(0, _NOT_KEPT, name=shown(address), alt=alt)
        return without_pictures_of_files(value)
    if isinstance(value, list):
        return [_without_files(entry, notes) for entry in value]
    if isinstance(value, Mapping):
        return {
            name: entry if name in _NO_WORDS else _without_files(entry, notes)
            for name, entry in value.items()
        }
    return value


def _without_extra(type_name: str, content: Kept, notes: Notes) -> Kept:
    extra = extra_of(type_name, content)
    if extra:
        message = gettext_noop("The format has no place for: %(fields)s.")
        notes.lost(0, message, fields=", ".join(sorted(extra)))
    return {name: value for name, value in content.items() if name not in extra}


def _plain_words(text: str, notes: Notes) -> str:
    """A text where only plain words may stand."""
    if not is_plain(text):
        message = gettext_noop("Emphasis, links and breaks are not kept in: %(text)s")
        notes.lost(0, message, text=text[:80])
    return as_markdown(" ".join(as_plain(text).split()))


def _in_gift(type_name: str, content: Kept, notes: Notes) -> Kept:
    kept = _without_extra(type_name, content, notes)
    if type_name == "truefalse":
        if tuple(option.get("text") for option in kept["options"]) != _TRUE_FALSE:
            message = gettext_noop("The words of the two options become True and False.")
            notes.lost(0, message)
        kept["options"] = [{**option, "text": ""} for option in kept["options"]]
    if type_name == "numeric" and kept.pop("unit", ""):
        notes.lost(0, gettext_noop("The unit is not kept."))
    if type_name == "short":
        own = kept.pop("model_answer", "")
        if as_plain(own) != as_plain(as_markdown(kept["accept"][0])):
            message = gettext_noop("The model answer is not kept; the first form stands for it.")
            notes.lost(0, message)
        kept = _with_joined_slips(kept)
    if type_name == "matching":
        kept = _with_plain_rights(kept, notes)
        if any(pair.get("feedback") for pair in kept["pairs"]):
            notes.lost(0, gettext_noop("Pairs have no feedback of their own there."))
        kept["pairs"] = [{**pair, "feedback": ""} for pair in kept["pairs"]]
    if type_name in {"matching", "short"}:
        return _without_arrows(kept, notes)
    return kept


def _without_arrows(content: Kept, notes: Notes) -> Kept:
    """GIFT knows no way to write -> inside the answers: it parts the sides of a pair."""
    made: Kept = {
        name: value if name in {"stem", "feedback"} else _pointed(value)
        for name, value in content.items()
    }
    if made != content:
        message = gettext_noop("The signs -> become an arrow: there they part a pair.")
        notes.lost(0, message)
    return made


def _pointed(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("->", "→")
    if isinstance(value, list):
        return [_pointed(entry) for entry in value]
    if isinstance(value, Mapping):
        return {name: _pointed(entry) for name, entry in value.items()}
    return value


def _in_moodle(type_name: str, content: Kept, notes: Notes) -> Kept:
    if type_name == "matching":
        return _with_plain_rights(content, notes)
    return _with_joined_slips(without_derived(content)) if type_name == "short" else content


def _with_joined_slips(content: Kept) -> Kept:
    """Slips in a row that are answered with the same words are one there."""
    joined: list[Kept] = []
    for slip in content.get("errors", ()):
        if joined and joined[-1]["feedback"] == slip["feedback"]:
            joined[-1] = {**slip, "accept": [*joined[-1]["accept"], *slip["accept"]]}
        else:
            joined.append(slip)
    return {**content, "errors": joined} if joined else content


def _with_plain_rights(content: Kept, notes: Notes) -> Kept:
    kept = dict(content)
    kept["pairs"] = [
        {**pair, "right": _plain_words(pair["right"], notes)} for pair in content["pairs"]
    ]
    if content.get("distractors"):
        kept["distractors"] = [_plain_words(text, notes) for text in content["distractors"]]
    return kept


def _in_aiken(type_name: str, content: Kept, notes: Notes) -> Kept | None:
    kept = _without_extra(type_name, content, notes)
    said = [kept.pop("feedback", ""), *(option.get("feedback") for option in kept["options"])]
    if any(said):
        notes.lost(0, gettext_noop("Feedback is not kept: the format has none."))
    kept["stem"] = _plain_words(kept["stem"], notes)
    if not fits_aiken(as_plain(kept["stem"])):
        message = gettext_noop("It begins like an option: the format cannot hold it. Left out.")
        notes.lost(0, message)
        return None
    kept["options"] = [
        {**option, "text": _plain_words(option["text"], notes), "feedback": ""}
        for option in kept["options"]
    ]
    return kept


def _in_csv(type_name: str, content: Kept, notes: Notes) -> Kept:
    return content


_HOLDERS: Mapping[str, Callable[[str, Kept, Notes], Kept | None]] = {
    "gift": _in_gift,
    "moodle": _in_moodle,
    "aiken": _in_aiken,
    "csv": _in_csv,
}
