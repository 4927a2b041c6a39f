"""Every check of a course folder can fail, and says where."""

from collections.abc import Callable
from pathlib import Path

import pytest

from courseware.bundles import checks
from tests.bundles.folders import append, codes, copy_of, edit, judged, line_of

Break = Callable[[Path], None]
COURSE = "course.yaml"
FIRST, SECOND = "lessons/01-making-tea.md", "lessons/02-spilt-tea.md"
LIGHT = "lessons/02-spilt-tea.light.md"
O1, O2 = "questions/o1.yaml", "questions/o2.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(tmp_path)


def found(folder: Path, code: str) -> tuple[str, int, str]:
    """File, line and level of the one finding with this code."""
    [finding] = [finding for finding in judged(folder) if finding.code == code]
    return finding.file, finding.line, finding.level


def test_each_check_has_its_test_here() -> None:
    assert [check.__name__ for check in checks.CHECKS] == [
        "parts_are_there",
        "keys_stand_once",
        "questions_point_to_the_course",
        "lessons_name_known_objectives",
        "objectives_are_taught_and_asked",
        "the_draw_is_possible",
        "sensitivity_fits",
        "lessons_hold",
        "questions_show_known_pictures",
        "figures_are_used",
        "sources_are_used",
    ]


# ------------------------------------------------------------------ parts_are_there
def test_a_course_has_lessons_questions_and_a_cover(folder: Path) -> None:
    for name in (FIRST, SECOND, LIGHT, O1, O2, "cover.svg"):
        (folder / name).unlink()
    assert {"no-lessons", "no-questions", "no-cover"} <= codes(folder)


# ------------------------------------------------------------------ keys_stand_once
def test_a_lessons_key_stands_once(folder: Path) -> None:
    (folder / FIRST).rename(folder / "lessons/03-spilt-tea.md")
    assert "duplicate-key" in codes(folder)


def test_a_lesson_has_not_the_key_of_the_test(folder: Path) -> None:
    (folder / FIRST).rename(folder / "lessons/01-final-test.md")
    assert "duplicate-key" in codes(folder)


def test_a_lessons_number_stands_once(folder: Path) -> None:
    (folder / FIRST).rename(folder / "lessons/02-making-tea.md")
    assert "duplicate-number" in codes(folder)


def test_a_questions_key_stands_once_over_all_files(folder: Path) -> None:
    edit(folder, O2, "key: T2-Q06", "key: T2-Q01")
    twice = {f.file for f in judged(folder) if f.code == "duplicate-key"}
    assert twice == {O1, O2}


# ------------------------------------------------------------------ questions_point_to_the_course
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("objective: T2-O1", "objective: T2-O9", "unknown-objective"),
        ("must_pass: T2-M1", "must_pass: T2-M9", "unknown-point"),
        ("lesson: making-tea", "lesson: making-coffee", "unknown-lesson"),
    ],
)
def test_a_question_points_to_what_the_course_has(
    folder: Path, old: str, new: str, code: str
) -> None:
    edit(folder, O1, old, new)
    assert found(folder, code) == (O1, line_of(folder, O1, "T2-Q01"), "error")


# ------------------------------------------------------------------ lessons_name_known_objectives
def test_a_lesson_names_objectives_of_the_course(folder: Path) -> None:
    edit(folder, FIRST, "objectives: [T2-O1]", "objectives: [T2-O1, T2-O9]")
    assert found(folder, "unknown-objective") == (FIRST, 1, "error")


# ------------------------------------------------------------------ objectives_are_taught_and_asked
def test_every_objective_is_taught(folder: Path) -> None:
    edit(folder, SECOND, "objectives: [T2-O2]", "objectives: [T2-O1]")
    assert found(folder, "not-taught") == (COURSE, line_of(folder, COURSE, "key: T2-O2"), "error")


def test_every_objective_is_asked_by_enough_questions(folder: Path) -> None:
    edit(folder, COURSE, "quotas: {T2-O1: 2, T2-O2: 2}", "quotas: {T2-O1: 1, T2-O2: 3}")
    assert found(folder, "too-few-questions")[1] == line_of(folder, COURSE, "key: T2-O2")
    edit(folder, COURSE, "quotas: {T2-O1: 1, T2-O2: 3}", "quotas: {T2-O1: 2, T2-O2: 2}")
    assert codes(folder) == set()
    edit(folder, O2, "objective: T2-O2", "objective: T2-O1")
    assert found(folder, "too-few-questions")[0] == COURSE


def test_every_objective_is_asked_by_two_types(folder: Path) -> None:
    text = (folder / O2).read_text("utf-8")
    head, _, rest = text.partition("- key: T2-Q09")
    (folder / O2).write_text(head.replace("truefalse", "single"), "utf-8")
    assert rest
    assert "one-type" in codes(folder)


# ------------------------------------------------------------------ the_draw_is_possible
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("draw: 4", "draw: 5"),
        ("T2-O2: 2}", "T2-O9: 2}"),
        ("quotas: {T2-O1: 2, T2-O2: 2}", "quotas: {T2-O1: 9, T2-O2: 2}"),
    ],
)
def test_the_draw_is_possible(folder: Path, old: str, new: str) -> None:
    edit(folder, COURSE, old, new)
    places = {(f.file, f.line) for f in judged(folder) if f.code == "draw"}
    assert places == {(COURSE, line_of(folder, COURSE, "final_test:"))}


def test_a_must_pass_point_has_two_variants(folder: Path) -> None:
    edit(folder, O1, "  must_pass: T2-M1\n", "")
    line = line_of(folder, COURSE, "key: T2-M1")
    assert found(folder, "one-variant") == (COURSE, line, "error")


# ------------------------------------------------------------------ sensitivity_fits
def test_the_course_says_the_highest_sensitivity(folder: Path) -> None:
    edit(folder, COURSE, "sensitivity: 2", "sensitivity: 1")
    line = line_of(folder, COURSE, "sensitivity:")
    assert found(folder, "sensitivity") == (COURSE, line, "error")


def test_a_hard_lesson_has_a_light_version(folder: Path) -> None:
    (folder / LIGHT).unlink()
    assert found(folder, "no-light-version") == (SECOND, 1, "error")


# ------------------------------------------------------------------ lessons_hold
def test_the_dialects_own_findings_keep_their_line(folder: Path) -> None:
    append(folder, FIRST, "\n/// nonsense\n\nx\n///\n")
    assert found(folder, "unknown-directive") == (
        FIRST,
        line_of(folder, FIRST, "/// nonsense"),
        "error",
    )


def test_a_cited_source_is_named_on_top(folder: Path) -> None:
    append(folder, FIRST, "\nMore. [@SRC-02]\n")
    assert found(folder, "source-not-named") == (FIRST, 1, "error")


def test_a_named_source_is_cited(folder: Path) -> None:
    edit(folder, FIRST, "sources: [SRC-01]", "sources: [SRC-01, SRC-02]")
    assert found(folder, "source-not-cited") == (FIRST, 1, "error")


def test_a_named_claim_is_taught(folder: Path) -> None:
    edit(folder, FIRST, "seed: []", "seed: [S1]")
    assert found(folder, "seed-not-taught") == (FIRST, 1, "error")


# ------------------------------------------------------------------ pictures of questions
_STEM = 'stem: "You make tea. What do you do first?"'


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ("![The kettle](kettle.svg)", "unknown-figure"),
        ("![](teapot.svg)", "question"),
        ("![A pot](https://elsewhere.example/pot.png)", "question"),
        ("![A pot](figures/teapot.svg)", "question"),
    ],
)
def test_a_question_shows_a_picture_of_the_folder_and_says_what_it_is(
    folder: Path, shown: str, code: str
) -> None:
    edit(folder, O1, _STEM, f'stem: "You make tea. {shown} What do you do first?"')
    assert found(folder, code) == (O1, line_of(folder, O1, shown), "error")


def test_a_question_names_its_pictures_and_brings_no_files(folder: Path) -> None:
    edit(folder, O1, _STEM, _STEM + "\n  pictures: {}")
    assert found(folder, "question") == (O1, line_of(folder, O1, "pictures: {}"), "error")


def test_a_picture_of_a_question_is_used(folder: Path) -> None:
    (folder / "figures/pot.svg").write_bytes((folder / "figures/teapot.svg").read_bytes())
    edit(folder, O1, _STEM, 'stem: "You make tea. ![A pot](pot.svg) What do you do first?"')
    assert codes(folder) == codes(copy_of(folder.parent / "other"))


# ------------------------------------------------------------------ figures and sources are used
def test_an_unused_figure_is_a_warning(folder: Path) -> None:
    (folder / "figures/pot.svg").write_bytes((folder / "figures/teapot.svg").read_bytes())
    assert found(folder, "unused-figure") == ("figures/pot.svg", 1, "warning")


def test_an_unused_source_is_a_warning(folder: Path) -> None:
    edit(folder, "sources.yaml", "SRC-02", "SRC-03")
    edit(folder, SECOND, "sources: [SRC-01, SRC-02]", "sources: [SRC-01]")
    edit(folder, SECOND, " [@SRC-02]", "")
    assert found(folder, "unused-source")[2] == "warning"
    assert codes(folder) == {"unused-source"}
