"""The editor of a lesson: what it shows, what it keeps, what it refuses, and what is never lost."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from courseware.audit.models import AuditDetail, AuditEvent
from courseware.authoring.models import Contribution, Review
from courseware.authoring.views import lessons as views
from courseware.courses.actions import discard_draft, publish_edition
from courseware.courses.models import Edition, EditionLanguage
from lessons import bounded
from lessons.actions import add_lesson_text
from lessons.dialect.originals import lesson_mark
from lessons.models import LessonText
from tests.authoring.drafts_made import LATER, NOW, small_draft
from tests.authoring.lesson_editing import HARD, Desk
from tests.cast import Cast
from tests.core.hostile_html import HOSTILE_MARKDOWN, survivors
from tests.lessons.readers import words
from tests.lessons.test_bounded_rendering import SLOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cache_that_remembers")]


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return small_draft(cast.ingrid)


@pytest.fixture
def desk(draft: Edition, cast: Cast) -> Desk:
    return Desk(draft, cast.ingrid)


@pytest.fixture
def hard_desk(draft: Edition, cast: Cast) -> Desk:
    return Desk(draft, cast.ingrid, HARD)


# ------------------------------------------------------------------ the page
def test_the_page_shows_the_text_and_how_it_is_read(desk: Desk) -> None:
    response = desk.get()
    page = words(response)
    assert response.status_code == 200
    assert "Draft 2, based on edition 1" in page
    assert "Next step: send it for review." in page
    assert desk.opened.markdown.split("\n")[0] in response.content.decode()
    shown = page.partition('id="preview"')[2]
    assert '<div class="lesson-text" lang="en">' in shown
    assert '<figure class="figure">' in shown
    assert f'src="/media/{desk.text().figures["teapot.svg"]}.svg"' in shown
    assert "words · about" in page


def test_the_exact_text_stands_in_the_field(desk: Desk) -> None:
    exact = "\n\nTwo lines above, <b>no bold</b> & a tail.  \n\n"
    LessonText.objects.filter(pk=desk.text().pk).update(markdown=exact)
    assert desk.get().context["form"]["markdown"].value() == exact
    # A browser drops the first line end after the tag, so the template writes one more.
    assert f">\n{escape(exact)}</textarea>" in desk.get().content.decode()


def test_the_topic_and_the_light_text_belong_to_hard_lessons(desk: Desk, hard_desk: Desk) -> None:
    assert "Topic of the warning" in words(hard_desk.get())
    assert 'id="id_light_markdown"' in words(hard_desk.get())
    assert "Topic of the warning" not in words(desk.get())
    assert 'id="id_light_markdown"' not in words(desk.get())


def test_the_light_text_has_its_own_preview(hard_desk: Desk) -> None:
    page = words(hard_desk.preview(show="light", light_markdown="## Only light\n\nFew words.\n"))
    assert "Preview of the text-light version" in page
    assert "Only light" in page
    assert "3 words" not in page.partition("Only light")[0]


def test_it_needs_as_many_queries_for_much_as_for_little(desk: Desk) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get().status_code == 200
        return len(captured)

    desk.get()
    few = count()
    figure = "/// figure | teapot.svg\n    alt: A\n    caption: C\n\nX.\n///\n\n"
    LessonText.objects.filter(pk=desk.text().pk).update(markdown=figure * 30)
    for number in range(30):
        desk.draft.terms.create(language="en", key=f"t{number}", term=f"T{number}", definition="D")
    assert count() == few


# ------------------------------------------------------------------ saving
def test_saving(desk: Desk, cast: Cast) -> None:
    response = desk.save(markdown="## New\r\n\r\nWords.\r\n", title="Other tea", minutes=12)
    assert response.status_code == 302
    assert response["Location"] == desk.address
    now = desk.words()
    assert (now.markdown, now.title, now.minutes) == ("## New\n\nWords.\n", "Other tea", 12)
    assert "Saved " in words(desk.get())
    assert Contribution.objects.get(edition=desk.draft).person == cast.ingrid
    event = AuditEvent.objects.get(verb="edition.edited")
    assert (event.actor_id, event.subject_id) == (cast.ingrid.pk, str(desk.draft.pk))
    assert AuditDetail.objects.get(event=event).data == {
        "what": "lesson",
        "activity": desk.key,
        "language": "en",
    }


def test_the_script_is_told_when_and_what_to_send_next(desk: Desk) -> None:
    response = desk.save(script=True, markdown="New.\n")
    said = response.json()
    assert said["said"].startswith("Saved ")
    assert said["seen"] == desk.words().seen
    assert desk.save(script=True, markdown="Newer.\n", seen=said["seen"]).status_code == 200


def test_saving_what_is_saved_leaves_no_trace(desk: Desk) -> None:
    assert desk.save(script=True).status_code == 200
    assert not AuditEvent.objects.filter(verb="edition.edited").exists()
    assert not Contribution.objects.exists()


def test_what_is_cited_becomes_a_source_of_the_lesson(desk: Desk) -> None:
    key = desk.draft.sources.values_list("key", flat=True)[0]
    desk.save(markdown="First.\n", sources=[])
    assert desk.words().sources == ()
    desk.opened = desk.words()
    desk.save(markdown=f"A claim. [@{key}] Another. [@SRC-999]\n", sources=[])
    assert desk.words().sources == (key,)


def test_what_is_wrong_is_said_with_its_line_and_kept(desk: Desk) -> None:
    text = "Fine.\n\n[x](javascript:alert(1)) and <b>html</b>\n\n[@SRC-999]\n"
    assert desk.save(markdown=text).status_code == 302
    assert desk.words().markdown == text
    page = words(desk.get())
    assert 'data-line="3">Line 3</a> This link is not kept' in page
    assert 'data-line="5">Line 5</a> There is no source `SRC-999`' in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"markdown": "a\n\n" + "[" * 13}, "Line 3: More than 12 square brackets"),
        ({"markdown": "a\n" + "x" * 300}, "Line 2: The character 'x' stands more than"),
        ({"markdown": "a\nb\n\x07c\n"}, "Line 3: An invisible control character"),
        ({"markdown": "a\n\x00"}, "Line 2: An invisible control character"),
        ({"markdown": ("word " * 20 + "\n\n") * 700}, "bytes; 65536 is the most. Split it."),
        ({"markdown": "/// note\n\n" * 5}, "More than 4 directives are open"),
        ({"markdown": "  \n"}, "Text: This field is required."),
        ({"title": ""}, "Title: This field is required."),
        ({"title": "A\u202eb"}, "Title: An invisible character stands in the words."),
        ({"minutes": "soon"}, "Minutes: Enter a whole number."),
        ({"minutes": "0"}, "Minutes: Ensure this value is greater than"),
        ({"review_by": "2026-02-31"}, "Look at it again by: Enter a valid date."),
        ({"objectives": ["NOBODY"]}, "Objectives: Select a valid choice."),
        ({"sources": ["NOBODY"]}, "Sources: Select a valid choice."),
    ],
)
def test_what_cannot_be_kept_is_refused_and_still_there(
    desk: Desk, changes: dict[str, Any], said: str
) -> None:
    before = desk.words()
    response = desk.save(**changes)
    assert response.status_code == 422
    assert said in words(response)
    assert desk.words() == before
    for name, value in changes.items():
        typed = response.context["form"][name].value()
        assert typed == value
    fragment = desk.save(script=True, **changes)
    assert (fragment.status_code, said in words(fragment)) == (422, True)
    assert "<html" not in words(fragment)


def test_nobody_waits_for_a_text_that_takes_too_long(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def soon(*args: Any, **options: Any) -> Any:
        return bounded.rendered(*args, seconds=0.1, **options)

    monkeypatch.setattr("courseware.authoring.forms.lessons.rendered", soon)
    monkeypatch.setattr(views, "rendered", soon)
    response = desk.save(markdown=SLOW)
    assert response.status_code == 422
    assert "The text takes too long to be shown." in words(response)
    assert response.context["form"]["markdown"].value() == SLOW
    preview = desk.preview(markdown=SLOW)
    assert preview.status_code == 200
    assert "This text cannot be shown." in words(preview)
    assert "Failed at " in words(preview)


# ------------------------------------------------------------------ two at once
def test_two_editors_see_both_texts(desk: Desk, cast: Cast) -> None:
    theirs, mine = Desk(desk.draft, cast.ingrid), desk
    theirs.save(markdown="One.\n\nTheir two.\n\nThree.\n", minutes=33)
    response = mine.save(markdown="One.\n\nMy two.\n\nThree.\n")
    page = words(response)
    assert response.status_code == 409
    assert theirs.words().markdown == "One.\n\nTheir two.\n\nThree.\n"
    assert "Two versions of this lesson" in page
    assert "<del>" in page
    assert "Their two." in page
    assert response.context["form"]["markdown"].value() == "One.\n\nMy two.\n\nThree.\n"
    differing = {
        one.label: (one.theirs, one.mine) for one in response.context["trouble"]["differences"]
    }
    assert differing["Minutes"] == ("33", str(mine.opened.minutes))
    assert set(differing) == {"Minutes", "Text"}
    over = response.context["trouble"]["theirs"].seen
    assert mine.save(markdown="One.\n\nMy two.\n\nThree.\n", over=over).status_code == 302
    assert mine.words().markdown == "One.\n\nMy two.\n\nThree.\n"


def test_saving_over_what_was_changed_once_more_is_asked_again(desk: Desk, cast: Cast) -> None:
    theirs = Desk(desk.draft, cast.ingrid)
    theirs.save(markdown="Theirs.\n")
    over = desk.save(markdown="Mine.\n").context["trouble"]["theirs"].seen
    theirs.save(markdown="Theirs again.\n", seen=over)
    response = desk.save(markdown="Mine.\n", over=over)
    assert response.status_code == 409
    assert "Theirs again." in words(response)


def test_the_script_is_shown_both_texts_too(desk: Desk, cast: Cast) -> None:
    Desk(desk.draft, cast.ingrid).save(markdown="Theirs.\n")
    response = desk.save(script=True, markdown="Mine.\n")
    assert response.status_code == 409
    assert "Two versions of this lesson" in words(response)
    assert 'form="lesson-form" name="over"' in words(response)


@pytest.mark.parametrize("text", HOSTILE_MARKDOWN[::7])
def test_a_hostile_text_in_a_conflict_is_words(desk: Desk, cast: Cast, text: str) -> None:
    text = text.replace("\x00", "").replace("\x1b", "").replace("\x0c", "")
    other = Desk(desk.draft, cast.ingrid)
    if other.save(markdown=f"Theirs {text}\n").status_code == 302:
        page = desk.save(script=True, markdown=f"Mine {text}\n").content.decode()
        for carrier in (
            "<script",
            "<img",
            "<svg",
            "<iframe",
            '<a href="javascript',
            "onerror=alert(1)>",
        ):
            assert carrier not in page


# ------------------------------------------------------------------ closed
def test_a_draft_in_review_says_so_and_keeps_what_was_typed(desk: Desk, cast: Cast) -> None:
    Review.objects.create(
        edition=desk.draft, submitted_by=cast.ingrid, submitted_at=NOW, draft_hash="h"
    )
    response = desk.save(markdown="Too late.\n")
    page = words(response)
    assert response.status_code == 409
    assert "This draft is in review and cannot be changed now." in page
    assert response.context["form"]["markdown"].value() == "Too late.\n"
    assert desk.words() == desk.opened
    assert 'name="do" value="save"' not in words(desk.get())
    assert "readonly" in words(desk.get())


def test_a_published_draft_says_so_and_keeps_what_was_typed(desk: Desk, cast: Cast) -> None:
    desk.draft.languages.update(author=cast.ingrid, approver=cast.rafael)
    publish_edition(edition=desk.draft, by=cast.rafael, now=LATER)
    for script in (False, True):
        response = desk.save(script=script, markdown="Too late.\n")
        assert response.status_code == 409
        assert "This edition is published and cannot be changed any more." in words(response)
    assert desk.get().status_code == 404


def test_a_discarded_draft_is_gone(desk: Desk, cast: Cast) -> None:
    discard_draft(edition=desk.draft, by=cast.ingrid, now=LATER)
    response = desk.save(markdown="Too late, but <b>kept</b>.\n", title="Tea, late")
    page = response.content.decode()
    assert response.status_code == 410
    assert "This draft was discarded" in page
    assert ">Too late, but &lt;b&gt;kept&lt;/b&gt;.</pre>" in page
    assert ">Tea, late</pre>" in page
    assert desk.opened.seen not in page
    assert desk.get().status_code == 404
    assert desk.save(script=True, markdown="Too late.\n").status_code == 404


def test_a_discarded_draft_is_known_to_its_instructors_only(desk: Desk, cast: Cast) -> None:
    gone = desk.draft.pk
    discard_draft(edition=desk.draft, by=cast.ingrid, now=LATER)
    for person in (cast.alice, cast.carol, cast.audrey, cast.adam, cast.rafael):
        client = Client()
        client.force_login(person)
        assert client.post(desk.address, {"markdown": "x y"}).status_code == 404
    sources = reverse("admin:authoring_source_add", args=[gone])
    response = desk.client.post(sources, {"title": "A source", "year": "2026", "seen": "on"})
    assert (response.status_code, response.context["texts"]) == (410, ["A source"])
    never = sources.replace(str(gone), str(uuid4()))
    assert desk.client.post(never, {"title": "A source"}).status_code == 404


# ------------------------------------------------------------------ who may
def test_whoever_may_not_write_finds_nothing(desk: Desk, cast: Cast) -> None:
    for person in (cast.alice, cast.sam, cast.carol, cast.audrey, cast.adam, cast.rafael):
        other = Desk(desk.draft, person)
        assert other.get().status_code == 404
        assert other.save(markdown="x").status_code == 404
        assert other.preview(markdown="x").status_code == 404
    assert desk.words() == desk.opened


@pytest.mark.parametrize(
    ("key", "language"), [("nowhere", "en"), ("making-tea", "fr"), ("final-test", "en")]
)
def test_what_is_no_lesson_is_not_found(desk: Desk, key: str, language: str) -> None:
    address = reverse("admin:authoring_lesson", args=[desk.draft.pk, key, language])
    assert desk.client.get(address).status_code == 404
    assert desk.client.post(address, desk.form()).status_code == 404


# ------------------------------------------------------------------ previews
def test_a_preview_saves_nothing(desk: Desk) -> None:
    page = words(desk.preview(markdown="## Not kept\n"))
    assert "Not kept" in page
    assert "As of " in page
    assert desk.words() == desk.opened
    assert not AuditEvent.objects.filter(verb="edition.edited").exists()


def test_without_a_script_a_button_shows_the_preview(desk: Desk) -> None:
    response = desk.save(do="preview", markdown="## Only looked at\n", minutes="soon")
    page = words(response)
    assert response.status_code == 200
    assert '<h2 id="s-only-looked-at">' in page
    assert response.context["form"]["markdown"].value() == "## Only looked at\n"
    assert desk.words() == desk.opened


def test_a_preview_that_fails_says_why(desk: Desk) -> None:
    page = words(desk.preview(markdown="a\n\n" + "[" * 13))
    assert "This text cannot be shown." in page
    assert "Line 3: More than 12 square brackets" in page


def test_opened_by_its_address_the_preview_leads_to_the_editor(desk: Desk) -> None:
    response = desk.client.get(f"{desk.address}preview/")
    assert (response.status_code, response["Location"]) == (302, desk.address)


def test_previews_are_limited_per_person(
    desk: Desk, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "_LIMITS", {"preview": "2/m/user"})
    assert [desk.preview().status_code for _ in range(3)] == [200, 200, 429]
    assert desk.preview()["Retry-After"] == "5"
    assert desk.save(markdown="Saving is never limited.\n").status_code == 302


def test_no_hostile_text_survives_a_preview(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_LIMITS", {"preview": "9999/m/user"})
    for text in HOSTILE_MARKDOWN:
        page = desk.preview(markdown=text, title="<script>alert(1)</script>").content.decode()
        assert "<script" not in page
        shown = page.partition('<div class="lesson-text" lang="en">')[2].partition(
            'data-part="problems"'
        )[0]
        assert survivors(shown.rpartition("</div></div>")[0]) == [], text


# ------------------------------------------------------------------ translations
@pytest.fixture
def spanish(draft: Edition, cast: Cast) -> Desk:
    english = Desk(draft, cast.ingrid)
    EditionLanguage.objects.create(
        edition=draft,
        language="es",
        title="T",
        purpose="P",
        origin=draft.origin,
        translated_from="m",
        activity_titles={english.key: "Hacer té"},
    )
    add_lesson_text(
        lesson=english.text().lesson,
        language="es",
        markdown="Hola.\n",
        light_markdown="",
        figures={},
        translated_from=_mark(english),
    )
    return Desk(draft, cast.ingrid, language="es")


def _mark(english: Desk) -> str:
    now = english.words()
    return lesson_mark(
        title=now.title, topic=now.topic, body=now.markdown, light=now.light_markdown
    )


def test_a_translation_says_when_its_original_moved_on(spanish: Desk, cast: Cast) -> None:
    moved = "The words in English changed since this was translated."
    assert "Read the original in English" in words(spanish.get())
    assert moved not in words(spanish.get())
    english = Desk(spanish.draft, cast.ingrid)
    english.save(markdown="Other words.\n")
    assert moved in words(spanish.get())
    assert moved not in words(english.get())
    spanish.save(markdown="Otras.\n")  # a change alone does not say that it fits again
    assert moved in words(spanish.get())
    spanish.opened = spanish.words()
    spanish.save(fits="on")
    assert moved not in words(spanish.get())
    assert spanish.text().translated_from == _mark(english)


def test_words_that_are_still_to_be_written(spanish: Desk) -> None:
    LessonText.objects.filter(pk=spanish.text().pk).delete()
    response = spanish.client.get(spanish.address)
    assert response.status_code == 200
    seen = response.context["open"].words.seen
    assert spanish.save(markdown="Nuevo.\n", seen=seen).status_code == 302
    assert spanish.words().markdown == "Nuevo.\n"
