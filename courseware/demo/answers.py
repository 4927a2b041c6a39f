"""How a fictional trainee answers: right with a chance, else a believable mistake. Pure.

Owns: invented answers. Must not: be used for anybody who exists.
"""

import math
import random
from typing import Any

from quizzes.engine import registry


def chance(ability: float, difficulty: int) -> float:
    """The chance to be right: a logistic curve; `difficulty` is 1, 2 or 3."""
    return 1 / (1 + math.exp(-(ability - 0.75 * (difficulty - 2))))


def answer(
    rng: random.Random, *, type_name: str, content: Any, ability: float, difficulty: int
) -> dict[str, Any]:
    """A response as the engine stores it. `content` is what the type's `validate` returned."""
    kind = registry.get(type_name)
    right = kind.right_response(content)
    if rng.random() < chance(ability, difficulty):
        return right
    return _mistake(rng, type_name, content, right)


def _mistake(
    rng: random.Random, type_name: str, content: Any, right: dict[str, Any]
) -> dict[str, Any]:
    if type_name in {"single", "truefalse"}:
        wrong = [i for i in range(len(content.options)) if i not in content.right]
        return {"chosen": [rng.choice(wrong)]}
    if type_name == "multiple":
        wrong = [i for i in range(len(content.options)) if i not in content.right]
        kept = rng.sample(sorted(content.right), max(1, len(content.right) - 1))
        return {"chosen": sorted({*kept, *rng.sample(wrong, rng.randint(0, 1))})}
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
