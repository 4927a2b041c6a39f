"""What an attempt earns once a question that was asked has turned out wrong.

    DROP    the question counts neither for nor against anybody, must-pass or not
    CREDIT  everybody has the full mark
    ACCEPT  this other answer is a key too: what was answered is marked by it as well, by the
            type's own rule, and the better mark counts; of a case, the better mark of each part

How that is done has changed once (`Rule`), and what was decided stays as it was decided.

Corrections come in the order in which they were decided; of two on one question the later says
whether it counts. Where nothing would be left of an attempt, what was left out is credited: there
is nothing that could be held against anybody.

Owns: the corrected marks, and what holds where nobody is to be lowered. Must not: decide who is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
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


class Rule(IntEnum):
    """By which rules an erratum was decided; with the same ones its regrades come out again."""

    IDENTICAL = 1
    """ACCEPT gave the full mark for exactly that answer and nothing for what is near it; a later
    erratum could take away what an earlier one had kept."""
    BY_KEY = 2
    """As above and in `carried`."""


NEWEST = Rule.BY_KEY


@dataclass(frozen=True)
class Accepted:
    """An answer that counts as right too, and the words that it answers."""

    type: str
    content: Content
    response: Response
    rule: Rule = NEWEST

    def mark(self, keys: Sequence[Response], response: Response) -> Fraction:
        """What an answer earns with these keys: this one and those accepted before it."""
        if is_empty(response):
            return Fraction(0)
        kind = registry.get(self.type)
        if self.rule == Rule.IDENTICAL:
            return Fraction(int(kind.is_same(self.content, self.response, response)))
        return kind.grade_with(self.content, keys, response)


@dataclass(frozen=True)
class Correction:
    """`accepted` by content hash, for ACCEPT alone."""

    remedy: str
    content_hashes: frozenset[str]
    accepted: Mapping[str, Accepted] = field(default_factory=dict)


def corrected(asked: Sequence[Asked], corrections: Iterable[Correction]) -> list[Marked]:
    """The marks that count; a question that is left out is not among them. None is lowered."""
    marks = [question.marked for question in asked]
    dropped: set[int] = set()
    keys: dict[int, list[Response]] = defaultdict(list)
    for correction in corrections:
        for place, question in enumerate(asked):
            if question.content_hash not in correction.content_hashes:
                continue
            if correction.remedy == DROP:
                dropped.add(place)
                continue
            if correction.remedy == CREDIT:
                dropped.discard(place)
            mark = _mark(correction, question, keys[place])
            marks[place] = replace(marks[place], mark=max(marks[place].mark, mark))
    if len(dropped) == len(asked):
        return [replace(mark, mark=_FULL) for mark in marks]
    return [mark for place, mark in enumerate(marks) if place not in dropped]


def _mark(correction: Correction, question: Asked, keys: list[Response]) -> Fraction:
    """By CREDIT or ACCEPT. `keys` were accepted before; the correction's own joins them."""
    if correction.remedy == CREDIT:
        return _FULL
    accepted = correction.accepted.get(question.content_hash)
    if accepted is None:
        return Fraction(0)
    if accepted.rule == Rule.IDENTICAL:
        return accepted.mark([], question.response)
    keys.append(accepted.response)
    return accepted.mark(keys, question.response)


def outcome(
    asked: Sequence[Asked], corrections: Iterable[Correction], pass_percent: int | Fraction
) -> Result:
    """What the attempt earns with the corrections."""
    return assess(corrected(asked, corrections), pass_percent)


def is_lower(before: Result, after: Result) -> bool:
    """Less score, or no longer passed."""
    return after.share < before.share or (before.passed and not after.passed)


def held(before: Result, after: Result) -> Result:
    """The result of somebody who is not lowered: nothing falls, what is won counts."""
    if not is_lower(before, after):
        return after
    passed = before.passed or after.passed
    return replace(before, passed=passed, failed_points=() if passed else after.failed_points)


def carried(before: Result, bare: Result, after: Result) -> bool:
    """Whether `before` stays because an earlier decision keeps it. `bare` are the marks without
    that; with one more correction they give `after`, which is less than `before` but not by the
    doing of this correction.
    """
    return is_lower(before, after) and not is_lower(bare, after)
