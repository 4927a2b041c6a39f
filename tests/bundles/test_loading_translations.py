"""Two languages of one folder: one edition, published together, and the same folder again."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from courseware.bundles import writing
from courseware.bundles.actions import load_folder
from courseware.bundles.reading import read_folder
from courseware.bundles.schema.findings import BundleError
from courseware.courses.models import Edition, EditionLanguage, GlossaryTerm
from courseware.courses.queries import languages_of, outline
from courseware.health.freezing import wanted
from lessons.models import LessonText, Media, Rendering
from quizzes.models import QuestionText
from quizzes.queries import frozen_quiz
from tests.bundles.folders import append, bilingual_copy_of, copy_of, edit, row_counts
from tests.courses_made import PUBLISHED

pytestmark = pytest.mark.django_db
COURSE = "es/course.yaml"


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """The small course in two languages, in canonical form."""
    settings.MEDIA_ROOT = tmp_path / "media"
    made = bilingual_copy_of(tmp_path)
    writing.fix(read_folder(made))
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def dump(target: Path, *more: str) -> dict[str, bytes]:
    call_command("dump_course", "level-two", target, *more, verbosity=0)
    return contents(target)


def test_both_languages_become_one_edition_published_together(folder: Path) -> None:
    edition = load_folder(folder, now=PUBLISHED).edition
    words = {each.language: each for each in edition.languages.all()}
    assert set(words) == {"en", "es"}
    assert {each.published_at for each in words.values()} == {PUBLISHED}
    assert words["en"].content_hash != words["es"].content_hash
    assert languages_of(edition) == ["en", "es"]
    spanish, english = (outline(edition.pk, language) for language in ("es", "en"))
    assert spanish.language == "es"
    assert [item.title for item in spanish.activities] == [
        "Preparar té",
        "Té derramado",
        "Prueba final",
    ]
    assert spanish.must_pass == ("Calentar la tetera",)
    assert spanish.objectives[0].text == "Preparar una tetera de té."
    assert [item.key for item in spanish.activities] == [item.key for item in english.activities]
    assert spanish.minutes == english.minutes


def test_texts_questions_terms_and_pictures_of_both(folder: Path) -> None:
    edition = load_folder(folder, now=PUBLISHED).edition
    texts = {
        text.language: text
        for text in LessonText.objects.filter(lesson__activity__key="making-tea")
    }
    assert set(texts) == {"en", "es"}
    assert texts["en"].figures != texts["es"].figures
    assert Rendering.objects.count() == 6
    assert GlossaryTerm.objects.filter(language="es", term="cubretetera").exists()
    shown = Media.objects.filter(pk__in=[*texts["es"].figures.values()])
    assert [media.is_public for media in shown] == [False]
    quiz = frozen_quiz(edition.pk, "final-test")
    assert quiz is not None
    assert quiz.languages == ("en", "es")
    english, spanish = quiz.pools["en"]["T2-Q04"], quiz.pools["es"]["T2-Q04"]
    assert spanish.content.right == english.content.right  # type: ignore[attr-defined]  # a choice
    assert spanish.content.stem != english.content.stem


def test_each_text_remembers_what_it_was_made_from(folder: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    for model in (EditionLanguage, GlossaryTerm, LessonText, QuestionText):
        rows = model._default_manager
        assert set(rows.filter(language="en").values_list("translated_from", flat=True)) == {""}
        marks = set(rows.filter(language="es").values_list("translated_from", flat=True))
        assert marks
        assert all(len(mark) == 16 for mark in marks)


def test_a_figure_that_was_not_translated_is_the_originals(folder: Path) -> None:
    (folder / "es/figures/teapot.svg").unlink()
    load_folder(folder, now=PUBLISHED)
    figures = LessonText.objects.filter(lesson__activity__key="making-tea")
    assert len({text.figures["teapot.svg"] for text in figures}) == 1


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("es/glossary.yaml", "- key: tea-cosy", "- key: cosy"),
        ("es/questions/o1.yaml", '    - text: "Falso"\n', ""),
        ("glossary.yaml", "A coat for a pot.", "A hat for a pot."),
        ("es/lessons/01-making-tea.md", "## ¿Cuánto tiempo?", ""),
    ],
)
def test_an_incomplete_language_refuses_the_folder_and_changes_nothing(
    folder: Path, name: str, old: str, new: str
) -> None:
    load_folder(folder, now=PUBLISHED)
    before = row_counts()
    edit(folder, name, old, new)
    with pytest.raises(BundleError) as refused:
        load_folder(folder, now=PUBLISHED)
    assert {finding.file.partition("/")[0] for finding in refused.value.findings} == {"es"}
    assert row_counts() == before


def test_a_language_in_progress_is_passed_by(folder: Path) -> None:
    (folder / COURSE).unlink()
    (folder / "es/questions/o1.yaml").unlink()
    edition = load_folder(folder, now=PUBLISHED).edition
    assert languages_of(edition) == ["en"]
    assert LessonText.objects.exclude(language="en").count() == 0


def test_a_language_that_is_added_later_is_the_next_edition_in_demo_mode(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT, settings.DEMO = tmp_path / "media", True
    folder = copy_of(tmp_path)
    assert load_folder(folder, now=PUBLISHED).edition.number == 1
    folder = bilingual_copy_of(tmp_path / "newer")
    loaded = load_folder(folder, now=PUBLISHED)
    assert (loaded.outcome, loaded.edition.number) == ("published", 2)
    assert load_folder(folder, now=PUBLISHED).outcome == "unchanged"
    edit(folder, COURSE, "Solo para pruebas.", "Para pruebas.")
    assert load_folder(folder, now=PUBLISHED).edition.number == 3


# ------------------------------------------------------------------ and out again
def test_the_folder_comes_back_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    assert dump(tmp_path / "out") == contents(folder)
    assert any(name.startswith("es/figures/") for name in contents(folder))


def test_a_picture_of_its_own_that_no_lesson_shows_comes_back(folder: Path, tmp_path: Path) -> None:
    for place in ("figures", "es/figures"):
        (folder / place / "pot.svg").write_bytes((folder / "figures/teapot.svg").read_bytes())
    load_folder(folder, now=PUBLISHED)
    assert dump(tmp_path / "out") == contents(folder)


def test_what_was_dumped_loads_as_unchanged(folder: Path, tmp_path: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    dump(tmp_path / "out" / "level-two")
    assert load_folder(tmp_path / "out" / "level-two", now=PUBLISHED).outcome == "unchanged"


def test_an_edition_that_came_from_no_folder_is_dumped_whole(folder: Path) -> None:
    from courseware.bundles import dumping

    edition = Edition.objects.get(pk=load_folder(folder, now=PUBLISHED).edition.pk)
    edition.bundle = {}  # the database refuses the change, so the row is read with an empty one
    assert set(writing.all_files(dumping.whole_folder(edition))) == set(contents(folder))


def test_one_language_alone_is_a_course_written_in_it(folder: Path, tmp_path: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    spanish = dump(tmp_path / "spanish", "--language=es")
    assert b"language: es" in spanish["course.yaml"]
    assert spanish["figures/teapot.svg"] == contents(folder)["es/figures/teapot.svg"]
    assert not any(name.startswith("es/") for name in spanish)
    english = dump(tmp_path / "english", "--language=en")
    assert english == {k: v for k, v in contents(folder).items() if not k.startswith("es/")}
    with pytest.raises(CommandError, match="Choose a language with --language: en, es"):
        dump(tmp_path / "french", "--language=fr")


def test_a_draft_without_a_change_note_says_so(folder: Path, tmp_path: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    append(folder, "es/lessons/01-making-tea.md", "\nMás.\n")
    draft = load_folder(folder, now=PUBLISHED).edition
    draft.languages.filter(language="es").update(change_note="")
    with pytest.raises(CommandError, match="es: change_note: "):
        dump(tmp_path / "out", f"--edition={draft.number}")


def test_the_marks_are_frozen_with_the_words() -> None:
    for table in ("courses_editionlanguage", "lessons_lessontext", "quizzes_questiontext"):
        texts = [
            " ".join(trigger.create)
            for trigger in wanted("sqlite").values()
            if trigger.table == table and "UPDATE" in trigger.create[0].upper()
        ]
        assert any("translated_from" in text for text in texts), table
