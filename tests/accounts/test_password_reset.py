"""A forgotten password: the link, its address, its life, and what it ends."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from courseware.accounts import actions, mails
from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.jobs.models import Job, Message
from tests.accounts.conftest import SignIn
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db
RESET = "/accounts/password/reset/"
LONG = " ".join(
    f"{stones} wet stones under bridge {bridge}" for stones, bridge in enumerate("abcdefgh")
)
NEW = "quite another long sentence"


def _link(message: Message) -> str:
    found = re.search(r"https?://\S+/accounts/password/reset/key/\S+/", message.text)
    assert found, message.text
    return found.group()


def _path(link: str, settings: LazySettings) -> str:
    assert link.startswith(settings.SITE_URL + "/")
    return link.removeprefix(settings.SITE_URL)


def _set_new_password(client: Client, path: str, password: str = NEW) -> str:
    form = client.get(path, follow=True)
    response = client.post(
        form.request["PATH_INFO"], {"password1": password, "password2": password}, follow=True
    )
    return response.content.decode()


def test_from_the_request_to_the_new_password(
    cast: Cast, sign_in: SignIn, settings: LazySettings
) -> None:
    old_session = sign_in(cast.alice)
    response = Client().post(RESET, {"email": "Alice@example.org"})
    assert response["Location"] == "/accounts/password/reset/done/"
    message = Message.objects.get(kind="account_password_reset")
    assert message.to_address == "alice@example.org"
    assert Job.objects.filter(kind="mail.send", key=str(message.pk)).exists()
    assert "Example" not in message.subject + message.text

    visitor = Client()
    _set_new_password(visitor, _path(_link(message), settings))
    assert "_auth_user_id" not in visitor.session, "a link does not sign in"
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(NEW)
    assert old_session.get("/accounts/profile/").status_code == 302
    assert Message.objects.filter(kind="account_security_notice").count() == 1
    assert AuditEvent.objects.filter(verb="sign_in.password_reset").count() == 1


@pytest.mark.parametrize("end", ["\nBcc: all@example.org", "\r\nall@example.org", "\x00"])
def test_an_address_with_a_line_break_is_nobody_s(cast: Cast, end: str) -> None:
    page = Client().post(RESET, {"email": f"alice@example.org{end}"})
    assert page.status_code == 200
    assert page.context["form"].errors["email"]
    assert not Message.objects.exists()


def test_a_link_works_once(cast: Cast, settings: LazySettings) -> None:
    Client().post(RESET, {"email": "alice@example.org"})
    path = _path(_link(Message.objects.get()), settings)
    _set_new_password(Client(), path)
    _set_new_password(Client(), path, "a third sentence that is long")
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(NEW)


def test_a_link_works_for_an_hour(cast: Cast, settings: LazySettings) -> None:
    Client().post(RESET, {"email": "alice@example.org"})
    path = _path(_link(Message.objects.get()), settings)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        _set_new_password(Client(), path)
    cast.alice.refresh_from_db()
    assert cast.alice.check_password(PASSWORD)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(cast: Cast) -> None:
    known = Client().post(RESET, {"email": "alice@example.org"}, follow=True)
    unknown = Client().post(RESET, {"email": "nobody@example.org"}, follow=True)
    pages = [re.sub(r'value="[^"]{64}"', "", r.content.decode()) for r in (known, unknown)]
    assert pages[0] == pages[1]
    assert Message.objects.count() == 1
    assert Job.objects.filter(kind="mail.send").count() == 1


@pytest.mark.parametrize("header", ["host", "x-forwarded-host"])
def test_a_foreign_host_name_gets_into_no_mail(cast: Cast, header: str) -> None:
    Client().post(RESET, {"email": "alice@example.org"}, headers={header: "evil.example"})
    for message in Message.objects.all():
        assert "evil" not in message.text + message.html


def test_a_foreign_host_name_is_refused(cast: Cast) -> None:
    response = Client().post(RESET, {"email": "a@example.org"}, headers={"host": "evil.example"})
    assert response.status_code == 400


def test_an_allowed_host_name_is_not_the_address_of_the_link(
    cast: Cast, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://training.example.org"
    Client().post(RESET, {"email": "alice@example.org"}, headers={"host": "127.0.0.1:1234"})
    message = Message.objects.get()
    assert _link(message).startswith("https://training.example.org/")
    assert "127.0.0.1" not in message.text + message.html


def test_nobody_is_flooded_with_links(cast: Cast) -> None:
    statuses = [Client().post(RESET, {"email": "alice@example.org"}).status_code for _ in range(4)]
    assert statuses == [302, 302, 302, 429]
    assert Message.objects.count() == 3


def test_a_disabled_person_gets_no_link(cast: Cast) -> None:
    actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    Client().post(RESET, {"email": "alice@example.org"})
    assert not Message.objects.exists()


def test_after_a_new_password_old_mistakes_are_forgotten(
    cast: Cast, settings: LazySettings
) -> None:
    for _ in range(7):
        Client().post("/accounts/login/", {"login": "alice@example.org", "password": "wrong"})
    Client().post(RESET, {"email": "alice@example.org"})
    _set_new_password(Client(), _path(_link(Message.objects.get()), settings))
    response = Client().post("/accounts/login/", {"login": "alice@example.org", "password": NEW})
    assert response.status_code == 302


def test_the_page_says_whom_to_ask_without_an_address() -> None:
    assert "No e-mail address in your account?" in Client().get(RESET).content.decode()


def test_an_administrator_s_link_for_somebody_without_an_address(
    cast: Cast, settings: LazySettings
) -> None:
    nora = actions.create_person(
        given_name="Nora", family_name="Example", service_number="77", by=cast.adam, now=NOW
    )
    key = actions.make_reset_key(person=nora, by=cast.adam, now=NOW)
    _set_new_password(Client(), _path(mails.reset_url(key), settings))
    nora.refresh_from_db()
    assert nora.check_password(NEW)
    assert AuditEvent.objects.filter(verb="sign_in.link_made", actor_id=cast.adam.pk).exists()


def test_changing_a_password_ends_the_other_sessions_and_tells_the_person(
    cast: Cast, sign_in: SignIn
) -> None:
    here, there = sign_in(cast.alice), sign_in(cast.alice)
    response = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )
    assert response.status_code == 302, response.content.decode()
    assert here.get("/accounts/profile/").status_code == 200
    assert there.get("/accounts/profile/").status_code == 302
    notice = Message.objects.get()
    assert "Your password was changed." in notice.text
    assert "Example" not in notice.subject


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("fourteen chars", "at least 15"),
        ("courseware courseware", "easy to guess"),
        ("aaaaaaaaaaaaaaaaaaaa", "easy to guess"),
        ("iloveyou iloveyou", "easy to guess"),
        ("Iloveyou iLOVEyou ILO", "easy to guess"),
        ("letmein let me in LETMEIN", "easy to guess"),
        ("iloveyou1 iloveyou2", "easy to guess"),
        ("Alice Example alice example", "easy to guess"),
        ("n-alice n-alice police", "easy to guess"),
        ("qwertyuiopasdfgh", "easy to guess"),
        ("poiuytrewqlkjhgf", "easy to guess"),
        ("abcdefghijklmnopq", "easy to guess"),
        ("q-w-e-r-t-y-u-i-o-p-a", "easy to guess"),
        ("abcd efgh 1234 5678", "easy to guess"),
        ("alice@example.org", "too similar"),
    ],
)
def test_weak_passwords_are_refused(cast: Cast, sign_in: SignIn, password: str, words: str) -> None:
    response = sign_in(cast.alice).post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert words in response.content.decode()
    assert User.objects.get(pk=cast.alice.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["correct horse battery staple", "ein Satz über Möwen", "чайка над тихой рекой", LONG],
)
def test_long_plain_passwords_are_welcome(cast: Cast, sign_in: SignIn, password: str) -> None:
    sign_in(cast.alice).post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert User.objects.get(pk=cast.alice.pk).check_password(password)


def test_a_short_password_is_told_one_thing(cast: Cast, sign_in: SignIn) -> None:
    for short in ("password", "alice", "police police"):
        response = sign_in(cast.alice).post(
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": short, "password2": short},
        )
        errors = response.context["form"].errors["password1"]
        assert len(errors) == 1, errors
        assert "at least 15" in errors[0]


def test_labels_are_written_as_sentences(cast: Cast, sign_in: SignIn) -> None:
    form = sign_in(cast.alice).get("/accounts/password/change/").context["form"]
    assert [str(field.label) for field in form] == [
        "Current password",
        "New password",
        "New password (again)",
    ]
