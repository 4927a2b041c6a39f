"""Comparing texts and fields, on plain values."""

import time

from courseware.authoring.rules import (
    Field,
    Line,
    changed_fields,
    changed_lines,
    word_counts,
)


def said(lines: list[Line]) -> str:
    """[-gone-], {+new+}, … for what is left out."""
    marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "\n".join(
        "…" if line.is_gap else "".join(marks[part.kind].format(part.text) for part in line.parts)
        for line in lines
    )


# ------------------------------------------------------------------ texts
def test_nothing_differs() -> None:
    assert changed_lines("One.\n\nTwo.\n", "One.\n\nTwo.\n") == []


def test_one_word_in_a_line() -> None:
    lines = changed_lines("Keep the phone on.", "Keep the phone off.")
    assert said(lines) == "Keep the phone [-on.-]{+off.+}"
    assert word_counts(lines) == (1, 1)


def test_a_paragraph_in_between_with_one_line_around_it() -> None:
    before = "\n".join(f"Line {number}." for number in range(10))
    after = before.replace("Line 5.", "Line 5.\nBetween.")
    assert said(changed_lines(before, after)) == "…\nLine 5.\n{+Between.+}\nLine 6.\n…"


def test_what_has_nothing_in_common_is_gone_and_new() -> None:
    lines = changed_lines("Alpha beta gamma delta.", "Quite another sentence stands here.")
    assert [part.kind for part in lines[0].parts] == ["removed", "added"]


def test_all_new_and_all_gone() -> None:
    assert said(changed_lines("", "New.")) == "{+New.+}"
    assert said(changed_lines("Old.", "")) == "[-Old.-]"


def test_space_counts_as_a_change_but_not_as_a_word() -> None:
    lines = changed_lines("a b c", "a  b c")
    assert lines
    assert word_counts(lines) == (0, 0)


def test_a_text_made_to_be_slow_is_not() -> None:
    began = time.process_time()
    changed_lines("a b " * 20_000, "b a " * 20_000)
    changed_lines("a\n" * 20_000, "a\n" * 19_000)
    assert time.process_time() - began < 5


# ------------------------------------------------------------------ fields
def option(text: str, *, correct: bool = False) -> dict[str, object]:
    return {"text": text, "correct": correct, "feedback": f"On {text}"}


def test_a_field_by_its_path() -> None:
    before = {"stem": "Why?", "options": [option("First"), option("Second", correct=True)]}
    after = {"stem": "Why?", "options": [option("First", correct=True), option("Second")]}
    assert changed_fields(before, after) == [
        Field("options[1].correct", False, True),
        Field("options[2].correct", True, False),
    ]
    assert changed_fields(before, after)[0].name == "correct"


def test_an_entry_in_between_is_one_change() -> None:
    before = {"options": [option("First answer"), option("Last answer")]}
    after = {"options": [option("First answer"), option("New words"), option("Last answer")]}
    paths = {found.path for found in changed_fields(before, after)}
    assert paths == {"options[2].text", "options[2].correct", "options[2].feedback"}


def test_a_reworded_entry_is_matched_with_what_it_was() -> None:
    before = {"options": [option("Keep the phone on")]}
    after = {"options": [option("Keep the phone switched on")]}
    found = changed_fields(before, after)
    assert [(change.path, change.before) for change in found] == [
        ("options[1].text", "Keep the phone on"),
        ("options[1].feedback", "On Keep the phone on"),
    ]


def test_entries_in_another_order_are_no_change() -> None:
    before = {"options": [option("One"), option("Two")]}
    assert changed_fields(before, {"options": [option("Two"), option("One")]}) == []


def test_fields_written_in_another_order_are_no_change() -> None:
    """A form writes what is right first, a file the words."""
    options = [option("One answer"), option("Another", correct=True), option("A third")]
    before = {"options": options}
    after = {"options": [dict(reversed(row.items())) for row in options]}
    assert changed_fields(before, after) == []
    after["options"][0] |= {"feedback": "Said better"}
    assert [change.path for change in changed_fields(before, after)] == ["options[1].feedback"]


def test_a_right_first_row_keeps_its_words_apart() -> None:
    """What is right or not names no row."""
    before = {"options": [{"correct": False, "text": "One"}, {"correct": False, "text": "Two"}]}
    after = {"options": [{"correct": False, "text": "Two"}, {"correct": True, "text": "One"}]}
    found = changed_fields(before, after)
    assert [(change.path, change.before) for change in found] == [("options[2].correct", False)]


def test_the_order_of_plain_values_is_a_change() -> None:
    found = changed_fields({"sequence": ["a", "b"]}, {"sequence": ["b", "a"]})
    assert found == [Field("sequence", ["a", "b"], ["b", "a"])]


def test_what_came_and_what_went() -> None:
    assert changed_fields({"a": 1}, {"b": 2}) == [Field("a", 1, None), Field("b", None, 2)]
    gone = changed_fields({"options": [option("Only")]}, {"options": []})
    assert {change.after for change in gone} == {None}
