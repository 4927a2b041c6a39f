"""Short answer: compared by its words, kept as typed."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError
from quizzes.engine.words import normalised

SHORT = registry.get("short")


def term(**changes: Any) -> dict[str, Any]:
    return {
        "stem": "Which request keeps the data?",
        "accept": ["preservation request", "préservation", "victim's request"],
        "model_answer": "A preservation request.",
        "feedback": "It stops routine deletion.",
        "errors": [{"accept": ["production order"], "feedback": "That one hands data over."}],
        **changes,
    }


@pytest.mark.parametrize(
    "typed",
    [
        "preservation request",
        "  Preservation   REQUEST. ",
        "“preservation request”",
        "preservation\trequest!",
        "Preservation",
        "ｐreservation",
        "preservation\u200b",
        "victim’s request",
    ],
)
def test_case_accents_marks_and_spaces_do_not_count(typed: str) -> None:
    content = SHORT.validate(term())
    assert SHORT.grade(content, SHORT.clean(content, {}, {"answer": typed})) == 1


@pytest.mark.parametrize("typed", ["preservationrequest", "request", "production order", "..."])
def test_other_words_earn_nothing(typed: str) -> None:
    content = SHORT.validate(term())
    assert SHORT.grade(content, SHORT.clean(content, {}, {"answer": typed})) == 0


def test_the_text_is_kept_as_typed_but_for_control_characters() -> None:
    content = SHORT.validate(term())
    response = SHORT.clean(content, {}, {"answer": " Pré\x00ser\ud800vation,\r\nplease \x1b"})
    assert response == {"text": "Préservation,  please"}
    assert SHORT.public(content, {}, response)["value"] == "Préservation,  please"


def test_only_control_characters_are_no_answer_and_too_much_is_refused() -> None:
    content = SHORT.validate(term())
    assert SHORT.clean(content, {}, {"answer": "\x00 \x07"}) == {}
    with pytest.raises(ResponseError) as caught:
        SHORT.clean(content, {}, {"answer": "a" * 2_001})
    assert caught.value.code == "too_long"


def test_a_known_slip_brings_its_feedback() -> None:
    content = SHORT.validate(term())
    told = SHORT.explain(content, {}, {"text": "Production order!"})
    assert told.notes == ("That one hands data over.",)
    assert (told.given, told.expected) == ("Production order!", "A preservation request.")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"accept": []}, "accept"),
        ({"accept": ["a", "..."]}, "accept[1]"),
        ({"accept": ["order", "Order."]}, "accept[1]"),
        ({"errors": [{"accept": ["PRESERVATION"], "feedback": "x"}]}, "errors[0].accept[0]"),
        ({"model_answer": ""}, "model_answer"),
    ],
)
def test_faults(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ContentError) as caught:
        SHORT.validate(term(**changes))
    assert [fault.path for fault in caught.value.faults] == [path]


def test_normalising_twice_changes_nothing_more() -> None:
    for text in ("  «Straße»… ", "ÅÉÎ", "a – b", "(IOCTA)"):
        assert normalised(normalised(text)) == normalised(text)
