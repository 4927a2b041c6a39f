"""Second steps: staff set one up first, codes and recovery codes work, secrets are kept sealed."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.test import Client

from courseware.accounts import actions
from courseware.accounts.models import RoleGrant, User
from courseware.audit.models import AuditEvent
from courseware.jobs.models import Message
from tests.accounts.conftest import SignIn, totp_code
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/totp/activate/"
STAFF = ["sam", "carol", "ingrid", "rafael", "audrey", "adam"]


def _set_up_app(client: Client) -> str:
    """Set up an authenticator app in a session that has just confirmed its password."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get(ACTIVATE)
    assert page.status_code == 200, page["Location"]
    secret: str = client.session["mfa.totp.secret"]
    done = client.post(ACTIVATE, {"code": totp_code(secret)})
    assert done.status_code == 302, done.content.decode()
    return secret


def _person_with_app(person: User, sign_in: SignIn) -> str:
    client = sign_in(person)
    secret = _set_up_app(client)
    client.post("/accounts/logout/")
    return secret


@pytest.fixture(autouse=True)
def _required(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    # A test never commits: what allauth does after the commit is done at once, in the request.
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_: act())


@pytest.mark.parametrize("name", STAFF)
def test_staff_are_sent_to_set_one_up(cast: Cast, sign_in: SignIn, name: str) -> None:
    client = sign_in(getattr(cast, name))
    for page in ("/", "/admin/", "/support/"):
        response = client.get(page)
        assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/"), page
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_trainee_is_not_asked(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.alice).get("/support/").status_code == 200


def test_demo_mode_does_not_ask(cast: Cast, sign_in: SignIn, settings: LazySettings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    assert sign_in(cast.adam).get("/admin/").status_code == 200


def test_setting_one_up_opens_the_door(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    _set_up_app(client)
    assert client.get("/admin/").status_code == 200
    events = AuditEvent.objects.filter(subject_id=str(cast.adam.pk), verb__startswith="sign_in.")
    assert {event.verb for event in events} == {"sign_in.app_added"}
    notices = Message.objects.filter(kind="account_security_notice", recipient_id=cast.adam.pk)
    assert "authenticator app was added" in notices.get().text


def test_it_needs_the_password_again_to_add_one(cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.alice).get(ACTIVATE)
    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_somebody_without_a_service_number_can_confirm_the_password(sign_in: SignIn) -> None:
    person = actions.create_person(
        given_name="Max",
        family_name="Example",
        email="max@example.org",
        password=PASSWORD,
        by=None,
        now=NOW,
    )
    _set_up_app(sign_in(person))


def test_sign_in_asks_for_the_code(cast: Cast, sign_in: SignIn) -> None:
    secret = _person_with_app(cast.adam, sign_in)
    client = sign_in(cast.adam)
    assert "_auth_user_id" not in client.session
    before = client.session.session_key
    chain = client.get("/admin/", follow=True).redirect_chain
    assert chain[1][0] == "/accounts/login/?next=%2Fadmin%2F"

    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in client.session

    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert client.session["_auth_user_id"] == str(cast.adam.pk)
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200


def test_a_code_works_once(cast: Cast, sign_in: SignIn) -> None:
    secret = _person_with_app(cast.adam, sign_in)
    code = totp_code(secret)
    first, second = sign_in(cast.adam), sign_in(cast.adam)
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" in first.session
    assert "_auth_user_id" not in second.session


def test_codes_cannot_be_guessed_at_will(cast: Cast, sign_in: SignIn) -> None:
    secret = _person_with_app(cast.adam, sign_in)
    client = sign_in(cast.adam)
    for number in range(6):
        client.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"})
    client.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_stands_in_once(cast: Cast, sign_in: SignIn) -> None:
    _person_with_app(cast.adam, sign_in)
    kept = Authenticator.objects.get(user=cast.adam, type=Authenticator.Type.RECOVERY_CODES)
    code = kept.wrap().get_unused_codes()[0]
    for expected in (True, False):
        client = sign_in(cast.adam)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert ("_auth_user_id" in client.session) is expected


def test_secrets_lie_sealed_in_the_table(cast: Cast, sign_in: SignIn) -> None:
    secret = _person_with_app(cast.adam, sign_in)
    assert secret not in str(Authenticator.objects.get(type=Authenticator.Type.TOTP).data)


def test_a_session_without_the_second_step_is_asked_for_it(cast: Cast, sign_in: SignIn) -> None:
    """The step was set up elsewhere, after this session had begun."""
    old = sign_in(cast.alice)
    _set_up_app(sign_in(cast.alice))
    RoleGrant.objects.create(person=cast.alice, role="auditor", from_on=NOW.date(), granted_at=NOW)
    session = old.session
    session["seen_at"] = 0
    session.save()
    response = old.get("/support/")
    assert response["Location"] == "/accounts/reauthenticate/?next=%2Fsupport%2F"
    assert old.get(response["Location"])["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_step_that_was_removed_does_not_count(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    _set_up_app(client)
    Authenticator.objects.filter(user=cast.adam).delete()
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


def test_the_record_of_one_person_does_not_count_for_another(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.adam)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(cast.alice.pk)
    session["second_factor"] = True
    session.save()
    assert client.get("/admin/").status_code == 302


def test_an_administrator_removes_lost_steps(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.ingrid)
    _set_up_app(client)
    assert actions.remove_second_factors(person=cast.ingrid, by=cast.adam, now=NOW)
    assert client.get("/accounts/profile/").status_code == 302, "sessions end"
    assert not Authenticator.objects.filter(user=cast.ingrid).exists()
    assert AuditEvent.objects.filter(verb="sign_in.second_steps_removed").exists()


def test_with_a_second_step_twelve_characters_do(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.alice)
    short = "twelve chars"
    fields = {"oldpassword": PASSWORD, "password1": short, "password2": short}
    assert client.post("/accounts/password/change/", fields).status_code == 200
    _set_up_app(client)
    assert client.post("/accounts/password/change/", fields).status_code == 302


def test_a_short_password_is_replaced_once_the_second_step_is_gone(
    cast: Cast, sign_in: SignIn
) -> None:
    _person_with_app(cast.alice, sign_in)
    short, longer = "moss on grey", "moss on grey stones"
    cast.alice.set_password(short)
    cast.alice.save()
    Authenticator.objects.filter(user=cast.alice).delete()
    client = sign_in(cast.alice, password=short)
    response = client.get("/support/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/password/change/")
    assert "too short" in client.get("/accounts/password/change/").content.decode()
    done = client.post(
        "/accounts/password/change/",
        {"oldpassword": short, "password1": longer, "password2": longer},
    )
    assert done.status_code == 302, done.content.decode()
    assert client.get("/support/").status_code == 200


def test_or_the_second_step_is_set_up_again(cast: Cast, sign_in: SignIn) -> None:
    cast.alice.set_password("moss on grey")
    cast.alice.save()
    client = sign_in(cast.alice, password="moss on grey")
    assert client.get("/support/").status_code == 302
    Authenticator.objects.create(user=cast.alice, type=Authenticator.Type.TOTP, data={})
    assert client.get("/support/").status_code == 200
