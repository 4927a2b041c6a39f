"""Numbers as they are kept: one value per question and one per test, to JSON and back.

A later release may want other numbers. What it cannot read it computes again: `read` says None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from quizzes.engine.statistics.confidence import ConfidenceNumbers
from quizzes.engine.statistics.drift import Change, MonthNumbers
from quizzes.engine.statistics.items import ItemNumbers
from quizzes.engine.statistics.options import OptionCounts
from quizzes.engine.statistics.timing import TimeNumbers
from quizzes.engine.statistics.whole import WholeNumbers

BINS = 20  # a bar of the picture of scores is five points wide


@dataclass(frozen=True)
class QuestionNumbers:
    """Everything about one wording of one question. `editions` are where it was asked."""

    type: str
    objective: str
    editions: tuple[int, ...]
    item: ItemNumbers
    guess: float
    options: OptionCounts
    months: tuple[MonthNumbers, ...] = ()
    change: Change | None = None
    time: TimeNumbers | None = None
    confidence: ConfidenceNumbers | None = None


@dataclass(frozen=True, order=True)
class Wording:
    """One wording of one question: what numbers are about."""

    question: str
    language: str
    content_hash: str

    @property
    def name(self) -> str:
        """In an address, beside the question's key."""
        return f"{self.language}-{self.content_hash[:12]}"


@dataclass(frozen=True)
class SureInUnit:
    """Of a unit with all below it: who said how sure they were, and was sure and wrong."""

    unit: int
    wording: Wording
    people: int
    sure_and_wrong: int


@dataclass(frozen=True)
class TestNumbers:
    """Everything about a test. `whole` is None without an attempt."""

    __test__ = False  # no test of pytest

    whole: WholeNumbers | None
    guess: float = 0.0
    pass_share: float = 0.0  # of the newest attempt
    pass_percents: tuple[int, ...] = ()  # more than one where editions differ
    usual_seconds: float | None = None
    scores: tuple[int, ...] = ()
    units: tuple[SureInUnit, ...] = ()
    to_check: int = 0  # questions of the edition of then that needed somebody


_question = TypeAdapter(QuestionNumbers)
_test = TypeAdapter(TestNumbers)


def kept(numbers: QuestionNumbers | TestNumbers) -> dict[str, Any]:
    adapter: TypeAdapter[Any] = _question if isinstance(numbers, QuestionNumbers) else _test
    found: dict[str, Any] = adapter.dump_python(numbers, mode="json")
    return found


def read_question(raw: Mapping[str, Any]) -> QuestionNumbers | None:
    try:
        return _question.validate_python(dict(raw))
    except ValidationError:
        return None


def read_test(raw: Mapping[str, Any]) -> TestNumbers | None:
    try:
        return _test.validate_python(dict(raw))
    except ValidationError:
        return None


def bins(shares: Sequence[float]) -> tuple[int, ...]:
    """How many scores lie in each twentieth; the full mark belongs to the last."""
    counts = [0] * BINS
    for share in shares:
        counts[min(int(share * BINS + 1e-9), BINS - 1)] += 1
    return tuple(counts)
