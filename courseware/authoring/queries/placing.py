"""Where a question of a file belongs: what of it this course knows, and what it would change.

    place, findings = usable_place(read, course)     the rest is said
    moves_of(place, question)                        field by field, before and after

Must not: write; say a field's name (forms and views do).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from courseware.authoring.queries.questions import CourseKeys
from quizzes.engine.envelope import QuestionKey
from quizzes.engine.messages import gettext_noop
from quizzes.interchange.places import BLOOMS
from quizzes.interchange.records import Finding
from quizzes.interchange.records import Question as Read
from quizzes.models import Question

_KEY: TypeAdapter[str] = TypeAdapter(QuestionKey)
_FIELDS = ("objective", "lesson", "must_pass", "bloom", "difficulty", "negative_stem")
_LISTS = ("tags", "seed")
#: What every new question has; a form asks for those that a file does not say.
_NEEDED = ("objective", "lesson", "bloom", "difficulty")


@dataclass(frozen=True)
class Move:
    """A field of a place. `before` is None for a new question, `after` None where the file does
    not say it and somebody chooses."""

    name: str
    before: Any
    after: Any


def moves_of(place: Mapping[str, Any], question: Question | None) -> tuple[Move, ...]:
    """What a file changes of the place that a question has; the whole place of a new one."""
    return tuple(_changed(place, own_place(question)) if question else _whole(place))


def _changed(place: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Move]:
    for name in (*_FIELDS, *_LISTS):
        if name in place and place[name] != own[name]:
            yield Move(name, own[name], place[name])


def _whole(place: Mapping[str, Any]) -> Iterator[Move]:
    for name in (*_FIELDS, *_LISTS):
        if place.get(name) or name in _NEEDED:
            yield Move(name, None, place.get(name) or None)


def own_place(question: Question) -> dict[str, Any]:
    """The draft's own place, under the names that an envelope has."""
    return {
        "objective": question.objective,
        "lesson": question.lesson_key,
        "must_pass": question.must_pass,
        "bloom": question.bloom,
        "difficulty": question.difficulty,
        "negative_stem": question.negative_stem,
        "seed": list(question.seed),
        "tags": list(question.tags),
    }


def whole_place(
    place: Mapping[str, Any], question: Question | None, defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """Where a question goes: what its file says, then what the draft has, then what was chosen."""
    own = own_place(question) if question else dict(defaults)
    return {**own, **place}


def usable_place(read: Read, course: CourseKeys) -> tuple[dict[str, Any], list[Finding]]:
    """What of a file's place this course knows; the rest is said."""
    place = dict(read.place)
    found: list[Finding] = []

    def drop(name: str, message: str) -> None:
        params = {"value": str(place.pop(name))[:80]}
        found.append(Finding(read.line, "lost", message, params, read.name))

    known = (
        ("objective", course.objectives, gettext_noop("The course has no objective “%(value)s”.")),
        ("lesson", course.lessons, gettext_noop("The course has no lesson “%(value)s”.")),
        ("must_pass", course.must_pass, gettext_noop("The course has no point “%(value)s”.")),
    )
    for name, entries, message in known:
        if place.get(name) and place[name] not in dict(entries):
            drop(name, message)
    if place.get("bloom") and place["bloom"] not in BLOOMS:
        drop("bloom", gettext_noop("“%(value)s” is not one of the six things a question asks for."))
    if "difficulty" in place and place["difficulty"] not in {1, 2, 3}:
        drop("difficulty", gettext_noop("The difficulty is 1, 2 or 3, not “%(value)s”."))
    if place.get("key") and not _is_key(place["key"]):
        drop("key", gettext_noop("“%(value)s” is no key of ours: the next free one is given."))
    if "seed" in place and any(not _is_claim(claim) for claim in place["seed"]):
        drop("seed", gettext_noop("Claims are written S4, S17, not “%(value)s”."))
    return place, found


def _is_key(value: Any) -> bool:
    try:
        _KEY.validate_python(value)
    except ValidationError:
        return False
    return True


def _is_claim(value: Any) -> bool:
    return isinstance(value, str) and value[:1] == "S" and value[1:].isdigit() and len(value) < 5
