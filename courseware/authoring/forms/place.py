"""Where a question belongs: objective, lesson, must-pass point, and what it is like.

Must not: judge; `quizzes.engine.envelope` does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courseware.authoring.forms.fields import Text
from courseware.authoring.queries.placing import Move
from courseware.authoring.queries.questions import CourseKeys
from quizzes.engine import names
from quizzes.engine.content import ContentError, Fault, read
from quizzes.engine.envelope import Bloom, QuestionEnvelope
from quizzes.engine.messages import gettext_noop

BLOOM_NAMES: Mapping[str, str | Promise] = {key: _(name) for key, name in names.BLOOM_NAMES.items()}
_DIFFICULTIES = [(str(number), _(name)) for number, name in names.DIFFICULTY_NAMES.items()]


def _select(label: Any, help_text: Any = "") -> Any:
    """A choice that takes any value: a wrong one is named by the engine, and nothing is lost."""
    widget = forms.Select(attrs={"class": "form-select"})
    return Text(label=label, help_text=help_text, widget=widget)


def _line(label: Any, help_text: Any = "") -> Any:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return Text(label=label, help_text=help_text, widget=widget)


class PlaceForm(forms.Form):
    objective = _select(_("Objective"))
    lesson = _select(_("Lesson to read again"))
    must_pass = _select(_("Must-pass point"), _("One question of each point is always drawn."))
    bloom = _select(_("What it asks for"))
    difficulty = _select(_("Difficulty"))
    negative_stem = forms.BooleanField(
        required=False,
        label=_("Asks for the exception (“which is not …”)"),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    tags = _line(_("Tags (optional)"), _("Separated by commas: ransomware, first-hour"))
    seed = _line(_("Claims of the article (optional)"), _("S1, S2 …, separated by commas"))

    def __init__(
        self, course: CourseKeys, place: Mapping[str, Any], *, data: QueryDict | None, prefix: str
    ) -> None:
        initial = {**place, "tags": ", ".join(place["tags"]), "seed": ", ".join(place["seed"])}
        super().__init__(data=data, prefix=prefix, initial=initial)
        none = [("", _("None"))]
        self._offer("objective", [("", _("Choose")), *course.objectives], place["objective"])
        self._offer("lesson", [("", _("Choose")), *course.lessons], place["lesson"])
        self._offer("must_pass", [*none, *course.must_pass], place["must_pass"])
        self._offer("bloom", [(key, BLOOM_NAMES[key]) for key in get_args(Bloom.__value__)], "")
        self._offer("difficulty", _DIFFICULTIES, "")

    def _offer(self, name: str, choices: list[tuple[str, Any]], value: str) -> None:
        """The choices, and the present value even if the course no longer has it."""
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        known = {key for key, _label in choices}
        widget.choices = [*choices, *([(value, value)] if value not in known else [])]

    def envelope(self, key: str, kind: str) -> QuestionEnvelope:
        """Raises ContentError naming every field at fault."""
        typed = self._typed
        number = typed["difficulty"]
        raw = {
            "key": key,
            "type": kind,
            "objective": typed["objective"],
            "lesson": typed["lesson"],
            "must_pass": typed["must_pass"] or None,
            "bloom": typed["bloom"],
            "difficulty": int(number) if number in {"1", "2", "3"} else number,
            "negative_stem": bool(typed.get("negative_stem")),
            "tags": _entries(typed["tags"]),
            "seed": _entries(typed["seed"]),
        }
        try:
            return read(QuestionEnvelope, raw)
        except ContentError as error:
            raise ContentError([_in_plain_words(fault) for fault in error.faults]) from error

    def is_marked_negative(self) -> bool:
        return bool(self._typed.get("negative_stem"))

    @cached_property
    def _typed(self) -> Mapping[str, Any]:
        """What was sent; what is shown, if nothing was sent yet. An error at a field takes its
        value out of `cleaned_data`, so it is read once, before.
        """
        if not self.is_bound:
            return self.initial
        self.is_valid()
        return dict(self.cleaned_data)


def _entries(text: str) -> list[str]:
    return [entry for part in text.split(",") if (entry := part.strip())]


def _in_plain_words(fault: Fault) -> Fault:
    """What the file format says of a field that is a choice or a list here."""
    name = fault.path.partition("[")[0]
    message = {
        "objective": gettext_noop("Choose the objective that the question asks about."),
        "lesson": gettext_noop("Choose the lesson that teaches it."),
        "tags": gettext_noop("Small letters, digits and hyphens only, separated by commas."),
        "seed": gettext_noop("S and a number each, separated by commas: S4, S17."),
    }.get(name)
    return Fault(name, message) if message else fault


@dataclass(frozen=True)
class MoveInWords:
    """A field of a place as the editor names it. `before` is "" for a new question."""

    label: str
    before: str
    after: str


def moves_in_words(moves: Iterable[Move], course: CourseKeys) -> list[MoveInWords]:
    labels = {name: field.label for name, field in PlaceForm.base_fields.items()}
    labels |= {"tags": _("Tags"), "seed": _("Claims of the article")}
    return [
        MoveInWords(
            label=str(labels[move.name]),
            before="" if move.before is None else _value(move.name, move.before, course),
            after=gettext("chosen when it is brought in")
            if move.after is None
            else _value(move.name, move.after, course),
        )
        for move in moves
    ]


def _value(name: str, value: Any, course: CourseKeys) -> str:
    """A value with its words where it has some; what the course no longer knows is its key."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or gettext("None")
    words: Mapping[str, Mapping[Any, Any]] = {
        "objective": dict(course.objectives),
        "lesson": dict(course.lessons),
        "must_pass": dict(course.must_pass),
        "bloom": BLOOM_NAMES,
        "difficulty": {number: _(words) for number, words in names.DIFFICULTY_NAMES.items()},
    }
    return str(words.get(name, {}).get(value, value)) or gettext("None")
