"""Single choice and true/false: one right option, its mark, its faults, its explanation."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError

SINGLE = registry.get("single")
TRUEFALSE = registry.get("truefalse")


def option(text: str, correct: bool = False) -> dict[str, Any]:
    return {"text": text, "correct": correct, "feedback": f"Why {text}"}


def clinic(**changes: Any) -> dict[str, Any]:
    return {
        "stem": "All files of a clinic are locked. What is it?",
        "options": [option("dependent", True), option("enabled"), option("neither")],
        **changes,
    }


def faults(kind: Any, content: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ContentError) as caught:
        kind.validate(content)
    return {fault.path: fault.message for fault in caught.value.faults}


def test_every_fault_is_named_with_its_place() -> None:
    broken = clinic(
        options=[{"text": 90, "correct": "yes", "feedback": "a"}, {"text": "b", "correct": True}],
        tolerance=1,
        stem="  ",
    )
    assert faults(SINGLE, broken) == {
        "stem": "Must not be empty.",
        "options[0].text": "Must be text; put quotation marks around it.",
        "options[0].correct": "Must be true or false.",
        "options[1].feedback": "This field is missing.",
        "tolerance": "This field does not belong here.",
    }


@pytest.mark.parametrize("right", [0, 2])
def test_exactly_one_option_is_right(right: int) -> None:
    options = [option(text, index < right) for index, text in enumerate("abc")]
    with pytest.raises(ContentError, match=f"options: Exactly one .* {right} are"):
        SINGLE.validate(clinic(options=options))


def test_two_options_that_say_the_same_are_a_fault() -> None:
    options = [option("A bank", True), option("a  bank.")]
    assert "options[1].text" in faults(SINGLE, clinic(options=options))


def test_true_comes_before_false_and_nothing_else() -> None:
    both = [option("False"), option("True", True)]
    assert faults(TRUEFALSE, clinic(options=both)) == {
        "options": "True must come first, then False."
    }
    assert "options" in faults(TRUEFALSE, clinic())
    spanish = [option("Verdadero"), option("Falso", True)]
    assert TRUEFALSE.validate(clinic(options=spanish)).right == {1}


def test_true_stays_above_false_in_every_arrangement() -> None:
    content = TRUEFALSE.validate(clinic(options=[option("True"), option("False", True)]))
    for seed in range(20):
        shown = TRUEFALSE.public(content, TRUEFALSE.arrange(content, random.Random(seed)))
        assert [row["text"] for row in shown["options"]] == ["True", "False"]


def test_one_right_choice_earns_the_mark() -> None:
    content = SINGLE.validate(clinic())
    assert SINGLE.grade(content, {"chosen": [0]}) == 1
    assert SINGLE.grade(content, {"chosen": [1]}) == 0
    assert SINGLE.grade(content, {}) == 0
    assert SINGLE.random_guess(content) == Fraction(1, 3)


def test_posted_tokens_become_indexes() -> None:
    content = SINGLE.validate(clinic())
    arrangement = SINGLE.arrange(content, random.Random(3))
    for token, index in arrangement["options"]:
        assert SINGLE.clean(content, arrangement, {"q1": [token]}, name="q1") == {"chosen": [index]}
        assert SINGLE.clean(content, arrangement, {"q1": token}, name="q1") == {"chosen": [index]}


@pytest.mark.parametrize("raw", [{}, {"answer": ""}, {"answer": []}, {"answer": [" "]}, {"x": "y"}])
def test_nothing_posted_is_an_empty_answer(raw: dict[str, object]) -> None:
    content = SINGLE.validate(clinic())
    arrangement = SINGLE.arrange(content, random.Random(3))
    response = SINGLE.clean(content, arrangement, raw)
    assert response == {}
    assert not SINGLE.is_complete(content, response)


@pytest.mark.parametrize(
    ("posted", "code"),
    [
        ("0", "unknown_choice"),
        (["nope"], "unknown_choice"),
        (["a", "b"], "only_one"),
        (["a"] * 101, "too_many"),
        ("a" * 2_001, "too_long"),
        ([3], "malformed"),
        ({"chosen": 1}, "malformed"),
    ],
)
def test_malformed_answers_are_refused(posted: object, code: str) -> None:
    content = SINGLE.validate(clinic())
    arrangement = SINGLE.arrange(content, random.Random(3))
    with pytest.raises(ResponseError) as caught:
        SINGLE.clean(content, arrangement, {"answer": posted})
    assert caught.value.code == code
    assert caught.value.field == "answer"
    assert "%" not in str(caught.value)


def test_the_explanation_marks_every_option() -> None:
    content = SINGLE.validate(clinic(feedback="In general."))
    arrangement = {"options": [["t1", 2], ["t2", 0], ["t3", 1]]}
    told = SINGLE.explain(content, arrangement, {"chosen": [2]})
    assert [(row.text, row.state) for row in told.rows] == [
        ("neither", "wrong"),
        ("dependent", "missed"),
        ("enabled", "rest"),
    ]
    assert (told.mark, told.state, told.feedback) == ("0", "wrong", "In general.")
    assert told.rows[0].feedback == "Why neither"
    assert SINGLE.explain(content, arrangement, {"chosen": [0]}).rows[1].state == "right"
    assert SINGLE.explain(content, arrangement, {}).state == "empty"
