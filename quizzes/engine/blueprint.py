"""What a draw is made of and what it must keep: questions as the rules see them, and the rules.

Must not: know what a question says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Candidate:
    """A question that may be drawn. `must_pass` names its point, or is None."""

    key: str
    type: str
    objective: str
    must_pass: str | None = None
    negative_stem: bool = False
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Blueprint:
    """How many questions, how many of them per objective, and what else must hold.

    One question of each point in `must_pass` is drawn, inside its objective's quota; a question
    of a point that is not listed is drawn like any other. A cap of None is no cap. `tag_quotas`
    say how many of the draw carry a tag at least. Only questions with one of `pool_tags` (none
    given: all of them) and without any of `withheld_tags` are drawn.
    """

    draw: int
    quotas: Mapping[str, int]
    must_pass: Sequence[str] = ()
    cap_truefalse: int | None = None
    cap_negative_stem: int | None = None
    tag_quotas: Mapping[str, int] = field(default_factory=dict)
    pool_tags: frozenset[str] = frozenset()
    withheld_tags: frozenset[str] = frozenset()

    def admits(self, candidate: Candidate) -> bool:
        """Say whether the question belongs to the pool at all."""
        is_inside = not self.pool_tags or bool(candidate.tags & self.pool_tags)
        return is_inside and not candidate.tags & self.withheld_tags
