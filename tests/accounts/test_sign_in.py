"""Signing in: two ways, one answer for every failure, counted tries, no way out of the site."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.test import Client, RequestFactory
from django.urls import reverse

from courseware.accounts import actions, browsers
from courseware.accounts.adapter import AccountAdapter
from courseware.accounts.models import User
from tests.cast import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
WRONG = "a sentence that is not it"


def _try(client: Client, login: str, password: str = WRONG, **extra: str) -> tuple[int, str]:
    response = client.post(LOGIN, {"login": login, "password": password, **extra})
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())
    return response.status_code, body.replace(login, "LOGIN")


@pytest.mark.parametrize(
    "login", ["alice@example.org", "ALICE@example.org", "N-ALICE", " n-alice "]
)
def test_by_address_or_service_number_in_any_case(cast: Cast, login: str) -> None:
    client = Client()
    status, _ = _try(client, login, PASSWORD)
    assert status == 302
    assert client.session["_auth_user_id"] == str(cast.alice.pk)


def test_somebody_without_an_address_signs_in_by_number() -> None:
    actions.create_person(
        given_name="Nora",
        family_name="Example",
        service_number="77",
        password=PASSWORD,
        by=None,
        now=NOW,
    )
    assert _try(Client(), "77", PASSWORD)[0] == 302


@pytest.mark.parametrize(
    ("known", "unknown"), [("alice@example.org", "nobody@example.org"), ("N-ALICE", "N-NOBODY")]
)
def test_an_unknown_account_answers_like_a_wrong_password(
    cast: Cast, known: str, unknown: str
) -> None:
    assert _try(Client(), known) == _try(Client(), unknown)


def test_the_two_ways_fail_with_the_same_words(cast: Cast) -> None:
    assert _try(Client(), "alice@example.org") == _try(Client(), "N-ALICE")


def test_a_disabled_account_with_a_wrong_password_is_not_told_apart(cast: Cast) -> None:
    actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    assert _try(Client(), "alice@example.org") == _try(Client(), "nobody@example.org")


def test_a_disabled_person_does_not_get_in(cast: Cast) -> None:
    actions.disable_person(person=cast.alice, by=cast.adam, now=NOW)
    client = Client()
    _try(client, "alice@example.org", PASSWORD)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("login", ["alice@example.org", "nobody@example.org", "N-NOBODY"])
def test_every_failed_try_costs_one_hash(
    cast: Cast, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known or not, the time goes into the same work: one hash of what was typed."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    _try(Client(), login)
    assert hashed == [WRONG]


# ------------------------------------------------------------------ throttle
@pytest.mark.parametrize("login", ["alice@example.org", "nobody@example.org"])
def test_the_seventh_wrong_try_is_refused_with_a_time(cast: Cast, login: str) -> None:
    client = Client()
    for _ in range(6):
        assert _try(client, login)[0] == 200
    response = client.post(LOGIN, {"login": login, "password": WRONG})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_a_refused_try_is_not_even_hashed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        _try(Client(), "alice@example.org")
    monkeypatch.setattr(User, "check_password", lambda *_: pytest.fail("hashed"))
    assert _try(Client(), "alice@example.org", PASSWORD)[0] == 429


def test_a_stranger_cannot_lock_somebody_out_of_their_own_browser(cast: Cast) -> None:
    own = Client()
    assert _try(own, "alice@example.org", PASSWORD)[0] == 302
    own.post("/accounts/logout/")
    for _ in range(7):
        _try(Client(), "alice@example.org")
    assert _try(Client(), "alice@example.org", PASSWORD)[0] == 429
    assert _try(own, "alice@example.org", PASSWORD)[0] == 302


def test_a_known_browser_is_counted_too(cast: Cast) -> None:
    own = Client()
    _try(own, "alice@example.org", PASSWORD)
    own.post("/accounts/logout/")
    statuses = [_try(own, "alice@example.org")[0] for _ in range(7)]
    assert statuses == [200] * 6 + [429]


def test_a_browser_known_for_one_person_is_unknown_for_another(cast: Cast) -> None:
    own = Client()
    _try(own, "alice@example.org", PASSWORD)
    own.post("/accounts/logout/")
    for _ in range(6):
        _try(Client(), "toni@example.org")
    assert _try(own, "toni@example.org", PASSWORD)[0] == 429


def test_a_forged_browser_cookie_counts_for_nothing(cast: Cast) -> None:
    client = Client()
    client.cookies[browsers.COOKIE] = "eyJuIjoieCIsImwiOltdfQ:forged:signature"
    assert _try(client, "alice@example.org", PASSWORD)[0] == 302


def test_the_browser_cookie_names_nobody(cast: Cast) -> None:
    client = Client()
    _try(client, "alice@example.org", PASSWORD)
    assert "alice" not in client.cookies[browsers.COOKIE].value.lower()


def test_an_academy_behind_one_address_gets_in(cast: Cast) -> None:
    """Successes are not counted as failures, whatever their number from one address."""
    for _ in range(30):
        assert _try(Client(), "alice@example.org", PASSWORD)[0] == 302


# ------------------------------------------------------------------ redirects
@pytest.mark.parametrize(
    "next_page",
    [
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/%0d%0aSet-Cookie:x=1//evil.example",
        " //evil.example",
    ],
)
def test_nobody_is_led_off_the_site(cast: Cast, next_page: str) -> None:
    client = Client()
    response = client.post(
        LOGIN, {"login": "alice@example.org", "password": PASSWORD, "next": next_page}
    )
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith(("//", "/\\"))
    assert "\n" not in response["Location"]
    again = client.get(LOGIN, {"next": next_page})
    assert again["Location"].startswith("/")
    assert not again["Location"].startswith(("//", "/\\"))


def test_another_allowed_host_is_not_this_site(cast: Cast) -> None:
    response = Client().post(
        LOGIN,
        {"login": "alice@example.org", "password": PASSWORD, "next": "http://127.0.0.1:9/x"},
        headers={"host": "localhost"},
    )
    assert response["Location"] == reverse("home")


def test_after_signing_in_people_land_where_they_wanted(cast: Cast) -> None:
    response = Client().post(
        LOGIN, {"login": "N-ALICE", "password": PASSWORD, "next": "/accounts/profile/"}
    )
    assert response["Location"] == "/accounts/profile/"


# ------------------------------------------------------------------ sessions
def test_the_session_key_changes_at_sign_in(cast: Cast) -> None:
    client = Client()
    client.post("/accounts/language/", {"language": "en"})
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["courseware_session"] = session.session_key or ""
    before = session.session_key
    _try(client, "alice@example.org", PASSWORD)
    assert client.session.session_key != before


def test_signing_out_ends_the_session_on_the_server(cast: Cast) -> None:
    client = Client()
    _try(client, "alice@example.org", PASSWORD)
    key = client.session.session_key
    client.post("/accounts/logout/")
    client.cookies["courseware_session"] = key or ""
    assert client.get("/accounts/profile/").status_code == 302


def test_looking_at_the_sign_out_page_signs_nobody_out(cast: Cast) -> None:
    client = Client()
    _try(client, "alice@example.org", PASSWORD)
    client.get("/accounts/logout/")
    assert client.get("/accounts/profile/").status_code == 200


def test_addresses_live_in_one_place_only(cast: Cast) -> None:
    _try(Client(), "alice@example.org", PASSWORD)
    Client().post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert not EmailAddress.objects.exists()


def test_nobody_signs_up() -> None:
    assert Client().get("/accounts/signup/").status_code in {302, 404}
    assert "signup" not in Client().get(LOGIN).content.decode()


def test_the_sign_in_page_lets_passwords_be_pasted_and_filled_in() -> None:
    page = Client().get(LOGIN).content.decode()
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="username"' in page
    assert "onpaste" not in page


# ------------------------------------------------------------------ whose tries
def test_a_visitor_cannot_choose_the_address_their_tries_count_for(
    rf: RequestFactory, settings: LazySettings
) -> None:
    forged = rf.post(LOGIN, headers={"x-forwarded-for": "203.0.113.9"}, REMOTE_ADDR="198.51.100.1")
    assert AccountAdapter(forged).get_client_ip(forged) == "198.51.100.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    proxied = rf.post(LOGIN, headers={"x-forwarded-for": "203.0.113.9, 198.51.100.7"})
    assert AccountAdapter(proxied).get_client_ip(proxied) == "198.51.100.7"
