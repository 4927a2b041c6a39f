"""The draw: quotas, must-pass points and caps always hold, by seed, fairly, or it says why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import combinations
from random import Random
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.engine import draw as engine_draw
from quizzes.engine.blueprint import Blueprint, Candidate
from quizzes.engine.draw import DrawError, Draws, draw, feasible


def course_pool() -> list[Candidate]:
    """A pool like a shipped course's: 42 questions, six objectives, three points."""
    pool = []
    for number in range(1, 43):
        pool.append(
            Candidate(
                key=f"C0-Q{number:02}",
                type="truefalse" if number % 7 == 0 else "single",
                objective=f"O{number % 6}",
                must_pass={4: "M1", 10: "M1", 5: "M2", 11: "M2", 17: "M2"}.get(number),
                negative_stem=number % 9 == 0,
            )
        )
    return pool


COURSE = Blueprint(
    draw=20,
    quotas={"O0": 3, "O1": 3, "O2": 3, "O3": 3, "O4": 4, "O5": 4},
    must_pass=["M1", "M2"],
    cap_truefalse=2,
    cap_negative_stem=1,
)


def rules_hold(keys: list[str], pool: list[Candidate], blueprint: Blueprint) -> bool:
    by_key = {candidate.key: candidate for candidate in pool}
    drawn = [by_key[key] for key in keys]
    objectives = Counter(candidate.objective for candidate in drawn)
    points = Counter(c.must_pass for c in drawn if c.must_pass in set(blueprint.must_pass))
    truefalse = sum(candidate.type == "truefalse" for candidate in drawn)
    negative = sum(candidate.negative_stem for candidate in drawn)
    return (
        len(set(keys)) == len(keys) == blueprint.draw
        and all(objectives[o] == quota for o, quota in blueprint.quotas.items())
        and all(points[point] == 1 for point in blueprint.must_pass)
        and (blueprint.cap_truefalse is None or truefalse <= blueprint.cap_truefalse)
        and (blueprint.cap_negative_stem is None or negative <= blueprint.cap_negative_stem)
        and all(
            sum(tag in c.tags for c in drawn) >= least
            for tag, least in blueprint.tag_quotas.items()
        )
        and all(not blueprint.pool_tags or c.tags & blueprint.pool_tags for c in drawn)
        and not any(c.tags & blueprint.withheld_tags for c in drawn)
    )


def test_a_course_is_drawn_by_its_rules_for_every_seed() -> None:
    pool = course_pool()
    draws = [draw(pool, COURSE, seed) for seed in range(150)]
    assert all(rules_hold(keys, pool, COURSE) for keys in draws)
    seen = Counter(key for keys in draws for key in keys)
    assert seen.keys() == {candidate.key for candidate in pool}


def test_the_same_seed_draws_the_same_whatever_order_things_are_listed_in() -> None:
    pool = course_pool()
    turned = Blueprint(**{**COURSE.__dict__, "quotas": dict(reversed(list(COURSE.quotas.items())))})
    assert draw(pool, COURSE, 7) == draw(pool[::-1], turned, 7)
    assert draw(pool, COURSE, 7) != draw(pool, COURSE, 8)


def test_the_order_is_shuffled_across_objectives() -> None:
    pool = course_pool()
    by_key = {candidate.key: candidate.objective for candidate in pool}
    first = Counter(by_key[draw(pool, COURSE, seed)[0]] for seed in range(200))
    assert len(first) == 6


def test_what_the_rules_do_not_tell_apart_has_the_same_chance() -> None:
    pool = [Candidate(f"Q{i}", "single", "O1", "M1" if i < 2 else None) for i in range(6)]
    blueprint = Blueprint(draw=3, quotas={"O1": 3}, must_pass=["M1"])
    seen = Counter(key for seed in range(1200) for key in draw(pool, blueprint, seed))
    # Expected 600 each, with a standard deviation of about 17.
    assert all(500 < seen[f"Q{i}"] < 700 for i in range(6))


def test_a_second_attempt_repeats_no_more_than_it_must() -> None:
    pool = [Candidate(f"Q{i}", "single", "O1") for i in range(5)]
    blueprint = Blueprint(draw=3, quotas={"O1": 3})
    first = draw(pool, blueprint, 1)
    second = draw(pool, blueprint, 2, avoid=first)
    assert len(set(first) & set(second)) == 1
    course = course_pool()
    before = draw(course, COURSE, 1)
    after = draw(course, COURSE, 2, avoid=before)
    assert rules_hold(after, course, COURSE)
    assert len(set(before) & set(after)) <= 4


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"draw": 21}, "add up to 20, but 21"),
        ({"quotas": {**COURSE.quotas, "O0": 8, "O1": 0, "O2": 1}}, "O0 has 7 questions"),
        ({"must_pass": ["M1", "M9"]}, "M9 has no question"),
        ({"quotas": {**COURSE.quotas, "O4": 0, "O0": 7}}, "M1 has no question of an objective"),
        (
            {"quotas": {"O0": 7, "O1": 7, "O2": 6}, "must_pass": [], "cap_truefalse": 0},
            "true/false",
        ),
        ({"tag_quotas": {"scene": 1}}, "0 questions that may be drawn carry the tag scene"),
        ({"pool_tags": frozenset({"exam"})}, "M1 has no question"),
    ],
)
def test_what_cannot_be_met_is_named(changes: dict[str, Any], words: str) -> None:
    blueprint = Blueprint(**{**COURSE.__dict__, **changes})
    assert words in "; ".join(feasible(course_pool(), blueprint))
    with pytest.raises(DrawError, match=words.replace("/", ".")):
        draw(course_pool(), blueprint, 1)


def test_rules_that_only_clash_together_are_named() -> None:
    pool = [
        Candidate("Q1", "truefalse", "O1", negative_stem=False),
        Candidate("Q2", "single", "O1", negative_stem=True),
        Candidate("Q3", "truefalse", "O2", "M1"),
        Candidate("Q4", "single", "O2", "M2"),
    ]
    both = Blueprint(2, {"O1": 2}, cap_truefalse=0, cap_negative_stem=0)
    assert feasible(pool, both) == [
        "the cap of 0 true/false questions cannot be held",
        "the cap of 0 negative stems cannot be held",
    ]
    negative = Blueprint(2, {"O1": 2}, cap_truefalse=1, cap_negative_stem=0)
    assert feasible(pool, negative) == ["the cap of 0 negative stems cannot be held"]
    points = Blueprint(1, {"O2": 1}, must_pass=["M1", "M2"])
    assert feasible(pool, points) == ["the must-pass points and the quotas cannot be met together"]
    assert "Q1 is in the pool 2 times" in feasible([pool[0], pool[0]], Blueprint(1, {"O1": 1}))


def test_a_question_of_an_unlisted_point_is_drawn_like_any_other() -> None:
    pool = [Candidate("Q1", "single", "O1", "M1"), Candidate("Q2", "single", "O1", "M1")]
    assert sorted(draw(pool, Blueprint(2, {"O1": 2}), 1)) == ["Q1", "Q2"]


def test_numbers_by_tag_that_only_clash_with_other_rules_are_named() -> None:
    pool = [
        Candidate("Q1", "truefalse", "O1", tags=frozenset({"scene"})),
        Candidate("Q2", "single", "O1"),
    ]
    blueprint = Blueprint(1, {"O1": 1}, cap_truefalse=0, tag_quotas={"scene": 1})
    assert feasible(pool, blueprint) == [
        "the numbers by tag cannot be held together with the other rules"
    ]


def tagged_pool(tags: int, share: float) -> list[Candidate]:
    """80 questions of five objectives, each tag on about this share of them."""
    rng = Random(2)
    return [
        Candidate(
            key=f"Q{number:02}",
            type="single" if rng.random() < 0.85 else "truefalse",
            objective=f"O{number % 5}",
            negative_stem=rng.random() < 0.1,
            tags=frozenset(f"t{tag}" for tag in range(tags) if rng.random() < share),
        )
        for number in range(80)
    ]


def tagged_test(tags: int, least: int) -> Blueprint:
    return Blueprint(
        20,
        {f"O{number}": 4 for number in range(5)},
        cap_truefalse=3,
        cap_negative_stem=2,
        tag_quotas={f"t{tag}": least for tag in range(tags)},
    )


def test_many_numbers_by_tag_are_kept_though_their_cases_are_too_many_to_count() -> None:
    pool, blueprint = tagged_pool(6, 0.15), tagged_test(6, 2)
    draws = Draws(pool, blueprint)
    first = draws.draw(1)
    assert rules_hold(first, pool, blueprint)
    second = draws.draw(2, avoid=first)
    assert rules_hold(second, pool, blueprint)
    assert not set(first) & set(second)


def test_numbers_by_tag_that_hardly_any_draw_keeps_are_refused_and_not_waited_for() -> None:
    (problem,) = feasible(tagged_pool(8, 0.15), tagged_test(8, 5))
    assert "ask for fewer tags, or for smaller numbers" in problem


@pytest.mark.parametrize("few", [0, 2_000])
def test_every_draw_that_keeps_the_numbers_by_tag_has_the_same_chance(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, or picked until one keeps them: of six pairs, five hold an a."""
    monkeypatch.setattr(engine_draw, "_FEW_CASES", few)
    pool = [
        Candidate(f"Q{n}", "single", "O1", tags=frozenset("a" if n < 2 else "")) for n in range(4)
    ]
    draws = Draws(pool, Blueprint(2, {"O1": 2}, tag_quotas={"a": 1}))
    found = Counter(frozenset(draws.draw(seed)) for seed in range(1_000))
    assert len(found) == 5
    assert all(150 <= times <= 250 for times in found.values())


@st.composite
def small_tests(draw_from: st.DrawFn) -> tuple[list[Candidate], Blueprint]:
    size = draw_from(st.integers(1, 8))
    pool = [
        Candidate(
            key=f"Q{number}",
            type=draw_from(st.sampled_from(["single", "truefalse"])),
            objective=draw_from(st.sampled_from(["O1", "O2", "O3"])),
            must_pass=draw_from(st.sampled_from([None, None, "M1", "M2"])),
            negative_stem=draw_from(st.booleans()),
            tags=frozenset(draw_from(st.sets(st.sampled_from(["a", "b", "c"]), max_size=2))),
        )
        for number in range(size)
    ]
    quotas = {o: draw_from(st.integers(0, 3)) for o in ("O1", "O2")}
    cap = st.sampled_from([None, 0, 1, 2])
    points = draw_from(st.lists(st.sampled_from(["M1", "M2"]), unique=True))
    least = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(1, 2), max_size=2)
    some = st.sampled_from([frozenset(), frozenset(), frozenset({"a", "b"}), frozenset({"c"})])
    blueprint = Blueprint(
        sum(quotas.values()),
        quotas,
        points,
        draw_from(cap),
        draw_from(cap),
        draw_from(least),
        pool_tags=draw_from(some),
        withheld_tags=draw_from(st.sampled_from([frozenset(), frozenset({"c"})])),
    )
    return pool, blueprint


@contextmanager
def by_picks(is_so: bool) -> Iterator[None]:
    """Not counted at once, but picked, and counted where fifteen picks find none."""
    if not is_so:
        yield
        return
    with patch.object(engine_draw, "_FEW_CASES", 0), patch.object(engine_draw, "_TRIES", 15):
        yield


@settings(max_examples=200, deadline=None)
@given(small_tests(), st.integers(0, 2**63 - 1), st.booleans())
def test_a_draw_is_found_exactly_when_trying_everything_finds_one(
    test: tuple[list[Candidate], Blueprint], seed: int, is_by_picks: bool
) -> None:
    pool, blueprint = test
    keys = [candidate.key for candidate in pool]
    possible = [
        set(some)
        for some in combinations(keys, blueprint.draw)
        if rules_hold(list(some), pool, blueprint)
    ]
    with by_picks(is_by_picks):
        if feasible(pool, blueprint):
            assert possible == []
        else:
            assert set(draw(pool, blueprint, seed)) in possible


@settings(max_examples=100, deadline=None)
@given(
    small_tests(),
    st.integers(0, 2**63 - 1),
    st.sets(st.sampled_from([f"Q{i}" for i in range(8)])),
    st.booleans(),
)
def test_repeats_are_as_few_as_trying_everything_finds(
    test: tuple[list[Candidate], Blueprint], seed: int, avoid: set[str], is_by_picks: bool
) -> None:
    pool, blueprint = test
    if feasible(pool, blueprint):
        return
    possible = [
        set(some)
        for some in combinations([candidate.key for candidate in pool], blueprint.draw)
        if rules_hold(list(some), pool, blueprint)
    ]
    with by_picks(is_by_picks):
        drawn = set(draw(pool, blueprint, seed, avoid=avoid))
    assert len(drawn & avoid) == min(len(some & avoid) for some in possible)
