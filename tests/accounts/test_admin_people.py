"""The admin: entered by role, one door, every change an audited action, no password field."""

from datetime import date
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courseware.accounts.models import RoleGrant, SupportContact, Unit, User
from courseware.audit.models import AuditEvent
from courseware.jobs.models import Message
from tests.accounts.conftest import SignIn
from tests.cast import PASSWORD, Cast, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
PEOPLE = "/admin/accounts/user/"
GRANTS = "/admin/accounts/rolegrant/"


@pytest.fixture
def admin_page(cast: Cast, sign_in: SignIn) -> Client:
    client = sign_in(cast.adam)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def _act(client: Client, page: str, action: str, *rows: Any) -> str:
    data = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return client.post(page, data, follow=True).content.decode()


@pytest.mark.parametrize("name", ["alice", "sam", "carol", "charlie", "audrey"])
def test_without_the_role_there_is_no_admin(cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    for page in ("/admin/", PEOPLE, "/admin/nothing/", "/admin/login/"):
        assert client.get(page).status_code == 404, page


@pytest.mark.parametrize("name", ["ingrid", "rafael"])
def test_teachers_see_nobody_s_account(cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    assert client.get("/admin/").status_code == 200
    for model in ("user", "unit", "posting", "rolegrant", "supportcontact"):
        assert client.get(f"/admin/accounts/{model}/").status_code in {403, 404}, model
    assert "accounts/user" not in client.get("/admin/").content.decode()


def test_the_admin_has_no_door_of_its_own(db: None) -> None:
    client = Client()
    response = client.get("/admin/login/", {"next": "/admin/accounts/"})
    assert response["Location"] == "/accounts/login/?next=%2Fadmin%2Faccounts%2F"
    posted = client.post("/admin/login/", {"username": "x", "password": "y"})
    assert posted["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("model", ["user", "unit", "posting", "rolegrant", "supportcontact"])
def test_an_administrator_sees_the_lists(admin_page: Client, model: str) -> None:
    assert admin_page.get(f"/admin/accounts/{model}/").status_code == 200


def test_a_person_is_entered_without_a_password(cast: Cast, admin_page: Client) -> None:
    form = admin_page.get(f"{PEOPLE}add/").content.decode()
    assert "password" not in form.partition('id="user_form"')[2].lower()
    admin_page.post(
        f"{PEOPLE}add/",
        {"given_name": "Bo", "family_name": "New", "email": "Bo@Example.org", "service_number": ""},
    )
    made = User.objects.get(email="bo@example.org")
    assert not made.has_usable_password()
    event = AuditEvent.objects.get(verb="person.created", subject_id=str(made.pk))
    assert event.actor_id == cast.adam.pk


def test_a_refused_address_is_not_called_missing(admin_page: Client) -> None:
    names = {"given_name": "Bo", "family_name": "N"}
    missing = "Give an e-mail address or a service number."
    page = admin_page.post(f"{PEOPLE}add/", {**names, "email": "b@example.org\nBcc: x"})
    assert "Enter a valid email address." in page.content.decode()
    assert missing not in page.content.decode()
    assert missing in admin_page.post(f"{PEOPLE}add/", names).content.decode()
    assert not User.objects.filter(given_name="Bo").exists()


def test_a_name_with_a_line_break_is_refused(admin_page: Client) -> None:
    response = admin_page.post(
        f"{PEOPLE}add/",
        {"given_name": "Bo\nBcc: x", "family_name": "N", "email": "b@example.org"},
    )
    assert response.status_code == 200
    assert "Remove line breaks" in response.content.decode()


def test_the_change_page_shows_and_takes_no_hash(cast: Cast, admin_page: Client) -> None:
    page = f"{PEOPLE}{cast.alice.pk}/change/"
    assert cast.alice.password not in admin_page.get(page).content.decode()
    admin_page.post(
        page,
        {
            "given_name": "Alicia",
            "family_name": "Example",
            "email": "alice@example.org",
            "service_number": "N-ALICE",
            "language": "en",
            "time_zone": "",
            "certificate_name": "",
            "password": "planted",
            "is_superuser": "on",
        },
    )
    alice = User.objects.get(pk=cast.alice.pk)
    assert alice.given_name == "Alicia"
    assert alice.check_password(PASSWORD)
    assert not alice.is_superuser
    assert AuditEvent.objects.filter(verb="person.updated", subject_id=str(alice.pk)).exists()


def test_nobody_is_deleted(cast: Cast, admin_page: Client) -> None:
    assert admin_page.post(f"{PEOPLE}{cast.alice.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=cast.alice.pk).exists()


def test_closing_an_account_ends_its_sessions(
    cast: Cast, admin_page: Client, sign_in: SignIn
) -> None:
    alice = sign_in(cast.alice)
    _act(admin_page, PEOPLE, "disable", cast.alice, cast.adam)
    assert alice.get("/accounts/profile/").status_code == 302
    assert User.objects.get(pk=cast.adam.pk).is_active, "not by a wrong tick on oneself"
    _act(admin_page, PEOPLE, "enable", cast.alice)
    assert User.objects.get(pk=cast.alice.pk).is_active


def test_a_link_for_a_new_password_is_for_one_person(cast: Cast, admin_page: Client) -> None:
    assert "password/reset/key/" in _act(admin_page, PEOPLE, "password_link", cast.alice)
    both = _act(admin_page, PEOPLE, "password_link", cast.alice, cast.toni)
    assert "Choose one person" in both
    assert AuditEvent.objects.filter(verb="sign_in.link_made").count() == 1
    assert not Message.objects.exists()


# ------------------------------------------------------------------ grants
def _grant(client: Client, **fields: Any) -> Any:
    data = {"unit": "", "course_slug": "", "from_on": "2026-01-01", "to_on": "", **fields}
    return client.post(f"{GRANTS}add/", data)


def test_giving_a_role_asks_for_a_fresh_confirmation(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    assert client.get(f"{GRANTS}add/")["Location"].startswith("/accounts/reauthenticate/")
    assert _grant(client, person=str(cast.toni.pk), role="auditor").status_code == 302
    assert not RoleGrant.objects.filter(person=cast.toni, role="auditor").exists()


def test_a_role_is_given_with_its_giver(cast: Cast, admin_page: Client) -> None:
    _grant(admin_page, person=str(cast.toni.pk), role="hr", unit=str(cast.unit_b.pk))
    grant = RoleGrant.objects.get(person=cast.toni, role="hr")
    assert grant.granted_by == cast.adam
    assert AuditEvent.objects.filter(verb="grant.given", actor_id=cast.adam.pk).count() == 1


@pytest.mark.parametrize(
    ("who", "role", "words"),
    [("toni", "hr", "which unit"), ("adam", "auditor", "Nobody gives a role to themselves")],
)
def test_a_grant_that_does_not_fit_is_explained(
    cast: Cast, admin_page: Client, who: str, role: str, words: str
) -> None:
    response = _grant(admin_page, person=str(getattr(cast, who).pk), role=role)
    assert words in response.content.decode()


def test_a_grant_is_ended_and_kept(cast: Cast, admin_page: Client) -> None:
    grant = RoleGrant.objects.get(person=cast.carol)
    _act(admin_page, GRANTS, "end_now", grant)
    grant.refresh_from_db()
    assert grant.to_on is not None
    assert admin_page.get(f"{GRANTS}{grant.pk}/change/").status_code == 200, "to read"
    assert admin_page.post(f"{GRANTS}{grant.pk}/change/", {"role": "auditor"}).status_code == 403


# ------------------------------------------------------------------ units and contacts
def test_a_unit_is_made_renamed_and_moved(cast: Cast, admin_page: Client) -> None:
    page = "/admin/accounts/unit/"
    fields = {"name": "Desk", "code": "desk", "closed_on": ""}
    admin_page.post(f"{page}add/", {**fields, "parent": str(cast.unit_a.pk)})
    desk = Unit.objects.get(code="desk")
    assert desk.path.startswith(cast.unit_a.path)
    admin_page.post(
        f"{page}{desk.pk}/change/", {**fields, "name": "Table", "parent": str(cast.unit_b.pk)}
    )
    desk.refresh_from_db()
    assert desk.name == "Table"
    assert desk.path == f"{cast.unit_b.path}{desk.pk}/"


def test_a_unit_inside_itself_is_explained(cast: Cast, admin_page: Client) -> None:
    response = admin_page.post(
        f"/admin/accounts/unit/{cast.force.pk}/change/",
        {"name": "N", "code": "norland", "closed_on": "", "parent": str(cast.unit_a.pk)},
    )
    assert "inside itself" in response.content.decode()


def test_support_contacts_are_kept(cast: Cast, admin_page: Client) -> None:
    page = "/admin/accounts/supportcontact/"
    admin_page.post(
        f"{page}add/",
        {"name": "Line", "language": "en", "position": "0", "checked_on": "2026-01-01"},
    )
    contact = SupportContact.objects.get()
    assert contact.checked_on == date(2026, 1, 1)
    admin_page.post(f"{page}{contact.pk}/delete/", {"post": "yes"})
    verbs = AuditEvent.objects.filter(verb__startswith="support_contact").values_list("verb")
    assert [verb for (verb,) in verbs.order_by("id")] == [
        "support_contact.created",
        "support_contact.deleted",
    ]


def test_the_audit_trail_is_the_only_log(cast: Cast, admin_page: Client) -> None:
    _grant(admin_page, person=str(cast.toni.pk), role="hr", unit=str(cast.unit_b.pk))
    admin_page.post(
        f"{PEOPLE}add/", {"given_name": "B", "family_name": "N", "email": "b@example.org"}
    )
    assert not LogEntry.objects.exists()


def test_admin_s_own_password_page_leads_to_ours(admin_page: Client) -> None:
    assert admin_page.get("/admin/password_change/")["Location"] == reverse(
        "account_change_password"
    )
    assert admin_page.get("/admin/logout/")["Location"] == reverse("account_logout")


@pytest.mark.parametrize("model", ["user", "unit", "posting", "rolegrant", "supportcontact"])
def test_a_list_costs_the_same_with_many_rows(
    cast: Cast,
    admin_page: Client,
    model: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """The cast has three units and nine people; a query a row would show."""
    page = f"/admin/accounts/{model}/"
    with CaptureQueriesContext(connection) as before:
        admin_page.get(page)
    for name in ("Bea", "Cem", "Dan"):
        person(name, cast.unit_a, "trainee")
        SupportContact.objects.create(name=name, unit=cast.unit_a, checked_on=date(2026, 1, 1))
    with django_assert_max_num_queries(len(before)):
        admin_page.get(page)


def test_the_first_administrator_comes_from_the_command_line(
    db: None, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command(
        "createsuperuser",
        email="First@example.org",
        given_name="First",
        family_name="Example",
        interactive=False,
        verbosity=0,
    )
    first = User.objects.get(email="first@example.org")
    client = sign_in(first)
    assert client.get(PEOPLE).status_code == 200
    assert AuditEvent.objects.filter(verb="person.created", subject_id=str(first.pk)).exists()
