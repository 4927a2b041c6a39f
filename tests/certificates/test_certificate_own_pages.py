"""My certificates: what the holder sees, and that nobody else does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings, settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courseware.certificates import actions
from courseware.certificates.models import Certificate
from courseware.core.ids import grouped
from courseware.enrolments.models import Completion
from courseware.jobs.models import Job
from tests.asking import signed_in
from tests.cast import Cast
from tests.certificates.completed import DONE_AT, body_of, complete, issued, work_off
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
PAGES = ("certificate", "certificate_pdf", "certificate_image")


@pytest.fixture
def completion(cast: Cast) -> Completion:
    return complete(cast.alice, make_course(lessons=1))


def test_nothing_yet_says_what_will_come(cast: Cast) -> None:
    page = signed_in(cast.alice).get(reverse("certificates")).content.decode()
    assert "No certificate yet" in page
    assert "comes by mail within seconds" in page


def test_while_it_is_made_the_page_says_so(completion: Completion, cast: Cast) -> None:
    client = signed_in(cast.alice)
    page = client.get(reverse("certificates")).content.decode()
    assert "Your certificate is being made" in page
    Job.objects.update(state=Job.State.PARKED)
    assert "Needs a person" in client.get(reverse("certificates")).content.decode()
    Job.objects.update(state=Job.State.WAITING)
    work_off()
    page = client.get(reverse("certificates")).content.decode()
    assert "being made" not in page
    assert "Download the PDF" in page


def test_the_holder_sees_and_downloads(completion: Completion, cast: Cast) -> None:
    certificate, client = issued(completion), signed_in(cast.alice)
    page = client.get(reverse("certificate", args=[certificate.pk])).content.decode()
    public = f"{settings.SITE_URL}/verify/{grouped(certificate.code)}/"
    for words in ("Alice Example", certificate.serial, "4 May 2028", public):
        assert words in page
    pdf = client.get(reverse("certificate_pdf", args=[certificate.pk]))
    assert pdf.getvalue().startswith(b"%PDF-")
    assert pdf["Content-Disposition"].startswith("attachment")
    assert (pdf["X-Content-Type-Options"], pdf["Cache-Control"]) == ("nosniff", "private, no-store")
    picture = client.get(reverse("certificate_image", args=[certificate.pk]))
    assert picture.getvalue().startswith(b"\x89PNG")
    assert picture["Content-Disposition"].startswith("inline")
    saved = client.get(reverse("certificate_image", args=[certificate.pk]) + "?download")
    assert saved["Content-Disposition"].startswith("attachment")
    saved.close()
    for response in (pdf, picture, saved):
        assert "alice" not in str(response.headers).lower()


def test_issued_without_a_file_yet(completion: Completion, cast: Cast) -> None:
    certificate, client = issued(completion), signed_in(cast.alice)
    Certificate.objects.update(pdf_file="", pdf_sha256="", pdf_made_at=None)
    page = client.get(reverse("certificate", args=[certificate.pk])).content.decode()
    assert "The PDF is being made." in page
    waiting = client.get(reverse("certificate_pdf", args=[certificate.pk]))
    assert (waiting.status_code, waiting["Retry-After"]) == (503, "30")
    assert client.get(reverse("certificate_image", args=[certificate.pk])).status_code == 404


def test_a_lost_file_is_asked_for_once_and_comes_back(completion: Completion, cast: Cast) -> None:
    certificate, client = issued(completion), signed_in(cast.alice)
    default_storage.delete(certificate.pdf_file)
    address = reverse("certificate_pdf", args=[certificate.pk])
    assert client.get(address).status_code == 503
    assert client.get(address).status_code == 503
    assert Job.objects.filter(kind=actions.REBUILD).count() == 1
    work_off()
    back = client.get(address)
    assert back.status_code == 200
    back.close()


@pytest.mark.parametrize(
    "role", ["toni", "sam", "carol", "charlie", "ingrid", "rafael", "audrey", "adam"]
)
def test_nobody_else_may_open_it_whatever_their_role(
    completion: Completion, cast: Cast, role: str, settings: LazySettings
) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    certificate = issued(completion)
    client = signed_in(getattr(cast, role))
    for page in PAGES:
        other = client.get(reverse(page, args=[certificate.pk]))
        nothing = client.get(reverse(page, args=[uuid4()]))
        assert (other.status_code, nothing.status_code) == (404, 404)
        assert body_of(other) == body_of(nothing)
    assert "certificate-card" not in client.get(reverse("certificates")).content.decode()


def test_a_visitor_is_asked_to_sign_in(completion: Completion) -> None:
    certificate = issued(completion)
    for page in PAGES:
        response = Client().get(reverse(page, args=[certificate.pk]))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_pages_only_show(completion: Completion, cast: Cast, method: str) -> None:
    certificate, client = issued(completion), signed_in(cast.alice)
    for page in PAGES:
        assert getattr(client, method)(reverse(page, args=[certificate.pk])).status_code == 405
    assert getattr(client, method)(reverse("certificates")).status_code == 405


def test_the_list_costs_the_same_with_one_and_three(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    edition = make_course(lessons=1)
    client = signed_in(cast.alice)
    issued(complete(cast.alice, edition))
    client.get(reverse("certificates"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("certificates"))
    for years in (1, 2):
        at = DONE_AT + timedelta(days=400 * years)
        issued(complete(cast.alice, edition, now=at), now=at)
    complete(cast.alice, make_course(slug="second", lessons=1))
    client.get(reverse("certificates"))
    with django_assert_num_queries(LIST_QUERIES + 1):
        page = client.get(reverse("certificates")).content.decode()
    assert page.count("certificate-card") == 4


def test_one_certificate_costs_a_fixed_number(
    completion: Completion, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    certificate, client = issued(completion), signed_in(cast.alice)
    address = reverse("certificate", args=[certificate.pk])
    client.get(address)
    with django_assert_num_queries(LIST_QUERIES):
        client.get(address)


# session, person, then: certificates with what superseded them, their events, what is being made
LIST_QUERIES = 5


def test_dates_are_those_of_the_snapshot(completion: Completion, cast: Cast) -> None:
    certificate = issued(completion, now=timezone.now())
    page = signed_in(cast.alice).get(reverse("certificate", args=[certificate.pk]))
    assert "4 May 2026" in page.content.decode()
