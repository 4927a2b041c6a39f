"""A question in another language: words in the shape of the original, everything else untouched."""

from typing import Any

import pytest

from quizzes.engine import registry
from quizzes.engine.content import ContentError
from quizzes.engine.translation import question_mark, translated, words_of

CONTENTS: dict[str, dict[str, Any]] = {
    "single": {
        "stem": "Which?",
        "options": [
            {"text": "This", "correct": True, "feedback": "Yes."},
            {"text": "That", "correct": False, "feedback": "No."},
        ],
    },
    "ordering": {
        "stem": "Order.",
        "sequence": ["One", "Two", "Three"],
        "feedback": "So.",
        "partial_feedback": [{"before": 2, "after": 1, "feedback": "One first."}],
    },
    "matching": {
        "stem": "Match.",
        "pairs": [
            {"left": "Dog", "right": "Animal", "feedback": "It is."},
            {"left": "Cat", "right": "Animal", "feedback": "It is too."},
            {"left": "Rose", "right": "Plant", "feedback": "It grows."},
        ],
        "distractors": ["Stone"],
    },
    "numeric": {
        "stem": "How many?",
        "answer": 12,
        "tolerance": 1,
        "unit": "items",
        "feedback": "Twelve.",
        "errors": [{"value": 24, "tolerance": 0, "feedback": "Halve it."}],
    },
    "short": {
        "stem": "Name it.",
        "accept": ["exif", "exif data"],
        "model_answer": "exif",
        "feedback": "Data of a picture.",
        "errors": [{"accept": ["meta"], "feedback": "Which?"}],
    },
}
CONTENTS["multiple"] = CONTENTS["truefalse"] = CONTENTS["single"]
CONTENTS["scenario"] = {
    "stem": "A case.",
    "parts": [
        {"key": "a", "type": "single", **CONTENTS["single"]},
        {"key": "b", "type": "numeric", **CONTENTS["numeric"]},
    ],
}


def in_other_words(value: Any) -> Any:
    """Every text of some words, changed; keys of parts as they are."""
    if isinstance(value, dict):
        return {
            name: entry if name == "key" else in_other_words(entry) for name, entry in value.items()
        }
    if isinstance(value, list):
        return [in_other_words(entry) for entry in value]
    return f"es {value}"


def faults(type_name: str, words: dict[str, Any]) -> list[str]:
    with pytest.raises(ContentError) as caught:
        translated(type_name, CONTENTS[type_name], words)
    return [fault.path for fault in caught.value.faults]


@pytest.mark.parametrize("type_name", registry.names())
def test_the_words_of_every_type_come_back_in_the_same_structure(type_name: str) -> None:
    content = CONTENTS[type_name]
    words = in_other_words(words_of(type_name, content))
    made = translated(type_name, content, words)
    assert words_of(type_name, made) == words
    assert made != content
    assert translated(type_name, made, words_of(type_name, content)) == content
    kind = registry.get(type_name)
    own, there = kind.validate(made), kind.validate(content)
    assert kind.random_guess(own) == kind.random_guess(there)


@pytest.mark.parametrize("type_name", registry.names())
def test_no_word_that_a_reader_meets_is_left_in_the_original_language(type_name: str) -> None:
    """A new field of a type must be named as words, or this fails."""
    content = CONTENTS[type_name]
    made = translated(type_name, content, in_other_words(words_of(type_name, content)))
    kind = registry.get(type_name)
    said = kind.search_text(kind.validate(made)).split("\n")
    assert said
    assert [text for text in said if not text.startswith("es ")] == []


@pytest.mark.parametrize("type_name", registry.names())
def test_every_word_counts_for_the_mark_and_nothing_else(type_name: str) -> None:
    content = CONTENTS[type_name]
    assert question_mark(type_name, {**content, "stem": "Else?"}) != question_mark(
        type_name, content
    )
    if type_name == "numeric":
        assert question_mark(type_name, {**content, "answer": 13}) == question_mark(
            type_name, content
        )


@pytest.mark.parametrize(
    ("type_name", "change", "place"),
    [
        ("single", {"stem": ""}, "stem"),
        ("single", {"stem": None}, "stem"),
        ("single", {"stem": 7}, "stem"),
        ("single", {"feedback": "More."}, "feedback"),
        ("single", {"correct": True}, "correct"),
        ("single", {"parts": []}, "parts"),
        ("single", {"options": [{"text": "a", "feedback": "b"}]}, "options"),
        ("single", {"options": "a"}, "options"),
        ("single", {"options": ["a", "b"]}, "options[0]"),
        (
            "single",
            {"options": [{"text": "a", "feedback": "b", "correct": True}, {"text": "c"}]},
            "options[0].correct",
        ),
        ("ordering", {"sequence": ["a", "b"]}, "sequence"),
        ("ordering", {"sequence": ["a", "b", True]}, "sequence[2]"),
        ("ordering", {"partial_feedback": []}, "partial_feedback"),
        ("matching", {"distractors": ["a", "b"]}, "distractors"),
        ("numeric", {"unit": ""}, "unit"),
        ("numeric", {"answer": 12}, "answer"),
        ("short", {"accept": []}, "accept"),
        ("short", {"accept": [False]}, "accept[0]"),
        ("scenario", {"parts": []}, "parts"),
        ("scenario", {"parts": [{"key": "b"}, {"key": "a"}]}, "parts"),
        ("scenario", {"parts": [{"key": "a"}, {"key": "b"}]}, "parts[0].stem"),
    ],
)
def test_another_shape_is_a_fault_with_its_place(
    type_name: str, change: dict[str, Any], place: str
) -> None:
    words = {**in_other_words(words_of(type_name, CONTENTS[type_name])), **change}
    assert faults(type_name, words)[0] == place


def test_right_sides_stay_the_same_or_different_as_in_the_original() -> None:
    words = in_other_words(words_of("matching", CONTENTS["matching"]))
    words["pairs"][1]["right"] = "Bestia"
    assert faults("matching", words) == ["pairs[1].right"]
    words = in_other_words(words_of("matching", CONTENTS["matching"]))
    words["pairs"][2]["right"] = words["pairs"][0]["right"]
    assert faults("matching", words) == ["pairs"]


def test_a_language_may_accept_more_forms_than_the_original() -> None:
    words = words_of("short", CONTENTS["short"]) | {"accept": ["uno", "dos", "tres"]}
    assert translated("short", CONTENTS["short"], words)["accept"] == ["uno", "dos", "tres"]


def test_what_the_type_refuses_is_refused_in_every_language() -> None:
    words = words_of("single", CONTENTS["single"])
    words["options"] = [{"text": "Igual", "feedback": "a"}, {"text": "igual", "feedback": "b"}]
    assert faults("single", words) == ["options[1].text"]
