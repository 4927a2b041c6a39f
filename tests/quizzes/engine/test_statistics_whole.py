"""Numbers of a whole test: against Cronbach's alpha where it exists, and what draws change."""

from __future__ import annotations

import random
import statistics
from dataclasses import replace
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.engine.statistics.findings import Level
from quizzes.engine.statistics.marks import Marks
from quizzes.engine.statistics.reliability import (
    centred,
    consistency,
    consistency_interval,
    error_ratio,
    luck_of_the_draw,
)
from quizzes.engine.statistics.thirds import MIDDLE, STRONG, WEAK, Thirds
from quizzes.engine.statistics.whole import WholeNumbers, whole_numbers
from quizzes.engine.statistics.whole_verdicts import whole_verdicts


def cronbach(rows: list[list[float]]) -> float:
    """As textbooks write it, from one table."""
    k = len(rows[0])
    own = sum(statistics.variance(column) for column in zip(*rows, strict=True))
    return float(k / (k - 1) * (1 - own / statistics.variance([sum(row) for row in rows])))


def table(rows: list[list[float]]) -> Marks[int]:
    marks: Marks[int] = Marks()
    for row in rows:
        marks.add(list(enumerate(row)))
    return marks


def answered(n: int, *, asked: int, pool: int, spread: float, seed: int = 5) -> Marks[int]:
    """People of differing ability, each asked `asked` of `pool` questions of differing facility."""
    rng = random.Random(seed)
    marks: Marks[int] = Marks()
    for _ in range(n):
        ability = rng.gauss(0, spread)
        row = []
        for key in sorted(rng.sample(range(pool), asked)):
            chance = 1 / (1 + 2.718281828 ** -(ability + 1.5 - 2 * key / pool))
            row.append((key, float(rng.random() < chance)))
        marks.add(row)
    return marks


@given(
    st.integers(2, 6).flatmap(
        lambda k: st.lists(
            st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=k, max_size=k),
            min_size=3,
            max_size=20,
        )
    )
)
@settings(deadline=None)
def test_where_all_are_asked_the_same_it_is_cronbachs_alpha(rows: list[list[float]]) -> None:
    found = consistency(centred(table(rows)))
    if statistics.pvariance([sum(row) for row in rows]) < 1e-9:
        assert found is None
    else:
        assert found == pytest.approx(cronbach(rows), abs=1e-6)


def test_with_different_draws_it_estimates_what_all_questions_would_have_shown() -> None:
    """Everybody answers all 40; each is asked 20 of them. Alpha of 20 questions, twice."""
    whole = answered(3_000, asked=40, pool=40, spread=1.2)
    rng = random.Random(8)
    drawn: Marks[int] = Marks()
    for asked, earned in whole.rows():
        pairs = list(zip(asked, earned, strict=True))
        drawn.add(rng.sample(pairs, 20))
    alpha40 = consistency(centred(whole))
    assert alpha40 is not None
    alpha20 = alpha40 / (2 - alpha40)  # Spearman and Brown: half as many questions
    assert consistency(centred(drawn)) == pytest.approx(alpha20, abs=0.02)


def test_chance_alone_has_no_consistency_and_its_interval_says_so() -> None:
    rows = centred(answered(400, asked=10, pool=25, spread=0.0))
    interval = consistency_interval(rows)
    assert interval is not None
    assert interval.low < 0 < interval.high


def test_questions_against_each_other_give_a_coefficient_below_zero_and_an_error_above_one() -> (
    None
):
    rows = [[float(n % 2), float(1 - n % 2), float(n % 3 == 0)] for n in range(60)]
    found = whole_numbers(table(rows), passed=30, reached=30, pass_share=0.5)
    assert found is not None
    assert found.consistency is not None
    assert found.consistency < 0
    assert found.error_ratio is not None
    assert found.error_ratio > 1
    codes = [one.code for one in whole_verdicts(found, guess=0.25, pass_share=0.5)]
    assert codes[0] == "inconsistent"


def test_luck_of_the_draw_is_how_far_the_draws_facilities_lie_apart() -> None:
    marks: Marks[str] = Marks()
    for n in range(40):  # an easy pair for one half, a hard one for the other
        easy = [("a", 1.0), ("b", float(n % 10 != 0))]
        hard = [("c", float(n % 4 == 1)), ("d", 0.0)]
        marks.add(easy if n % 2 else hard)
    means = marks.means()
    facility = dict(zip(marks.keys, means, strict=True))
    per_attempt = [
        statistics.fmean(facility[key] for key in (("a", "b") if n % 2 else ("c", "d")))
        for n in range(40)
    ]
    assert luck_of_the_draw(marks) == pytest.approx(statistics.stdev(per_attempt))
    assert luck_of_the_draw(answered(50, asked=8, pool=8, spread=1.0)) == 0


def test_the_numbers_of_a_test_belong_together() -> None:
    marks = answered(300, asked=20, pool=42, spread=1.2)
    shares = list(marks.shares())
    passed = sum(share >= 0.8 for share in shares)
    found = whole_numbers(marks, passed=passed, reached=passed, pass_share=0.8)
    assert found is not None
    assert found.n == 300
    assert found.each == 20
    assert found.mean == pytest.approx(statistics.fmean(shares))
    assert found.median == pytest.approx(statistics.median(shares))
    assert found.deviation == pytest.approx(statistics.stdev(shares))
    assert found.pass_rate == passed / 300
    assert found.consistency is not None
    assert found.deviation is not None
    assert found.error_ratio == pytest.approx(sqrt(1 - found.consistency))
    assert found.standard_error == pytest.approx(found.deviation * sqrt(1 - found.consistency))
    assert found.consistency_interval is not None
    assert found.consistency_interval.low < found.consistency < found.consistency_interval.high
    assert found.near_pass == sum(abs(s - 0.8) <= (found.standard_error or 0) for s in shares)


def test_one_attempt_and_none() -> None:
    assert whole_numbers(Marks[str](), passed=0, reached=0, pass_share=0.8) is None
    alone = whole_numbers(table([[1.0, 0.0]]), passed=0, reached=0, pass_share=0.8)
    assert alone is not None
    assert (alone.deviation, alone.consistency, alone.standard_error) == (None, None, None)
    assert [one.code for one in whole_verdicts(alone, guess=0, pass_share=0.8)] == ["too_few"]


def test_error_ratio_of_a_perfect_test() -> None:
    assert error_ratio(1.0) == 0
    assert error_ratio(1.0000001) == 0


# ------------------------------------------------------------------ verdicts
def numbers(**changes: Any) -> WholeNumbers:
    found = whole_numbers(
        answered(300, asked=20, pool=42, spread=1.2), passed=100, reached=100, pass_share=0.8
    )
    assert found is not None
    return replace(found, **changes)


@pytest.mark.parametrize(
    ("changes", "code", "level"),
    [
        ({"consistency": 0.80}, "consistent", Level.GOOD),
        ({"consistency": 0.70}, "fair", Level.NOTE),
        ({"consistency": 0.50}, "loose", Level.LOOK),
        ({"consistency": 0.50, "deviation": 0.04}, "narrow", Level.NOTE),
        ({"consistency": None}, "no_spread", Level.NOTE),
        ({"luck": 0.08}, "uneven", Level.LOOK),
        ({"near_pass": 120}, "near_pass", Level.LOOK),
        ({"near_pass": 10}, "near_pass", Level.NOTE),
    ],
)
def test_what_is_said_of_a_test(changes: dict[str, object], code: str, level: Level) -> None:
    found = whole_verdicts(numbers(**changes), guess=0.25, pass_share=0.8)
    assert (code, level) in [(one.code, one.level) for one in found]
    assert found == sorted(found, key=lambda one: -one.level)
    for one in found:
        assert one.finding % one.params


# ------------------------------------------------------------------ thirds
@given(st.lists(st.integers(0, 8).map(lambda n: n / 8), min_size=1, max_size=40))
@settings(deadline=None)
def test_thirds_keep_equal_scores_together_and_the_order(scores: list[float]) -> None:
    thirds = Thirds(scores)
    placed = {score: thirds.third_of(score) for score in scores}
    ordered = [placed[score] for score in sorted(placed)]
    assert ordered == sorted(ordered)
    # Nobody is called strong who does not stand above two thirds, counted by their middle.
    for score, third in placed.items():
        rank = sum(s < score for s in scores) + sum(s == score for s in scores) / 2
        place = rank / len(scores)
        assert third == (WEAK if place < 1 / 3 else STRONG if place > 2 / 3 else MIDDLE) or (
            place in {1 / 3, 2 / 3}
        )


def test_who_stands_at_a_border_of_thirds_is_in_the_middle() -> None:
    """The middle of two equal scores of three stands at exactly a third, or two thirds, of all."""
    assert [Thirds([1, 1, 2]).third_of(score) for score in (1, 2)] == [MIDDLE, STRONG]
    assert [Thirds([1, 2, 2]).third_of(score) for score in (1, 2)] == [WEAK, MIDDLE]


def test_thirds_of_different_scores_are_equal() -> None:
    thirds = Thirds(range(9))
    assert [thirds.third_of(n) for n in range(9)] == [0, 0, 0, 1, 1, 1, 2, 2, 2]
