"""An officer with an unmistakable name does everything there is to do. Strangers, addresses, file
names, subjects, metrics and logs never carry the name, the mail address, the service number, a
password, or an answer.

The pages of certificates have tests of their own in tests/certificates/.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courseware.accounts import actions as accounts
from courseware.accounts.models import User
from courseware.certificates.models import Certificate
from courseware.enrolments.actions import enrol
from courseware.jobs.models import Job, Message
from quizzes.models import Attempt
from tests.access_matrix import MATRIX, VISITOR
from tests.cast import NOW, PASSWORD, SINCE, Cast
from tests.certificates.completed import work_off
from tests.courses_made import TEST_KEY, make_course
from tests.crawling import crawl
from tests.quizzes.sitting import answers, right

pytestmark = pytest.mark.django_db
SECRET = re.compile(
    r"xanthippe|canaryname|quokka(?:%40|@)example|N-QUOKKA|a typed answer|" + re.escape(PASSWORD),
    re.IGNORECASE,
)
LOGIN = "quokka@example.org"


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.KEYS_DIR = tmp_path / "media", tmp_path / "keys"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def officer(cast: Cast) -> User:
    made = accounts.create_person(
        given_name="Xanthippe",
        family_name="Canaryname",
        email=LOGIN,
        service_number="N-QUOKKA",
        password=PASSWORD,
        by=None,
        now=NOW,
    )
    accounts.post_person(person=made, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    accounts.grant_role(person=made, role="trainee", unit=None, from_on=SINCE, by=None, now=NOW)
    return made


def _whole_life(officer: User, cast: Cast) -> Client:
    """Sign in, wrongly and rightly; read; answer; pass; look at the certificate; ask for a link."""
    client = Client()
    login = reverse("account_login")
    for name in (LOGIN, "N-QUOKKA"):
        client.post(login, {"login": name, "password": "xanthippe canaryname"})
    client.post(login, {"login": LOGIN, "password": PASSWORD})
    edition = make_course(lessons=1, objectives=1, per_objective=2, quota=2, types=("short",))
    enrol(person=officer, course=edition.course, by=cast.ingrid, now=timezone.now())
    slug = edition.course.slug
    client.post(reverse("lesson_finish", args=[slug, "lesson-1"]))
    client.post(reverse("quizzes:start", args=[slug, TEST_KEY]))
    attempt = Attempt.objects.get()
    for answer in answers(attempt):
        address = reverse("quizzes:save", args=[attempt.pk, answer.position])
        name = f"q{answer.position}"
        client.post(address, {name: "a typed answer", f"{name}-sequence": 0})
        client.post(address, {**right(answer), f"{name}-sequence": 7})  # a conflict
        client.post(address, {**right(answer), f"{name}-sequence": 1})
    client.post(reverse("quizzes:submit", args=[attempt.pk]))
    client.post(reverse("profile"), {"language": "en", "certificate_name": "Xanthippe Canaryname"})
    work_off()
    client.get("/certificates/00000000-0000-0000-0000-000000000000/")
    client.get("/nowhere/")
    Client().post(reverse("account_reset_password"), {"email": LOGIN})
    work_off()
    return client


def _public_addresses() -> Iterator[str]:
    """What a visitor may open, from the access matrix."""
    certificate, message = Certificate.objects.get(), Message.objects.earliest("pk")
    arguments: dict[str, list[Any]] = {
        "verify": [certificate.code],
        "account_reset_password_from_key": ["abc", "def"],
        "open_invitation": ["abc"],
        **{name: [message.pk] for name in ("demo_letter", "demo_letter_html", "demo_attachment")},
    }
    for name, row in MATRIX.items():
        if row.get[VISITOR] == 200:
            yield reverse(name, args=arguments.get(name, []))


def test_nobody_outside_meets_a_name_anywhere(officer: User, cast: Cast) -> None:
    _whole_life(officer, cast)
    pages = crawl(Client(), *_public_addresses(), "/healthz", "/readyz")
    assert len(pages) > 14
    assert [address for address, text in pages.items() if SECRET.search(address + text)] == []


def test_no_address_of_the_officer_s_own_pages_has_the_name(officer: User, cast: Cast) -> None:
    """Addresses stand in histories, logs and referrers."""
    pages = crawl(_whole_life(officer, cast), "/")
    assert len(pages) > 20
    assert any(SECRET.search(text) for text in pages.values())  # on the pages it may stand
    assert [address for address in pages if SECRET.search(address)] == []
    dispositions = re.findall(r"filename[^,}]*", "".join(pages.values()))
    assert dispositions
    assert not SECRET.search(" ".join(dispositions))


def test_logs_say_nothing_about_people(
    officer: User, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        _whole_life(officer, cast)
    assert "attempts" in caplog.text  # something was logged: the conflicts
    assert [line for line in caplog.text.splitlines() if SECRET.search(line)] == []


def test_subjects_file_names_and_work_say_nothing_about_people(
    officer: User, cast: Cast, settings: LazySettings
) -> None:
    _whole_life(officer, cast)
    assert len(mail.outbox) == 2  # the certificate, the link
    named = [str(sent.subject) for sent in mail.outbox]
    named += [str(part[0]) for sent in mail.outbox for part in sent.attachments]
    named += [str(header) for sent in mail.outbox for header in sent.extra_headers.items()]
    named += [str(path) for path in Path(settings.MEDIA_ROOT).rglob("*")]
    named += [f"{job.kind} {job.key} {job.args} {job.last_error}" for job in Job.objects.all()]
    assert [name for name in named if SECRET.search(name)] == []
