"""Multiple response: the formula of the mark, and what a page may not say."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError

MULTIPLE = registry.get("multiple")


def reasons(key: str = "rrrw") -> dict[str, Any]:
    options = [
        {"text": f"reason {i}", "correct": letter == "r", "feedback": f"why {i}"}
        for i, letter in enumerate(key)
    ]
    return {"stem": "Why? Choose all that apply.", "options": options}


@pytest.mark.parametrize(
    ("key", "chosen", "mark"),
    [
        ("rrrw", [0, 1, 2], "1"),
        ("rrrw", [0], "1/3"),
        ("rrrw", [0, 1, 2, 3], "0"),
        ("rrrw", [3], "0"),
        ("rrrw", [], "0"),
        ("rrwww", [0, 2], "1/6"),
        ("rrwww", [0, 1, 2], "2/3"),
        ("rwww", [0, 1, 2], "1/3"),
    ],
)
def test_the_mark_is_right_share_less_wrong_share(key: str, chosen: list[int], mark: str) -> None:
    content = MULTIPLE.validate(reasons(key))
    assert MULTIPLE.grade(content, {"chosen": chosen}) == Fraction(mark)


@pytest.mark.parametrize(
    ("credit", "chosen", "mark"),
    [
        ("proportional", [], "0"),
        ("proportional", [0, 1], "1"),
        ("proportional", [0], "4/5"),
        ("proportional", [2], "2/5"),
        ("proportional", [0, 1, 2, 3, 4], "2/5"),
        ("all_or_nothing", [0, 1], "1"),
        ("all_or_nothing", [0], "0"),
        ("all_or_nothing", [0, 1, 2], "0"),
        ("all_or_nothing", [], "0"),
        ("right_minus_wrong", [0, 2], "1/6"),
    ],
)
def test_the_author_chooses_how_it_is_marked(credit: str, chosen: list[int], mark: str) -> None:
    content = MULTIPLE.validate({**reasons("rrwww"), "credit": credit})
    assert MULTIPLE.grade(content, {"chosen": chosen}) == Fraction(mark)
    assert MULTIPLE.public(content, MULTIPLE.arrange(content, random.Random(7)))["credit"] == credit


def test_a_rule_nobody_knows_is_refused() -> None:
    with pytest.raises(ContentError, match="credit: Must be one of"):
        MULTIPLE.validate({**reasons(), "credit": "generous"})


@pytest.mark.parametrize("key", ["rrr", "www"])
def test_there_is_a_right_and_a_wrong_option(key: str) -> None:
    with pytest.raises(ContentError, match="options: At least one"):
        MULTIPLE.validate(reasons(key))


def test_several_tokens_are_taken_once_each() -> None:
    content = MULTIPLE.validate(reasons())
    arrangement = MULTIPLE.arrange(content, random.Random(1))
    tokens = {index: token for token, index in arrangement["options"]}
    raw = {"answer": [tokens[2], tokens[0], tokens[2]]}
    assert MULTIPLE.clean(content, arrangement, raw) == {"chosen": [0, 2]}


def test_a_page_says_choose_all_but_not_how_many() -> None:
    few, many = MULTIPLE.validate(reasons("rwww")), MULTIPLE.validate(reasons("rrrw"))
    pages = [MULTIPLE.public(c, MULTIPLE.arrange(c, random.Random(7))) for c in (few, many)]
    assert pages[0] == pages[1]
    assert pages[0]["instruction"] == "choose_all"


@pytest.mark.parametrize("credit", ["right_minus_wrong", "proportional", "all_or_nothing"])
def test_guessing_is_the_mean_over_all_ways_to_tick(credit: str) -> None:
    content = MULTIPLE.validate({**reasons("rrw"), "credit": credit})
    every = [[i for i in range(3) if bits >> i & 1] for bits in range(8)]
    marks = [MULTIPLE.grade(content, {"chosen": chosen}) for chosen in every]
    assert MULTIPLE.random_guess(content) == sum(marks, Fraction(0)) / 8
