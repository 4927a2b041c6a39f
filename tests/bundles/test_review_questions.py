"""The pool and its options: each rule can fail, and says which question."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courseware.bundles.checks import questions
from tests.bundles.folders import (
    copy_of,
    edit,
    line_of,
    places,
    rewrite_questions,
    said,
    subject_of,
)

COURSE, O1, O2 = "course.yaml", "questions/o1.yaml", "questions/o2.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(tmp_path)


def change(folder: Path, name: str, what: Callable[[list[Any]], None]) -> None:
    rewrite_questions(folder, name, what)


def test_a_pool_has_questions_and_types_enough(folder: Path) -> None:
    line = line_of(folder, COURSE, "final_test")
    assert places(questions.the_pool_is_wide, folder) == [
        (COURSE, line, "small-pool"),
        (COURSE, line, "few-types"),
    ]


def test_true_or_false_is_capped(folder: Path) -> None:
    edit(folder, COURSE, "truefalse: 2", "truefalse: 3")
    line = line_of(folder, COURSE, "final_test")
    assert (COURSE, line, "cap") in places(questions.the_pool_is_wide, folder)


def test_negative_stems_are_capped(folder: Path) -> None:
    edit(folder, COURSE, ", negative_stem: 1", "")
    assert "cap" not in {code for _f, _l, code in places(questions.the_pool_is_wide, folder)}
    edit(folder, O2, "difficulty: 1", "difficulty: 1\n  negative_stem: true")
    assert "cap" in {code for _f, _l, code in places(questions.the_pool_is_wide, folder)}


def _singles(found: list[Any]) -> list[Any]:
    return [question for question in found if question["type"] == "single"]


def test_the_key_is_rarely_the_longest(folder: Path) -> None:
    def shorten(found: list[Any]) -> None:
        for question in _singles(found):
            for option in question["options"]:
                option["text"] = f"{option['text'][:6]} {'x' * 20 if not option['correct'] else ''}"

    def lengthen(found: list[Any]) -> None:
        for question in _singles(found):
            for option in question["options"]:
                if option["correct"]:
                    option["text"] += " and then some more words to make it long"

    for name in (O1, O2):
        change(folder, name, shorten)
    assert places(questions.the_key_is_not_the_longest, folder) == []
    change(folder, O1, lengthen)
    [message] = said(questions.the_key_is_not_the_longest, folder)
    assert "T2-Q01" in message


def test_parts_of_a_scenario_count_as_items(folder: Path) -> None:
    def wrap(found: list[Any]) -> None:
        first, second = _singles(found)[:2]
        parts = [
            {"key": key, **{name: q[name] for name in ("type", "stem", "options")}}
            for key, q in (("a", first), ("b", second))
        ]
        first.pop("options")
        first |= {"type": "scenario", "parts": parts}

    change(folder, O2, wrap)
    parts = [item.name for item in questions.items(subject_of(folder)) if item.path]
    assert parts == ["T2-Q06 part a", "T2-Q06 part b"]


def test_the_right_options_are_not_always_in_one_place(folder: Path) -> None:
    def many(found: list[Any]) -> None:
        model = _singles(found)[0]
        model["options"].sort(key=lambda option: not option["correct"])
        found += [model | {"key": f"T2-Q{number}"} for number in range(50, 62)]

    assert places(questions.key_positions_are_balanced, folder) == []
    change(folder, O2, many)
    assert places(questions.key_positions_are_balanced, folder) == [
        ("questions", 1, "key-position")
    ]


def test_options_are_of_like_length(folder: Path) -> None:
    assert places(questions.options_are_alike, folder) == []
    edit(folder, O2, '"Sing"', f'"{"Sing a song " * 6}"')
    edit(folder, O2, '"Lift the cup"', '"Lift"')
    [(file, _line, code)] = places(questions.options_are_alike, folder)
    assert (file, code) == (O2, "option-length")


@pytest.mark.parametrize("words", ["All of the above", "None of these", "Both of the above"])
def test_no_option_speaks_of_the_others(folder: Path, words: str) -> None:
    edit(folder, O2, "Sing", words)
    assert places(questions.options_are_alike, folder) == [
        (O2, line_of(folder, O2, words), "all-or-none")
    ]


def test_a_stem_that_asks_for_the_exception_is_marked(folder: Path) -> None:
    check = questions.negative_stems_are_marked
    edit(folder, O2, "What do you do first?", "Which of these do you not do?")
    line = line_of(folder, O2, "Which of these")
    assert places(check, folder) == [(O2, line, "negative-stem")]
    edit(folder, O2, "difficulty: 1", "difficulty: 1\n  negative_stem: true")
    [message] = said(check, folder)
    assert message == "T2-Q06: Put the word that turns the stem round in bold: **not**."
    edit(folder, O2, "do you not do", "do you **not** do")
    assert places(check, folder) == []


def test_no_question_gives_another_away(folder: Path) -> None:
    edit(folder, O2, "Lift the cup", "Lift the cup with care")
    edit(folder, O2, "The cup stands again.", "You lift the cup with care.")
    line = line_of(folder, O2, "You lift")
    assert places(questions.no_question_gives_another_away, folder) == [(O2, line, "gives-away")]
