"""Hints to an author: each can be given, and a sound question gets none."""

from typing import Any

import pytest

from quizzes.engine import lint
from quizzes.engine.lint import hints


def single(*texts: str, right: int = 0, stem: str = "What do you do?") -> dict[str, Any]:
    options = [
        {"text": text, "correct": index == right, "feedback": f"Because of {text}."}
        for index, text in enumerate(texts)
    ]
    return {"stem": stem, "options": options}


def said(kind: str, content: dict[str, Any], **marks: bool) -> list[tuple[str, str]]:
    return [(hint.code, hint.path) for hint in hints(kind, content, **marks)]


SOUND = single("Seal it and call", "Open it and look", "Send it to a friend")


def test_a_sound_question_gets_no_hint() -> None:
    assert said("single", SOUND) == []


def test_the_right_option_is_the_longest() -> None:
    content = single("Seal it and call the unit that knows", "Open it", "Sell it", right=0)
    assert said("single", content) == [("key-is-longest", "options[0].text")]
    assert not lint.key_is_longest(single("As long", "As long").get("options", []))


@pytest.mark.parametrize("words", ["All of the above", "None of these", "Both of them", "A and B"])
def test_an_option_that_speaks_of_the_others(words: str) -> None:
    content = single("Seal it and call", "Open it and look", words)
    assert ("all-or-none", "options[2].text") in said("single", content)


def test_options_of_very_different_length() -> None:
    content = single("Seal it", "Open it " * 12, right=0)
    assert said("single", content) == [("option-length", "options")]


def test_options_of_the_same_words() -> None:
    content = single("Seal it, then call", "Then call, seal it", "Open it and look")
    assert said("single", content) == [("same-words", "options[1].text")]


def test_the_same_words_around_another_number_are_no_hint() -> None:
    assert said("single", single("Within 24 hours", "Within 48 hours", "Within 96 hours")) == []


def test_a_negative_stem_is_marked_and_bold() -> None:
    content = single("Seal it now", "Open it now", stem="Which of these do you not do?")
    assert said("single", content) == [("negative-stem", "stem")]
    assert said("single", content, negative_stem=True) == [("negative-stem", "stem")]
    bold = {**content, "stem": "Which of these do you **not** do?"}
    assert said("single", bold, negative_stem=True) == []


def test_feedback_is_there_and_says_why() -> None:
    content = single("Seal it and call", "Open it and look", "Sell it to all")
    content["options"][0]["feedback"] = ""
    content["options"][1]["feedback"] = "Open it and look."
    assert said("single", content) == [
        ("no-feedback", "options[0].feedback"),
        ("feedback-repeats", "options[1].feedback"),
    ]
    content = single("Seal it and call", "Open it and look")
    content["options"][1]["feedback"] = content["options"][0]["feedback"]
    assert said("single", content) == [("same-feedback", "options[1].feedback")]


def test_parts_of_a_case_are_looked_at_like_questions() -> None:
    part = {"key": "a", "type": "single", **single("Seal it", "All of the above")}
    assert ("all-or-none", "parts[0].options[1].text") in said(
        "scenario", {"stem": "A case.", "parts": [part]}
    )


@pytest.mark.parametrize(
    "content", [{}, {"options": []}, {"options": [{}, {}]}, {"parts": [{}]}, {"options": ["x"]}]
)
def test_what_is_half_written_breaks_nothing(content: dict[str, Any]) -> None:
    for kind in ("single", "multiple", "scenario", "matching"):
        hints(kind, content)
