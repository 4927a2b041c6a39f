"""Invited by mail: sent with the account, a link that works once and for a week, sent again."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courseware.accounts import actions
from courseware.accounts.models import Invitation, User
from courseware.audit.models import AuditEvent
from courseware.jobs.models import Job, Message
from tests.accounts.conftest import SignIn
from tests.accounts.test_admin_people import PEOPLE, _act
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
NEW = "quite another long sentence"
BO = {"given_name": "Bo", "family_name": "New", "email": "Bo@Example.org", "service_number": ""}


@pytest.fixture
def admin_page(cast: Cast, sign_in: SignIn) -> Client:
    client = sign_in(cast.adam)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def enter(admin_page: Client, **fields: str) -> str:
    response = admin_page.post(f"{PEOPLE}add/", {**BO, **fields}, follow=True)
    return response.content.decode()


def letters() -> list[Message]:
    return list(Message.objects.filter(kind="accounts.invitation").order_by("created_at"))


def path_in(message: Message, settings: LazySettings) -> str:
    found = re.search(r"https?://\S+/accounts/invitation/\S+/", message.text)
    assert found, message.text
    assert found.group() in message.html
    return found.group().removeprefix(settings.SITE_URL)


def answer(path: str, password: str = NEW, client: Client | None = None) -> str:
    client = client or Client()
    page = client.get(path, follow=True)
    if page.request["PATH_INFO"] == path:  # it leads nowhere
        return page.content.decode()
    fields = dict.fromkeys(("password1", "password2"), password)
    return client.post("/accounts/invitation/", fields, follow=True).content.decode()


def later(**span: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**span))


def test_from_the_new_account_to_the_first_sign_in(
    admin_page: Client, cast: Cast, settings: LazySettings
) -> None:
    said = enter(admin_page, language="en")
    assert "An invitation goes to bo@example.org" in said
    (letter,) = letters()
    bo = User.objects.get(email="bo@example.org")
    assert (letter.to_address, letter.recipient_id) == ("bo@example.org", bo.pk)
    assert Job.objects.filter(kind="mail.send", key=str(letter.pk)).exists()
    assert "New" not in letter.subject
    event = AuditEvent.objects.get(verb="person.invited")
    assert (event.actor_id, event.subject_id) == (cast.adam.pk, str(bo.pk))

    visitor = Client()
    said = answer(path_in(letter, settings), client=visitor)
    assert "Your password is set" in said
    assert "_auth_user_id" not in visitor.session, "a link does not sign in"
    signed_in = visitor.post("/accounts/login/", {"login": "bo@example.org", "password": NEW})
    assert signed_in.status_code == 302
    assert visitor.get("/accounts/profile/").status_code == 200
    assert AuditEvent.objects.filter(verb="sign_in.password_set", actor_id=bo.pk).count() == 1


def test_the_page_that_asks_has_no_key_in_its_address(
    admin_page: Client, settings: LazySettings
) -> None:
    enter(admin_page)
    page = Client().get(path_in(letters()[0], settings), follow=True)
    assert page.request["PATH_INFO"] == "/accounts/invitation/"
    assert "You sign in as bo@example.org" in page.content.decode()


def test_the_mail_is_in_the_person_s_language(admin_page: Client) -> None:
    enter(admin_page, language="es")
    assert letters()[0].language == "es"


def test_a_link_works_once(admin_page: Client, settings: LazySettings) -> None:
    enter(admin_page)
    path = path_in(letters()[0], settings)
    slow = Client()
    slow.get(path, follow=True)
    answer(path)
    assert "no longer works" in answer(path, "a third sentence that is long")
    fields = dict.fromkeys(("password1", "password2"), "a fourth sentence that is long")
    assert "no longer works" in slow.post("/accounts/invitation/", fields).content.decode()
    assert User.objects.get(email="bo@example.org").check_password(NEW)


def test_a_link_works_for_a_week(admin_page: Client, settings: LazySettings) -> None:
    enter(admin_page)
    path = path_in(letters()[0], settings)
    with later(days=6, hours=23):
        assert "Set your password" in Client().get(path, follow=True).content.decode()
    with later(days=7, minutes=1):
        assert "no longer works" in answer(path)
        assert "the link has run out" in admin_list(admin_page)


def admin_list(admin_page: Client, query: str = "") -> str:
    """The list as an administrator sees it, whose session may have ended meanwhile."""
    admin_page.force_login(User.objects.get(email="adam@example.org"))
    return admin_page.get(f"{PEOPLE}{query}").content.decode()


def test_sent_again_the_old_link_ends(
    admin_page: Client, cast: Cast, settings: LazySettings
) -> None:
    enter(admin_page)
    bo = User.objects.get(email="bo@example.org")
    assert "1 person got none" in _act(admin_page, PEOPLE, "invite", bo), "a second click"
    assert len(letters()) == 1
    with later(minutes=2):
        assert "1 invitation is on its way" in _act(admin_page, PEOPLE, "invite", bo)
    old, new = (path_in(letter, settings) for letter in letters())
    assert "no longer works" in answer(old)
    assert "Your password is set" in answer(new)
    assert AuditEvent.objects.filter(verb="person.invited").count() == 2


def test_who_needs_no_invitation_gets_none(admin_page: Client, cast: Cast, sign_in: SignIn) -> None:
    sign_in(cast.alice)
    actions.disable_person(person=cast.toni, by=None, now=timezone.now())
    User.objects.filter(pk=cast.sam.pk).update(email=None)
    said = _act(admin_page, PEOPLE, "invite", cast.alice, cast.toni, cast.sam)
    assert "3 people got none" in said
    assert not letters()


@pytest.mark.parametrize("field", ["email", "password", "is_active"])
def test_what_ends_a_link(admin_page: Client, settings: LazySettings, field: str) -> None:
    enter(admin_page)
    path = path_in(letters()[0], settings)
    bo = User.objects.get(email="bo@example.org")
    now = timezone.now()
    if field == "email":
        actions.update_person(person=bo, by=bo, now=now, email="other@example.org")
    elif field == "password":
        bo.set_password(NEW)
        bo.save()
    else:
        actions.disable_person(person=bo, by=None, now=now)
    assert "no longer works" in answer(path, "a third sentence that is long")


@pytest.mark.parametrize("key", ["x", "a.b.c", "W10.1tPxyz.abc", "é", "0" * 4000])
def test_an_invented_link_is_answered_like_an_old_one(db: None, key: str) -> None:
    page = Client().get(f"/accounts/invitation/{key}/")
    assert (page.status_code, "no longer works" in page.content.decode()) == (200, True)


def test_a_weak_password_is_explained_and_the_link_still_works(
    admin_page: Client, settings: LazySettings
) -> None:
    enter(admin_page)
    path = path_in(letters()[0], settings)
    client = Client()
    client.get(path, follow=True)
    refused = client.post("/accounts/invitation/", {"password1": "short", "password2": "short"})
    assert refused.status_code == 400
    assert "at least 15 characters" in refused.content.decode()
    assert "Your password is set" in answer(path)


def test_somebody_else_s_session_ends_at_the_link(
    admin_page: Client, cast: Cast, sign_in: SignIn, settings: LazySettings
) -> None:
    enter(admin_page)
    shared = sign_in(cast.alice)
    assert (
        "You sign in as bo@example.org"
        in shared.get(path_in(letters()[0], settings), follow=True).content.decode()
    )
    assert shared.get("/accounts/profile/").status_code == 302
    again = sign_in(cast.alice, shared)
    assert "no longer works" in again.get("/accounts/invitation/x/").content.decode()
    assert again.get("/accounts/profile/").status_code == 200, "a wrong link ends nothing"


def test_the_list_says_who_has_come_in(admin_page: Client, cast: Cast) -> None:
    enter(admin_page)
    said = admin_list(admin_page)
    assert "not yet signed in" in said
    assert "Signed in, last on" in said
    for standing, is_there in (("invited", True), ("not-invited", False), ("signed-in", False)):
        assert ("bo@example.org" in admin_list(admin_page, f"?standing={standing}")) is is_there


def test_without_an_address_the_page_says_what_to_do(admin_page: Client) -> None:
    said = enter(admin_page, email="", service_number="N-7")
    assert "hand the link over" in said
    assert not letters()


def test_a_new_address_asks_for_a_new_invitation(admin_page: Client) -> None:
    enter(admin_page)
    bo = User.objects.get(email="bo@example.org")
    fields = {**BO, "email": "right@example.org", "language": "en", "time_zone": ""}
    said = admin_page.post(f"{PEOPLE}{bo.pk}/change/", fields, follow=True).content.decode()
    assert "Send it again" in said


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"email": "bo@example.org\nBcc: all@example.org"}, "valid email"),
        ({"email": "bo@exa\x00mple.org"}, "characters are not allowed"),
        ({"email": "ALICE@Example.org"}, "Another person has this e-mail address"),
        ({"service_number": "n-alice"}, "Another person has this service number"),
        ({"service_number": "alice@example.org"}, "has no @ sign"),
        ({"given_name": "B" * 81}, "at most 80 characters"),
        ({"family_name": "N\u202eew"}, "control characters"),
        ({"email": "", "service_number": ""}, "Give an e-mail address or a service number"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    admin_page: Client, fields: dict[str, str], words: str
) -> None:
    before = User.objects.count()
    response = admin_page.post(f"{PEOPLE}add/", {**BO, "given_name": "Typed", **fields})
    page = response.content.decode()
    assert words in page
    assert "Constraint" not in page
    assert 'value="Typed"' in page or "given_name" in fields
    assert (User.objects.count(), Message.objects.count()) == (before, 0)


def test_who_is_refused_is_not_said_to_have_neither(admin_page: Client) -> None:
    taken = {**BO, "email": "alice@example.org", "service_number": ""}
    page = admin_page.post(f"{PEOPLE}add/", taken).content.decode()
    assert "Another person has this e-mail address" in page
    assert "Give an e-mail address or a service number" not in page


def test_two_administrators_enter_the_same_person(
    admin_page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one's form saw nobody; the action does, and the page says so."""
    monkeypatch.setattr(
        "courseware.accounts.admin.people.PersonForm._refuse_second", lambda *_args: None
    )
    said = enter(admin_page, email="alice@example.org")
    assert "Another person has this e-mail address already" in said
    assert User.objects.filter(email="alice@example.org").count() == 1


def test_inviting_many_costs_the_list_nothing(admin_page: Client) -> None:
    with CaptureQueriesContext(connection) as one:
        admin_list(admin_page)
    for number in range(3):
        enter(admin_page, email=f"bo{number}@example.org")
    with CaptureQueriesContext(connection) as many:
        admin_list(admin_page)
    assert len(many) <= len(one)
    assert Invitation.objects.count() == 3
