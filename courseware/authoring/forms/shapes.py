"""The fields of every type of question as an author sees them.

One table instead of eight pages: the schema in quizzes.engine.types says what must hold, this says
how it is asked. A test holds the two together.

Owns: labels, and which fields are words. Must not: validate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from quizzes.engine import names

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    type Label = str | _StrPromise
else:
    type Label = str


@dataclass(frozen=True)
class Words:
    """A text in inline Markdown."""

    name: str
    label: Label
    help: Label = ""
    lines: int = 2  # 0: a short field of one line
    is_optional: bool = False


@dataclass(frozen=True)
class Lines:
    """Several short texts, one a line."""

    name: str
    label: Label
    help: Label = ""
    lines: int = 3


@dataclass(frozen=True)
class Number:
    """A number; a whole one where it counts places."""

    name: str
    label: Label
    help: Label = ""
    is_optional: bool = False


@dataclass(frozen=True)
class Tick:
    """Right or not. `is_single`: one of the rows only."""

    name: str
    label: Label
    is_single: bool = False


@dataclass(frozen=True)
class Choice:
    """One of a few rules. The first is what holds where nothing is said, and is not written."""

    name: str
    label: Label
    choices: tuple[tuple[str, Label], ...]
    help: Label = ""


type Plain = Words | Lines | Number | Tick | Choice


@dataclass(frozen=True)
class Rows:
    """A list. `one` names a row with its number, `add` is the button for another one.

    `is_texts`: the list holds plain texts, not groups of fields.
    """

    name: str
    label: Label
    one: Label
    add: Label
    fields: tuple[Plain, ...]
    most: int = 12
    help: Label = ""
    is_texts: bool = False
    is_fixed: bool = False  # neither added to nor moved
    is_ordered: bool = True
    is_optional: bool = False


type Field = Plain | Rows

_STEM = Words("stem", _("Question"), _("One situation, one question."), lines=4)
_CASE = Words("stem", _("Situation"), _("What the officer finds. The parts ask about it."), lines=5)
_WHY = _("Say why it is right, or which misunderstanding it shows.")
_FEEDBACK = Words("feedback", _("Feedback"), lines=2)
_GENERAL = Words(
    "feedback",
    _("General feedback (optional)"),
    _("Shown with the result whatever was answered."),
    is_optional=True,
)
_WHOLE = Words("feedback", _("Feedback"), _("Shown with the result whatever was answered."), 3)


def _options(*, is_single: bool) -> Rows:
    help_text = _("Tick the right one.") if is_single else _("Tick every right one.")
    return Rows(
        "options",
        _("Options"),
        _("Option %(number)s"),
        _("Add an option"),
        (
            Tick("correct", _("Right"), is_single=is_single),
            Words("text", _("Option")),
            _FEEDBACK,
        ),
        help=help_text,
    )


_CREDIT = Choice(
    "credit",
    _("How it is marked"),
    (
        ("right_minus_wrong", _("Share of right options less share of wrong ones, never below 0")),
        ("proportional", _("Share of options judged rightly, chosen or left")),
        ("all_or_nothing", _("All or nothing")),
    ),
    _("The trainee is told before answering."),
)
_TRUE_FALSE = Rows(
    "options",
    _("Options"),
    _("Option %(number)s"),
    "",
    (Tick("correct", _("Right"), is_single=True), Words("text", _("Option"), lines=1), _FEEDBACK),
    most=2,
    help=_("True comes first, then False. Tick the right one."),
    is_fixed=True,
)
_SEQUENCE = Rows(
    "sequence",
    _("Steps in the right order"),
    _("Step %(number)s"),
    _("Add a step"),
    (Words("text", _("Step")),),
    help=_("They are shown in a random order."),
    is_texts=True,
)
_ORDER_SLIPS = Rows(
    "partial_feedback",
    _("Known mistakes (optional)"),
    _("Mistake %(number)s"),
    _("Add a known mistake"),
    (
        Number("before", _("This step")),
        Number("after", _("was put before this one")),
        _FEEDBACK,
    ),
    help=_("Steps are named by their place in the right order; the first number is the later one."),
    is_optional=True,
    is_ordered=False,
)
_PAIRS = Rows(
    "pairs",
    _("Pairs"),
    _("Pair %(number)s"),
    _("Add a pair"),
    (Words("left", _("Left side")), Words("right", _("Right side")), _FEEDBACK),
    help=_("A right side may stand in several pairs; it is offered once."),
)
_DISTRACTORS = Rows(
    "distractors",
    _("Right sides that belong to no pair (optional)"),
    _("Distractor %(number)s"),
    _("Add a right side without a pair"),
    (Words("text", _("Right side")),),
    is_texts=True,
    is_optional=True,
    is_ordered=False,
)
_POINT = _("With a point: 12.5")
_NUMBER_SLIPS = Rows(
    "errors",
    _("Known slips (optional)"),
    _("Slip %(number)s"),
    _("Add a known slip"),
    (
        Number("value", _("Number")),
        Number("tolerance", _("Tolerance (optional)"), is_optional=True),
        _FEEDBACK,
    ),
    most=30,
    help=_("Wrong numbers that show a known misunderstanding, and what to say about it."),
    is_optional=True,
    is_ordered=False,
)
_FORMS = _("One a line. Case, accents, double spaces and punctuation at the ends do not count.")
_WORD_SLIPS = Rows(
    "errors",
    _("Known slips (optional)"),
    _("Slip %(number)s"),
    _("Add a known slip"),
    (Lines("accept", _("Forms")), _FEEDBACK),
    most=30,
    help=_("Wrong answers that show a known misunderstanding, and what to say about it."),
    is_optional=True,
    is_ordered=False,
)
PARTS = Rows(
    "parts",
    _("Parts"),
    _("Part %(number)s"),
    _("Add a part"),
    (),
    most=8,
    help=_("They open one after another; an answered part is final."),
)

SHAPES: Mapping[str, tuple[Field, ...]] = {
    "single": (_STEM, _options(is_single=True), _GENERAL),
    "multiple": (_STEM, _CREDIT, _options(is_single=False), _GENERAL),
    "truefalse": (_STEM, _TRUE_FALSE, _GENERAL),
    "ordering": (_STEM, _SEQUENCE, _WHOLE, _ORDER_SLIPS),
    "matching": (_STEM, _PAIRS, _DISTRACTORS, _GENERAL),
    "numeric": (
        _STEM,
        Number("answer", _("Answer"), _POINT),
        Number("tolerance", _("Tolerance (optional)"), _("How far off still counts."), True),
        Words("unit", _("Unit (optional)"), _("Shown beside the field."), 0, is_optional=True),
        _WHOLE,
        _NUMBER_SLIPS,
    ),
    "short": (
        _STEM,
        Lines("accept", _("Accepted forms"), _FORMS, 4),
        Words("model_answer", _("Model answer"), _("Shown as the right answer."), lines=1),
        _WHOLE,
        _WORD_SLIPS,
    ),
    "scenario": (_CASE, PARTS, _GENERAL),
}

TYPE_NAMES: Mapping[str, Label] = {kind: _(name) for kind, name in names.TYPE_NAMES.items()}


def _word_names() -> frozenset[str]:
    fields = [field for shape in SHAPES.values() for field in shape]
    plain = [f for f in fields if not isinstance(f, Rows)]
    of_rows = [f for rows in fields if isinstance(rows, Rows) for f in rows.fields]
    return frozenset(f.name for f in [*plain, *of_rows] if isinstance(f, Words | Lines))


#: The names of all fields that hold words, whatever the type.
WORD_FIELDS = _word_names()
