"""The frame of the admin: our mark and colours, and the demo banner as on every other page."""

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.accounts.conftest import SignIn
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
BANNER = '<aside class="demo-banner"'
PAGES = (
    "/admin/",
    "/admin/accounts/",
    "/admin/accounts/user/",
    "/admin/accounts/user/add/",
    "/admin/accounts/unit/add/?_popup=1",
    "/admin/jobs/job/",
)


@pytest.fixture
def admin_page(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.adam)


@pytest.mark.parametrize("path", PAGES)
def test_the_banner_stands_on_every_page_of_the_admin_in_demo_mode(
    admin_page: Client, settings: LazySettings, path: str
) -> None:
    response = admin_page.get(path)
    assert response.status_code == 200
    assert BANNER not in response.content.decode()
    settings.DEMO = True
    assert admin_page.get(path).content.decode().count(BANNER) == 1


def test_it_wears_our_mark_and_colours(admin_page: Client) -> None:
    page = admin_page.get("/admin/").content.decode()
    assert "css/admin.css" in page
    assert "img/mark.svg" in page
    assert "Courseware administration" in page
    assert " style=" not in page
