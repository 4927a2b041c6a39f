"""How a fictional trainee answers: right with a chance, else a believable mistake. Pure.

Questions have habits, invented from their words: some are harder than they look, some have a
mistake that many make, a few are worded badly or have leaked, so that statistics have something
to find. Owns: invented answers. Must not: be used for anybody who exists.
"""

import hashlib
import math
import random
from dataclasses import dataclass
from typing import Any

from quizzes.engine import registry


@dataclass(frozen=True)
class Habit:
    """How people take one question, the same for everybody."""

    offset: float = 0.0  # harder than its difficulty says
    slope: float = 1.0  # how well it tells strong from weak
    favourite: float = -1.0  # which mistake most people make, 0…1; below 0: any
    is_misleading: bool = False  # the strong see more in it than its author did
    is_misconception: bool = False  # whoever is wrong is sure of it
    has_leaked: bool = False


PLAIN = Habit()
_FLAWS = 24  # of so many questions one is misleading, two are misconceptions, one has leaked
_SALT = 242  # with it, choice questions of the first course show each of the flaws


def habit_of(stem: str) -> Habit:
    """Always the same for the same words."""
    rng = random.Random(hashlib.sha256(f"{_SALT}:{stem}".encode()).digest())
    flaw = rng.randrange(_FLAWS)
    return Habit(
        offset=rng.gauss(0, 0.5),
        slope=rng.uniform(0.8, 1.4),
        favourite=rng.random(),
        is_misleading=flaw == 0,
        is_misconception=flaw in {1, 2},
        has_leaked=flaw == 3,
    )


def chance(ability: float, difficulty: int, habit: Habit = PLAIN) -> float:
    """The chance to be right: a logistic curve; `difficulty` is 1, 2 or 3."""
    lead = ability - 0.75 * (difficulty - 2) - habit.offset
    if habit.is_misleading:
        lead = 1.9 - 0.6 * lead
    elif habit.is_misconception or habit.has_leaked:
        lead -= 2  # whoever knows a leaked question comes with more ability than their own
    return 1 / (1 + math.exp(-habit.slope * lead))


def answer(
    rng: random.Random,
    *,
    type_name: str,
    content: Any,
    ability: float,
    difficulty: int,
    habit: Habit = PLAIN,
) -> dict[str, Any]:
    """A response as the engine stores it. `content` is what the type's `validate` returned."""
    kind = registry.get(type_name)
    right = kind.right_response(content)
    if rng.random() < chance(ability, difficulty, habit):
        return right
    return _mistake(rng, type_name, content, right, habit)


def confidence(rng: random.Random, *, likely: float, is_right: bool, habit: Habit) -> int:
    """1 a guess, 2 fairly sure, 3 certain: people feel what they know, and not always rightly."""
    if habit.is_misconception and not is_right:
        return 3 if rng.random() < 0.7 else 2
    felt = likely + rng.gauss(0, 0.15) - (0.0 if is_right else 0.25)
    return 3 if felt > 0.85 else 2 if felt > 0.55 else 1


def seconds(rng: random.Random, *, words: int, is_right: bool) -> int:
    """In front of the question: reading, thinking, and longer where one does not know."""
    thinking = rng.lognormvariate(3.0, 0.45) * (1.0 if is_right else 1.4)
    return max(4, round(words / 3.5 + thinking))


def _mistake(
    rng: random.Random, type_name: str, content: Any, right: dict[str, Any], habit: Habit
) -> dict[str, Any]:
    if type_name in {"single", "truefalse"}:
        wrong = [i for i in range(len(content.options)) if i not in content.right]
        return {"chosen": [_picked(rng, wrong, habit)]}
    if type_name == "multiple":
        wrong = [i for i in range(len(content.options)) if i not in content.right]
        kept = rng.sample(sorted(content.right), max(1, len(content.right) - 1))
        extra = [_picked(rng, wrong, habit)] if rng.randint(0, 1) else []
        return {"chosen": sorted({*kept, *extra})}
    if type_name == "ordering":
        positions = dict(right["positions"])
        first, second = rng.sample(sorted(positions), 2)
        positions[first], positions[second] = positions[second], positions[first]
        return {"positions": positions, "complete": True}
    if type_name == "matching":
        pairs = dict(right["pairs"])
        slot = rng.choice(sorted(pairs))
        others = [i for i in content.offered if i != pairs[slot]]
        return {"pairs": {**pairs, slot: rng.choice(others)}}
    if type_name == "numeric" and content.errors:
        text = format(rng.choice(content.errors).value, "f")
        return {"text": text, "values": [text]}
    if type_name == "short" and content.errors:
        return {"text": rng.choice(content.errors).accept[0]}
    return {}


def _picked(rng: random.Random, wrong: list[int], habit: Habit) -> int:
    """Mostly the mistake that most people make."""
    if habit.favourite >= 0 and rng.random() < 0.6:
        return wrong[int(habit.favourite * len(wrong))]
    return rng.choice(wrong)
