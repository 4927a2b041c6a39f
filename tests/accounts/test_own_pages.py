"""Profile, language and support: a person changes what is theirs and nothing else."""

from datetime import date

import pytest
from django.conf import LazySettings
from django.test import Client

from courseware.accounts.models import SupportContact, Unit, User
from courseware.audit.models import AuditEvent
from tests.accounts.conftest import SignIn
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PROFILE = "/accounts/profile/"


def _save(client: Client, **fields: str) -> int:
    data = {"language": "en", "time_zone": "", "certificate_name": "", **fields}
    return client.post(PROFILE, data).status_code


def test_people_choose_zone_and_name(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    assert _save(client, time_zone="Europe/Lisbon", certificate_name="A. Example") == 302
    cast.alice.refresh_from_db()
    assert cast.alice.time_zone == "Europe/Lisbon"
    assert cast.alice.name_on_certificate == "A. Example"
    assert AuditEvent.objects.filter(verb="profile.updated", actor_id=cast.alice.pk).count() == 1


def test_the_page_says_that_old_certificates_keep_their_name(cast: Cast, sign_in: SignIn) -> None:
    assert "those you have keep their name" in sign_in(cast.alice).get(PROFILE).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"language": "xx"},
        {"certificate_name": "Eve\nBcc: x@example.org"},
        {"certificate_name": "E" * 161},
    ],
)
def test_what_is_not_offered_is_refused(
    cast: Cast, sign_in: SignIn, fields: dict[str, str]
) -> None:
    assert _save(sign_in(cast.alice), **fields) == 400
    assert not AuditEvent.objects.filter(verb="profile.updated").exists()


def test_fields_that_are_not_offered_are_ignored(cast: Cast, sign_in: SignIn) -> None:
    _save(
        sign_in(cast.alice),
        email="x@example.org",
        given_name="X",
        is_superuser="on",
        is_active="",
        id=str(cast.toni.pk),
    )
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.email, alice.given_name) == ("alice@example.org", "Alice")
    assert alice.is_active
    assert not alice.is_superuser


# ------------------------------------------------------------------ language
def test_the_language_is_kept_in_a_cookie_and_for_the_person(
    cast: Cast, sign_in: SignIn, settings: LazySettings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]
    client = sign_in(cast.alice)
    response = client.post("/accounts/language/", {"language": "es", "next": "/support/"})
    assert response["Location"] == "/support/"
    assert client.cookies["courseware_language"].value == "es"
    cast.alice.refresh_from_db()
    assert cast.alice.language == "es"
    assert client.get(PROFILE)["Content-Language"] == "es"


def test_a_visitor_may_switch_too(db: None, settings: LazySettings) -> None:
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]
    client = Client()
    client.post("/accounts/language/", {"language": "es"})
    assert client.get("/accounts/login/")["Content-Language"] == "es"


@pytest.mark.parametrize(
    "following", ["//evil.example", "\\\\evil.example", "https:evil.example", "javascript:x", ""]
)
def test_the_switch_leads_nobody_off_the_site(db: None, following: str) -> None:
    response = Client().post("/accounts/language/", {"language": "en", "next": following})
    assert response["Location"] == "/"


def test_an_unknown_language_changes_nothing(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    client.post("/accounts/language/", {"language": "<script>"})
    assert "courseware_language" not in client.cookies


def test_the_switch_takes_no_get(db: None) -> None:
    assert Client().get("/accounts/language/", {"language": "en"}).status_code == 405


def test_the_switch_needs_its_token(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/accounts/language/", {"language": "en"}).status_code == 403


# ------------------------------------------------------------------ support
def _contact(name: str, unit: Unit | None) -> None:
    SupportContact.objects.create(
        name=name, unit=unit, phone="+00 123 456", checked_on=date(2026, 1, 1)
    )


def test_people_find_the_contacts_of_their_unit_first(cast: Cast, sign_in: SignIn) -> None:
    for name, unit in (("Force line", None), ("Unit A line", cast.unit_a), ("B", cast.unit_b)):
        _contact(name, unit)
    page = sign_in(cast.alice).get("/support/").content.decode()
    assert page.index("Unit A line") < page.index("Force line")
    assert ">B<" not in page
    assert 'href="tel:+00123456"' in page


def test_without_contacts_the_page_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    assert "Ask your supervisor" in sign_in(cast.alice).get("/support/").content.decode()


def test_nobody_is_recorded_for_looking_for_help(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    before = AuditEvent.objects.count()
    client.get("/support/")
    assert AuditEvent.objects.count() == before
