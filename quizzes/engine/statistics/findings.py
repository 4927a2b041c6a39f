"""What a finding is: a sentence, how much it needs somebody, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Level(IntEnum):
    """How much it needs somebody; sorts the worst last."""

    NOTE = 0
    GOOD = 1
    LOOK = 2
    ACT = 3


@dataclass(frozen=True)
class Verdict:
    """A finding, and what to do. Both are sentences with places for `params`, and so is `where`:
    the part, line or step that it is about, "" for the whole question.
    """

    code: str
    level: Level
    finding: str
    advice: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    where: str = ""


def percent(share: float) -> int:
    """For reading: the nearest whole number."""
    return round(share * 100)
