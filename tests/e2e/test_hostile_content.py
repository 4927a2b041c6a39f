"""Everything an author, an administrator or a person can write is hostile at once, and the
browser's own protection is off: no script runs, nothing is fetched from elsewhere, and no element
carries a handler.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, Request, expect

from courseware.accounts.models import SupportContact, User
from courseware.core.markup import MarkupError
from courseware.courses.actions import (
    add_activity,
    add_structure,
    add_words,
    open_edition,
    publish_edition,
    put_category,
    put_course,
)
from courseware.courses.models import Edition, Source
from lessons.actions import add_lesson, add_lesson_text
from lessons.dialect import MappingResolver, render
from lessons.labels import labels
from quizzes.actions import add_question, add_quiz, finish_attempt
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.models import Question, Quiz
from tests.cast import Cast
from tests.core.hostile_html import HOSTILE_MARKDOWN
from tests.courses_made import TEST_KEY
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import begin, put_on

NAME = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
WATCH = """
for (const name of ["alert", "confirm", "prompt", "open", "print"]) {
  window[name] = () => { window.ran = (window.ran || "") + name; };
}
window.evil = (words) => { window.ran = (window.ran || "") + words; };
"""
#: Handlers, addresses that run, elements that load from elsewhere, scripts and forms not ours.
CARRIERS = r"""() => [...document.querySelectorAll("*")].flatMap((element) => {
  const found = [...element.attributes]
    .filter(({ name, value }) =>
      /^on/i.test(name) ||
      (name !== "value" && /^\s*(javascript|vbscript|data:text)/i.test(value)))
    .map(({ name, value }) => `${element.tagName} ${name}=${value}`);
  const from = element.getAttribute("src") || "";
  const to = element.getAttribute("action") || "/";
  const isForeign = {
    SCRIPT: !/^\/(static|admin\/jsi18n)\//.test(from),
    FORM: !/^\/[^/\\]|^\/$/.test(to),
    IFRAME: true, OBJECT: true, EMBED: true, BASE: true, FRAMESET: true,
  }[element.tagName];
  return isForeign ? [...found, element.outerHTML.slice(0, 200)] : found;
})"""
#: What somebody might touch on a page: all of it.
TOUCH = """() => {
  const names = ["pointerenter", "mouseover", "focus", "toggle", "load", "error"];
  for (const element of document.querySelectorAll("main *")) {
    for (const name of names) element.dispatchEvent(new Event(name));
  }
  return window.ran || "";
}"""


def _is_shown(text: str) -> bool:
    try:
        render(text, MappingResolver({}, {}, {}, labels("en"), "full"))
    except MarkupError:
        return False
    return True


CORPUS = [text for entry in HOSTILE_MARKDOWN if _is_shown(text := entry.replace("\x00", ""))]


@pytest.fixture
def edition(cast: Cast) -> Edition:
    now = timezone.now()
    course = put_course(
        key="HOSTILE",
        slug="hostile",
        category=put_category(key="foundations", name=NAME, position=0),
        position=0,
    )
    made = open_edition(
        course=course,
        origin=Edition.Origin.DISTRIBUTION,
        by=None,
        now=now,
        must_pass_points={"M1": {"en": NAME}},
    )
    keys = [f"lesson-{number}" for number in range(len(CORPUS))]
    add_structure(edition=made, objectives=[("O1", "apply")], sources=[hostile_source()])
    add_words(
        edition=made,
        language="en",
        title=NAME,
        purpose=" ".join(CORPUS[:20]),
        audience=NAME,
        change_note=" ".join(CORPUS[20:40]),
        activity_titles={
            **{key: text[:150] for key, text in zip(keys, CORPUS, strict=True)},
            TEST_KEY: NAME,
        },
        objective_texts={"O1": " ".join(CORPUS[40:60])},
        terms=[("evil", NAME, " ".join(CORPUS[:10]))],
    )
    for position, (key, text) in enumerate(zip(keys, CORPUS, strict=True), start=1):
        _lesson(made, key, position, text)
    _questions(made, position=len(CORPUS) + 1)
    publish_edition(edition=made, by=None, now=now)
    return made


def hostile_source() -> Source:
    return Source(
        key="SRC-01",
        title=NAME,
        publisher=NAME,
        year=2026,
        url="javascript:alert(1)",
        certainty="A",
        status="checked",
        note=NAME,
        checked_on=timezone.localdate(),
        review_by=timezone.localdate() + timedelta(days=300),
    )


def _lesson(edition: Edition, key: str, position: int, text: str) -> None:
    activity = add_activity(
        edition=edition,
        key=key,
        kind="lesson",
        position=position,
        minutes=1,
        sensitivity=2 if position == 1 else 0,
    )
    lesson = add_lesson(
        activity=activity,
        objectives=["O1"],
        sources=["SRC-01"],
        seed=[],
        review_by=timezone.localdate() + timedelta(days=300),
    )
    add_lesson_text(
        lesson=lesson,
        language="en",
        topic=NAME,
        markdown=f"{text}\n\nA claim. [@SRC-01] A [[evil]] word.\n",
        light_markdown=text,
        figures={},
    )


def _questions(edition: Edition, position: int) -> None:
    quiz = add_quiz(
        activity=add_activity(
            edition=edition, key=TEST_KEY, kind="quiz", position=position, minutes=30
        ),
        draw_count=2 * ((len(CORPUS) + 3) // 4),
        pass_percent=80,
        attempts_allowed=2,
        quotas={"O1": 2 * ((len(CORPUS) + 3) // 4)},
    )
    for number in range(0, len(CORPUS), 4):
        texts = [f"{place}. {text}" for place, text in enumerate((CORPUS * 2)[number : number + 4])]
        options = [
            {"text": text, "correct": place == 0, "feedback": text}
            for place, text in enumerate(texts)
        ]
        _add(quiz, number, "single", {"options": options}, texts[0])
        _add(quiz, number + 1, "ordering", {"sequence": texts, "feedback": texts[1]}, texts[2])


def _add(quiz: Quiz, number: int, kind: str, content: dict[str, Any], stem: str) -> None:
    add_question(
        quiz=quiz,
        envelope=QuestionEnvelope(
            key=f"H-Q{number + 1}",
            type=kind,
            objective="O1",
            lesson="lesson-1",
            bloom="apply",
            difficulty=1,
        ),
        position=number + 1,
        wordings={"en": {"stem": stem, **content}},
    )


@pytest.fixture
def watched(browser_page: OpenPage, cast: Cast, edition: Edition) -> Iterator[Page]:
    """Alice's browser without the security policy; at the end nothing may have run or left."""
    for person in (cast.alice, cast.ingrid):
        User.objects.filter(pk=person.pk).update(given_name=NAME, certificate_name=NAME)
        person.refresh_from_db()
    SupportContact.objects.create(
        name=NAME, description=NAME, phone=NAME[:40], checked_on=timezone.localdate()
    )
    put_on(cast.alice, edition)
    page = browser_page(cast.alice, bypass_csp=True)
    page.add_init_script(WATCH)
    left: list[str] = []

    def note(request: Request) -> None:
        if urlsplit(request.url).hostname not in {"localhost", None}:
            left.append(request.url)

    page.on("request", note)
    yield page
    assert left == []


def look(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert response.status < 500, address
    assert page.evaluate(TOUCH) == "", address
    assert page.evaluate(CARRIERS) == [], address


def test_the_watching_sees_a_script(watched: Page) -> None:
    """Otherwise nothing below means anything."""
    watched.goto("/accessibility/")
    watched.evaluate(
        "() => document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<img src=x onerror=alert(1)><p onfocus=evil(2) tabindex=0>x</p>')"
    )
    watched.evaluate(
        "() => document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<form action=//evil.example></form>')"
    )
    assert watched.evaluate(CARRIERS) == [
        "IMG onerror=alert(1)",
        "P onfocus=evil(2)",
        '<form action="//evil.example"></form>',
    ]
    assert "2" in watched.evaluate(TOUCH)


def test_no_lesson_runs_anything(watched: Page) -> None:
    look(watched, "/courses/hostile/lessons/lesson-0/")
    expect(watched.locator("button.choice")).to_have_count(4)
    watched.get_by_role("button", name="Text-light version").click()
    for number in range(len(CORPUS)):
        look(watched, f"/courses/hostile/lessons/lesson-{number}/")


def test_no_other_page_runs_anything(watched: Page, cast: Cast, edition: Edition) -> None:
    for address in ("/", "/courses/hostile/", "/editions/", "/support/", "/accounts/profile/"):
        look(watched, address)
    look(watched, f"/courses/hostile/tests/{TEST_KEY}/")
    watched.get_by_role("button", name="Start the test").click()
    attempt = begin(put_on(cast.alice, edition))
    look(watched, f"/attempts/{attempt.pk}/1/")
    look(watched, f"/attempts/{attempt.pk}/all/")
    finish_attempt(attempt=attempt, now=timezone.now())
    look(watched, f"/attempts/{attempt.pk}/result/")
    expect(watched.locator(".review-question")).to_have_count(attempt.quiz.draw_count)
    for row in watched.locator(".answer-why").all()[:5]:
        expect(row).to_be_visible()


def test_the_admin_runs_nothing(
    browser_page: OpenPage, watched: Page, cast: Cast, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    page = browser_page(cast.ingrid, bypass_csp=True)
    page.add_init_script(WATCH)
    for address in ("/admin/quizzes/question/", "/admin/quizzes/attempt/"):
        look(page, address)
    for question in Question.objects.order_by("pk")[:40]:
        look(page, f"/admin/quizzes/question/{question.pk}/change/")
