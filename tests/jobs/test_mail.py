"""Every way a mail can go: sent once, put off, refused for good, never sent."""

import smtplib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail.backends.base import BaseEmailBackend

from courseware.core import failpoints
from courseware.jobs import actions, mailtext, registry, runner
from courseware.jobs.models import Job, Message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Refusing(BaseEmailBackend):
    """A mail server that answers with whatever the test hands it."""

    error: Exception = ConnectionRefusedError()

    def send_messages(self, email_messages: Any) -> int:
        raise self.error


@pytest.fixture(autouse=True)
def _mail_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No periodic work between the mails."""
    monkeypatch.setattr(registry, "_periods", {})


@pytest.fixture
def server_says(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Any:
    def says(error: Exception) -> None:
        settings.MAILERS = {"default": {"BACKEND": f"{__name__}.Refusing"}}
        monkeypatch.setattr(Refusing, "error", error)

    return says


def post(**changes: Any) -> Message:
    fields: dict[str, Any] = {
        "kind": "certificate",
        "key": "c1",
        "recipient_id": uuid4(),
        "to_address": "alice@example.org",
        "language": "en",
        "subject": "Your certificate",
        "text": "Here it is.",
        "html": "<p>Here it is.</p>",
        "now": NOW,
    }
    return actions.post_message(**{**fields, **changes})


def work_off() -> None:
    def here(job: UUID, token: UUID) -> None:
        runner.run_job(job_id=job, token=token)

    runner.tick(publish=here)


def outcome() -> tuple[str, str]:
    return Message.objects.get().state, Job.objects.get(kind=actions.MAIL).state


def test_a_mail_is_sent_with_both_bodies_and_its_file(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("c/one.pdf", ContentFile(b"%PDF-1.7"))
    message = post(attachment=("certificate.pdf", name))
    work_off()
    [sent] = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert sent.extra_headers["Message-ID"] == message.message_id
    assert isinstance(sent, mail.EmailMultiAlternatives)
    assert [part[1] for part in sent.alternatives] == ["text/html"]
    assert [part.get_filename() for part in sent.message().walk()][-1] == "certificate.pdf"
    assert outcome() == ("sent", "done")
    assert Message.objects.get().transmissions == 1


def test_a_sent_mail_is_not_sent_again_by_a_second_run() -> None:
    message = post()
    work_off()
    Job.objects.filter(key=str(message.pk)).update(state="waiting", finished_at=None)
    work_off()
    assert len(mail.outbox) == 1


def test_killed_between_sending_and_marking_it_repeats_under_the_same_id(
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.JOB_LEASE_SECONDS = 0
    post()

    class Killed(BaseException):
        """Passes through every `except Exception`, as a kill does."""

    def hit(name: str) -> None:
        if name == "mail.after_send":
            raise Killed

    monkeypatch.setattr(failpoints, "hit", hit)
    with pytest.raises(Killed):
        work_off()
    monkeypatch.setattr(failpoints, "hit", lambda name: None)
    work_off()
    assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 1
    assert len(mail.outbox) == 2
    assert Message.objects.get().transmissions == 2
    assert outcome() == ("sent", "done")


def test_without_an_address_nothing_is_sent_and_the_row_says_so() -> None:
    post(to_address=None)
    work_off()
    assert mail.outbox == []
    assert outcome() == ("suppressed", "done")


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"alice@example.org": (550, b"alice@example.org unknown")}),
        smtplib.SMTPDataError(554, b"no"),
        smtplib.SMTPNotSupportedError("SMTPUTF8"),
        ValueError("Invalid address"),
        UnicodeEncodeError("ascii", "é", 0, 1, "no"),
    ],
)
def test_refused_for_good(server_says: Any, error: Exception) -> None:
    server_says(error)
    post()
    work_off()
    assert outcome() == ("failed", "done")
    assert "alice" not in Message.objects.get().last_error


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({"alice@example.org": (451, b"greylisted")}),
        smtplib.SMTPDataError(452, b"full"),
        smtplib.SMTPConnectError(421, b"busy"),
        smtplib.SMTPAuthenticationError(535, b"our password is wrong"),
        smtplib.SMTPSenderRefused(553, b"no", "courseware@localhost"),
        smtplib.SMTPServerDisconnected("gone"),
        TimeoutError(),
        ConnectionRefusedError(),
    ],
)
def test_put_off(server_says: Any, error: Exception) -> None:
    server_says(error)
    post()
    work_off()
    assert outcome() == ("waiting", "waiting")
    job = Job.objects.get()
    assert job.last_error
    assert "alice" not in job.last_error
    assert job.next_try_at > job.created_at


def test_one_bad_address_delays_nobody(server_says: Any) -> None:
    post(to_address="not an address at all")
    post(key="c2")
    work_off()
    assert Message.objects.get(key="c2").state == "sent"


def test_a_missing_file_is_waited_for() -> None:
    post(attachment=("certificate.pdf", "never/made.pdf"))
    work_off()
    assert outcome() == ("waiting", "waiting")


def test_a_mail_that_failed_can_be_sent_again_by_staff(server_says: Any) -> None:
    server_says(smtplib.SMTPDataError(554, b"no"))
    message = post()
    work_off()
    assert actions.send_again(message_id=message.pk, now=NOW)
    assert outcome() == ("waiting", "waiting")


def test_giving_up_a_mail_marks_it_as_failed() -> None:
    post()
    assert actions.cancel(job_id=Job.objects.get().pk, now=NOW)
    assert outcome() == ("failed", "cancelled")


def test_three_templates_make_one_mail(settings: LazySettings, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "hello.subject.txt").write_text("\nHello {{ name }}\n")
    (folder / "hello.txt").write_text("{{ name }} at {{ site_url }}")
    (folder / "hello.html").write_text("<p>{{ name }}</p>")
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}
    ]
    subject, text, html = mailtext.render_mail("hello", {"name": "O'Neil & Co"}, "en")
    assert subject == "Hello O'Neil & Co"
    assert text == f"O'Neil & Co at {settings.SITE_URL}\n"
    assert html == "<p>O&#x27;Neil &amp; Co</p>\n"
