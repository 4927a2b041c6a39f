"""A lesson that is hard to read: what it is about, four equal choices, a lighter text, a pause."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courseware.accounts.models import SupportContact
from courseware.bundles.actions import load_folder
from courseware.courses.models import Edition
from courseware.enrolments.models import ActivityProgress
from tests.cast import Cast
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import put_on
from tests.faults.harness import ROOT

COURSE = ROOT / "tests" / "fixtures" / "library" / "level-two"
LESSON = "/courses/level-two/lessons/spilt-tea/"
FULL, LIGHT = "The stain on the carpet was large.", "Left out of this version: stains"


@pytest.fixture
def edition(cast: Cast) -> Edition:
    loaded = load_folder(COURSE, now=timezone.now()).edition
    SupportContact.objects.create(
        name="Peer support", phone="0100 200 300", checked_on=timezone.localdate()
    )
    put_on(cast.alice, loaded)
    return loaded


def _at_the_door(page: Page) -> None:
    page.goto(LESSON)
    expect(page.get_by_text("This lesson talks about spilt tea.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_four_equal_choices_stand_before_it(
    browser_page: OpenPage, cast: Cast, edition: Edition, scripts: bool
) -> None:
    page = browser_page(cast.alice, java_script_enabled=scripts)
    _at_the_door(page)
    expect(page.get_by_text(FULL)).to_have_count(0)
    expect(page.get_by_text("It contains no images and no descriptions of acts.")).to_be_visible()
    choices = page.locator("button.choice")
    expect(choices).to_have_count(4)
    sizes = [box["width"] for choice in choices.all() if (box := choice.bounding_box())]
    assert max(sizes) - min(sizes) < 2, "no choice is made bigger than another"
    expect(page.get_by_role("heading", name="People you can talk to")).to_be_visible()

    page.get_by_role("button", name="Later").click()
    expect(page.get_by_text("The lesson waits for you. Nothing is lost.")).to_be_visible()
    _at_the_door(page)
    page.get_by_role("button", name="Talk to someone").click()
    expect(page.get_by_role("heading", level=1, name="Talk to someone")).to_be_visible()


def test_it_is_read_and_paused(browser_page: OpenPage, cast: Cast, edition: Edition) -> None:
    page = browser_page(cast.alice)
    _at_the_door(page)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(FULL)).to_be_visible()
    pinned = page.locator(".support-pinned")
    expect(pinned.get_by_role("link", name="0100 200 300")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("You paused here")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You paused here")).to_be_visible()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text(FULL)).to_be_visible()


def test_the_lighter_text_counts_the_same(
    browser_page: OpenPage, cast: Cast, edition: Edition
) -> None:
    page = browser_page(cast.alice, width=390)
    _at_the_door(page)
    page.get_by_role("button", name="Text-light version").click()
    expect(page.get_by_text(LIGHT)).to_be_visible()
    expect(page.get_by_text(FULL)).to_have_count(0)
    page.get_by_role("button", name="Finish and go on").click()
    page.wait_for_url("**/tests/final-test/")
    assert ActivityProgress.objects.get(activity_key="spilt-tea").state == "done"
