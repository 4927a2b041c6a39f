"""An administrator at work in a browser: somebody comes in, somebody is shut out."""

import re
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from courseware.accounts.access import today
from courseware.accounts.models import RoleGrant, User
from courseware.courses.models import Edition
from courseware.jobs.models import Message
from tests.cast import PASSWORD, Cast
from tests.courses_made import make_course
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import confirm_who_one_is, follow, press, put_on, staff_page

COURSE, TITLE = "/courses/alpha/", "Course alpha (en)"


@pytest.fixture
def course(cast: Cast, settings: LazySettings, _own_files: None) -> Edition:
    """Alice is on it."""
    settings.SECOND_FACTOR_REQUIRED = False
    edition = make_course(slug="alpha")
    put_on(cast.alice, edition)
    return edition


def test_an_administrator_brings_somebody_in(
    course: Edition, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.adam)
    staff_page(page, "Administration")
    _enter_a_person(page)
    bo = User.objects.get(email="bo@example.org")
    first, last = today(), today() + timedelta(days=30)
    _post_to_unit_a(page, bo, first)
    _make_supervisor(page, bo, first, last)
    grant = RoleGrant.objects.get(person=bo)
    assert (grant.role, grant.unit, grant.from_on, grant.to_on) == (
        "supervisor",
        cast.unit_a,
        first,
        last,
    )
    _add_support_contact(page)

    theirs = browser_page()
    _answer_the_invitation(theirs)
    theirs.goto("/support/")
    expect(theirs.get_by_role("heading", name="Night line")).to_be_visible()
    staff_page(theirs, "Completions")
    expect(theirs.locator(".table-people tbody th a")).to_have_text(["Alice Example"])


def _enter_a_person(page: Page) -> None:
    page.goto("/admin/accounts/user/add/")
    page.get_by_label("Given name").fill("Bo")
    page.get_by_label("Family name").fill("New")
    page.get_by_label("E-mail address").fill("Bo@Example.org")
    press(page, "Save")
    expect(page.get_by_text("An invitation goes to bo@example.org.")).to_be_visible()


def _post_to_unit_a(page: Page, who: User, first: date) -> None:
    page.goto(f"/admin/accounts/user/{who.pk}/change/")
    follow(page, "Post to a unit")
    _choose_unit_a(page)
    page.locator("#id_from_on").fill(str(first))
    press(page, "Save")
    expect(page.locator(".messagelist .success")).to_be_visible()


def _make_supervisor(page: Page, who: User, first: date, last: date) -> None:
    page.goto(f"/admin/accounts/user/{who.pk}/change/")
    follow(page, "Give a role")
    confirm_who_one_is(page)
    page.locator("#id_role").select_option("supervisor")
    _choose_unit_a(page)
    page.locator("#id_from_on").fill(str(first))
    page.locator("#id_to_on").fill(str(last))
    press(page, "Save")
    expect(page.locator(".messagelist .success")).to_be_visible()


def _choose_unit_a(page: Page) -> None:
    """In the list that is searched as one types."""
    page.locator(".field-unit .select2-selection").click()
    page.locator(".select2-search__field").fill("Unit A")
    page.locator(".select2-results__option", has_text="Unit A").click()


def _add_support_contact(page: Page) -> None:
    page.goto("/admin/accounts/supportcontact/add/")
    page.locator("#id_name").fill("Night line")
    page.locator("#id_phone").fill("000 123")
    page.locator("#id_checked_on").fill(str(today()))
    press(page, "Save")
    expect(page.locator(".messagelist .success")).to_be_visible()


def _answer_the_invitation(page: Page) -> None:
    letter = Message.objects.get(kind="accounts.invitation")
    link = re.search(r"https?://\S+/accounts/invitation/\S+/", letter.text)
    assert link is not None
    page.goto(link.group())
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    press(page, "Set the password")
    expect(page.get_by_text("Your password is set")).to_be_visible()
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address or service number").fill("bo@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_role("heading", level=1, name="My training")).to_be_visible()


def test_a_closed_account_is_out_of_its_open_browser_at_once(
    course: Edition, cast: Cast, browser_page: OpenPage
) -> None:
    theirs = browser_page(cast.alice)
    theirs.goto(COURSE)
    expect(theirs.get_by_role("heading", level=1, name=TITLE)).to_be_visible()

    page = browser_page(cast.adam)
    page.goto("/admin/accounts/user/?q=Alice")
    page.get_by_role("row", name=re.compile("Alice")).get_by_role("checkbox").check()
    page.get_by_label("Action:").select_option("disable")
    press(page, "Run")
    expect(page.get_by_text("Done for 1 person.")).to_be_visible()

    follow(theirs, "My training")
    expect(theirs.get_by_role("link", name="Sign in").first).to_be_visible()
    theirs.goto(COURSE)
    expect(theirs).to_have_url(re.compile(rf"/accounts/login/\?next={COURSE}"))
    assert "Alice" not in theirs.content()
    theirs.get_by_label("E-mail address or service number").fill("alice@example.org")
    theirs.get_by_label("Password", exact=True).fill(PASSWORD)
    press(theirs, "Sign in")
    expect(theirs).to_have_url(re.compile("/accounts/(login|inactive)/"))
    assert "Alice" not in theirs.content()
