"""Confident and wrong, by unit: counted while answers are read, and shown.

A wording is counted by itself. What people were sure of about words that have been mended says
nothing about the mended ones, so an older wording is shown as one.

Must not: know who; a unit is released only where nothing about a few people can be found.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from courseware.accounts.models import Posting, Unit
from quizzes.engine.statistics.confidence import LEVELS, SURE
from quizzes.engine.statistics.items import ENOUGH
from quizzes.engine.statistics.stored import SureInUnit, TestNumbers, Wording
from quizzes.engine.statistics.suppression import LEAST, released
from quizzes.models import StatisticsRun
from quizzes.queries.worded import worded


# ------------------------------------------------------------------ counted
def units_of(sat: Mapping[UUID, tuple[UUID, datetime]]) -> dict[UUID, int]:
    """Where each person served on the day of the attempt; by attempt, its person and moment."""
    postings: dict[UUID, list[tuple[int, date, date | None]]] = {}
    people = {person for person, _moment in sat.values()}
    for person, unit, first, last in Posting.objects.values_list(
        "person", "unit", "from_on", "to_on"
    ).iterator(chunk_size=2_000):
        if person in people:
            postings.setdefault(person, []).append((unit, first, last))
    found = {}
    for attempt, (person, moment) in sat.items():
        day = timezone.localdate(moment)
        for unit, first, last in postings.get(person, ()):
            if first <= day and (last is None or day <= last):
                found[attempt] = unit
    return found


class Sure:
    """Sure and wrong by unit and wording, each person counted in their unit and all above."""

    def __init__(self) -> None:
        self._said: Counter[tuple[Wording, int]] = Counter()
        self._wrong: Counter[tuple[Wording, int]] = Counter()

    def add(self, wording: Wording, unit: int | None, level: int | None, *, is_right: bool) -> None:
        if unit is not None and level in LEVELS:
            self._said[wording, unit] += 1
            self._wrong[wording, unit] += level == SURE and not is_right

    def released(self) -> tuple[SureInUnit, ...]:
        """What may be shown of it: nothing about a few people, also not by subtraction."""
        if not self._said:
            return ()
        paths = dict(Unit.objects.values_list("pk", "path"))
        above = {
            unit: [int(step) for step in path.split("/") if step] for unit, path in paths.items()
        }
        parents = {unit: line[-2] if len(line) > 1 else None for unit, line in above.items()}
        people: dict[Wording, Counter[int]] = {}
        wrong: dict[Wording, Counter[int]] = {}
        for (wording, unit), said in self._said.items():
            for one in above.get(unit, ()):
                people.setdefault(wording, Counter())[one] += said
                wrong.setdefault(wording, Counter())[one] += self._wrong[wording, unit]
        return tuple(
            SureInUnit(unit, wording, counts[unit], wrong[wording][unit])
            for wording, counts in sorted(people.items())
            for unit in sorted(released(counts, parents))
        )


# ------------------------------------------------------------------ shown
@dataclass(frozen=True)
class SureRow:
    """One wording in one unit: how many said how sure they were, and were sure and wrong.

    `last` is the newest edition that has these words, where the current one has others.
    """

    wording: Wording
    stem: str
    last: int | None
    people: int
    sure_and_wrong: int

    @property
    def percent(self) -> int | None:
        """None of so few that it would say nothing."""
        return round(self.sure_and_wrong * 100 / self.people) if self.people >= ENOUGH else None


@dataclass(frozen=True)
class UnitsPage:
    """`units` are those that may be shown; `rows` of the chosen one, the worst first and what is
    no longer asked last.
    """

    units: tuple[Unit, ...]
    unit: Unit | None
    rows: tuple[SureRow, ...]
    least: int = LEAST
    enough: int = ENOUGH


def units_page(run: StatisticsRun, test: TestNumbers, unit_id: int | None) -> UnitsPage:
    shown = {row.unit for row in test.units}
    units = tuple(Unit.objects.filter(pk__in=shown).order_by("path"))
    unit = next((own for own in units if own.pk == unit_id), units[0] if units else None)
    words = worded(run)
    rows = [
        SureRow(
            row.wording,
            words.stem(row.wording),
            words.last_of_older(row.wording),
            row.people,
            row.sure_and_wrong,
        )
        for row in test.units
        if unit is not None and row.unit == unit.pk
    ]
    rows.sort(key=lambda row: (row.last is not None, -row.sure_and_wrong / row.people, row.wording))
    return UnitsPage(units, unit, tuple(rows))
