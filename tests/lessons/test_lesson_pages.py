"""Reading lessons: the way through, locks, positions, and what a page costs."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone

from courseware.courses.actions import publish_edition, put_prerequisites
from courseware.enrolments.actions import withdraw
from courseware.enrolments.models import ActivityProgress, Completion, Enrolment, ReadingPosition
from courseware.jobs.models import Job
from lessons import handlers, queries
from lessons.actions import renderings
from lessons.dialect.labels import LABELS
from lessons.labels import WORDS, labels
from lessons.models import Rendering
from tests.asking import signed_in
from tests.cast import Cast, person
from tests.certificates.completed import body_of
from tests.courses_made import PUBLISHED, make_course
from tests.jobs_made import work_of
from tests.lessons.readers import EASY, HARD, SLUG, loaded, queries_of, reading, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    queries.rendered.cache_clear()


def state_of(key: str) -> str:
    return ActivityProgress.objects.get(activity_key=key).state


# ------------------------------------------------------------------ the way through
def test_a_lesson_is_in_progress_from_its_first_opening() -> None:
    reader = reading()
    page = reader.page(EASY)
    assert state_of(EASY) == "in_progress"
    assert "state-in-progress" in page
    assert "Step 1 of 3" in page
    assert "0 of 3 steps done" in page
    assert "Finish and go on" in page
    assert "Previous:" not in page
    enrolment = Enrolment.objects.get()
    assert enrolment.started_at is not None
    assert 'alt="A teapot with a lid."' in page
    assert "What hot water becomes when leaves lie in it." in page
    assert "A little book of tea" in page
    reader.get(EASY)
    assert ActivityProgress.objects.count() == 1


def test_finishing_leads_to_the_next_step_and_twice_is_once() -> None:
    reader = reading()
    reader.get(EASY)
    response = reader.finish(EASY)
    assert response.status_code == 302
    assert response["Location"] == reader.address(HARD)
    done_at = ActivityProgress.objects.get().done_at
    assert state_of(EASY) == "done"
    page = reader.page(EASY)
    assert "1 of 3 steps done" in page
    assert "Go on" in page
    assert "Finish and go on" not in page
    assert reader.finish(EASY)["Location"] == reader.address(HARD)
    assert ActivityProgress.objects.get(activity_key=EASY).done_at == done_at


def test_the_last_lesson_leads_to_the_test() -> None:
    reader = reading()
    reader.finish(EASY)
    assert reader.finish(HARD)["Location"] == reverse("quizzes:start", args=[SLUG, "final-test"])


def test_the_last_step_completes_the_course_and_asks_for_the_certificate() -> None:
    reader = reading()
    reader.finish(EASY)
    reader.pass_test()
    response = reader.client.post(reader.address(HARD, "lesson_finish"), follow=True)
    assert response.redirect_chain == [(reverse("course", args=[SLUG]), 302)]
    assert "You have completed this course." in words(response)
    completion = Completion.objects.get()
    assert Job.objects.get(kind="certificates.issue").key == str(completion.pk)
    assert set(completion.evidence) == {EASY, HARD, "final-test"}
    assert all(completion.evidence[key] for key in (EASY, HARD))


def test_a_button_is_pressed_by_post_only() -> None:
    reader = reading()
    for name in ("lesson_finish", "lesson_choice", "lesson_position"):
        assert reader.client.get(reader.address(EASY, name)).status_code == 405
    assert not ActivityProgress.objects.exists()


# ------------------------------------------------------------------ locks
def test_a_locked_lesson_names_what_is_missing_with_a_link() -> None:
    edition = make_course(lessons=3, is_published=False)
    edition.activities.filter(key="lesson-3").update(needs_all_before=True)
    publish_edition(edition=edition, by=None, now=PUBLISHED)
    reader = reading(course=edition.course)
    reader.finish("lesson-1")
    response = reader.get("lesson-3")
    page = words(response)
    assert response.status_code == 403
    assert "The lesson-3 is still locked" in page
    assert f'<a href="{reader.address("lesson-2")}">The lesson-2</a>' in page
    assert "One paragraph" not in page
    assert reader.finish("lesson-3")["Location"] == reader.address("lesson-3")
    reader.is_at("s-x", "lesson-3")
    assert not ReadingPosition.objects.exists()
    assert not ActivityProgress.objects.filter(activity_key="lesson-3").exists()
    reader.finish("lesson-2")
    assert reader.get("lesson-3").status_code == 200


def test_a_course_that_waits_for_another_names_it() -> None:
    edition = loaded()
    make_course(slug="basics")
    put_prerequisites(course=edition.course, slugs=["basics"])
    reader = reading(course=edition.course)
    for key in (EASY, HARD):
        response = reader.get(key)
        assert response.status_code == 403
        assert f'href="{reverse("course", args=["basics"])}"' in words(response)
    reader.choose("continue")
    assert not ActivityProgress.objects.exists()


# ------------------------------------------------------------------ other people's
def test_a_lesson_of_a_course_one_is_not_on_is_like_one_that_does_not_exist() -> None:
    reader = reading()
    stranger = signed_in(person("Toni"))
    strange = {
        body_of(stranger.get(address))
        for address in (
            reader.address(EASY),
            reader.address(HARD),
            reader.address("no-such-lesson"),
            reverse("lesson", args=["no-such-course", "making-tea"]),
        )
    }
    assert len(strange) == 1
    assert stranger.get(reader.address(EASY)).status_code == 404
    for name in ("lesson_finish", "lesson_choice", "lesson_position"):
        data = {"choice": "light", "anchor": "s-x"}
        assert stranger.post(reader.address(EASY, name), data).status_code == 404
    assert not ActivityProgress.objects.exists()


def test_a_test_is_no_lesson() -> None:
    assert reading().get("final-test").status_code == 404


def test_who_was_withdrawn_reads_no_more(cast: Cast) -> None:
    reader = reading(cast.alice)
    assert reader.get(EASY).status_code == 200
    withdraw(enrolment=reader.enrolment, reason="left", by=cast.carol, now=timezone.now())
    assert reader.get(EASY).status_code == 404


def test_signed_out_one_is_sent_to_sign_in() -> None:
    reader = reading()
    reader.client.logout()
    assert reader.get(EASY)["Location"].startswith(reverse("account_login"))


# ------------------------------------------------------------------ positions
def test_reading_goes_on_where_it_was() -> None:
    reader = reading()
    assert "Continue where you were" not in reader.page(EASY)
    assert reader.is_at("s-how-warm").status_code == 204
    page = reader.page(EASY)
    assert 'href="#s-how-warm" data-continue' in page
    assert 'id="s-how-warm"' in page
    reader.choose("continue")
    assert "data-continue" not in reader.page(HARD)
    reader.is_at("")
    assert "data-continue" not in reader.page(EASY)


@pytest.mark.parametrize(
    "anchor",
    ["n-1", "how-warm", "javascript:alert(1)", 's-"><script>', "s-x\n", "s- x", "s-" + "x" * 71],
)
def test_anything_but_a_heading_is_ignored(anchor: str) -> None:
    reader = reading()
    reader.is_at("s-how-warm")
    assert reader.is_at(anchor).status_code == 204
    assert ReadingPosition.objects.get().anchor == "s-how-warm"


# ------------------------------------------------------------------ nothing is rendered
def explode(*_: Any, **__: Any) -> Any:
    raise AssertionError("a reader's page rendered Markdown")


def test_a_readers_page_renders_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = reading()
    monkeypatch.setattr(renderings, "render", explode)
    assert reader.get(EASY).status_code == 200
    for choice in ("continue", "light"):
        reader.choose(choice)
        assert "Lift the cup." in reader.page(HARD)


def test_after_a_new_dialect_the_job_fills_every_version(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = reading()
    monkeypatch.setattr(queries, "DIALECT_VERSION", "next")
    handlers.fill(work_of(handlers.FILL))
    assert Rendering.objects.count() == 6
    monkeypatch.setattr(renderings, "render", explode)
    assert "Any pot that holds water." in reader.page(EASY)
    assert renderings.fill_renderings(edition=reader.enrolment.edition, now=timezone.now()) == 0


def test_before_that_job_a_page_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = reading()
    monkeypatch.setattr(queries, "DIALECT_VERSION", "next")
    assert "Any pot that holds water." in reader.page(EASY)
    monkeypatch.setattr(renderings, "render", explode)
    assert "Any pot that holds water." in reader.page(EASY)


def test_a_lesson_says_its_language_and_falls_back_to_english() -> None:
    reader = reading(course=make_course(languages=("en", "es")).course)
    assert 'lang="en" data-position' in reader.page("lesson-1")
    assert queries.page(reader.enrolment.edition_id, "lesson-1", "es").language == "es"
    assert queries.page(reader.enrolment.edition_id, "lesson-1", "fr").language == "en"


def test_every_word_of_the_dialect_is_marked_for_translation() -> None:
    assert sorted(WORDS) == sorted(LABELS)
    assert labels("en") == {word: word for word in LABELS}


# ------------------------------------------------------------------ what it costs
@pytest.mark.parametrize(("lessons", "others"), [(1, 0), (12, 3)])
def test_queries_of_a_lesson_page(lessons: int, others: int) -> None:
    for number in range(others):
        course = make_course(slug=f"other-{number}").course
        reading(person(f"Other{number}"), course)
    reader = reading(course=make_course(lessons=lessons).course)
    # Session, person, enrolment with its course and position, progress.
    assert queries_of(reader.client, reader.address("lesson-1")) == 4


def test_queries_of_a_hard_lesson_page() -> None:
    reader = reading()
    reader.choose("continue")
    reader.get(HARD)
    # As above, the choice, and who to talk to.
    assert queries_of(reader.client, reader.address(HARD)) == 6
