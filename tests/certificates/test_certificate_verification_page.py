"""The public page: every state, no name, uniform answers, and a limit on guessing."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courseware.certificates import actions
from courseware.certificates.models import Certificate, CertificateHolder, NameCheck
from courseware.certificates.views import public
from courseware.core.ids import grouped, public_code
from courseware.enrolments.models import Completion
from tests.cast import Cast
from tests.certificates.completed import DONE_AT, body_of, complete, issued
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
TODAY = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def moment() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TODAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def completion(cast: Cast, moment: time_machine.Traveller) -> Completion:
    return complete(cast.alice, make_course(lessons=1))


@pytest.fixture
def certificate(completion: Completion) -> Certificate:
    return issued(completion)


def page_of(code: str) -> str:
    return Client().get(reverse("verify", args=[code])).content.decode()


def word_of(page: str) -> str:
    found = re.search(r'class="verdict-word">(.*?)</p>', page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def try_name(code: str, name: str) -> tuple[int, str]:
    response = Client().post(reverse("verify", args=[code]), {"name": name})
    return response.status_code, response.content.decode()


# ------------------------------------------------------------------ states
def test_valid_shows_four_facts(certificate: Certificate) -> None:
    page = page_of(grouped(certificate.code))
    assert word_of(page) == "Valid"
    for fact in ("Course made-course (en)", "Edition 1", "4 May 2026", "4 May 2028", "Your force"):
        assert fact in page


def test_expired_after_its_last_day(
    certificate: Certificate, moment: time_machine.Traveller
) -> None:
    moment.move_to(datetime(2028, 5, 4, 20, 0, tzinfo=UTC))
    assert word_of(page_of(certificate.code)) == "Valid"
    moment.move_to(datetime(2028, 5, 4, 22, 30, tzinfo=UTC))  # past midnight where the force is
    assert word_of(page_of(certificate.code)) == "Expired"


def test_revoked_says_when_and_not_why(certificate: Certificate, cast: Cast) -> None:
    actions.revoke(certificate=certificate, by=cast.adam, reason="Copied answers", now=TODAY)
    page = page_of(certificate.code)
    assert word_of(page) == "Revoked"
    assert "1 June 2026" in page
    assert "Copied answers" not in page


def test_superseded_is_valid_and_links_the_newer(
    certificate: Certificate, completion: Completion, cast: Cast, moment: time_machine.Traveller
) -> None:
    later = DONE_AT + timedelta(days=600)
    moment.move_to(later)
    new = issued(complete(cast.alice, completion.edition, now=later), now=later)
    page = page_of(certificate.code)
    assert word_of(page) == "Superseded"
    assert "It is valid until 4 May 2028" in page
    assert reverse("verify", args=[grouped(new.code)]) in page
    assert word_of(page_of(new.code)) == "Valid"


# ------------------------------------------------------------------ codes
@pytest.mark.parametrize("spelling", ["lower", "spaces", "bare", "lookalikes"])
def test_a_code_is_found_however_it_is_typed(certificate: Certificate, spelling: str) -> None:
    code = certificate.code
    typed = {
        "lower": grouped(code).lower(),
        "spaces": " " + " ".join(code) + " ",
        "bare": code,
        "lookalikes": code.replace("0", "O").replace("1", "l"),
    }[spelling]
    assert word_of(page_of(typed)) == "Valid"
    sent_on = Client().post(reverse("verification"), {"code": typed})
    assert sent_on.status_code == 302
    assert sent_on["Location"] == reverse("verify", args=[grouped(code)])


def test_unknown_and_malformed_codes_look_the_same_however_they_come(
    certificate: Certificate,
) -> None:
    client = Client()
    answers = set()
    for code in (public_code(), "nonsense", "0" * 16, "ABC<script>", "é" * 16, "1" * 5000, "-"):
        address = reverse("verify", args=[code])
        for response in (client.get(address), client.post(address, {"name": "Alice Example"})):
            assert response.status_code == 404
            answers.add(body_of(response))
    assert len(answers) == 1
    assert word_of(answers.pop()) == "Unknown"
    assert not NameCheck.objects.exists()  # strangers write no rows


def test_a_thousand_guesses_find_nothing(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "_LIMITS", {})
    client = Client()
    for guess in (certificate.serial, certificate.pk, certificate.code[:-1]):
        assert client.get(f"/verify/{guess}/").status_code == 404
    found = [
        code
        for code in (public_code() for _ in range(1000))
        if Certificate.objects.filter(code=code).exists()
    ]
    assert found == []


def test_a_slip_in_the_form_is_explained_and_stays_out_of_the_address() -> None:
    response = Client().post(reverse("verification"), {"code": "Alice Example"})
    assert response.status_code == 400
    assert "16 letters and digits" in response.content.decode()
    empty = Client().post(reverse("verification"), {})
    assert "Enter the code" in empty.content.decode()


@pytest.mark.parametrize("name", ["verification", "verify", "signing_certificate"])
def test_headers_methods_and_no_sign_in(certificate: Certificate, name: str) -> None:
    address = reverse(name, args=[certificate.code] if name == "verify" else [])
    client = Client()
    shown, head = client.get(address), client.head(address)
    assert (shown.status_code, head.status_code, head.content) == (200, 200, b"")
    assert shown["Cache-Control"] == "no-store"
    assert "noindex" in shown["X-Robots-Tag"]
    assert shown["Referrer-Policy"] == "same-origin"
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(address).status_code == 405


def test_the_signing_certificate_can_be_fetched_and_its_fingerprint_read(
    certificate: Certificate,
) -> None:
    from courseware.certificates import keys

    response = Client().get(reverse("signing_certificate"))
    assert response.content == keys.public_certificate()
    assert keys.public_fingerprint() in page_of(certificate.code)


def test_a_forged_form_is_refused(certificate: Certificate) -> None:
    client = Client(enforce_csrf_checks=True)
    address = reverse("verify", args=[certificate.code])
    assert client.post(address, {"name": "Alice Example"}).status_code == 403
    assert not NameCheck.objects.exists()


# ------------------------------------------------------------------ names
def test_the_name_on_paper_matches_or_not(certificate: Certificate) -> None:
    status, page = try_name(certificate.code, "  alice EXAMPLE ")
    assert (status, "It matches." in page) == (200, True)
    status, page = try_name(certificate.code, "Alicia Example")
    assert (status, "It does not match." in page) == (200, True)
    for told in ("Alicia", "Alice"):
        assert told not in page  # neither what was typed nor what is right


def test_an_empty_name_is_no_try(certificate: Certificate) -> None:
    status, page = try_name(certificate.code, "   ")
    assert (status, "Enter the name" in page) == (400, True)
    assert not NameCheck.objects.exists()


def test_five_tries_then_a_pause_of_fifteen_minutes(
    certificate: Certificate, moment: time_machine.Traveller
) -> None:
    for minute in range(5):
        moment.move_to(TODAY + timedelta(minutes=minute))
        assert try_name(certificate.code, f"Guess {minute}")[0] == 200
    response = Client().post(reverse("verify", args=[certificate.code]), {"name": "Alice Example"})
    assert response.status_code == 429
    assert 890 < int(response["Retry-After"]) <= 901
    assert "Too many tries" in response.content.decode()
    assert "It matches" not in response.content.decode()
    assert word_of(page_of(certificate.code)) == "Valid"  # the page itself stays open
    moment.move_to(TODAY + timedelta(minutes=18, seconds=59))
    assert try_name(certificate.code, "Alice Example")[0] == 429
    moment.move_to(TODAY + timedelta(minutes=19, seconds=1))
    assert "It matches." in try_name(certificate.code, "Alice Example")[1]


def test_one_code_does_not_pause_another(certificate: Certificate, cast: Cast) -> None:
    other = issued(complete(cast.toni, certificate.completion.edition))
    for _ in range(6):
        try_name(certificate.code, "Guess")
    assert "It matches." in try_name(other.code, "Toni Example")[1]


def test_an_erased_name_is_not_called_wrong(certificate: Certificate) -> None:
    CertificateHolder.objects.update(name="")
    page = page_of(certificate.code)
    assert "The name was erased" in page
    assert word_of(page) == "Valid"
    assert "does not match" not in try_name(certificate.code, "Alice Example")[1]


def test_one_address_cannot_try_names_or_look_for_ever(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "_LIMITS", {"look": "6/m/ip", "name": "2/m/ip"})
    assert [try_name(certificate.code, "Guess")[0] for _ in range(3)] == [200, 200, 429]
    looks = [Client().get(reverse("verify", args=[certificate.code])) for _ in range(4)]
    assert [look.status_code for look in looks] == [200, 200, 200, 429]
    assert looks[-1]["Retry-After"] == "60"
    assert looks[-1]["Cache-Control"] == "no-store"


def test_the_page_costs_two_queries(
    certificate: Certificate, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page_of(certificate.code)
    with django_assert_num_queries(2):
        page_of(certificate.code)
