"""Numeric: the ways people write numbers, exact tolerance, known slips."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError
from quizzes.engine.types.numeric import readings

NUMERIC = registry.get("numeric")


def share(**changes: Any) -> dict[str, Any]:
    return {
        "stem": "What share is that?",
        "answer": 47,
        "tolerance": 0.5,
        "unit": "%",
        "feedback": "5.6 of 11.8.",
        "errors": [{"value": 90, "tolerance": 1, "feedback": "Share of the total, not the rest."}],
        **changes,
    }


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("47", "", ["47"]),
        ("47,5", "", ["47.5"]),
        ("47.50", "", ["47.5"]),
        (" 47 %", "%", ["47"]),
        ("47%", "%", ["47"]),
        ("€ 900", "€", ["900"]),
        ("8 Hours", "hours", ["8"]),
        ("1 000", "", ["1000"]),
        ("1\u00a0000,5", "", ["1000.5"]),
        ("1\u202f000", "", ["1000"]),
        ("1'000", "", ["1000"]),
        ("1,000,000", "", ["1000000"]),
        ("1,234.5", "", ["1234.5"]),
        ("1.234,5", "", ["1234.5"]),
        ("1,000", "", ["1", "1000"]),
        ("1.000", "", ["1", "1000"]),
        ("0,125", "", ["0.125"]),
        ("-5", "", ["-5"]),
        ("\u22125", "", ["-5"]),
        ("+5", "", ["5"]),
        ("-0", "", ["0"]),
        ("007", "", ["7"]),
        (".5", "", ["0.5"]),
        ("5.", "", ["5"]),
        ("٤٧", "", ["47"]),
        ("٤٧٫٥", "", ["47.5"]),
        ("4７", "", ["47"]),
        ("0.1000", "", ["0.1"]),
        ("100", "", ["100"]),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, unit: str, expected: list[str]) -> None:
    assert readings(text, unit) == expected


@pytest.mark.parametrize(
    "text",
    ["abc", "4 7", "1e9", "nan", "Infinity", "47 kg", "%", "--5", "1,00,0", "1..2", "9" * 31, "½"],
)
def test_what_is_no_number_is_refused_but_kept(text: str) -> None:
    content = NUMERIC.validate(share())
    with pytest.raises(ResponseError) as caught:
        NUMERIC.clean(content, {}, {"answer": text})
    assert caught.value.code == "not_a_number"
    assert caught.value.partial == {"text": text}
    assert not NUMERIC.is_complete(content, caught.value.partial)
    assert NUMERIC.grade(content, caught.value.partial) == 0
    assert NUMERIC.public(content, {}, caught.value.partial)["value"] == text


@pytest.mark.parametrize(
    ("text", "mark"),
    [("47", 1), ("46,5", 1), ("47.5", 1), ("47.500001", 0), ("46.49", 0), ("90", 0)],
)
def test_the_tolerance_is_exact_and_inclusive(text: str, mark: int) -> None:
    content = NUMERIC.validate(share())
    assert NUMERIC.grade(content, NUMERIC.clean(content, {}, {"answer": text})) == mark


def test_no_one_fails_over_a_comma() -> None:
    thousand = NUMERIC.validate(share(answer=1000, tolerance=0, errors=[]))
    assert NUMERIC.grade(thousand, NUMERIC.clean(thousand, {}, {"answer": "1,000"})) == 1
    precise = NUMERIC.validate(share(answer="47.125", tolerance=0, errors=[]))
    assert NUMERIC.grade(precise, NUMERIC.clean(precise, {}, {"answer": "47,125"})) == 1


def test_decimals_are_taken_as_written() -> None:
    content = NUMERIC.validate(share(answer=0.3, tolerance=0.1, errors=[]))
    assert NUMERIC.grade(content, NUMERIC.clean(content, {}, {"answer": "0.4"})) == 1


def test_a_known_slip_brings_its_feedback() -> None:
    content = NUMERIC.validate(share())
    told = NUMERIC.explain(content, {}, NUMERIC.clean(content, {}, {"answer": "90,5 %"}))
    assert told.notes == ("Share of the total, not the rest.",)
    assert (told.given, told.expected, told.state) == ("90,5 %", "47 %", "wrong")
    assert NUMERIC.explain(content, {}, NUMERIC.right_response(content)).notes == ()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"answer": True}, "answer"),
        ({"answer": "many"}, "answer"),
        ({"answer": float("inf")}, "answer"),
        ({"answer": "1e30"}, "answer"),
        ({"answer": "1e-30"}, "answer"),
        ({"tolerance": -1}, "tolerance"),
        ({"unit": 5}, "unit"),
        ({"feedback": ""}, "feedback"),
        ({"errors": [{"value": 47.2, "feedback": "x"}]}, "errors[0].value"),
        ({"errors": [{"value": 90, "feedback": " "}]}, "errors[0].feedback"),
    ],
)
def test_faults(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        NUMERIC.validate(share(**changes))
    assert [fault.path for fault in caught.value.faults] == [path]
