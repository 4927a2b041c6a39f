"""What waits for a translator in a draft, and the word that a translation still fits."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courseware.audit.models import AuditEvent
from courseware.authoring.actions import (
    DraftClosed,
    TranslationMoved,
    keep_translation,
    open_draft,
)
from courseware.authoring.models import Contribution
from courseware.authoring.queries.translations import StaleTranslation, stale_translations
from courseware.bundles.actions import load_folder
from courseware.courses.models import Edition, GlossaryTerm
from lessons.models import LessonText
from quizzes.models import QuestionText
from tests.authoring.drafts_made import LATER, NOW
from tests.bundles.folders import bilingual_copy_of, copy_of
from tests.cast import Cast
from tests.courses_made import PUBLISHED
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
STEP = {"lesson__activity__key": "making-tea"}


@pytest.fixture
def edition() -> Edition:
    return remembered(_bilingual)


def _bilingual() -> Edition:
    with TemporaryDirectory() as folder:
        return load_folder(bilingual_copy_of(Path(folder)), now=PUBLISHED).edition


@pytest.fixture
def draft(edition: Edition, cast: Cast) -> Edition:
    """A draft whose change note is written in both languages."""
    draft = open_draft(course=edition.course, by=cast.ingrid, now=NOW)
    for words in edition.languages.all():
        draft.languages.filter(language=words.language).update(change_note=words.change_note)
    return draft


def change_lesson(draft: Edition, **columns: str) -> None:
    LessonText.objects.filter(
        lesson__activity__edition=draft, lesson__activity__key="making-tea", language="en"
    ).update(**columns)


def waiting(edition: Edition) -> list[tuple[str, str]]:
    return [(one.kind, one.key) for one in stale_translations(edition)]


def keep(draft: Edition, cast: Cast, one: StaleTranslation, **changes: Any) -> bool:
    given: dict[str, Any] = {
        "kind": one.kind,
        "key": one.key,
        "language": one.language,
        "seen": one.original,
        **changes,
    }
    return keep_translation(edition=draft, by=cast.ingrid, now=LATER, **given)


def test_what_was_loaded_is_up_to_date(edition: Edition) -> None:
    assert stale_translations(edition) == []


def test_a_course_in_one_language_has_no_translations(tmp_path: Path) -> None:
    edition = load_folder(copy_of(tmp_path), now=PUBLISHED).edition
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert stale_translations(edition) == []
    assert len(seen) == 1


def test_a_copy_is_as_fresh_as_its_original_but_for_the_change_note(
    edition: Edition, cast: Cast
) -> None:
    assert waiting(open_draft(course=edition.course, by=cast.ingrid, now=NOW)) == [("course", "T2")]


@pytest.mark.parametrize("column", ["markdown", "light_markdown", "topic"])
def test_a_changed_lesson_makes_its_translation_stale(draft: Edition, column: str) -> None:
    change_lesson(draft, **{column: "Other words."})
    assert waiting(draft) == [("lesson", "making-tea")]
    [one] = stale_translations(draft)
    assert (one.language, one.title, one.is_missing) == ("es", "Making tea", False)


def test_a_changed_title_belongs_to_its_lesson_or_to_the_course(draft: Edition) -> None:
    words = draft.languages.get(language="en")
    words.activity_titles |= {"making-tea": "Tea"}
    words.save()
    assert waiting(draft) == [("lesson", "making-tea")]
    words.activity_titles |= {"making-tea": "Making tea", "final-test": "The last test"}
    words.save()
    assert waiting(draft) == [("course", "T2")]


def test_points_objectives_terms_and_questions(draft: Edition) -> None:
    draft.must_pass_points["T2-M1"]["en"] = "Warming it"
    draft.save()
    GlossaryTerm.objects.filter(edition=draft, language="en", key="infusion").update(term="brew")
    text = QuestionText.objects.get(
        question__quiz__activity__edition=draft, question__key="T2-Q01", language="en"
    )
    text.content["options"][0]["text"] = "Stand up"
    text.save()
    assert waiting(draft) == [("course", "T2"), ("question", "T2-Q01"), ("term", "infusion")]


def test_what_is_right_is_no_word(draft: Edition) -> None:
    text = QuestionText.objects.get(
        question__quiz__activity__edition=draft, question__key="T2-Q09", language="en"
    )
    text.content["options"][1]["correct"] = True
    text.save()
    assert waiting(draft) == []


def test_a_changed_translation_is_not_stale(draft: Edition) -> None:
    LessonText.objects.filter(lesson__activity__edition=draft, language="es", **STEP).update(
        markdown="Otras palabras."
    )
    assert waiting(draft) == []


def test_a_missing_translation_waits_too(draft: Edition, cast: Cast) -> None:
    LessonText.objects.filter(lesson__activity__edition=draft, language="es", **STEP).delete()
    [one] = stale_translations(draft)
    assert (one.kind, one.key, one.is_missing, one.made_from) == ("lesson", "making-tea", True, "")
    with pytest.raises(TranslationMoved):
        keep(draft, cast, one)


def test_the_number_of_queries_does_not_depend_on_the_size(draft: Edition) -> None:
    with CaptureQueriesContext(connection) as few:
        stale_translations(draft)
    LessonText.objects.filter(lesson__activity__edition=draft, language="en").update(markdown="x")
    GlossaryTerm.objects.filter(edition=draft, language="en").update(definition="x")
    with CaptureQueriesContext(connection) as many:
        assert len(stale_translations(draft)) == 4
    assert len(many) == len(few) == 6


# ------------------------------------------------------------------ it still fits
def everything_changed(draft: Edition) -> list[StaleTranslation]:
    draft.languages.filter(language="en").update(purpose="Another purpose.")
    change_lesson(draft, markdown="Other words.")
    GlossaryTerm.objects.filter(edition=draft, language="en", key="infusion").update(term="brew")
    text = QuestionText.objects.get(
        question__quiz__activity__edition=draft, question__key="T2-Q01", language="en"
    )
    text.content["stem"] = "What is first?"
    text.save()
    return stale_translations(draft)


def test_each_kind_can_be_kept(draft: Edition, cast: Cast) -> None:
    stale = everything_changed(draft)
    assert [one.kind for one in stale] == ["course", "lesson", "question", "term"]
    for one in stale:
        assert keep(draft, cast, one)
    assert stale_translations(draft) == []
    event = AuditEvent.objects.filter(verb="edition.edited").latest("at")
    assert event.actor_id == cast.ingrid.pk
    assert Contribution.objects.get(edition=draft).person == cast.ingrid


def test_only_the_translation_of_this_draft_is_kept(
    draft: Edition, edition: Edition, cast: Cast
) -> None:
    change_lesson(draft, markdown="Other words.")
    [one] = stale_translations(draft)
    keep(draft, cast, one)
    assert stale_translations(edition) == []
    others = LessonText.objects.filter(lesson__activity__edition=draft).exclude(**STEP)
    assert one.original not in others.values_list("translated_from", flat=True)


def test_a_second_click_changes_nothing_and_leaves_no_trace(draft: Edition, cast: Cast) -> None:
    change_lesson(draft, markdown="Other words.")
    [one] = stale_translations(draft)
    assert keep(draft, cast, one)
    events = AuditEvent.objects.count()
    assert not keep(draft, cast, one)
    assert AuditEvent.objects.count() == events


def test_an_original_that_changed_again_is_read_again(draft: Edition, cast: Cast) -> None:
    change_lesson(draft, markdown="Other words.")
    [one] = stale_translations(draft)
    change_lesson(draft, markdown="Quite other words.")
    with pytest.raises(TranslationMoved):
        keep(draft, cast, one)
    assert waiting(draft) == [("lesson", "making-tea")]
    assert not AuditEvent.objects.filter(verb="edition.edited").exists()


def test_a_published_edition_stays(edition: Edition, cast: Cast) -> None:
    with pytest.raises(DraftClosed):
        keep_translation(
            edition=edition,
            kind="lesson",
            key="making-tea",
            language="es",
            seen="x",
            by=cast.ingrid,
            now=LATER,
        )
