"""Titles, names, texts, files and lists are hostile, and staff look at all of them: authoring,
review, reports, assigning, trail, administration. With the browser's own protection and without.

With it, the browser complains of whatever it had to stop, and tests/e2e/conftest.py listens.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, Request, expect

from courseware.accounts.models import Posting, Unit, User
from courseware.authoring.models import Review
from courseware.authoring.queries.states import draft_hash
from courseware.courses.actions import publish_edition
from courseware.courses.models import Edition
from courseware.enrolments.models import Enrolment
from lessons.models import LessonText, Picture
from quizzes.models import QuestionText
from tests.authoring.drafts_made import drafted
from tests.cast import Cast
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY, make_course
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import press, put_on
from tests.e2e.test_hostile_content import (
    CARRIERS,
    CORPUS,
    NAME,
    TOUCH,
    WATCH,
    hostile_source,
    look,
)
from tests.lessons.pictures_made import POLYGLOTS, claiming, file_of, with_places

#: What a file may be called, and the file.
FILES = (
    ('"><img src=x onerror=alert(1)>.png', file_of() + POLYGLOTS["html"]),
    ("../../etc/<script>alert(1)</script>.jpg", with_places()),
    ("plan\r\nX-Evil: 1\r\n\r\n<script>alert(1)</script>.webp", file_of("WEBP")),
    ("safe\u202egnp.exe", file_of(size=(41, 30))),
)
DAMAGED = ("<svg onload=alert(1)>.png", file_of(size=(300, 300))[:200])


@dataclass(frozen=True)
class Stage:
    draft: Edition
    enrolment: Enrolment


@pytest.fixture
def stage(cast: Cast, settings: LazySettings, _own_files: None) -> Stage:
    settings.SECOND_FACTOR_REQUIRED = False
    base = make_course(slug="hostile", is_published=False)
    _spoil(base, 0)
    publish_edition(edition=base, by=None, now=timezone.now())
    draft = drafted(base, by=cast.ingrid)
    _spoil(draft, 7)
    draft.terms.create(language="en", key="evil", term=NAME, definition=" ".join(CORPUS[:10]))
    source = hostile_source()
    source.edition = draft
    source.save()
    User.objects.update(given_name=NAME, certificate_name=NAME)
    Unit.objects.update(name=NAME)
    Posting.objects.update(rank=NAME[:40])
    return Stage(draft, put_on(cast.alice, base))


def _spoil(edition: Edition, start: int) -> None:
    """All words of the edition, past the forms that would refuse some of them."""
    edition.languages.update(
        title=NAME,
        purpose=CORPUS[start],
        audience=NAME,
        change_note=CORPUS[start + 1],
        activity_titles={"lesson-1": NAME, "lesson-2": CORPUS[start + 2][:150], TEST_KEY: NAME},
        objective_texts={"O1": NAME, "O2": CORPUS[start + 3]},
    )
    lessons = LessonText.objects.filter(lesson__activity__edition=edition).order_by("pk")
    for number, text in enumerate(lessons, start=start):
        text.topic, text.markdown = NAME, f"{CORPUS[number]}\n\n{NAME}\n"
        text.save()
    questions = QuestionText.objects.filter(question__quiz__activity__edition=edition)
    for number, wording in enumerate(questions.order_by("pk"), start=start):
        wording.content["stem"] = f"{number}. {CORPUS[number]} {NAME}"
        for place, option in enumerate(wording.content["options"]):
            option["text"] = option["feedback"] = f"{place}. {CORPUS[number + place]}"
        wording.save()


class Watched:
    """Opens pages in which nothing may run and from which nothing may leave."""

    def __init__(self, browser_page: OpenPage, *, has_csp: bool) -> None:
        self._open, self._has_csp = browser_page, has_csp
        self.left: list[str] = []

    def __call__(self, person: User) -> Page:
        page = self._open(person, bypass_csp=not self._has_csp)
        page.add_init_script(WATCH)
        page.on("request", self._note)
        return page

    def _note(self, request: Request) -> None:
        if urlsplit(request.url).hostname not in {"localhost", None}:
            self.left.append(request.url)


@pytest.fixture(params=[True, False], ids=["protected", "unprotected"])
def watched(request: pytest.FixtureRequest, browser_page: OpenPage) -> Iterator[Watched]:
    made = Watched(browser_page, has_csp=request.param)
    yield made
    assert made.left == []


def still(page: Page) -> None:
    """What a button led to."""
    assert page.evaluate(TOUCH) == "", page.url
    assert page.evaluate(CARRIERS) == [], page.url


def authoring(name: str, *args: object) -> str:
    return reverse(f"admin:authoring_{name}", args=args)


# ------------------------------------------------------------------ authoring and review
def test_authors_and_reviewers(stage: Stage, cast: Cast, watched: Watched) -> None:
    draft, page = stage.draft, watched(cast.ingrid)
    for address in (
        "/admin/courses/course/",
        authoring("course", draft.course_id),
        *(
            authoring(name, draft.pk)
            for name in ("edition", "questions", "sources", "pictures", "translations", "discard")
        ),
        authoring("words", draft.pk, "en"),
        authoring("terms", draft.pk, "en"),
        authoring("term", draft.pk, "en", "evil"),
        authoring("source", draft.pk, "SRC-01"),
        authoring("test", draft.pk, TEST_KEY),
        authoring("question", draft.pk, "T-Q1", "en"),
        authoring("lesson", draft.pk, "lesson-1", "en"),
    ):
        look(page, address)
    Review.objects.create(
        edition=draft,
        submitted_by=cast.ingrid,
        submitted_at=timezone.now(),
        draft_hash=draft_hash(draft),
        note=NAME,
    )
    reviewer = watched(cast.rafael)
    look(reviewer, authoring("edition", draft.pk))
    look(reviewer, authoring("review", draft.pk))
    expect(reviewer.get_by_role("button", name="Approve and publish")).to_be_visible()
    assert "onerror" in reviewer.locator("main").inner_text()  # said, not done
    reviewer.get_by_label("What has to change").fill(NAME)
    press(reviewer, "Return the draft")
    still(reviewer)
    look(page, authoring("edition", draft.pk))


# ------------------------------------------------------------------ pictures
def test_pictures(stage: Stage, cast: Cast, watched: Watched) -> None:
    page = watched(cast.ingrid)
    page.goto(authoring("pictures", stage.draft.pk))
    bomb = claiming(13_000, 13_000)
    assert len(bomb) < 25_000
    _bring(page, "bomb.png", bomb)
    expect(page.get_by_text("The picture has 13,000 × 13,000 pixels.").first).to_be_visible()
    for name, content in (*FILES, DAMAGED):
        _bring(page, name, content)
        still(page)
    work_off()
    look(page, page.url)
    expect(page.locator("#arriving h3")).to_have_text(DAMAGED[0])
    expect(page.locator("#pictures article")).to_have_count(len(FILES))
    for picture in Picture.objects.filter(edition=stage.draft):
        assert re.fullmatch(r"[a-z0-9-]+\.webp", picture.name), picture.name
        _is_only_pixels(page, f"/media/{picture.media_id}.webp")
    lines = "\n\n".join(page.locator("#pictures pre").all_inner_texts())
    page.goto(authoring("lesson", stage.draft.pk, "lesson-1", "en"))
    with page.expect_response("**/preview/"):
        page.locator("#id_markdown").fill(lines)
    expect(page.locator("#preview img")).to_have_count(len(FILES))
    still(page)


def _bring(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#id_file", {"name": name, "mimeType": "text/html", "buffer": content})
    for label in ("What it shows", "Caption", "Long description"):
        page.get_by_label(label).fill(NAME)
    press(page, "Upload the picture")


def _is_only_pixels(page: Page, address: str) -> None:
    """No place, camera, profile or comment, nothing appended; served as what it is."""
    response = page.request.get(address)
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["x-content-type-options"] == "nosniff"
    content = response.body()
    for trace in (b"script", b"Secret", b"secret", b"safe house", b"EXIF", b"ICCP"):
        assert trace not in content
    assert not Image.open(io.BytesIO(content)).getexif()


# ------------------------------------------------------------------ people and their training
def test_reports_assigning_trail_and_administration(
    stage: Stage, cast: Cast, watched: Watched
) -> None:
    page = watched(cast.carol)
    for address in (
        "/",
        reverse("completions"),
        reverse("training_record", args=[cast.alice.pk]),
        f"{reverse('assign')}?person={cast.alice.pk}",
    ):
        look(page, address)
    page.get_by_role("combobox", name="Course").select_option("hostile")
    page.get_by_label("A list from a file or the clipboard").check()
    page.get_by_label("Or paste the lines here").fill("\n".join(["N-ALICE", NAME, *CORPUS[:40]]))
    press(page, "Look at it first")
    expect(page.get_by_text("Nothing has happened yet")).to_be_visible()
    still(page)
    look(page, reverse("withdraw_enrolment", args=[stage.enrolment.pk]))
    page.get_by_label("Why").fill(NAME)
    press(page, "Take off the course")
    still(page)

    auditor = watched(cast.audrey)
    look(auditor, f"{reverse('trail')}?verb=enrolment.withdrawn")
    expect(auditor.locator(".table-trail")).to_contain_text(NAME)
    auditor.get_by_label("Person").fill("onerror")
    press(auditor, "Find")
    expect(auditor.get_by_text("Whom do you mean?")).to_be_visible()
    still(auditor)

    administrator = watched(cast.adam)
    for address in (
        "/admin/accounts/user/",
        f"/admin/accounts/user/{cast.alice.pk}/change/",
        "/admin/accounts/posting/",
        "/admin/accounts/unit/",
    ):
        look(administrator, address)
