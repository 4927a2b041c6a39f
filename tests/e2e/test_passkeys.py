"""Passkeys in a real browser, with Chromium's own virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, Cast, build_cast
from tests.e2e.conftest import OpenPage


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return build_cast()


def _with_authenticator(page: Page) -> Page:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def _sign_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address or service number").fill(login)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add the key").click()
    page.wait_for_url("**/recovery-codes/**")


def _sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/")


def test_a_passkey_is_added_and_opens_the_door_alone(
    cast: Cast, browser_page: OpenPage, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    page = _with_authenticator(browser_page())
    _sign_in(page, "adam@example.org")
    page.wait_for_url("**/accounts/2fa/")  # staff without a second step
    _add_passkey(page)
    assert Authenticator.objects.filter(user=cast.adam, type="webauthn").count() == 1

    _sign_out(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/login/" not in url)
    page.goto("/admin/")
    expect(page).to_have_url(f"{settings.SITE_URL}/admin/")


def test_a_passkey_is_the_second_step_after_a_password(cast: Cast, browser_page: OpenPage) -> None:
    page = _with_authenticator(browser_page())
    _sign_in(page, "alice@example.org")
    page.wait_for_url("**/")
    _add_passkey(page)
    _sign_out(page)
    _sign_in(page, "N-ALICE")
    page.wait_for_url("**/accounts/2fa/authenticate/")
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url(lambda url: "/authenticate/" not in url)
    page.goto("/accounts/profile/")
    expect(page.get_by_role("heading", name="My settings")).to_be_visible()


def test_a_browser_without_the_key_says_so(cast: Cast, browser_page: OpenPage) -> None:
    page = _with_authenticator(browser_page())  # an authenticator that holds no key of ours
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-problem]")).to_be_visible()
