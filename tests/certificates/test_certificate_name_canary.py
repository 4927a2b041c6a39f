"""A stranger and a colleague look everywhere; the holder's name is nowhere."""

import re
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from courseware.accounts.models import User
from courseware.certificates import actions
from courseware.certificates.models import Certificate
from tests.cast import Cast, person
from tests.certificates.completed import DONE_AT, complete, work_off
from tests.courses_made import make_course
from tests.crawling import crawl

pytestmark = pytest.mark.django_db
CANARY = re.compile(r"xanthippe|canaryname", re.IGNORECASE)


@pytest.fixture
def holder(cast: Cast) -> User:
    made = person("Xanthippe", cast.unit_a, "trainee")
    User.objects.filter(pk=made.pk).update(family_name="Canaryname", email="x.c@example.org")
    made.refresh_from_db()
    complete(made, make_course(lessons=1))
    work_off()
    return made


def addresses_of(certificate: Certificate) -> list[str]:
    own = [
        reverse(page, args=[certificate.pk])
        for page in ("certificate", "certificate_pdf", "certificate_image")
    ]
    return ["/", reverse("certificates"), reverse("verify", args=[certificate.code]), *own]


@pytest.mark.parametrize("who", ["anonymous", "toni"])
def test_crawling_meets_the_name_nowhere(holder: User, cast: Cast, who: str) -> None:
    certificate = Certificate.objects.get()
    client = Client()
    if who == "toni":
        client.force_login(cast.toni)
    pages = crawl(client, *addresses_of(certificate))
    assert reverse("verify", args=[certificate.code]) in pages
    assert [address for address, text in pages.items() if CANARY.search(address + text)] == []


def test_a_wrong_and_a_right_guess_do_not_show_it_either(holder: User) -> None:
    certificate = Certificate.objects.get()
    address = reverse("verify", args=[certificate.code])
    for guess in ("Somebody Else", "Xanthippe Canaryname"):
        response = Client().post(address, {"name": guess})
        assert not CANARY.search(f"{response.headers}\n{response.content.decode()}")


def test_logs_subjects_and_file_names_are_without_it(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        made = person("Xanthippe", cast.unit_a, "trainee")
        complete(made, make_course(lessons=1))
        work_off()
        certificate = Certificate.objects.get()
        Client().post(reverse("verify", args=[certificate.code]), {"name": "Xanthippe Example"})
        actions.revoke(certificate=certificate, by=cast.adam, reason="Test", now=DONE_AT)
    assert not CANARY.search(caplog.text)
    [sent] = mail.outbox
    assert not CANARY.search(sent.subject + sent.attachments[0][0] + certificate.pdf_file)
    assert UUID(certificate.pdf_file.rpartition("/")[2].removesuffix(".pdf")) == certificate.pk
