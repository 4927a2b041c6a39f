"""What a result page shows of one question: what was given, what is right, and why.

Plain values a template renders in one way for every type. It holds the key: it must only be made
once the review policy has released it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, Literal

type RowState = Literal["right", "wrong", "missed", "rest"]
"""right and wrong: of what was given. missed: it was right and not given. rest: neither."""

type QuestionState = Literal["right", "partly", "wrong", "empty"]


@dataclass(frozen=True)
class Row:
    """One line: an option, a pair or a step.

    For an option `correct` says whether the option belongs to the right answer. For a pair or a
    step it says whether it was placed rightly, `given` is where it was put, `expected` where it
    belongs. `label` names an option where staff reads of it: learners see another order each time.
    """

    text: str
    chosen: bool
    correct: bool
    state: RowState
    feedback: str = ""
    given: str = ""
    expected: str = ""
    label: str = ""


@dataclass(frozen=True)
class Explanation:
    """One question, or one part of a case.

    `given` and `expected` hold a written answer and the right or model answer; `notes` the
    feedback on mistakes that were recognised; `feedback` what holds whatever was answered; `key`
    names a part.
    """

    type: str
    stem: str
    mark: str
    state: QuestionState
    rows: tuple[Row, ...] = ()
    given: str = ""
    expected: str = ""
    notes: tuple[str, ...] = ()
    feedback: str = ""
    parts: tuple[Explanation, ...] = ()
    key: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON-able values."""
        return asdict(self)


def state_of(mark: Fraction, *, empty: bool) -> QuestionState:
    """Say a mark in one word."""
    if empty:
        return "empty"
    if mark == 1:
        return "right"
    return "partly" if mark > 0 else "wrong"
