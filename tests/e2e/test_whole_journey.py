"""From signing in to a certificate that a stranger checks: the real course, every part real.

A web server, a Celery worker and beat of their own, on both shapes of installation, and a person
in a real browser who reads every lesson, closes the browser in the middle, answers all questions
right, and hands the code to somebody who has no account.
"""

import email
import email.policy
import io
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from courseware.certificates.signing import verify_pdf
from tests.e2e.answering import Plan, answer
from tests.e2e.conftest import Visit
from tests.e2e.houses import House, running, sign_in
from tests.faults.harness import EMBEDDED, ROOT, SERVICES, Shape, wait_for

COURSE = ROOT / "courseware" / "library" / "c0-landscape"
TITLE = "Technology and crime: the landscape, and first-responder essentials"
LONGEST = 150  # seconds for the whole of it, on a small machine

PREPARE = """
from datetime import timedelta
from django.utils import timezone
from courseware.courses.models import Course
from courseware.enrolments.actions import enrol
from tests.cast import build_cast
cast = build_cast()
now = timezone.now()
enrol(
    person=cast.alice,
    course=Course.objects.get(slug="c0-landscape"),
    by=cast.ingrid,
    now=now,
    due_on=timezone.localdate() + timedelta(days=10),
)
"""
PLAN = """
import json
from quizzes.models import Attempt
from tests.e2e.answering import right_plan
print(json.dumps(right_plan(Attempt.objects.get())))
"""


@pytest.fixture(
    params=[
        pytest.param(EMBEDDED, id="embedded"),
        pytest.param(SERVICES, id="services", marks=pytest.mark.services),
    ]
)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    shape: Shape = request.param
    with running(tmp_path, shape) as found:
        found.site.manage("load_courses", str(COURSE))
        found.site.python(PREPARE)
        yield found


def test_from_signing_in_to_a_checked_certificate(
    house: House, visit: Visit, record_property: Callable[[str, object], None]
) -> None:
    began = time.monotonic()
    page = visit(house.url)
    sign_in(page, "alice@example.org")
    _look_at_what_is_due(page)
    _look_at_the_course(page)
    _read_lessons(page, house, first=1, last=3)
    _stop_in_the_middle_of_a_lesson(page)
    page.context.close()

    page = visit(house.url, has_touch=True)
    sign_in(page, "alice@example.org")
    _go_on_where_it_was(page)
    _read_lessons(page, house, first=4, last=7)
    _look_at_the_start_page(page)
    _sit_the_test(page, house)
    _hand_in(page)
    handed_in = time.monotonic()
    _see_the_course_complete(page)
    pdf = _receive_the_mail(page, house)
    record_property("seconds to the mail", round(time.monotonic() - handed_in, 1))
    code = _open_the_certificate(page, pdf)
    _check_as_a_stranger(visit(house.url), code)
    assert "All invariants hold." in house.site.manage("verify_integrity")

    took = time.monotonic() - began
    record_property("seconds in all", round(took))
    assert took < LONGEST


# ------------------------------------------------------------------ before and between lessons
def _look_at_what_is_due(page: Page) -> None:
    card = page.locator(".next-up")
    expect(card.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(card).to_contain_text("8 steps, about")
    expect(card).to_contain_text(re.compile(r"Due \w+day \d+ \w+"))
    card.get_by_role("link", name=TITLE).click()


def _look_at_the_course(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name=TITLE)).to_be_visible()
    expect(page.locator(".outline-item")).to_have_count(8)
    expect(page.locator(".outline-item").last).to_contain_text("Opens when 7 more steps")
    for heading in ("What you can do afterwards", "How it is assessed", "Edition"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Edition 1,")
    page.get_by_role("link", name="Start the course").click()


def _read_lessons(page: Page, house: House, *, first: int, last: int) -> None:
    for number in range(first, last + 1):
        expect(page.get_by_text(f"Step {number} of 8", exact=True)).to_be_visible()
        if number == 1:
            _use_what_stands_in_a_lesson(page)
        if number == last and last < 7:
            assert house.site.rows(
                "SELECT count(*) FROM enrolments_activityprogress WHERE state = 'done'"
            ) == [(number - 1,)]
        page.get_by_role("button", name="Finish and go on").click()


def _use_what_stands_in_a_lesson(page: Page) -> None:
    """A term by keyboard, the long description of a figure, a self-check, a source."""
    tip = page.locator(".term-tip").first
    expect(tip).to_be_hidden()
    page.locator(".term-word").first.focus()
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    long = page.locator("details.figure-long").first
    long.locator("summary").click()
    expect(long.locator("p").first).to_be_visible()
    picture = page.locator("figure img").first
    picture.scroll_into_view_if_needed()
    wait_for(lambda: picture.evaluate("img => img.naturalWidth > 0"), "the figure is drawn")

    option = page.locator("details.check-option").first
    option.locator("summary").click()
    expect(option.locator(".check-feedback")).to_be_visible()
    page.locator(".cite a").first.click()
    expect(page.locator(".source-note:target")).to_be_visible()


def _stop_in_the_middle_of_a_lesson(page: Page) -> None:
    """The page tells where reading is, some seconds after it was scrolled."""
    expect(page.get_by_text("Step 4 of 8", exact=True)).to_be_visible()
    with page.expect_response(re.compile(r"/position$")) as told:
        page.locator(".lesson-text h2[id]").nth(1).evaluate(
            "heading => window.scrollTo(0, heading.getBoundingClientRect().top + scrollY - 40)"
        )
    assert told.value.status == 204


def _go_on_where_it_was(page: Page) -> None:
    card = page.locator(".next-up")
    expect(card).to_contain_text("5 steps left")
    expect(card.get_by_role("link", name=re.compile("^Continue: "))).to_be_visible()
    card.locator("h2 a").click()
    expect(page.locator(".outline-item.is-next")).to_have_count(1)
    page.get_by_role("link", name="Continue where you were").click()
    expect(page.get_by_text("Step 4 of 8", exact=True)).to_be_visible()
    where = page.get_by_role("link", name="Continue where you were")
    anchor = str(where.get_attribute("href"))
    assert anchor == "#" + str(page.locator(".lesson-text h2[id]").nth(1).get_attribute("id"))
    where.click()
    expect(page.locator(f".lesson-text {anchor}")).to_be_in_viewport()
    tip = page.locator(".term-tip").first
    page.locator(".term-word").first.tap()
    expect(tip).to_be_visible()


# ------------------------------------------------------------------ the test
def _look_at_the_start_page(page: Page) -> None:
    expect(page.get_by_role("heading", level=1, name="Final test")).to_be_visible()
    facts = page.locator("dl.facts")
    for fact in ("80 %: 16 of 20", "No time limit; open for 7 days after the start"):
        expect(facts).to_contain_text(fact)
    expect(facts.locator("dt:has-text('Attempts left') + dd")).to_have_text("2")
    expect(facts.locator("dt:has-text('Deadline') + dd")).to_have_text(
        re.compile(r"\w+day \d+ \w+( \d{4})?, \d\d:\d\d, if you start now")
    )
    page.get_by_role("button", name="Start the test").click()


def _sit_the_test(page: Page, house: House) -> None:
    expect(page.get_by_text("Question 1 of 20", exact=True)).to_be_visible()
    plan: dict[str, Plan] = json.loads(house.site.python(PLAN))
    for position in range(1, 21):
        expect(page.locator(".question-number").first).to_have_text(f"Question {position} of 20")
        answer(page, plan[str(position)])
        expect(page.locator("#answered-count")).to_have_text(str(position))
        if position < 20:
            page.get_by_role("button", name="Save and go on").last.click()

    navigator = page.get_by_role("navigation", name="Questions")
    navigator.get_by_role("button", name=re.compile(r"^5\s*, answered$")).click()
    expect(page.get_by_text("Question 5 of 20", exact=True)).to_be_visible()
    page.get_by_label("Come back to this one").check()
    expect(
        navigator.get_by_role("button", name=re.compile(r"^5\s*, answered, flagged$"))
    ).to_be_visible()
    navigator.get_by_role("button", name="Summary and handing in").click()


def _hand_in(page: Page) -> None:
    expect(page.get_by_text("20 of 20 questions are answered.")).to_be_visible()
    flagged = page.get_by_role("row", name=re.compile("Question 5 "))
    expect(flagged).to_contain_text("Flagged")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Your result")).to_be_visible()
    score = page.locator(".score")
    expect(score).to_contain_text("100 %")
    expect(score).to_contain_text("Passed")
    expect(page.locator(".review-question")).to_have_count(20)


def _see_the_course_complete(page: Page) -> None:
    page.get_by_role("link", name="Back to the course").click()
    expect(page.get_by_text("You completed this course on")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Done")).to_be_visible()


# ------------------------------------------------------------------ the certificate
def _receive_the_mail(page: Page, house: House) -> bytes:
    """In the demo mailbox and as a file; the PDF out of the mail."""

    def arrived() -> bool:
        page.goto("/demo/mailbox/")
        item = page.locator(".mail-item").filter(has_text="alice@example.org")
        return item.count() > 0 and "Sent" in item.first.inner_text()

    wait_for(arrived, "the mail stands in the demo mailbox", 20)
    page.locator(".mail-subject a").first.click()
    frame = page.frame_locator("iframe.mail-frame")
    expect(frame.get_by_role("heading", name="Your certificate")).to_be_visible()
    attachment = page.locator(".attachments a").first.get_attribute("href")
    shown = page.request.get(str(attachment)).body()

    [raw] = house.site.sent_mail()
    message = email.message_from_string(raw.strip("-\n"), policy=email.policy.default)
    assert message["To"] == "alice@example.org"
    assert "Alice" not in str(message["Subject"])
    [file] = list(message.iter_attachments())
    content = file.get_content()
    assert isinstance(content, bytes)
    assert content == shown
    return content


def _open_the_certificate(page: Page, mailed: bytes) -> str:
    page.goto("/")
    page.get_by_role("link", name="My certificates").first.click()
    page.locator(".certificate-card").get_by_role("link", name=re.compile("^Open")).click()
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("Alice Example")
    code = facts.locator("dd.code").inner_text()

    with page.expect_download() as started:
        page.get_by_role("link", name="Download the PDF").click()
    downloaded = started.value.path().read_bytes()
    assert "alice" not in started.value.suggested_filename.lower()
    assert downloaded.startswith(b"%PDF")
    assert downloaded == mailed
    signed_with = page.request.get("/verify/signing-certificate.pem").body()
    with ThreadPoolExecutor() as elsewhere:  # the browser keeps an event loop in this thread
        report = elsewhere.submit(verify_pdf, downloaded, signed_with).result()
    assert report.is_valid, report.problem

    picture = page.locator("img.share-preview")
    picture.scroll_into_view_if_needed()
    wait_for(lambda: picture.evaluate("img => img.naturalWidth") == 1200, "the picture is shown")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the picture").click()
    assert "alice" not in started.value.suggested_filename.lower()
    image = Image.open(io.BytesIO(started.value.path().read_bytes()))
    assert image.size == (1200, 630)
    assert "Alice" not in str(image.info)
    return code


def _check_as_a_stranger(page: Page, code: str) -> None:
    page.goto("/verify/")
    page.get_by_label("Verification code").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Check the certificate").click()
    verdict = page.locator(".verdict")
    expect(verdict.locator(".verdict-word")).to_have_text("Valid")
    expect(verdict).to_contain_text(TITLE)
    assert "Alice" not in page.content()
    for typed, said in (("Toni Example", "It does not match."), ("alice  EXAMPLE", "It matches.")):
        page.get_by_label("Name on the certificate").fill(typed)
        page.get_by_role("button", name="Check the name").click()
        expect(page.get_by_role("status")).to_contain_text(said)
    assert "Alice" not in page.content()
