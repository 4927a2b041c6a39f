"""GIFT as Moodle documents it, feature by feature."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes.interchange.gift import read_gift
from quizzes.interchange.records import Question


def _one(text: str) -> Question:
    reading = read_gift(text)
    assert [str(found) for found in reading.findings if "Names of" not in found.message] == []
    (question,) = reading.questions
    return question


def _levels(text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.level) for finding in read_gift(text).findings]


def _options(question: Question) -> list[tuple[str, bool, str]]:
    return [(o["text"], o["correct"], o["feedback"]) for o in question.content["options"]]


def test_single_choice_with_name_feedback_and_comment() -> None:
    question = _one(
        "// a comment\n::First hour:: What comes first? {\n"
        "// another\n=Keep the scene # It cannot be repeated.\n~Call the press #It can wait.\n}"
    )
    assert question.type == "single"
    assert question.name == "First hour"
    assert question.content["stem"] == "What comes first?"
    assert question.line == 2
    assert _options(question) == [
        ("Keep the scene", True, "It cannot be repeated."),
        ("Call the press", False, "It can wait."),
    ]


def test_several_right_options_have_weights() -> None:
    question = _one("Which two? {~%50%a ~%-100%b ~%50%c}")
    assert question.type == "multiple"
    assert [option[:2] for option in _options(question)] == [("a", True), ("b", False), ("c", True)]


def test_thirds_are_even_shares() -> None:
    question = _one("Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert [option["correct"] for option in question.content["options"]] == [True] * 3 + [False]


def test_uneven_weights_of_several_are_said() -> None:
    assert _levels("Which? {\n~%75%a\n~%25%b\n~%-100%c}") == [(2, "lost")]
    assert _levels("Which? {\n~%50%a\n~%50%b\n~c}") == [(2, "lost")]


def test_a_share_in_a_single_choice_is_said_with_its_line() -> None:
    reading = read_gift("Which?\n{\n=a\n~%50%b\n~c}")
    (finding,) = reading.findings
    assert (finding.line, finding.level) == (4, "lost")
    assert finding.params == {"text": "b", "weight": "50"}
    assert reading.questions[0].content["options"][1]["correct"] is False


def test_two_right_options_of_a_single_choice_are_left_out_and_said() -> None:
    reading = read_gift("Which? {=a =b ~c}")
    assert reading.questions == ()
    assert [finding.level for finding in reading.findings] == ["lost"]


@pytest.mark.parametrize(("word", "is_true"), [("T", 1), ("TRUE", 1), ("F", 0), ("FALSE", 0)])
def test_true_and_false(word: str, is_true: int) -> None:
    question = _one(f"The sun rises in the east. {{{word}#Not so.#Just so.}}")
    right, wrong = ("Just so.", "Not so.")
    assert question.type == "truefalse"
    assert _options(question) == [
        ("", bool(is_true), right if is_true else wrong),
        ("", not is_true, wrong if is_true else right),
    ]


def test_short_answer_with_slips_and_general_feedback() -> None:
    question = _one(
        "Who files it? {=the officer =officer\n=%0%the witness#No: they only sign.\n####See 2.1.}"
    )
    assert question.type == "short"
    assert question.content["accept"] == ["the officer", "officer"]
    assert question.content["errors"] == [
        {"accept": ["the witness"], "feedback": "No: they only sign."}
    ]
    assert question.content["feedback"] == "See 2.1."


def test_a_short_answer_with_a_share_is_said() -> None:
    reading = read_gift("Who? {=officer\n=%50%constable}")
    assert reading.questions[0].content["accept"] == ["officer"]
    assert [(finding.line, finding.level) for finding in reading.findings] == [(2, "lost")]


def test_a_wildcard_is_said() -> None:
    reading = read_gift("Who? {=officer\n=off*}")
    assert reading.questions[0].content["accept"] == ["officer"]
    assert [(finding.line, finding.level) for finding in reading.findings] == [(2, "lost")]


def test_an_escaped_asterisk_is_none() -> None:
    assert _one("Which key? {=\\\\*}").content["accept"] == ["*"]


def test_matching_with_a_right_side_of_no_pair() -> None:
    question = _one("Match. {=cat -> meows =dog -> barks = -> sings}")
    assert question.type == "matching"
    assert question.content["pairs"] == [
        {"left": "cat", "right": "meows", "feedback": ""},
        {"left": "dog", "right": "barks", "feedback": ""},
    ]
    assert question.content["distractors"] == ["sings"]


def test_a_pair_without_an_arrow_is_an_error_at_its_line() -> None:
    assert _levels("Match. {\n=cat -> meows\n=dog\n}") == [(3, "error")]


def _numeric(text: str) -> dict[str, Any]:
    question = _one(text)
    assert question.type == "numeric"
    return dict(question.content)


def test_numbers_with_tolerance_range_and_neither() -> None:
    assert _numeric("When? {#1822:5}")["tolerance"] == "5"
    ranged = _numeric("How much? {#3.141..3.142}")
    assert (ranged["answer"], ranged["tolerance"]) == ("3.1415", "0.0005")
    assert _numeric("How many? {#-7}")["answer"] == "-7"


def test_numbers_with_several_tolerances() -> None:
    reading = read_gift("When was Grant born? {#\n=1822:0#Exactly.\n=%50%1822:2#Nearly.\n}")
    (question,) = reading.questions
    assert (question.content["answer"], question.content["tolerance"]) == ("1822", "0")
    assert question.content["feedback"] == "Exactly."
    found = [(f.line, f.level) for f in reading.findings]
    assert found == [(1, "warning"), (3, "lost"), (3, "lost")]


def test_the_last_four_signs_begin_the_general_feedback() -> None:
    question = _one("Which? {=a#Yes. ~b#It has ####four signs. ####Read it again.}")
    assert question.content["feedback"] == "Read it again."
    assert _options(question)[1] == ("b", False, "It has ####four signs.")


def test_a_wrong_number_with_feedback_is_a_known_slip() -> None:
    content = _numeric("How many? {#=5:1 =%0%50:2#Ten times too many. ####Count again.}")
    assert content["errors"] == [
        {"value": "50", "tolerance": "2", "feedback": "Ten times too many."}
    ]
    assert content["feedback"] == "Count again."


def test_further_feedback_of_true_and_false_and_of_numbers_is_said() -> None:
    (finding,) = read_gift("So? {T#wrong#right#more}").findings
    assert (finding.level, finding.params) == ("lost", {"text": "more"})
    (finding,) = read_gift("How many? {#5 ~6#Count again.}").findings
    assert (finding.level, finding.params) == ("lost", {"text": "6#Count again."})


def test_what_is_said_to_every_other_number_is_lost() -> None:
    assert _levels("How many? {#5:1 ~#Count again.}") == [(1, "lost")]


def test_no_number_is_an_error() -> None:
    assert _levels("How many?\n{#\n=five}") == [(3, "error")]


def test_a_missing_word_in_the_middle() -> None:
    question = _one("Evidence is kept in {=sealed ~open} bags.")
    assert question.content["stem"] == "Evidence is kept in _____ bags."


@pytest.mark.parametrize("text", ["Write about it. {}", "Read the law first."])
def test_essay_and_description_are_said_and_left_out(text: str) -> None:
    reading = read_gift(f"One? {{T}}\n\n{text}")
    assert len(reading.questions) == 1
    assert [(finding.line, finding.level) for finding in reading.findings] == [(3, "lost")]


def test_escapes_stand_for_themselves() -> None:
    question = _one(r"Which \{set\}\: 1 \= 1 \~ 2 \# 3 \\ 4\nnext? {=\=a ~\~b}")
    assert question.content["stem"] == "Which {set}: 1 = 1 ~ 2 # 3 \\ 4\n\nnext?"
    assert [option[0] for option in _options(question)] == ["=a", "~b"]


def test_categories_ids_and_tags_say_where_it_belongs() -> None:
    reading = read_gift(
        "$CATEGORY: $course$/top/O2\n\n"
        "// [id:TEC-Q07] [tag:lesson:first-hour] [tag:difficulty:2] [tag:Week 1]\nOne? {T}\n\n"
        "// [tag:objective:O5] [tag:must-pass:a\\]b]\nTwo? {F}"
    )
    first, second = reading.questions
    assert first.place == {
        "key": "TEC-Q07",
        "objective": "O2",
        "lesson": "first-hour",
        "difficulty": 2,
        "tags": ["week-1"],
    }
    assert second.place == {"objective": "O5", "must_pass": "a]b"}


def test_a_category_is_its_own_line_whatever_stands_next_to_it() -> None:
    reading = read_gift(
        "// [id:TEC-Q07]\n$CATEGORY: O1\n// a comment\nOne? {T}\n"
        "$CATEGORY: O2\n$CATEGORY: O3\nTwo? {F}\n\nThree? {T}"
    )
    assert reading.findings == ()
    found = [(q.line, q.place["objective"], q.content["stem"]) for q in reading.questions]
    assert found == [(4, "O1", "One?"), (7, "O3", "Two?"), (9, "O3", "Three?")]
    assert [q.place.get("key") for q in reading.questions] == ["TEC-Q07", None, None]


def test_a_category_inside_of_answers_leaves_braces_open() -> None:
    assert _levels("Which? {=a\n$CATEGORY: O1\n~b}") == [(1, "error"), (3, "error")]


def test_tags_after_a_long_comment_are_read() -> None:
    question = _one("// A licence of many words.\n" * 1_000 + "// [id:TEC-Q07]\nOne? {T}")
    assert question.place == {"key": "TEC-Q07"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("html", "Keep **this** < that"),
        ("markdown", "Keep <b>this</b> &lt; that"),
        ("plain", "Keep <b>this</b> &amp;lt; that"),
        ("moodle", "Keep **this** < that"),
    ],
)
def test_the_four_formats(form: str, expected: str) -> None:
    question = read_gift(f"[{form}]Keep <b>this</b> &lt; that {{T}}").questions[0]
    assert question.content["stem"] == expected


def test_an_answer_may_name_its_own_format() -> None:
    question = _one("[html]Which? {=[plain]*a* ~<i>b</i> # [html]<b>no</b>}")
    assert [option[0] for option in _options(question)] == ["\\*a\\*", "*b*"]


def test_an_unknown_format_is_words() -> None:
    assert _one("[draft] Which? {T}").content["stem"] == "[draft] Which?"


@pytest.mark.parametrize("text", ["Which? {=a ~b", "Which? =a ~b}", "Which? {{=a ~b}"])
def test_braces_that_do_not_match(text: str) -> None:
    assert _levels(f"One? {{T}}\n\n{text}") == [(3, "error")]


def test_a_blank_line_ends_a_question() -> None:
    levels = _levels("Which? {\n=a\n\n~b\n}")
    assert levels == [(1, "error"), (4, "error")]


def test_two_groups_of_answers_are_an_error() -> None:
    assert _levels("Which {T} and {F}?") == [(1, "error")]
