"""Easier or harder with time: what rings the alarm, and what must not."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, sqrt
from statistics import fmean, variance

import pytest

from quizzes.engine.statistics.drift import Change, Drift, spans

MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


@dataclass(frozen=True)
class Sittings:
    """People sit a test of 20 of `pool` questions month by month; the Rasch model says who is
    right. From half of the months on their ability is `shift` deviations better, and question
    `leaked` is known to another fifth of everybody.
    """

    shift: float
    pool: int = 20
    leaked: int | None = None
    a_month: int = 60

    def drifts(self, rng: random.Random) -> list[Drift]:
        hardness = [rng.gauss(0, 1.2) for _ in range(self.pool)]
        if self.leaked is not None:
            hardness[self.leaked] = 0.8  # not so easy that there is nothing to leak
        drifts = [Drift() for _ in hardness]
        for place, month in enumerate(MONTHS[:8]):
            for _ in range(self.a_month):
                ability = rng.gauss(0.8, 1) + self.shift * (place >= 4)
                marks = {
                    number: self._mark(rng, number, ability - hardness[number], place >= 4)
                    for number in rng.sample(range(self.pool), 20)
                }
                total = sum(marks.values())
                for number, mark in marks.items():
                    drifts[number].add(month, mark, (total - mark) / 19, total / 20)
        return drifts

    def _mark(self, rng: random.Random, number: int, ahead: float, is_after: bool) -> float:
        known = 0.2 if number == self.leaked and is_after else 0.0
        return float(rng.random() < min(1.0, 1 / (1 + exp(-ahead)) + known))


def alarms(drifts: Iterable[Drift]) -> int:
    changes = (drift.change() for drift in drifts)
    return sum(change is not None and change.is_alarm for change in changes)


@pytest.mark.parametrize("shift", [-1.5, 1.5])
def test_other_cohorts_are_no_leak(shift: float) -> None:
    """In easy and hard questions alike, of which a mark less the rest would say otherwise."""
    rng = random.Random(5)
    assert sum(alarms(Sittings(shift).drifts(rng)) for _ in range(5)) < 1  # of 100 questions


@pytest.mark.wide
@pytest.mark.parametrize("pool", [20, 40])
@pytest.mark.parametrize("shift", [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5])
def test_fewer_than_one_question_in_a_hundred_is_called_leaked_by_chance(
    shift: float, pool: int
) -> None:
    rng = random.Random(6)
    found = sum(alarms(Sittings(shift, pool).drifts(rng)) for _ in range(600 // pool))
    assert found < 6  # of 600 questions


@pytest.mark.parametrize("shift", [0.0, 0.3])
def test_a_leak_of_twenty_points_is_found_and_nothing_else(shift: float) -> None:
    rng = random.Random(7)
    for _ in range(5):
        leaked, *others = Sittings(shift, leaked=0, a_month=100).drifts(rng)
        change = leaked.change()
        assert change is not None
        assert change.is_alarm
        assert change.rise == pytest.approx(0.2, abs=0.08)
        assert change.month in MONTHS[3:6]
        assert alarms(others) <= 1


@pytest.mark.parametrize(("before", "after"), [(0.9, 0.72), (0.69, 0.9)])
def test_what_everybody_knows_in_both_months_is_neither_easier_nor_harder(
    before: float, after: float
) -> None:
    drift = Drift()
    for month, rest in (("2025-01", before), ("2025-02", after)):
        for number in range(60):
            own = rest + (number % 5 - 2) / 20
            drift.add(month, 1.0, own, (1 + 19 * own) / 20)
    change = drift.change()
    assert change is not None
    assert (change.rise, change.was, change.now) == (0, 1, 1)
    assert not change.is_alarm


@pytest.mark.parametrize(
    ("rise", "clearness", "now", "is_alarm"),
    [
        (0.2, 5.0, 0.8, True),
        (0.2, 5.0, 0.65, False),  # the facility hardly moved
        (0.2, 5.0, 0.4, False),  # or the other way
        (-0.2, -5.0, 0.4, True),
        (-0.2, -5.0, 0.8, False),
        (0.05, 5.0, 0.8, False),
        (0.2, 3.4, 0.8, False),
    ],
)
def test_what_an_alarm_needs(rise: float, clearness: float, now: float, is_alarm: bool) -> None:
    assert Change("2025-05", 99, 99, rise, clearness, 0.6, now).is_alarm is is_alarm


def test_without_a_leak_the_alarm_hardly_ever_goes_off() -> None:
    rng = random.Random(9)
    drifts = []
    for _ in range(300):
        drift = Drift()
        for month in MONTHS:
            for _ in range(12):
                drift.add(month, float(rng.random() < 0.7), 0.7, 0.7 + rng.uniform(-0.15, 0.15))
        drifts.append(drift)
    assert alarms(drifts) < 3


def test_every_answer_of_a_month_is_counted_whatever_its_layer() -> None:
    """The clearest border against the same reckoned from the answers, layer by layer."""
    rng = random.Random(10)
    rows = [
        (rng.choice(MONTHS[:4]), rng.choice((0.0, 0.5, 1.0)), rng.randrange(9) / 8)
        for _ in range(200)
    ]
    drift = Drift()
    for month, mark, score in rows:
        drift.add(month, mark, 0.5, score)
    change = drift.change()
    assert change is not None
    weights = rises = spread = 0.0
    for layer in range(9):
        own = [(month >= change.month, mark) for month, mark, score in rows if score * 8 == layer]
        was, now = ([mark for late, mark in own if late is side] for side in (False, True))
        weight = len(was) * len(now) / len(own)
        weights += weight
        rises += weight * (fmean(now) - fmean(was))
        spread += weight * variance(was + now)
    assert change.rise == pytest.approx(rises / weights)
    assert change.clearness == pytest.approx(rises / sqrt(spread))
    late = [mark for month, mark, _ in rows if month >= change.month]
    assert change.after == len(late)
    assert change.now == pytest.approx(fmean(late))
    assert [month.n for month in drift.months()] == [
        sum(month == name for month, _, _ in rows) for name in MONTHS[:4]
    ]


def test_months_with_few_answers_are_joined_and_nobody_is_lost() -> None:
    drift = Drift()
    sizes = {"2025-01": 22, "2025-02": 6, "2025-03": 8, "2025-04": 8, "2025-06": 20, "2025-07": 2}
    for month, n in sizes.items():
        for number in range(n):
            drift.add(month, float(number % 2), 0.5, 0.5)
    joined = spans(drift.months())
    assert [(own.first, own.last, own.n) for own in joined] == [
        ("2025-01", "2025-01", 22),
        ("2025-02", "2025-04", 22),
        ("2025-06", "2025-07", 22),
    ]
    assert joined[1].facility == pytest.approx((3 + 4 + 4) / 22)
    assert spans([]) == []


def test_nineteen_answers_have_no_facility_by_month() -> None:
    drift = Drift()
    for number in range(19):
        drift.add(f"2025-{1 + number % 2:02}", 1.0, 0.5, 0.5)
    assert spans(drift.months()) == []
    drift.add("2025-02", 1.0, 0.5, 0.5)
    assert [own.n for own in spans(drift.months())] == [20]


def test_months_are_in_order_and_few_answers_ring_no_alarm() -> None:
    drift = Drift()
    for n in range(19):
        drift.add("2026-02", 1.0, 0.5, 0.5)
        drift.add("2025-11", 0.0, 0.5, 0.5)
        drift.add("2025-11", float(n % 2), 0.5, 0.5)
    assert [month.month for month in drift.months()] == ["2025-11", "2026-02"]
    assert drift.months()[1].facility == 1
    assert drift.change() is None
