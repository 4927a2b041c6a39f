"""What check_courses asks of lessons: objectives, shape, sensitivity, plain words."""

from pathlib import Path

import pytest

from courseware.bundles.checks import lesson_form, objectives, plain_words, sensitivity
from courseware.bundles.schema.readability import reading, syllables
from tests.bundles.folders import append, copy_of, edit, line_of, places, said

COURSE = "course.yaml"
FIRST, SECOND = "lessons/01-making-tea.md", "lessons/02-spilt-tea.md"
LIGHT = "lessons/02-spilt-tea.light.md"
O1 = "questions/o1.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(tmp_path)


def files(found: list[tuple[str, int, str]]) -> set[str]:
    return {file for file, _line, _code in found}


# ------------------------------------------------------------------ objectives
def test_an_objective_begins_with_what_can_be_seen(folder: Path) -> None:
    edit(folder, COURSE, "Make a pot", "Describe a pot")
    assert places(objectives.objectives_can_be_seen, folder) == []
    edit(folder, COURSE, "Describe a pot", "Enjoy a pot")
    line = line_of(folder, COURSE, "Enjoy")
    assert places(objectives.objectives_can_be_seen, folder) == [(COURSE, line, "objective-verb")]


@pytest.mark.parametrize("words", ["know", "understand", "be aware", "learn about"])
def test_an_objective_does_not_hide_behind_knowing(folder: Path, words: str) -> None:
    edit(folder, COURSE, "Make a pot of tea", f"Describe and {words} tea")
    [message] = said(objectives.objectives_can_be_seen, folder)
    assert words in message


def test_half_of_the_questions_reach_an_objective_of_apply(folder: Path) -> None:
    check = objectives.questions_reach_the_level
    assert places(check, folder) == []
    path = folder / O1
    path.write_text(path.read_text("utf-8").replace("bloom: apply", "bloom: remember"), "utf-8")
    line = line_of(folder, COURSE, "key: T2-O1")
    assert places(check, folder) == [(COURSE, line, "bloom")] * 2


def test_one_question_reaches_the_objectives_own_level(folder: Path) -> None:
    edit(folder, COURSE, "bloom: apply", "bloom: create")
    assert said(objectives.questions_reach_the_level, folder) == [
        "T2-O1 asks to create; no question of it does."
    ]


# ------------------------------------------------------------------ lesson_form
def test_a_lesson_has_neither_too_few_nor_too_many_words(folder: Path) -> None:
    check = lesson_form.lessons_are_as_long_as_a_shift_allows
    assert files(places(check, folder)) == {FIRST, SECOND, LIGHT}
    append(folder, FIRST, "\n" + "Tea is good. " * 400)
    append(folder, LIGHT, "\n" + "Tea is good. " * 200)
    assert files(places(check, folder)) == {SECOND}
    append(folder, FIRST, "\n" + "Tea is good. " * 400)
    append(folder, LIGHT, "\n" + "Tea is good. " * 200)
    assert files(places(check, folder)) == {FIRST, SECOND, LIGHT}


SELF_CHECK = """
//// self-check | How warm?
/// model
Warm.
///
/// points
- warm
///
////
"""


def test_a_lesson_ends_with_three_to_five_questions(folder: Path) -> None:
    check = lesson_form.lessons_end_with_retrieval
    assert (FIRST, 1, "self-checks") in places(check, folder)
    append(folder, FIRST, SELF_CHECK * 3)
    assert FIRST not in files(places(check, folder))
    append(folder, FIRST, SELF_CHECK * 3)
    assert FIRST in files(places(check, folder))


def test_a_lesson_has_one_practice_decision(folder: Path) -> None:
    check = lesson_form.lessons_have_one_decision
    assert (FIRST, 1, "practice") in places(check, folder)
    practice = SELF_CHECK.replace("self-check", "practice")
    append(folder, FIRST, practice)
    assert FIRST not in files(places(check, folder))
    append(folder, FIRST, practice)
    assert FIRST in files(places(check, folder))


def test_a_lesson_says_what_to_do_what_never_to_do_and_whom_to_call(folder: Path) -> None:
    check = lesson_form.lessons_answer_the_front_line
    assert [file for file, _line, _code in places(check, folder)].count(FIRST) == 4
    for name in ("scenario | A cup", "remember", "never"):
        append(folder, FIRST, f"\n/// {name}\nWarm the pot.\n///\n")
    missing = [
        m for f, m in zip(places(check, folder), said(check, folder), strict=True) if f[0] == FIRST
    ]
    assert missing == ["The text does not say whom to call (`call`)."]


def test_a_course_has_figures(folder: Path) -> None:
    assert places(lesson_form.the_course_has_figures, folder) == [("figures", 1, "few-figures")]


# ------------------------------------------------------------------ sensitivity
def test_hard_words_ask_for_a_warning(folder: Path) -> None:
    check = sensitivity.hard_words_ask_for_a_warning
    append(folder, FIRST, "\nSexual abuse. " * 12)
    assert places(check, folder) == []
    append(folder, FIRST, "\nSelf-harm.\n")
    assert places(check, folder) == [(FIRST, 1, "sensitivity-too-low")]


def test_a_topic_without_a_warning_is_a_slip(folder: Path) -> None:
    edit(folder, FIRST, 'topic: ""', 'topic: "tea"')
    assert places(sensitivity.a_topic_belongs_to_a_warning, folder) == [(FIRST, 1, "topic")]


def test_a_light_version_is_light(folder: Path) -> None:
    check = sensitivity.light_versions_are_light
    line = line_of(folder, LIGHT, "/// sensitive")
    assert places(check, folder) == [(LIGHT, line, "light-version")]
    append(folder, LIGHT, "\nMore words about tea. " * 30)
    append(
        folder, "sources.yaml", (folder / "sources.yaml").read_text("utf-8").replace("SRC", "TEA")
    )
    append(folder, LIGHT, "\nMore. [@TEA-01]\n")
    assert [code for _f, _l, code in places(check, folder)] == [
        "light-version",
        "light-version",
        "source-not-named",
    ]


# ------------------------------------------------------------------ plain words
WORDS = (
    "police 2 officer 3 evidence 3 video 3 create 2 created 3 phone 1 message 2 messages 3 people 2"
    " table 2 sexual 3 abuse 2 material 4 trafficking 3 smuggling 2 asked 1 wanted 2 helped 1"
    " passed 1 devices 3 house 1 houses 2 changes 2 reaches 2 takes 1 national 3 situation 4"
    " violence 3 trial 2 science 2 radio 3 serious 3 previous 3 area 3 idea 3 social 2 special 2"
    " official 3 client 2 media 3 criminal 3 european 4 actual 3 usual 3 being 2 trying 2"
    " investigation 5 encryption 3 recovery 4 threatened 2 used 1 provider 3 judged 1 offences 3"
    " hour 2 fire 2 victim 2 language 2 guidance 2 quiet 2 million 2 little 2 titles 2 hundred 2"
    " vehicle 3 terrorism 4 online 2 somewhere 2 safety 2 movement 2 statement 2 EU 2 2026 1"
).split()


def test_the_syllable_counter_is_right_in_nine_of_ten_words() -> None:
    pairs = list(zip(WORDS[::2], WORDS[1::2], strict=True))
    right = sum(syllables(word) == int(count) for word, count in pairs)
    assert right >= 0.9 * len(pairs), [w for w, n in pairs if syllables(w) != int(n)]


def test_the_grade_counts_sentences_and_leaves_labels_out() -> None:
    assert reading("") == (0, 0, 0, 0.0)
    assert reading("Label\nThe cat sat on the mat. The dog ran to the door.")[:3] == (12, 2, 12)
    long = "Organisational responsibilities necessitate interdisciplinary communication."
    assert reading(long).grade > 20 > 2 > reading("The cat sat on the mat today.").grade


def test_a_lesson_that_is_hard_to_read_is_found(folder: Path) -> None:
    check = plain_words.lessons_are_plain
    assert places(check, folder) == []
    hard = "Organisational responsibilities necessitate interdisciplinary communication. "
    append(folder, FIRST, "\n" + hard * 20)
    assert places(check, folder) == [(FIRST, 1, "reading-level")]
    edit(folder, COURSE, "language: en", "language: es")
    assert places(check, folder) == []


def test_a_glossary_is_large_enough_and_every_term_is_linked(folder: Path) -> None:
    check = plain_words.the_glossary_explains
    assert places(check, folder) == [("glossary.yaml", 1, "few-terms")]
    edit(folder, SECOND, "[[tea-cosy]]", "tea cosy")
    line = line_of(folder, "glossary.yaml", "tea-cosy")
    assert ("glossary.yaml", line, "unused-term") in places(check, folder)


def test_the_first_lesson_that_uses_a_term_links_it(folder: Path) -> None:
    check = plain_words.terms_are_linked_where_they_are_first_used
    append(folder, SECOND, "\nThe infusion is cold.\n")
    assert places(check, folder) == []
    append(folder, FIRST, "\nTwo tea cosies? No: a Tea cosy.\n")
    assert places(check, folder) == [(FIRST, 1, "term-not-linked")]
