"""Scenario: parts open one after another and are final once the learner goes on."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError

SCENARIO = registry.get("scenario")


def desk() -> dict[str, Any]:
    return {
        "stem": "Amara's account was taken over.",
        "parts": [
            {
                "key": "a",
                "type": "single",
                "stem": "What first?",
                "options": [
                    {"text": "call the bank", "correct": True, "feedback": "yes"},
                    {"text": "delete it", "correct": False, "feedback": "no"},
                ],
            },
            {
                "key": "b",
                "type": "numeric",
                "stem": "How many euros?",
                "answer": 900,
                "feedback": "As on the transfer.",
            },
            {
                "key": "c",
                "type": "ordering",
                "stem": "Order.",
                "sequence": ["x", "y", "z"],
                "feedback": "f",
            },
        ],
    }


@pytest.fixture
def content() -> Any:
    return SCENARIO.validate(desk())


@pytest.fixture
def arrangement(content: Any) -> dict[str, Any]:
    return SCENARIO.arrange(content, random.Random(11))


def token(arrangement: dict[str, Any], part: str, deck: str, index: int) -> str:
    return str(next(t for t, i in arrangement["parts"][part][deck] if i == index))


def test_faults_are_named_through_the_parts() -> None:
    broken = desk()
    del broken["parts"][0]["options"][1]["feedback"]
    broken["parts"][1]["type"] = "scenario"
    broken["parts"][2]["key"] = "Part"
    with pytest.raises(ContentError) as caught:
        SCENARIO.validate(broken)
    assert [fault.path for fault in caught.value.faults] == [
        "parts[0].options[1].feedback",
        "parts[1].type",
        "parts[2].key",
    ]
    twice = desk()
    twice["parts"][2]["key"] = "a"
    with pytest.raises(ContentError, match=r"parts\[2\].key: Another part"):
        SCENARIO.validate(twice)
    with pytest.raises(ContentError, match="parts: Needs at least 2 entries"):
        SCENARIO.validate({**desk(), "parts": desk()["parts"][:1]})


def test_only_the_first_part_is_shown_at_the_start(content: Any, arrangement: Any) -> None:
    shown = SCENARIO.public(content, arrangement)
    assert [part["key"] for part in shown["parts"]] == ["a"]
    assert (shown["open"], shown["count"], shown["is_last"]) == ("a", 3, False)
    assert shown["parts"][0]["name"] == "answer-a"
    assert "euros" not in str(shown)


def test_saving_keeps_the_part_open_and_going_on_makes_it_final(
    content: Any, arrangement: Any
) -> None:
    wrong = token(arrangement, "a", "options", 1)
    saved = SCENARIO.clean(content, arrangement, {"answer-open": "a", "answer-a": wrong})
    assert saved == {"parts": {"a": {"chosen": [1]}}, "final": []}
    assert SCENARIO.public(content, arrangement, saved)["open"] == "a"
    onward = {"answer-open": "a", "answer-a": wrong, "answer-final": "a"}
    final = SCENARIO.clean(content, arrangement, onward, saved)
    assert final == {"parts": {"a": {"chosen": [1]}}, "final": ["a"]}
    shown = SCENARIO.public(content, arrangement, final)
    assert [(part["key"], part["final"]) for part in shown["parts"]] == [("a", True), ("b", False)]


def test_a_final_part_never_changes(content: Any, arrangement: Any) -> None:
    final = {"parts": {"a": {"chosen": [1]}, "b": {"text": "9", "values": ["9"]}}, "final": ["a"]}
    right = token(arrangement, "a", "options", 0)
    late = {"answer-open": "a", "answer-a": right, "answer-final": "a"}
    with pytest.raises(ResponseError) as refused:
        SCENARIO.clean(content, arrangement, late, final)
    assert (refused.value.code, refused.value.partial) == ("part_final", None)
    parts = {"a": {"chosen": [0]}, "b": {"text": "9", "values": ["9"]}}
    assert refused.value.offered == {"parts": parts, "final": ["a"]}
    again = late | {"answer-a": token(arrangement, "a", "options", 1)}
    for same in (again, {"answer-open": "a", "answer-final": "a"}):
        assert SCENARIO.clean(content, arrangement, same, final) == final
    smuggled = {"answer-open": "b", "answer-a": right, "answer-b": "900"}
    cleaned = SCENARIO.clean(content, arrangement, smuggled, final)
    assert cleaned["parts"]["a"] == {"chosen": [1]}
    assert cleaned["parts"]["b"] == {"text": "900", "values": ["900"]}


def test_what_was_stored_is_not_changed_in_place(content: Any, arrangement: Any) -> None:
    stored: dict[str, Any] = {"parts": {"a": {"chosen": [1]}}, "final": ["a"]}
    SCENARIO.clean(
        content, arrangement, {"answer-open": "b", "answer-b": "9", "answer-final": "b"}, stored
    )
    assert stored == {"parts": {"a": {"chosen": [1]}}, "final": ["a"]}


def test_parts_cannot_be_skipped_or_left_empty(content: Any, arrangement: Any) -> None:
    with pytest.raises(ResponseError) as ahead:
        SCENARIO.clean(content, arrangement, {"answer-open": "b", "answer-b": "900"})
    assert (ahead.value.code, ahead.value.partial) == ("part_closed", {})
    with pytest.raises(ResponseError) as empty:
        SCENARIO.clean(content, arrangement, {"answer-open": "a", "answer-final": "a"})
    assert (empty.value.code, empty.value.field) == ("part_incomplete", "answer-a")
    with pytest.raises(ResponseError) as strange:
        SCENARIO.clean(content, arrangement, {"answer-open": "z"})
    assert strange.value.code == "malformed"


def test_a_slip_inside_a_part_loses_nothing(content: Any, arrangement: Any) -> None:
    before = {"parts": {"a": {"chosen": [0]}}, "final": ["a"]}
    with pytest.raises(ResponseError) as caught:
        SCENARIO.clean(content, arrangement, {"answer-open": "b", "answer-b": "lots"}, before)
    assert caught.value.field == "answer-b"
    assert caught.value.partial == {
        "parts": {"a": {"chosen": [0]}, "b": {"text": "lots"}},
        "final": ["a"],
    }


def test_nothing_posted_keeps_the_answer(content: Any, arrangement: Any) -> None:
    assert SCENARIO.clean(content, arrangement, {}) == {}
    before = {"parts": {"a": {"chosen": [0]}}, "final": ["a"]}
    assert SCENARIO.clean(content, arrangement, {}, before) == before


def test_the_mark_is_the_mean_of_the_parts(content: Any, arrangement: Any) -> None:
    half = {"parts": {"a": {"chosen": [0]}}, "final": ["a"]}
    assert SCENARIO.grade(content, half) == Fraction(1, 3)
    assert not SCENARIO.is_complete(content, half)
    right = SCENARIO.right_response(content)
    assert SCENARIO.grade(content, right) == 1
    assert SCENARIO.is_complete(content, right)
    assert SCENARIO.random_guess(content) == (Fraction(1, 2) + 0 + Fraction(1, 6)) / 3
    told = SCENARIO.explain(content, arrangement, half)
    assert [(part.key, part.state) for part in told.parts] == [
        ("a", "right"),
        ("b", "empty"),
        ("c", "empty"),
    ]
    assert (told.mark, told.state) == ("1/3", "partly")
    assert told.as_dict()["parts"][0]["rows"][0]["state"] in {"right", "rest"}
