"""What the strongest third says of the key: of options, parts of a case, pairs and sequences."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.statistics.findings import Level, Verdict
from quizzes.engine.statistics.intervals import difference
from quizzes.engine.statistics.key_verdicts import key_verdicts
from quizzes.engine.statistics.offered import Shape, placed
from quizzes.engine.statistics.options import OptionTally
from quizzes.engine.statistics.thirds import STRONG, WEAK

Answer = Callable[[int, int], dict[str, Any]]
"""Of the person of this number in this third."""


def single(*, right: int = 0, options: int = 4) -> dict[str, Any]:
    rows = [{"text": f"o{n}", "correct": n == right, "feedback": "f"} for n in range(options)]
    return {"stem": "s", "options": rows}


MULTIPLE = {
    "stem": "s",
    "options": [{"text": f"o{n}", "correct": n < 3, "feedback": "f"} for n in range(6)],
}
MATCHING = {
    "stem": "s",
    "pairs": [{"left": f"l{n}", "right": f"r{n}", "feedback": "f"} for n in range(5)],
    "distractors": ["d"],
}
ORDERING = {"stem": "s", "sequence": [f"step {n}" for n in range(5)], "feedback": "f"}
NUMERIC = {
    "stem": "s",
    "answer": 12,
    "feedback": "f",
    "errors": [{"value": 21, "feedback": "f"}],
}
SHORT = {
    "stem": "s",
    "accept": ["hash"],
    "model_answer": "hash",
    "feedback": "f",
    "errors": [{"accept": ["cache"], "feedback": "f"}],
}
CASE = {
    "stem": "s",
    "parts": [
        {"key": "p1", "type": "single", **single()},
        {"key": "x", "type": "single", **single()},
        {"key": "p3", "type": "matching", **MATCHING},
        {"key": "p4", "type": "ordering", **ORDERING},
    ],
}


def judged(kind: str, content: dict[str, Any], answer: Answer, *, of: int = 50) -> list[Verdict]:
    """What is said when `of` people of each third answer so."""
    own = registry.get(kind)
    read = own.validate(content)
    tally = OptionTally(own.choices(read))
    for third in range(3):
        for number in range(of):
            tally.add(third, own.chosen(read, answer(third, number)))
    return list(key_verdicts(tally.counts()))


def said(found: list[Verdict]) -> list[str]:
    return [
        ": ".join(filter(None, (one.where % one.params, one.finding % one.params))) for one in found
    ]


def case(**parts: Any) -> dict[str, Any]:
    return {"parts": parts, "final": []}


# ------------------------------------------------------------------ parts and pairs
def test_a_wrong_key_in_a_part_of_a_case_is_named_with_its_part() -> None:
    found = judged(
        "scenario",
        CASE,
        lambda third, n: case(
            p1={"chosen": [0]},
            x={"chosen": [2 if third == STRONG and n else n % 2]},
        ),
        of=48,
    )
    assert [(one.code, one.level) for one in found] == [("key", Level.ACT)]
    assert said(found) == [
        "Part 2: 98 % of the strongest third choose option C, more than choose the right one."
    ]


def test_two_sides_that_were_exchanged_are_named_with_their_lines() -> None:
    swapped = {"pairs": {"0": 0, "1": 3, "2": 2, "3": 1, "4": 4}}
    right = {"pairs": {str(n): n for n in range(5)}}
    found = judged("matching", MATCHING, lambda third, n: swapped if third and n else right)
    assert [(one.code, one.level) for one in found] == [("key", Level.ACT)] * 2
    assert [text.partition(",")[0] for text in said(found)] == [
        "Line 2: 98 % of the strongest third choose option D",
        "Line 4: 98 % of the strongest third choose option B",
    ]
    inside = judged("scenario", CASE, lambda _third, _n: case(p3=swapped))
    assert [text.partition(":")[0] for text in said(inside)] == ["Part 3, line 2", "Part 3, line 4"]


def test_a_side_that_draws_the_strong_does_so_beyond_chance() -> None:
    """A line has many wrong sides: 30 % of the strong on one and 26 % of the weak is luck."""

    def taken_by(strong: int, weak: int) -> list[Verdict]:
        return judged(
            "matching",
            MATCHING,
            lambda third, n: {"pairs": {"0": 1 if n < (weak, 15, strong)[third] else 0}},
        )

    assert taken_by(15, 13) == []
    (found,) = taken_by(15, 3)
    assert (found.code, found.level, found.where) == ("draws_strong", Level.LOOK, "Line %(line)s")


# ------------------------------------------------------------------ several
def test_one_right_option_too_many_is_named() -> None:
    weak, strong = {"chosen": [0, 2]}, {"chosen": [0, 1]}
    (found,) = judged("multiple", MULTIPLE, lambda third, _n: strong if third else weak)
    assert (found.code, found.level) == ("left_alone", Level.ACT)
    assert said([found]) == [
        "Only 0 % of the strongest third choose option C, which counts as right; of the weakest "
        "third 100 %."
    ]


@pytest.mark.parametrize(
    ("strong", "weak", "level"),
    [
        (3, 0, Level.LOOK),  # few, but the strong rather than the weak: hard
        (15, 15, Level.LOOK),  # fewer than half, and as many of the weak
        (15, 5, None),  # hard, and it rises with the score
        (24, 30, None),  # may be half of them
    ],
)
def test_a_right_option_that_is_hard(strong: int, weak: int, level: Level | None) -> None:
    found = judged(
        "multiple",
        MULTIPLE,
        lambda third, n: {"chosen": [0, 1, 2] if n < (weak, weak, strong)[third] else [0, 1]},
    )
    assert [one.level for one in found] == ([level] if level else [])


def test_an_option_that_all_take_and_that_counts_as_wrong_is_named() -> None:
    (found,) = judged("multiple", MULTIPLE, lambda _third, _n: {"chosen": [0, 1, 2, 5]})
    assert (found.code, found.level, found.params["option"]) == ("draws_strong", Level.ACT, "F")


# ------------------------------------------------------------------ sequences
def put(*steps: int) -> dict[str, Any]:
    """The steps in this order, each by its place in the content."""
    return {"positions": {str(step): place + 1 for place, step in enumerate(steps)}}


def test_one_step_in_another_place_is_said_once() -> None:
    """All five stand elsewhere than in the key, and one was moved."""
    moved, right = put(1, 2, 3, 4, 0), put(0, 1, 2, 3, 4)
    found = judged("ordering", ORDERING, lambda third, n: moved if third and n > 4 else right)
    assert [(one.code, one.level) for one in found] == [("key", Level.ACT)]
    assert said(found) == [
        "Step 1: 90 % of the strongest third put it at place 5, more than at its own."
    ]
    inside = judged("scenario", CASE, lambda _third, _n: case(p4=moved))
    assert said(inside)[0].startswith("Part 4, step 1: 100 %")
    assert len(inside) == 1


def test_a_hard_sequence_is_no_wrong_one() -> None:
    """Two moves at random, 15 strong people: among 20 wrong places some draw more by chance. By
    the rule for options nine in ten of these sequences would be called wrong.
    """
    rng = random.Random(4)

    def answer(_third: int, _n: int) -> dict[str, Any]:
        steps = list(range(5))
        for _ in range(2):
            steps.insert(rng.randrange(5), steps.pop(rng.randrange(5)))
        return put(*steps)

    alarms = sum(bool(judged("ordering", ORDERING, answer, of=15)) for _ in range(300))
    assert alarms <= 6


# ------------------------------------------------------------------ written answers
@pytest.mark.parametrize(
    ("kind", "content", "slip", "other", "right"),
    [
        (
            "numeric",
            NUMERIC,
            {"text": "21", "values": ["21"]},
            {"text": "5", "values": ["5"]},
            {"text": "12", "values": ["12"]},
        ),
        ("short", SHORT, {"text": "cache"}, {"text": "sum"}, {"text": "hash"}),
    ],
)
def test_written_answers_that_the_strong_give_more_than_the_right_one(
    kind: str, content: dict[str, Any], slip: Any, other: Any, right: Any
) -> None:
    def given(wrong: Any, rights: int) -> list[Verdict]:
        return judged(kind, content, lambda _third, n: right if n < rights else wrong)

    (found,) = given(slip, 5)
    assert (found.code, found.level) == ("key", Level.ACT)
    assert said([found]) == [
        "90 % of the strongest third make the known mistake B; 10 % are right."
    ]
    assert [(one.code, one.level) for one in given(other, 2)] == [("unforeseen", Level.ACT)]
    assert [(one.code, one.level) for one in given(other, 15)] == [("unforeseen", Level.LOOK)]
    # A slip is there to be made: that a third of the strong make it is no finding.
    assert given(slip, 32) == given(other, 32) == []


# ------------------------------------------------------------------ evidence and places
@pytest.mark.parametrize(
    ("kind", "content", "wrong"),
    [
        ("single", single(), {"chosen": [1]}),
        ("multiple", MULTIPLE, {"chosen": [5]}),
        ("matching", MATCHING, {"pairs": {"0": 1}}),
        ("ordering", ORDERING, put(1, 2, 3, 4, 0)),
        ("numeric", NUMERIC, {"text": "21", "values": ["21"]}),
        ("scenario", CASE, case(p3={"pairs": {"0": 1}})),
    ],
)
def test_a_third_of_nine_says_nothing_and_a_right_answer_neither(
    kind: str, content: dict[str, Any], wrong: dict[str, Any]
) -> None:
    assert judged(kind, content, lambda _third, _n: wrong, of=10)
    assert judged(kind, content, lambda _third, _n: wrong, of=9) == []
    own = registry.get(kind)
    right = own.right_response(own.validate(content))
    assert judged(kind, content, lambda _third, _n: right) == []


def test_every_group_has_its_shape_and_place() -> None:
    own = registry.get("scenario")
    counted = OptionTally(own.choices(own.validate(CASE))).counts().groups
    places = [place for place, _ in placed(counted)]
    assert [(p.shape, p.part, p.line) for p in places] == [
        (Shape.LIST, 1, None),
        (Shape.LIST, 2, None),
        *((Shape.LINE, 3, n) for n in range(1, 6)),
        *((Shape.STEP, 4, n) for n in range(1, 6)),
    ]
    for kind, content, shape in (
        ("single", single(), Shape.LIST),
        ("matching", MATCHING, Shape.LINE),
        ("ordering", ORDERING, Shape.STEP),
        ("numeric", NUMERIC, Shape.WRITTEN),
        ("short", SHORT, Shape.WRITTEN),
    ):
        own = registry.get(kind)
        groups = OptionTally(own.choices(own.validate(content))).counts().groups
        assert {place.shape for place, _ in placed(groups)} == {shape}
        assert {place.part for place, _ in placed(groups)} == {None}


def test_how_far_two_shares_are_apart() -> None:
    """Newcombe 1998, his method 10: 56 of 70 and 48 of 80."""
    low, high = difference(56 / 70, 70, 48 / 80, 80)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    assert (WEAK, STRONG) == (0, 2)
