"""Loading: once, again, newer; in demo mode and in a real force; and the two commands."""

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from courseware.audit.models import AuditEvent
from courseware.bundles.actions import load_folder
from courseware.courses.actions import open_edition
from courseware.courses.models import Course, Edition
from courseware.courses.queries import current_edition, outline
from courseware.enrolments.actions import enrol, finish_lesson
from courseware.enrolments.models import Enrolment
from lessons.models import LessonText, Media, Rendering
from quizzes.models import Question, Quiz
from tests.bundles.folders import copy_of, edit, row_counts
from tests.cast import person
from tests.courses_made import PUBLISHED

pytestmark = pytest.mark.django_db
LESSON = "lessons/01-making-tea.md"


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return copy_of(tmp_path)


def load(folder: Path) -> tuple[str, int]:
    loaded = load_folder(folder, now=PUBLISHED)
    return loaded.outcome, loaded.edition.number


def rewrite(folder: Path, words: str) -> None:
    """A newer state of the folder."""
    text = (folder / LESSON).read_text("utf-8")
    (folder / LESSON).write_text(f"{text}\n{words}\n", "utf-8")


def test_a_folder_becomes_a_published_edition(folder: Path) -> None:
    assert load(folder) == ("published", 1)
    edition = Edition.objects.get()
    assert edition.origin == Edition.Origin.DISTRIBUTION
    made = outline(edition.pk, "en")
    assert [item.key for item in made.activities] == ["making-tea", "spilt-tea", "final-test"]
    assert [item.sensitivity for item in made.activities] == [0, 2, 0]
    assert made.must_pass == ("Warming the pot",)
    assert made.minutes == 10 + 8 + 6
    assert len(made.objectives) == 2
    light = LessonText.objects.get(lesson__activity__key="spilt-tea")
    assert light.topic == "spilt tea"
    assert "The stain" not in light.light_markdown
    assert Quiz.objects.get().draw_count == 4
    assert Question.objects.count() == 9
    assert Rendering.objects.count() == 3  # two lessons, and the light version of one
    shown = {media.is_public for media in Media.objects.filter(pk=edition.cover)}
    assert shown == {True}
    assert Media.objects.filter(is_public=False).count() == 1
    assert AuditEvent.objects.filter(verb="edition.published").count() == 1


def test_loading_again_changes_nothing(folder: Path) -> None:
    load(folder)
    before = row_counts()
    assert load(folder) == ("unchanged", 1)
    assert row_counts() == before


def test_a_newer_folder_is_the_next_edition_in_demo_mode_and_who_has_begun_keeps_theirs(
    folder: Path, settings: LazySettings
) -> None:
    settings.DEMO = True
    load(folder)
    course = Course.objects.get()
    begun, waiting = (
        enrol(person=person(name), course=course, by=None, now=PUBLISHED)
        for name in ("Alice", "Toni")
    )
    step = {"activity_key": "making-tea", "content_hash": "h", "language": "en"}
    finish_lesson(enrolment=begun, now=PUBLISHED, **step)
    rewrite(folder, "Drink it.")
    assert load(folder) == ("published", 2)
    assert load(folder) == ("unchanged", 2)
    finish_lesson(enrolment=begun, now=PUBLISHED, **step)
    finish_lesson(enrolment=waiting, now=PUBLISHED, **step)
    editions = Enrolment.objects.order_by("person__given_name").values_list("edition__number")
    assert [number for (number,) in editions] == [1, 2]


def test_a_newer_folder_is_a_draft_in_a_real_force_and_the_next_one_replaces_it(
    folder: Path,
) -> None:
    load(folder)
    published = Edition.objects.get()
    rewrite(folder, "Drink it.")
    assert load(folder) == ("draft", 2)
    first_draft = Edition.objects.get(published_at__isnull=True)
    assert load(folder) == ("unchanged", 2)
    rewrite(folder, "Drink it slowly.")
    assert load(folder) == ("draft", 2)
    second_draft = Edition.objects.get(published_at__isnull=True)
    assert second_draft.pk != first_draft.pk
    assert (
        "slowly"
        in LessonText.objects.get(
            lesson__activity__edition=second_draft, lesson__activity__key="making-tea"
        ).markdown
    )
    assert current_edition(published.course) == published
    assert Edition.objects.count() == 2
    assert AuditEvent.objects.filter(verb="edition.discarded").count() == 1


def test_what_the_force_edits_is_left_alone(folder: Path, settings: LazySettings) -> None:
    settings.DEMO = True
    load(folder)
    course = Course.objects.get()
    draft = open_edition(course=course, origin=Edition.Origin.FORCE, by=None, now=PUBLISHED)
    rewrite(folder, "Drink it.")
    assert load(folder) == ("unchanged", 2)
    assert Edition.objects.get(published_at__isnull=True) == draft


def test_a_figure_that_is_called_like_the_cover_stays_private(folder: Path) -> None:
    (folder / "figures/teapot.svg").rename(folder / "figures/cover.svg")
    edit(folder, LESSON, "teapot.svg", "cover.svg")
    load(folder)
    text = LessonText.objects.get(lesson__activity__key="making-tea")
    figure = Media.objects.get(pk=text.figures["cover.svg"])
    assert not figure.is_public
    assert Edition.objects.get().cover != figure.pk


def test_the_shipped_first_course_has_no_finding_and_loads(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    out = StringIO()
    call_command("load_courses", settings.LIBRARY_DIR / "c0-landscape", stdout=out)
    assert "c0-landscape: published (edition 1)" in out.getvalue()
    texts = LessonText.objects.values_list("language", flat=True)
    assert Counter(texts) == {"en": 7, "es": 7}
    assert Question.objects.count() >= 42


# ------------------------------------------------------------------ commands
def test_what_a_reviewer_would_mend_does_not_keep_a_folder_out(folder: Path) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="errors"):
        call_command("check_courses", folder, stdout=out)
    assert "[word-count]" in out.getvalue()
    assert load(folder) == ("published", 1)


def test_a_warning_does_not_keep_a_folder_out(folder: Path) -> None:
    (folder / "figures/pot.svg").write_bytes((folder / "figures/teapot.svg").read_bytes())
    assert load(folder) == ("published", 1)


def test_one_refused_folder_does_not_keep_the_others_out(folder: Path, tmp_path: Path) -> None:
    broken = copy_of(tmp_path, "broken")
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="1 of 2 courses refused"):
        call_command("load_courses", broken, folder, stdout=out, stderr=err)
    assert "broken/course.yaml:2: error" in err.getvalue()
    assert "level-two: published" in out.getvalue()


def test_a_folder_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    for name in ("load_courses", "check_courses"):
        with pytest.raises(CommandError, match="is not a folder"):
            call_command(name, tmp_path / "nowhere")
