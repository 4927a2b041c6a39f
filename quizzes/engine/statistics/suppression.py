"""Counts per unit that say nothing about a few people, also not by subtraction.

Units form a tree, and what is counted in a unit is counted in all above it. Who sees a unit and
the units below it can take these away from it and knows the rest. So a unit is released only if
it holds at least `least` people, and so does what is left of the one above when everything
released below it is taken away, unless nobody is left.

Must not: know what is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

LEAST = 10


def released[Unit](
    people: Mapping[Unit, int], parent: Mapping[Unit, Unit | None], least: int = LEAST
) -> frozenset[Unit]:
    """The units that may be shown. `people` counts those of a unit with all below it; a unit
    whose parent is missing, or None, stands at the top.
    """
    below: dict[Unit, list[Unit]] = {}
    tops = []
    for unit in people:
        above = parent.get(unit)
        if above is None or above not in people:
            tops.append(unit)
        else:
            below.setdefault(above, []).append(unit)
    shown: set[Unit] = set()
    waiting = [unit for unit in tops if people[unit] >= least]
    while waiting:
        unit = waiting.pop()
        shown.add(unit)
        waiting += _part(people[unit], below.get(unit, ()), people, least)
    return frozenset(shown)


def _part[Unit](
    whole: int, units: Iterable[Unit], people: Mapping[Unit, int], least: int
) -> list[Unit]:
    """As many of the units as may stand beside their parent: the smallest give way."""
    kept = sorted((unit for unit in units if people[unit] >= least), key=lambda u: people[u])
    rest = whole - sum(people[unit] for unit in kept)
    while kept and 0 < rest < least:
        rest += people[kept.pop(0)]
    return kept
