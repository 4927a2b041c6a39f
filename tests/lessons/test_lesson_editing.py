"""A lesson of a draft is changed by compare-and-set, and what hangs on its words follows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courseware.core.markup import MarkupError
from courseware.courses.actions import change_title
from courseware.courses.models import Edition, EditionLanguage
from lessons import queries
from lessons.actions import (
    Stale,
    add_lesson_text,
    add_picture,
    bring_picture,
    change_lesson,
    prepare_picture,
    rehash_lessons,
)
from lessons.models import LessonText
from lessons.queries import LessonWords
from tests.authoring.drafts_made import small_draft
from tests.cast import Cast
from tests.lessons.pictures_made import file_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EASY, HARD = "making-tea", "spilt-tea"
FIGURE = "/// figure | {}\n    alt: A\n    caption: C\n\nWhat it shows.\n///\n"


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return small_draft(cast.ingrid)


def text_of(draft: Edition, key: str = EASY, language: str = "en") -> LessonText:
    return LessonText.objects.select_related("lesson__activity").get(
        lesson__activity__edition=draft, lesson__activity__key=key, language=language
    )


def words_of(draft: Edition, key: str = EASY) -> LessonWords:
    return queries.lesson_words(text_of(draft, key))


def change(draft: Edition, key: str = EASY, seen: str | None = None, **changes: Any) -> bool:
    before = words_of(draft, key)
    return change_lesson(
        text=text_of(draft, key), words=replace(before, **changes), seen=seen or before.seen
    )


def stored_hash_is_right(draft: Edition) -> bool:
    return rehash_lessons(edition=draft) == 0


def test_everything_that_an_author_changes(draft: Edition) -> None:
    before = words_of(draft, HARD)
    wanted = LessonWords(
        title="Spilt tea, again",
        topic="hot water",
        markdown="## New\n\nWords.\n",
        light_markdown="## Light\n",
        minutes=before.minutes + 5,
        objectives=before.objectives[:1],
        sources=(),
        review_by=before.review_by + timedelta(days=30),
    )
    assert change_lesson(text=text_of(draft, HARD), words=wanted, seen=before.seen)
    assert words_of(draft, HARD) == wanted
    assert draft.languages.get().activity_titles[EASY] == words_of(draft).title
    assert stored_hash_is_right(draft)


def test_the_published_edition_stays_as_it_is(draft: Edition) -> None:
    base = Edition.objects.exclude(pk=draft.pk).get()
    before, before_hash = words_of(base), text_of(base).content_hash
    change(draft, markdown="Other words.\n", title="Other", minutes=99)
    assert words_of(base) == before
    assert text_of(base).content_hash == before_hash != text_of(draft).content_hash
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        change(base, markdown="Other words.\n")


def test_the_exact_text_is_kept(draft: Edition) -> None:
    exact = "\n\n  Two spaces at the end.  \n\ttab\n\n\n"
    change(draft, markdown=exact)
    assert text_of(draft).markdown == exact


def test_saving_twice_changes_once(draft: Edition) -> None:
    seen = words_of(draft).seen
    assert change(draft, seen=seen, markdown="New.\n")
    assert not change(draft, seen=seen, markdown="New.\n")  # the same click once more


@pytest.mark.parametrize(
    "theirs", [{"markdown": "Theirs.\n"}, {"minutes": 77}, {"title": "Theirs"}, {"sources": ()}]
)
def test_nobody_overwrites_what_they_have_not_seen(draft: Edition, theirs: dict[str, Any]) -> None:
    opened = words_of(draft)
    change(draft, **theirs)
    mine = replace(opened, markdown="Mine.\n")
    with pytest.raises(Stale) as stale:
        change_lesson(text=text_of(draft), words=mine, seen=opened.seen)
    assert stale.value.current == replace(opened, **theirs)
    assert words_of(draft) == replace(opened, **theirs)
    # Knowingly: having seen theirs.
    assert change_lesson(text=text_of(draft), words=mine, seen=stale.value.current.seen)
    assert words_of(draft) == mine


def test_the_second_wall_behind_the_lock(draft: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock somebody could save between the comparison and the write."""

    def overtaken(**values: Any) -> bool:
        LessonText.objects.filter(pk=text_of(draft).pk).update(markdown="Theirs.", content_hash="x")
        return change_title(**values)

    monkeypatch.setattr("lessons.actions.editing.change_title", overtaken)
    with pytest.raises(Stale) as stale, transaction.atomic():
        change(draft, markdown="Mine.\n")
    assert stale.value.current.markdown == "Theirs."


def test_terms_that_change_meanwhile_are_nobody_s_conflict(draft: Edition) -> None:
    seen = words_of(draft).seen
    draft.terms.update(definition="Said differently.")
    assert rehash_lessons(edition=draft)
    assert change(draft, seen=seen, markdown="New.\n")


# ------------------------------------------------------------------ figures
def test_the_figures_are_those_that_the_text_names(draft: Edition, cast: Cast) -> None:
    upload = bring_picture(
        edition=draft,
        content=file_of(),
        original_name="plan.png",
        alt="A plan",
        caption="",
        description="",
        by=cast.ingrid,
        now=NOW,
    )
    prepare_picture(upload_id=upload.pk, now=NOW)
    assert set(text_of(draft).figures) == {"teapot.svg"}
    words = FIGURE.format("plan.webp") + "\n" + FIGURE.format("nobody.webp")
    change(draft, markdown=words)
    shown = text_of(draft).figures
    assert set(shown) == {"plan.webp"}
    known = queries.resolver(text_of(draft), "full").figures["plan.webp"]
    assert known.url == f"/media/{shown['plan.webp']}.webp"
    change(draft, HARD, light_markdown=FIGURE.format("teapot.svg"))
    assert set(text_of(draft, HARD).figures) == {"teapot.svg"}
    assert stored_hash_is_right(draft)


def test_a_language_shows_its_own_picture(draft: Edition) -> None:
    EditionLanguage.objects.create(
        edition=draft, language="es", title="T", purpose="P", origin=draft.origin
    )
    own = add_picture(edition=draft, language="es", name="teapot.svg", sha256=draft.cover)
    text = add_lesson_text(
        lesson=text_of(draft).lesson, language="es", markdown="", light_markdown="", figures={}
    )
    before = queries.lesson_words(text)
    change_lesson(
        text=text, words=replace(before, markdown=FIGURE.format("teapot.svg")), seen=before.seen
    )
    assert text_of(draft, language="es").figures == {"teapot.svg": own.media_id}
    assert text_of(draft).figures["teapot.svg"] != own.media_id


def test_sources_belong_to_all_languages(draft: Edition) -> None:
    EditionLanguage.objects.create(
        edition=draft, language="es", title="T", purpose="P", origin=draft.origin
    )
    add_lesson_text(
        lesson=text_of(draft).lesson, language="es", markdown="x", light_markdown="", figures={}
    )
    before = text_of(draft, language="es").content_hash
    change(draft, sources=())
    assert text_of(draft, language="es").content_hash != before
    assert stored_hash_is_right(draft)


def test_a_text_that_cannot_be_read_changes_nothing(draft: Edition) -> None:
    before = words_of(draft)
    with pytest.raises(MarkupError):
        change(draft, markdown="/// note\n\n" * 5)
    assert words_of(draft) == before


def test_the_same_number_of_queries_for_long_and_short(draft: Edition) -> None:
    counts = []
    figure = FIGURE.format("teapot.svg")
    for words in (figure, figure * 20 + "Long.\n" * 500):
        with CaptureQueriesContext(connection) as captured:
            change(draft, markdown=words)
        counts.append(len(captured))
    assert counts[0] == counts[1]
