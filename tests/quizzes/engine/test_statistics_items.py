"""Numbers of questions against formulas written another way, and against worked examples."""

from __future__ import annotations

import random
import statistics
from itertools import pairwise, permutations
from math import isclose, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.engine.statistics import samples
from quizzes.engine.statistics.intervals import Interval, bootstrap, fisher, of_mean, wilson
from quizzes.engine.statistics.items import ENOUGH, efficiency, item_numbers
from quizzes.engine.statistics.marks import Marks, Paired

unit = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def tables(
    take: st.DrawFn, least: int = 2, most: int = 12, questions: int = 5
) -> list[list[tuple[int, float]]]:
    """Attempts, each of some of the questions."""
    rows = []
    for _ in range(take(st.integers(least, most))):
        asked = take(st.lists(st.integers(0, questions - 1), min_size=2, unique=True))
        rows.append([(key, take(unit)) for key in asked])
    return rows


def table(rows: list[list[tuple[int, float]]]) -> Marks[int]:
    marks: Marks[int] = Marks()
    for row in rows:
        marks.add(row)
    return marks


def simulated(
    n: int, questions: int, asked: int, *, seed: int = 1, flipped: int | None = None
) -> Marks[int]:
    """People of different ability, questions of different difficulty; `flipped` has a wrong key."""
    rng = random.Random(seed)
    marks: Marks[int] = Marks()
    for _ in range(n):
        ability = rng.gauss(0, 1)
        row = []
        for key in rng.sample(range(questions), asked):
            chance = 1 / (1 + 2.718281828 ** -(1.5 * ability - (key / questions - 0.5) * 2))
            right = rng.random() < chance
            row.append((key, float(right != (key == flipped))))
        marks.add(row)
    return marks


# ------------------------------------------------------------------ samples
values = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=2, max_size=30)


@given(values)
@settings(deadline=None)
def test_spread_is_that_of_the_standard_library(own: list[float]) -> None:
    assert isclose(samples.variance(own) or 0, statistics.variance(own), abs_tol=1e-6)
    assert isclose(samples.median(own), statistics.median(own), abs_tol=1e-9)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=3, max_size=30))
@settings(deadline=None)
def test_correlation_is_that_of_the_standard_library(pairs: list[tuple[int, int]]) -> None:
    first, second = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    found = samples.correlation(first, second)
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(statistics.correlation(first, second), abs=1e-9)


@pytest.mark.parametrize(
    ("own", "skewness", "kurtosis"),
    [
        # Worked by hand from the sums of powers: k3 / k2^1.5 and k4 / k2².
        ([1.0, 2.0, 3.0, 4.0, 5.0], 0.0, -1.2),
        ([0.0, 0.0, 0.0, 1.0], 2.0, 4.0),
    ],
)
def test_shape_of_small_samples(own: list[float], skewness: float, kurtosis: float) -> None:
    assert samples.skewness(own) == pytest.approx(skewness)
    assert samples.kurtosis(own) == pytest.approx(kurtosis)


def test_what_cannot_be_said_is_none() -> None:
    assert samples.covariance([1.0], [1.0]) is None
    assert samples.correlation([1.0, 1.0], [1.0, 2.0]) is None
    assert samples.skewness([1.0, 1.0, 1.0]) is None
    assert samples.kurtosis([1.0, 2.0, 3.0]) is None
    assert samples.variance([0.1 + 0.2, 0.3]) == 0.0  # dust is not a spread


# ------------------------------------------------------------------ intervals
@given(st.integers(1, 200), st.integers(0, 200))
@settings(deadline=None)
def test_wilson_holds_the_shares_that_the_test_would_not_refuse(n: int, hits: int) -> None:
    """Its ends are the shares p at which (x - np)² = z²np(1-p)."""
    share = min(hits, n) / n
    low, high = wilson(share, n)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
    for end in {low, high} - {0.0, 1.0}:
        assert (share - end) ** 2 == pytest.approx(1.959964**2 * end * (1 - end) / n, abs=1e-6)


def test_intervals_get_narrower_with_more_people() -> None:
    for before, after in pairwise([5, 20, 100, 1000]):
        assert wilson(0.7, after).width < wilson(0.7, before).width
        assert fisher(0.3, after).width < fisher(0.3, before).width
        assert of_mean(0.7, 0.1, after).width < of_mean(0.7, 0.1, before).width
    assert wilson(0.5, 0) == Interval(0.0, 1.0)
    assert fisher(0.5, 3) == Interval(-1.0, 1.0)
    assert fisher(1.0, 30) == Interval(1.0, 1.0)


def test_fisher_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = random.Random(7)
    truth, held = 0.4, 0
    for _ in range(400):
        first = [rng.gauss(0, 1) for _ in range(60)]
        second = [truth * a + sqrt(1 - truth**2) * rng.gauss(0, 1) for a in first]
        low, high = fisher(samples.correlation(first, second) or 0.0, 60)
        held += low <= truth <= high
    assert 0.92 <= held / 400 <= 0.98


def test_a_bootstrap_is_the_same_every_time_and_near_the_formula() -> None:
    rng = random.Random(3)
    own = [rng.random() for _ in range(200)]
    found = bootstrap(own, lambda rows: statistics.fmean(rows))
    assert found == bootstrap(own, lambda rows: statistics.fmean(rows))
    wanted = of_mean(statistics.fmean(own), statistics.stdev(own), 200)
    assert found == pytest.approx(wanted, abs=0.01)
    assert bootstrap([1.0], lambda rows: rows[0]) is None
    assert bootstrap(own, lambda _rows: None) is None


# ------------------------------------------------------------------ marks
@given(tables())
@settings(deadline=None)
def test_the_rest_is_the_mean_of_the_other_marks(rows: list[list[tuple[int, float]]]) -> None:
    columns = table(rows).paired()
    seen: dict[int, list[tuple[float, float, float]]] = {}
    for row in rows:
        for key, mark in row:
            others = [own for other, own in row if other != key]
            whole = statistics.fmean(own for _, own in row)
            seen.setdefault(key, []).append((mark, statistics.fmean(others), whole))
    assert columns.keys() == seen.keys()
    for key, column in columns.items():
        for found, wanted in zip(
            zip(column.marks, column.rest, column.whole, strict=True), seen[key], strict=True
        ):
            assert found == pytest.approx(wanted)


def test_an_attempt_without_questions_is_none() -> None:
    marks: Marks[str] = Marks()
    marks.add([])
    assert len(marks) == 0
    assert item_numbers(marks) == {}


# ------------------------------------------------------------------ questions
@given(tables(least=3, most=15))
@settings(deadline=None)
def test_the_index_is_the_correlation_with_the_rest_in_per_cent(
    rows: list[list[tuple[int, float]]],
) -> None:
    for key, found in item_numbers(table(rows)).items():
        own = [
            (mark, 100 * statistics.fmean(m for k, m in row if k != key))
            for row in rows
            for k, mark in row
            if k == key
        ]
        marks, rests = [a for a, _ in own], [b for _, b in own]
        assert found.n == len(own)
        assert found.facility == pytest.approx(statistics.fmean(marks))
        if len(own) >= 2 and statistics.pstdev(marks) > 1e-9 and statistics.pstdev(rests) > 1e-5:
            wanted = statistics.correlation(marks, rests)
            assert found.discrimination == pytest.approx(wanted, abs=1e-6)


@given(tables(least=3, most=15))
@settings(deadline=None)
def test_against_the_whole_is_a_negative_covariance_with_the_whole_score(
    rows: list[list[tuple[int, float]]],
) -> None:
    for key, found in item_numbers(table(rows)).items():
        own = [
            (mark, statistics.fmean(m for _, m in row))
            for row in rows
            for k, mark in row
            if k == key
        ]
        wanted = len(own) > 1 and statistics.covariance(*zip(*own, strict=True)) < -1e-9
        assert found.is_against == wanted


@given(st.lists(st.tuples(unit, unit), min_size=2, max_size=6))
@settings(deadline=None)
def test_efficiency_is_measured_by_the_best_of_all_pairings(
    pairs: list[tuple[float, float]],
) -> None:
    column = Paired()
    for mark, rest in pairs:
        column.marks.append(mark)
        column.rest.append(rest)
    rests = [rest for _, rest in pairs]
    best = max(samples.covariance(column.marks, list(o)) or 0.0 for o in permutations(rests))
    found = efficiency(column)
    if best < 1e-9:
        assert found is None
    else:
        own = samples.covariance(column.marks, column.rest) or 0.0
        assert found == pytest.approx(own / best)
        assert own <= best + 1e-9


def test_weights_are_the_textbook_ones_where_everybody_is_asked_the_same() -> None:
    marks = simulated(200, questions=6, asked=6)
    columns = marks.paired()
    roots = {
        key: sqrt(max(samples.covariance(c.marks, c.whole) or 0, 0)) for key, c in columns.items()
    }
    found = item_numbers(marks)
    for key, root in roots.items():
        assert found[key].weight == pytest.approx(root / sum(roots.values()))
        assert found[key].intended_weight == pytest.approx(1 / 6)


def test_the_weights_of_a_draw_add_up_in_expectation() -> None:
    marks = simulated(600, questions=12, asked=5)
    found = item_numbers(marks)
    expected = sum((own.weight or 0) * own.n for own in found.values()) / 600
    assert expected == pytest.approx(1)


def test_a_question_with_the_wrong_key_is_flagged_and_has_no_weight() -> None:
    found = item_numbers(simulated(400, questions=8, asked=8, flipped=3))
    wrong = found[3]
    assert wrong.is_against
    assert wrong.discrimination is not None
    assert wrong.discrimination < 0
    assert wrong.efficiency is not None
    assert wrong.efficiency < 0
    assert wrong.weight is None
    assert not any(own.is_against for key, own in found.items() if key != 3)


def test_where_nothing_varies_nothing_is_said() -> None:
    marks: Marks[str] = Marks()
    for n in range(30):
        marks.add([("always", 1.0), ("varies", float(n % 2)), ("other", float(n % 3 == 0))])
    own = item_numbers(marks)["always"]
    assert own.facility == 1
    assert own.facility_interval.low < 0.9
    assert own.facility_interval.high == pytest.approx(1)
    assert (own.discrimination, own.discrimination_interval, own.efficiency) == (None, None, None)
    assert own.weight == 0
    assert not own.is_against


def test_below_enough_answers_there_is_no_weight() -> None:
    marks: Marks[str] = Marks()
    for n in range(ENOUGH + 10):
        row = [("a", float(n % 2)), ("b", float(n % 4 < 2)), ("c", float(n % 3 == 0))]
        marks.add([*row, ("rare", 1.0)] if n < ENOUGH - 1 else row)
    found = item_numbers(marks)
    assert not found["rare"].is_enough
    assert found["rare"].weight is None
    assert found["a"].is_enough
