"""Ordering: selects with positions, nothing lost on a slip, known mistakes explained."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError

ORDERING = registry.get("ordering")
ARRANGEMENT = {"steps": [["tc", 2], ["ta", 0], ["tb", 1]]}


def scene(**changes: Any) -> dict[str, Any]:
    return {
        "stem": "Put the steps in order.",
        "sequence": ["people", "record", "pack"],
        "feedback": "People first.",
        "partial_feedback": [{"before": 3, "after": 2, "feedback": "Record before you pack."}],
        **changes,
    }


def test_two_steps_are_too_few_and_a_slip_must_be_one() -> None:
    with pytest.raises(ContentError, match="sequence: Needs at least 3 entries"):
        ORDERING.validate(scene(sequence=["a", "b"], partial_feedback=[]))
    with pytest.raises(ContentError) as caught:
        ORDERING.validate(
            scene(
                sequence=["a", "b", "A"],
                partial_feedback=[
                    {"before": 1, "after": 2, "feedback": "x"},
                    {"before": 4, "after": 1, "feedback": "x"},
                ],
            )
        )
    assert [fault.path for fault in caught.value.faults] == [
        "sequence[2]",
        "partial_feedback[0].before",
        "partial_feedback[1].before",
    ]


def test_steps_never_start_in_the_right_order() -> None:
    content = ORDERING.validate(scene())
    starts = {
        tuple(index for _, index in ORDERING.arrange(content, random.Random(seed))["steps"])
        for seed in range(200)
    }
    assert (0, 1, 2) not in starts
    assert len(starts) == 5


def test_a_position_for_each_step_is_a_complete_answer() -> None:
    content = ORDERING.validate(scene())
    raw = {"answer-ta": "1", "answer-tb": ["2"], "answer-tc": "3"}
    response = ORDERING.clean(content, ARRANGEMENT, raw)
    assert response == {"positions": {"0": 1, "1": 2, "2": 3}, "complete": True}
    assert ORDERING.is_complete(content, response)
    assert ORDERING.grade(content, response) == 1
    shown = ORDERING.public(content, ARRANGEMENT, response)
    assert [step["position"] for step in shown["steps"]] == [3, 1, 2]


def test_an_unfinished_answer_is_kept_and_earns_nothing() -> None:
    content = ORDERING.validate(scene())
    response = ORDERING.clean(content, ARRANGEMENT, {"answer-ta": "1", "answer-tb": ""})
    assert response == {"positions": {"0": 1}, "complete": False}
    assert not ORDERING.is_complete(content, response)
    assert ORDERING.grade(content, response) == 0


def test_a_position_used_twice_is_refused_but_not_lost() -> None:
    content = ORDERING.validate(scene())
    raw = {"answer-ta": "1", "answer-tb": "1", "answer-tc": "3"}
    with pytest.raises(ResponseError, match="Used more than once: 1") as caught:
        ORDERING.clean(content, ARRANGEMENT, raw)
    kept = caught.value.partial
    assert kept == {"positions": {"0": 1, "1": 1, "2": 3}, "complete": False}
    assert ORDERING.grade(content, kept) == 0
    assert ORDERING.public(content, ARRANGEMENT, kept)["steps"][1]["position"] == 1


@pytest.mark.parametrize("posted", ["0", "4", "-1", "1.0", "٣", "first"])
def test_positions_are_whole_numbers_of_the_list(posted: str) -> None:
    content = ORDERING.validate(scene())
    with pytest.raises(ResponseError) as caught:
        ORDERING.clean(content, ARRANGEMENT, {"answer-ta": posted})
    assert (caught.value.code, caught.value.field) == ("unknown_position", "answer-ta")


def test_a_known_mistake_brings_its_feedback() -> None:
    content = ORDERING.validate(scene())
    swapped = {"positions": {"0": 1, "1": 3, "2": 2}, "complete": True}
    told = ORDERING.explain(content, ARRANGEMENT, swapped)
    assert told.notes == ("Record before you pack.",)
    assert [(row.text, row.given, row.expected, row.state) for row in told.rows] == [
        ("people", "1", "1", "right"),
        ("record", "3", "2", "wrong"),
        ("pack", "2", "3", "wrong"),
    ]
    assert ORDERING.explain(content, ARRANGEMENT, ORDERING.right_response(content)).notes == ()
    assert ORDERING.explain(content, ARRANGEMENT, {}).rows[0].state == "missed"


def test_guessing_one_order_of_many() -> None:
    assert ORDERING.random_guess(ORDERING.validate(scene())) == Fraction(1, 6)
