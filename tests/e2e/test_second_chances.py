"""All attempts used: the page says who helps, staff allows one more, the trainee goes on."""

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect

from courseware.audit.models import AuditEvent
from courseware.enrolments.models import Enrolment
from quizzes.models import Attempt
from tests.cast import Cast
from tests.courses_made import TEST_KEY, make_course
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import put_on

REASON = "We went through the order of steps at the desk. He can say it now."


@pytest.fixture(autouse=True)
def _demo_mode(settings: LazySettings) -> None:
    settings.DEMO = True
    settings.SECOND_FACTOR_REQUIRED = False


def _fail(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Start the test").click()
    page.get_by_role("button", name="Summary and handing in").click()
    expect(page.get_by_text("4 questions have no answer.")).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Your result")).to_be_visible()


def test_after_two_failures_a_talk_allows_a_third(browser_page: OpenPage, cast: Cast) -> None:
    enrolment = put_on(cast.alice, make_course(lessons=0))
    url = f"/courses/{enrolment.course.slug}/tests/{TEST_KEY}/"
    page = browser_page(cast.alice)

    _fail(page, url)
    expect(page.get_by_text("You have 1 attempt left.")).to_be_visible()
    _fail(page, url)
    talk = page.get_by_role("region", name="What happens next")
    expect(talk).to_contain_text("All attempts are used")
    expect(talk).to_contain_text("Ingrid Example")
    expect(talk.get_by_role("link", name="ingrid@example.org")).to_be_visible()
    page.goto(url)
    expect(page.get_by_role("region", name="What happens next")).to_contain_text("Ingrid Example")
    expect(page.get_by_role("button", name="Start the test")).to_have_count(0)
    page.goto("/")
    expect(page.get_by_role("heading", name="Waiting")).to_be_visible()

    _allow_one_more(browser_page(cast.adam))

    page.goto(url)
    expect(page.locator("dt:has-text('Attempts left') + dd")).to_have_text("1")
    page.get_by_role("button", name="Start the test").click()
    expect(page.get_by_text("Question 1 of 4", exact=True)).to_be_visible()
    assert Attempt.objects.get(state="open").number == 3
    event = AuditEvent.objects.get(verb="attempt.granted")
    assert event.actor_id == cast.adam.pk
    assert Enrolment.objects.get(pk=enrolment.pk).needs_talk_since is None


def _allow_one_more(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_role("link", name="Talks", exact=True).first.click()
    page.get_by_role("link", name="Add talk").first.click()
    page.get_by_label("Trainee and test").select_option(index=1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errorlist")).to_be_visible()  # no reason, no attempt
    assert not AuditEvent.objects.filter(verb="attempt.granted").exists()
    page.get_by_label("What you talked about").fill(REASON)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert AuditEvent.objects.filter(at__lte=timezone.now(), verb="attempt.granted").count() == 1
