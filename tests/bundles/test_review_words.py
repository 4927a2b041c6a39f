"""The language guide, the pattern scan and the rule on signs, wherever words stand."""

from pathlib import Path

import pytest

from courseware.bundles.checks import language, safety
from tests.bundles.folders import append, copy_of, edit, line_of, places, said

FIRST = "lessons/01-making-tea.md"
GUIDE = language.words_follow_the_guide
SCAN = safety.nothing_leads_to_crime


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        "He had child pornography.",
        "They ran a sex show.",
        "He is a paedophile.",
        "A child prostitute came.",
        "It was revenge porn.",
        "She fell for it.",
        "He let himself be filmed.",
        "The victim admitted that she wrote.",
        "Illegal migrants came, and other illegals.",
        "The traffickers sold a crossing.",
        "It was Islamic terrorism.",
        "A hacker got in.",
        "It is a cyber weapon.",
        "He sold weed.",
    ],
)
def test_each_line_of_the_guide_can_fail(folder: Path, words: str) -> None:
    append(folder, FIRST, f"\n{words}\n")
    assert set(places(GUIDE, folder)) == {(FIRST, line_of(folder, FIRST, words), "language")}


@pytest.mark.parametrize(
    "words",
    [
        'Do not write "child pornography".',
        "The suspect admitted the theft.",
        "Traffickers exploit people; smugglers sell a crossing.",
        "The group's server was hacked.",
        "| Old wording | Write |\n| --- | --- |\n| illegal migrant | migrant |",
    ],
)
def test_an_old_word_may_be_quoted_and_a_right_word_used(folder: Path, words: str) -> None:
    append(folder, FIRST, f"\n{words}\n")
    assert places(GUIDE, folder) == []


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("course.yaml", "Warming the pot"),
        ("glossary.yaml", "A coat for a pot"),
        ("questions/o2.yaml", "Ask for a cloth"),
        ("questions/o2.yaml", "look again at the lesson"),
        ("lessons/02-spilt-tea.light.md", "Ask for a cloth"),
        ("lessons/01-making-tea.md", "A teapot with a lid."),
        ("lessons/01-making-tea.md", "Making tea"),
    ],
)
def test_the_guide_reads_every_place(folder: Path, name: str, old: str) -> None:
    edit(folder, name, old, f"{old} for a hacker")
    [(file, line, _code)] = places(GUIDE, folder)
    assert file == name
    assert line in (1, line_of(folder, name, "for a hacker"))


def test_the_guide_reads_figures(folder: Path) -> None:
    path = folder / "figures/teapot.svg"
    path.write_text(path.read_text("utf-8").replace("</svg>", "<text>hacker</text></svg>"), "utf-8")
    [(file, _line, code)] = places(GUIDE, folder)
    assert (file, code) == ("figures/teapot.svg", "language")


def test_a_wrong_option_may_hold_the_misconception_that_is_asked_for(folder: Path) -> None:
    words = "Whoever sells a crossing is a trafficker"
    edit(folder, "questions/o2.yaml", "Sing", words)
    assert places(GUIDE, folder) == []
    edit(folder, "questions/o2.yaml", "Lift the cup", f"{words}, always")
    assert len(places(GUIDE, folder)) == 1


# ------------------------------------------------------------------ pattern scan
@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("Go to " + "a" * 56 + ".onion", "hidden service"),
        ("Pay to bc1q" + "x0" * 18, "wallet"),
        ("Pay to 1" + "A2b" * 10, "wallet"),
        ("Write to someone@mail.test", "e-mail"),
        ("Ask @some_handle there", "handle"),
        ("See https://somewhere.example", "web address"),
        ("See some-shop.to today", "web address"),
        ("Call +32 470 12 34 56", "telephone"),
        ("It was 20 euros per gram", "price"),
        ("Tablets cost about €15", "price"),
        ("Take 50 mg of it", "dose"),
    ],
)
def test_a_path_to_crime_is_found(folder: Path, words: str, what: str) -> None:
    append(folder, FIRST, f"\n{words}.\n")
    [message] = said(SCAN, folder)
    assert what in message


@pytest.mark.parametrize(
    "words",
    [
        "Reports: 57,335 in 2016 and 291,273 in 2024. [@SRC-01]",
        "Police seized EUR 50.8 million and 850 kg of drugs.",
        "Call 112, or 116 006 where it works.",
        "See nomoreransom.org for help.",
        "Regulation (EU) 2021/784, from 2022-06-07, at 05:40.",
        "She lost 4,200 euros to a false shop.",
    ],
)
def test_what_a_lesson_needs_to_say_is_not_found(folder: Path, words: str) -> None:
    append(folder, FIRST, f"\n{words}\n")
    assert places(SCAN, folder) == []


# ------------------------------------------------------------------ signs
NOTICE = "\n## What might I notice?\n\nA sign is not proof.\n\n- {}\n"


@pytest.mark.parametrize(
    "words", ["a foreign accent", "a man with a beard", "a family in poverty", "a disabled girl"]
)
def test_who_somebody_is_is_no_sign(folder: Path, words: str) -> None:
    append(folder, FIRST, NOTICE.format(words))
    line = line_of(folder, FIRST, words)
    assert places(safety.signs_are_behaviours, folder) == [(FIRST, line, "indicator")]


def test_a_sign_may_be_denied(folder: Path) -> None:
    append(folder, FIRST, NOTICE.format("a person who may not leave; the accent says nothing"))
    assert places(safety.signs_are_behaviours, folder) == []


def test_a_right_option_names_no_such_sign(folder: Path) -> None:
    edit(folder, "questions/o2.yaml", "What do you do first?", "Which sign counts?")
    edit(folder, "questions/o2.yaml", "Lift the cup", "Her nationality")
    edit(folder, "questions/o2.yaml", "Sing", "His religion")
    line = line_of(folder, "questions/o2.yaml", "Her nationality")
    assert places(safety.signs_are_behaviours, folder) == [("questions/o2.yaml", line, "indicator")]


def test_a_lesson_with_signs_says_that_they_are_no_proof(folder: Path) -> None:
    append(folder, FIRST, NOTICE.format("a cold pot").replace("A sign is not proof.", "Look."))
    [(file, _line, code)] = places(safety.a_sign_is_not_proof, folder)
    assert (file, code) == (FIRST, "sign-without-caution")
    append(folder, FIRST, "\nA sign never proves anything.\n")
    assert places(safety.a_sign_is_not_proof, folder) == []
