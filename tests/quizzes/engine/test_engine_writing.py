"""What an author may write at all."""

import pytest

from quizzes.engine.writing import WHOLE_LIMIT, faults_of_writing


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\ufffe"])
def test_a_character_that_cannot_be_shown_is_named_at_its_place(char: str) -> None:
    content = {"stem": "Fine", "options": [{"text": "Fine"}, {"text": f"not{char}fine"}]}
    [fault] = faults_of_writing(content)
    assert fault.path == "options[1].text"
    assert f"U+{ord(char):04X}" in str(fault)


def test_every_living_script_and_sign_may_be_written() -> None:
    text = "Ägypten, señal, Ελλάδα, Україна, עברית, العربية, 日本語, 😀, “q” — ½ €\n\ttab"
    assert faults_of_writing({"stem": text, "sequence": [text], "answer": 4}) == []


def test_the_whole_question_is_bounded() -> None:
    rows = ["x" * 4_000] * 10
    assert faults_of_writing({"sequence": rows}) == []
    [fault] = faults_of_writing({"sequence": rows, "stem": "y"})
    assert fault.path == ""
    assert str(WHOLE_LIMIT) in str(fault)
