"""Matching: right sides offered once, counted wherever their text is right."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError

MATCHING = registry.get("matching")


def incidents(**changes: Any) -> dict[str, Any]:
    pairs = [("flood", "dependent"), ("rental", "enabled"), ("malware", "dependent")]
    return {
        "stem": "Match each incident.",
        "pairs": [{"left": a, "right": b, "feedback": f"why {a}"} for a, b in pairs],
        "distractors": ["civil matter"],
        **changes,
    }


def test_each_right_side_is_offered_once() -> None:
    content = MATCHING.validate(incidents())
    shown = MATCHING.public(content, MATCHING.arrange(content, random.Random(5)))
    texts = [row["text"] for row in shown["rights"]]
    assert sorted(texts) == ["civil matter", "dependent", "enabled"]


def test_a_repeated_right_side_counts_wherever_it_is_right() -> None:
    content = MATCHING.validate(incidents())
    arrangement = MATCHING.arrange(content, random.Random(5))
    shown = MATCHING.public(content, arrangement)
    token = {row["text"]: row["token"] for row in shown["rights"]}
    want = {"flood": "dependent", "rental": "enabled", "malware": "dependent"}
    raw = {row["name"]: token[want[row["text"]]] for row in shown["lefts"]}
    response = MATCHING.clean(content, arrangement, raw)
    assert response == {"pairs": {"0": 0, "1": 1, "2": 0}}
    assert MATCHING.grade(content, response) == 1
    # The same text under its other index is as right: an older answer may hold it.
    assert MATCHING.grade(content, {"pairs": {"0": 2, "1": 1, "2": 2}}) == 1


@pytest.mark.parametrize(
    ("pairs", "mark"),
    [({}, "0"), ({"0": 0}, "1/3"), ({"0": 0, "1": 0, "2": 0}, "2/3"), ({"1": 3}, "0")],
)
def test_the_mark_is_the_share_of_right_pairs(pairs: dict[str, int], mark: str) -> None:
    content = MATCHING.validate(incidents())
    assert MATCHING.grade(content, {"pairs": pairs}) == Fraction(mark)


def test_a_partial_answer_is_kept_and_not_complete() -> None:
    content = MATCHING.validate(incidents())
    arrangement = {
        "lefts": [["l0", 0], ["l1", 1], ["l2", 2]],
        "rights": [["r3", 3], ["r0", 0], ["r1", 1]],
    }
    response = MATCHING.clean(content, arrangement, {"answer-l1": "r3", "answer-l0": ""})
    assert response == {"pairs": {"1": 3}}
    assert not MATCHING.is_complete(content, response)
    shown = MATCHING.public(content, arrangement, response)
    assert [row["chosen"] for row in shown["lefts"]] == ["", "r3", ""]
    with pytest.raises(ResponseError) as caught:
        MATCHING.clean(content, arrangement, {"answer-l1": "l0"})
    assert (caught.value.code, caught.value.field) == ("unknown_choice", "answer-l1")


def test_the_explanation_shows_both_sides() -> None:
    content = MATCHING.validate(incidents())
    arrangement = {"lefts": [["l2", 2], ["l0", 0], ["l1", 1]], "rights": []}
    told = MATCHING.explain(content, arrangement, {"pairs": {"2": 1, "0": 0}})
    assert [(r.text, r.given, r.expected, r.state, r.feedback) for r in told.rows] == [
        ("malware", "enabled", "dependent", "wrong", "why malware"),
        ("flood", "dependent", "dependent", "right", "why flood"),
        ("rental", "", "enabled", "missed", "why rental"),
    ]
    assert (told.mark, told.state) == ("1/3", "partly")


def test_faults_of_pairs_and_distractors() -> None:
    same = [
        {"left": "a", "right": "x", "feedback": "f"},
        {"left": "A", "right": "x", "feedback": "f"},
    ]
    with pytest.raises(ContentError) as caught:
        MATCHING.validate(incidents(pairs=same, distractors=["x"]))
    assert {fault.path for fault in caught.value.faults} == {
        "pairs[1].left",
        "distractors[0]",
        "pairs",
    }


def test_guessing_picks_one_offered_side() -> None:
    assert MATCHING.random_guess(MATCHING.validate(incidents())) == Fraction(1, 3)
