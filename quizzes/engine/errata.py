"""What an attempt earns once a question that was asked has turned out wrong.

    DROP    the question counts neither for nor against anybody, must-pass or not
    CREDIT  everybody has the full mark
    ACCEPT  whoever gave this other answer has the full mark; every other mark stays

Corrections come in the order in which they were decided; of two on one question the later says
whether it counts. Where nothing would be left of an attempt, what was left out is credited: there
is nothing that could be held against anybody.

Owns: the corrected marks, and what holds where nobody is to be lowered. Must not: decide who is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from quizzes.engine import registry
from quizzes.engine.content import Content
from quizzes.engine.contract import is_empty
from quizzes.engine.marking import Marked, Result, assess
from quizzes.engine.responses import Response

DROP, CREDIT, ACCEPT = "drop", "credit", "accept"
_FULL = Fraction(1)


@dataclass(frozen=True)
class Asked:
    """A question of an attempt: the words by their hash, the answer, and the mark it was given."""

    marked: Marked
    content_hash: str
    response: Response


@dataclass(frozen=True)
class Accepted:
    """An answer that counts as right too, and the words that it answers."""

    type: str
    content: Content
    response: Response

    def fits(self, response: Response) -> bool:
        if is_empty(response):
            return False
        return registry.get(self.type).is_same(self.content, self.response, response)


@dataclass(frozen=True)
class Correction:
    """`accepted` by content hash, for ACCEPT alone."""

    remedy: str
    content_hashes: frozenset[str]
    accepted: Mapping[str, Accepted] = field(default_factory=dict)


def corrected(asked: Sequence[Asked], corrections: Iterable[Correction]) -> list[Marked]:
    """The marks that count; a question that is left out is not among them."""
    marks = [question.marked for question in asked]
    dropped: set[int] = set()
    for correction in corrections:
        for place, question in enumerate(asked):
            if question.content_hash not in correction.content_hashes:
                continue
            if correction.remedy == DROP:
                dropped.add(place)
            elif correction.remedy == CREDIT:
                dropped.discard(place)
                marks[place] = replace(marks[place], mark=_FULL)
            elif _is_accepted(correction, question):
                marks[place] = replace(marks[place], mark=_FULL)
    if len(dropped) == len(asked):
        return [replace(mark, mark=_FULL) for mark in marks]
    return [mark for place, mark in enumerate(marks) if place not in dropped]


def _is_accepted(correction: Correction, question: Asked) -> bool:
    accepted = correction.accepted.get(question.content_hash)
    return accepted is not None and accepted.fits(question.response)


def outcome(
    asked: Sequence[Asked], corrections: Iterable[Correction], pass_percent: int | Fraction
) -> Result:
    """What the attempt earns with the corrections."""
    return assess(corrected(asked, corrections), pass_percent)


def left_out(asked: Sequence[Asked], corrections: Iterable[Correction]) -> frozenset[str]:
    """Keys of the questions that do not count."""
    counted = {mark.key for mark in corrected(asked, corrections)}
    return frozenset(question.marked.key for question in asked) - counted


def is_lower(before: Result, after: Result) -> bool:
    """Less score, or no longer passed."""
    return after.share < before.share or (before.passed and not after.passed)


def held(before: Result, after: Result) -> Result:
    """The result of somebody who is not lowered: nothing falls, what is won counts."""
    if not is_lower(before, after):
        return after
    passed = before.passed or after.passed
    return replace(before, passed=passed, failed_points=() if passed else after.failed_points)
