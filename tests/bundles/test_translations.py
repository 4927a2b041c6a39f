"""A second language in a course folder: whole, up to date and of the same shape, or refused."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courseware.bundles import checks, writing
from courseware.bundles.checks import Subject
from courseware.bundles.checks.translations import TRANSLATED_REVIEW
from courseware.bundles.reading import read_folder
from courseware.bundles.schema.findings import Finding
from tests.bundles.folders import DAY, append, bilingual_copy_of, edit, judged, line_of

FIRST = "es/lessons/01-making-tea.md"
SECOND = "es/lessons/02-spilt-tea.md"
LIGHT = "es/lessons/02-spilt-tea.light.md"
ASKED = "es/questions/o1.yaml"
WORDS = "es/glossary.yaml"
COURSE = "es/course.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return bilingual_copy_of(tmp_path)


def found(folder: Path) -> list[tuple[str, int, str, str]]:
    return [(one.file, one.line, one.code, one.level) for one in judged(folder)]


def asked_of_words(folder: Path) -> list[Finding]:
    """What a reviewer asks of the Spanish words; the small course's light version is not light."""
    [own] = read_folder(folder).translations
    subject = Subject(own, DAY)
    said = [one for check in TRANSLATED_REVIEW for one in check(subject)]
    return [one for one in said if one.code != "light-version"]


def fix(folder: Path) -> str:
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError):  # the small course is no course of the programme
        call_command("check_courses", folder, "--fix", stdout=out, stderr=err)
    return out.getvalue() + err.getvalue()


def test_a_whole_translation_has_no_finding(folder: Path) -> None:
    assert judged(folder) == []


# ------------------------------------------------------------------ what is missing
@pytest.mark.parametrize(
    "name", [WORDS, FIRST, SECOND, LIGHT, ASKED], ids=lambda name: str(name).rpartition("/")[2]
)
def test_a_missing_file_is_a_missing_text(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert (name, 1, "missing-translation", "error") in found(folder)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (COURSE, '  T2-O2: "Elegir qué hacer primero cuando se derrama el té."\n', ""),
        (COURSE, '  T2-M1: "Calentar la tetera"\n', "  {}\n"),
        (SECOND, 'topic: "té derramado"', 'topic: ""'),
    ],
)
def test_a_missing_text_inside_a_file(folder: Path, name: str, old: str, new: str) -> None:
    edit(folder, name, old, new)
    assert {(file, code) for file, _line, code, _level in found(folder)} == {
        (name, "missing-translation")
    }


def test_a_term_and_a_question_that_are_missing_are_named(folder: Path) -> None:
    for name, start in ((WORDS, "- key: tea-cosy"), (ASKED, "- key: T2-Q05")):
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text[: text.index(start)], "utf-8")
    said = [finding.message for finding in judged(folder)]
    assert said == [
        "The term tea-cosy has not been translated.",
        "The question T2-Q05 has not been translated.",
    ]


def test_a_figure_with_words_that_has_no_translation_only_warns(folder: Path) -> None:
    (folder / "es/figures/teapot.svg").unlink()
    assert found(folder) == [("es/figures/teapot.svg", 1, "figure-not-translated", "warning")]


# ------------------------------------------------------------------ what is too much or too little
@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (COURSE, "  T2-O2:", "  T2-O9:", "unknown-key"),
        (COURSE, "change_note:", "sensitivity: 2\nchange_note:", "schema"),
        (WORDS, "key: tea-cosy", "key: tea-pot", "unknown-key"),
        (WORDS, "key: tea-cosy", "key: infusion", "duplicate-key"),
        (ASKED, "key: T2-Q05", "key: T2-Q06", "unknown-key"),
        (ASKED, "key: T2-Q05", "key: T2-Q01", "duplicate-key"),
        (ASKED, '    - text: "Falso"\n', '    - text: "Falso"\n      correct: true\n', "shape"),
        (ASKED, "stem: ", "stam: ", "shape"),
        (ASKED, '"Correcto: así lo dice la lección."', '""', "shape"),
        (ASKED, "translates: ", "translated: ", "question"),
        (FIRST, "title:", "titel:", "schema"),
        (FIRST, "title:", "sources: []\ntitle:", "schema"),
        (FIRST, "title: ", "title: {", "front-matter"),
        (FIRST, "[@SRC-01]", "[@SRC-09]", "unknown-source"),
        (FIRST, " [@SRC-01]", "", "source-not-cited"),
        (FIRST, "[[infusion]]", "[[tea]]", "unknown-term"),
        (FIRST, "teapot.svg", "pot.svg", "unknown-figure"),
        (FIRST, "Tres minutos.", "<b>Tres</b> minutos.", "raw-html"),
        (FIRST, "## ¿Cuánto tiempo?", "### ¿Cuánto tiempo?", "shape"),
        (FIRST, "## ¿Cuánto tiempo?\n", "", "shape"),
        (SECOND, "/// sensitive | manchas", "/// remember", "shape"),
        ("es/figures/teapot.svg", "<circle", "<script/><circle", "svg"),
        ("es/figures/teapot.svg", "<circle", '<circle onload="x"', "svg"),
    ],
)
def test_another_shape_than_the_originals_is_refused(
    folder: Path, name: str, old: str, new: str, code: str
) -> None:
    edit(folder, name, old, new)
    errors = [one for one in judged(folder) if one.level == "error"]
    assert {one.file for one in errors} == {name}
    assert code in {one.code for one in errors}


@pytest.mark.parametrize(
    "name",
    [
        "es/lessons/03-more.md",
        "es/lessons/01-making-tea.light.md",
        "es/questions/o3.yaml",
        "es/figures/cup.svg",
        "es/sources.yaml",
        "es/cover.svg",
    ],
)
def test_a_file_that_translates_nothing_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("x", "utf-8")
    assert found(folder) == [(name, 1, "unknown-file", "error")]


def test_a_fault_names_its_line(folder: Path) -> None:
    edit(folder, ASKED, '"Una piedra"', "7")
    [finding] = judged(folder)
    assert (finding.line, finding.code) == (line_of(folder, ASKED, "- text: 7"), "shape")
    assert finding.message == "T2-Q04: options[0].text: Must be text."


def test_a_translation_into_the_courses_own_language_is_a_slip(folder: Path) -> None:
    (folder / "es").rename(folder / "en")
    assert "language-code" in {one.code for one in judged(folder)}


def test_a_language_that_nobody_can_choose_warns(folder: Path) -> None:
    (folder / "es").rename(folder / "se")
    assert found(folder) == [("se/", 1, "language-code", "warning")]


def test_a_broken_original_is_mended_first(folder: Path) -> None:
    edit(folder, "course.yaml", "sensitivity: 2", "sensitivity: 7")
    edit(folder, ASKED, "stem: ", "stam: ")
    assert {file for file, *_rest in found(folder)} == {"course.yaml"}


# ------------------------------------------------------------------ what is out of date
@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("course.yaml", "Make a pot of tea.", "Make two pots of tea.", (COURSE, "translates")),
        ("course.yaml", "Warming the pot", "Warming it", (COURSE, "translates")),
        ("course.yaml", '"Final test"', '"Last test"', (COURSE, "translates")),
        ("glossary.yaml", "A coat for a pot.", "A hat for a pot.", (WORDS, "cacfdf5e50bee9a7")),
        ("lessons/01-making-tea.md", "Three minutes.", "Two minutes.", (FIRST, "translates")),
        ("lessons/01-making-tea.md", '"Making tea"', '"Tea"', (FIRST, "translates")),
        ("lessons/02-spilt-tea.light.md", "Ask for", "Take", (SECOND, "translates")),
        ("questions/o1.yaml", "Fetch sugar", "Fetch milk", (ASKED, "ef39516ffb0690ef")),
    ],
)
def test_an_original_that_changed_makes_its_translation_stale(
    folder: Path, name: str, old: str, new: str, where: tuple[str, str]
) -> None:
    edit(folder, name, old, new)
    file, words = where
    assert found(folder) == [(file, line_of(folder, file, words), "stale-translation", "error")]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("course.yaml", "pass_percent: 75", "pass_percent: 80"),
        ("lessons/01-making-tea.md", "minutes: 10", "minutes: 11"),
        ("questions/o1.yaml", "difficulty: 2", "difficulty: 3"),
        ("questions/o1.yaml", "# Making tea.", "# Tea."),
    ],
)
def test_structure_makes_no_translation_stale(folder: Path, name: str, old: str, new: str) -> None:
    edit(folder, name, old, new)
    assert judged(folder) == []


def test_the_mark_in_the_finding_is_the_one_that_ends_it(folder: Path) -> None:
    edit(folder, "glossary.yaml", "A coat for a pot.", "A hat for a pot.")
    [finding] = judged(folder)
    edit(folder, WORDS, "cacfdf5e50bee9a7", finding.message.split('"')[1])
    assert judged(folder) == []


def test_fix_fills_what_is_empty_and_leaves_what_differs(folder: Path) -> None:
    edit(folder, WORDS, "cacfdf5e50bee9a7", "")
    edit(folder, ASKED, "ef39516ffb0690ef", "0123456789abcdef")
    assert {(file, code) for file, _line, code, _level in found(folder)} == {
        (WORDS, "unmarked-translation"),
        (ASKED, "stale-translation"),
    }
    fix(folder)
    assert 'translates: "cacfdf5e50bee9a7"' in (folder / WORDS).read_text("utf-8")
    assert 'translates: "0123456789abcdef"' in (folder / ASKED).read_text("utf-8")
    assert {code for _file, _line, code, _level in found(folder)} == {"stale-translation"}


def test_fix_leaves_a_language_of_broken_form_as_it_is(folder: Path) -> None:
    edit(folder, ASKED, "stem: ", "stam: ")
    before = {path: path.read_bytes() for path in sorted((folder / "es").rglob("*.*"))}
    assert "level-two/es: not rewritten, its form is broken." in fix(folder)
    assert {path: path.read_bytes() for path in sorted((folder / "es").rglob("*.*"))} == before


def test_the_canonical_form_is_kept_and_reached(folder: Path) -> None:
    writing.fix(read_folder(folder))
    [own] = read_folder(folder).translations
    written = writing.translation_files(own)
    assert written == {name: (folder / name).read_text("utf-8") for name in written}
    assert set(written) == {COURSE, WORDS, FIRST, SECOND, LIGHT, ASKED, "es/questions/o2.yaml"}
    text = (folder / ASKED).read_text("utf-8")
    questions = text.split("\n\n")
    (folder / ASKED).write_text("\n\n".join(reversed(questions)), "utf-8")
    fix(folder)
    assert (folder / ASKED).read_text("utf-8") == text


# ------------------------------------------------------------------ not offered yet
def test_a_language_without_course_yaml_is_work_in_progress(folder: Path) -> None:
    (folder / COURSE).unlink()
    edit(folder, ASKED, "stem: ", "stam: ")
    findings = found(folder)
    assert {level for _file, _line, _code, level in findings} == {"warning"}
    assert {code for _file, _line, code, _level in findings} == {
        "language-in-progress",
        "missing-translation",
        "shape",
    }


def test_work_in_progress_does_not_change_what_the_folder_is(folder: Path) -> None:
    (folder / COURSE).unlink()
    before = read_folder(folder).content_hash
    append(folder, FIRST, "\nMás.\n")
    assert read_folder(folder).content_hash == before
    append(folder, "glossary.yaml", "\n")
    assert read_folder(folder).content_hash != before


# ------------------------------------------------------------------ words
@pytest.mark.parametrize(
    "words",
    [
        "Tenía pornografía infantil.",
        "Era un caso de prostitución de menores.",
        "Viajó por turismo sexual infantil.",
        "Vio un espectáculo sexual.",
        "Es un pedófilo.",
        "Era su novia menor de edad.",
        "Fue porno de venganza.",
        "Se dejó engañar.",
        "La víctima admitió que escribió.",
        "Llegaron inmigrantes ilegales.",
        "Los traficantes de personas vendían el cruce.",
        "Fue terrorismo islámico.",
        "Entró un hacker.",
        "Es una ciberarma.",
        "Hablaban de los drogadictos.",
    ],
)
def test_the_spanish_guide_can_fail(folder: Path, words: str) -> None:
    append(folder, FIRST, f"\n{words}\n")
    places = [(one.file, one.line, one.code) for one in asked_of_words(folder)]
    assert places == [(FIRST, line_of(folder, FIRST, words), "language")]


@pytest.mark.parametrize(
    "words",
    [
        "No escriba «pornografía infantil».",
        'No escriba "terrorismo islámico".',
        "El material de abuso sexual infantil muestra un delito.",
        "El sospechoso admitió el hurto.",
        "María abrió el caballo de Troya en la hierba.",
        "El tráfico ilícito de migrantes y la migración irregular.",
        "He is a junkie.",
        "| Expresión antigua | Escriba |\n| --- | --- |\n| inmigrante ilegal | migrante |",
        "| Antes | Ahora |\n| --- | --- |\n| drogadicto | persona que consume drogas |",
    ],
)
def test_an_old_word_may_be_quoted_and_another_languages_guide_does_not_bind(
    folder: Path, words: str
) -> None:
    append(folder, FIRST, f"\n{words}\n")
    assert asked_of_words(folder) == []


@pytest.mark.parametrize(
    ("name", "old"),
    [
        (COURSE, "Calentar la tetera"),
        (COURSE, "Preparar una tetera de té."),
        (WORDS, "Un abrigo para la tetera."),
        (ASKED, "Una piedra"),
        ("es/figures/teapot.svg", "Una tetera"),
    ],
)
def test_the_guide_reads_every_place_of_a_translation(folder: Path, name: str, old: str) -> None:
    edit(folder, name, old, f"{old} hacker")
    assert [(one.file, one.line, one.code) for one in asked_of_words(folder)] == [
        (name, line_of(folder, name, "hacker"), "language")
    ]


def test_links_to_terms_and_paths_to_crime_are_looked_at(folder: Path) -> None:
    edit(folder, SECOND, "[[tea-cosy]]", "cubretetera")
    append(folder, FIRST, "\nVaya a example.com ahora.\n")
    assert [(one.code, one.level) for one in asked_of_words(folder)] == [
        ("term-not-linked", "warning"),
        ("unsafe", "error"),
    ]


# ------------------------------------------------------------------ the report
@pytest.mark.parametrize(
    ("change", "languages"),
    [
        (lambda folder: None, ["en", "es"]),
        (lambda folder: (folder / COURSE).unlink(), ["en"]),
    ],
)
def test_the_report_names_the_languages(
    folder: Path, change: Callable[[Path], None], languages: list[str]
) -> None:
    change(folder)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_courses", folder, "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert report["languages_by_course"] == {"level-two": languages}
    assert report["by_course"]["level-two"]["languages"] == languages


def test_a_reviewer_sees_findings_of_both_languages(folder: Path) -> None:
    edit(folder, ASKED, "Una piedra", "Un hacker")
    subject = Subject(read_folder(folder), DAY)
    assert (ASKED, "language") in {(one.file, one.code) for one in checks.review(subject)}
