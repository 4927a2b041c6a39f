"""One completion, one certificate, one signed file, one mail, whatever happens in between."""

import errno
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL import Image

from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.certificates import actions, files, keys, queries
from courseware.certificates.models import Certificate, CertificateEvent, CertificateHolder
from courseware.certificates.signing import verify_pdf
from courseware.core import failpoints
from courseware.enrolments.models import Completion, CompletionAnnulment
from courseware.jobs.actions import retry_now
from courseware.jobs.models import Job, Message
from tests.cast import Cast
from tests.certificates.completed import DONE_AT, complete, issued, work_off
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
POINTS = (
    "certificate.before_row",
    "certificate.after_row",
    "certificate.after_pdf_file",
    "certificate.after_pdf_row",
    "certificate.after_message",
)


class Killed(BaseException):
    """Stands for SIGKILL: nothing in between may catch it."""


@pytest.fixture
def completion(cast: Cast) -> Completion:
    return complete(cast.alice, make_course(lessons=1))


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def arm(point: str) -> None:
        def hit(name: str) -> None:
            if name == point:
                raise Killed

        monkeypatch.setattr(failpoints, "hit", hit)

    return arm


def problems() -> list[str]:
    return [
        *queries.completions_without_certificate_or_job(),
        *queries.certificates_without_completion(),
        *queries.certificates_without_document(),
        *queries.pdf_hash_mismatches(),
        *queries.certificates_without_one_message(),
        *queries.certificate_files_out_of_place(timezone.now() + timedelta(hours=2)),
    ]


def stored(certificate: Certificate) -> bytes:
    content = files.read(certificate.pdf_file)
    assert content is not None
    return content


def text_of(pdf: bytes) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())


# ------------------------------------------------------------------ once
def test_a_completion_becomes_a_certificate_and_a_mail(completion: Completion, cast: Cast) -> None:
    assert problems() == []
    work_off()
    certificate = Certificate.objects.get()
    assert certificate.completion == completion
    assert certificate.serial == "MADE-COU-2026-000001"
    assert certificate.valid_until == completion.enrolment.expires_on
    assert certificate.holder.name == "Alice Example"
    assert [event.kind for event in certificate.events.all()] == ["issued"]
    [sent] = mail.outbox
    assert sent.to == ["alice@example.org"]
    assert sent.subject == "Your certificate: Course made-course (en)"
    assert "Alice Example" in sent.body
    assert sent.attachments[0][0] == f"certificate-{certificate.serial}.pdf"
    assert problems() == []


def test_the_file_is_signed_and_holds_name_and_course(completion: Completion) -> None:
    certificate = issued(completion)
    pdf = stored(certificate)
    assert verify_pdf(pdf, keys.public_certificate())
    text = text_of(pdf)
    for words in ("Alice Example", "Course made-course (en)", "Do what O2 says", "4 May 2028"):
        assert words in text
    assert "gives no authority" in text
    assert "Duplicate" not in text


def test_nothing_but_the_document_and_the_holder_has_the_name(
    completion: Completion, settings: LazySettings
) -> None:
    certificate = issued(completion)
    rows = repr(Certificate.objects.values()) + repr(CertificateEvent.objects.values())
    names = [path.name for path in Path(settings.MEDIA_ROOT).rglob("*")]
    message = Message.objects.get()
    for told in (rows, *names, message.subject, message.attachment_name, message.attachment_file):
        assert "alice" not in told.lower()
        assert "example" not in told.lower()
    picture = files.read(certificate.pdf_file.removesuffix(".pdf") + ".png")
    assert picture is not None
    assert b"Alice" not in picture
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (1200, 630)
        assert not image.info.get("exif")
        assert not {key for key in image.info if key not in {"transparency", "dpi", "gamma"}}


def test_twice_is_once(completion: Completion) -> None:
    first = issued(completion)
    before = stored(first)
    again = issued(completion, now=DONE_AT + timedelta(days=1))
    assert again == first
    assert stored(again) == before
    assert (Certificate.objects.count(), Message.objects.count()) == (1, 1)
    assert CertificateEvent.objects.count() == 1
    assert AuditEvent.objects.filter(verb="certificate.issued").count() == 1
    assert AuditEvent.objects.filter(verb="certificate.signed").count() == 1


def test_codes_are_random_and_numbers_are_in_order(cast: Cast) -> None:
    edition = make_course(lessons=1)
    found = [issued(complete(person, edition)) for person in (cast.alice, cast.toni, cast.sam)]
    assert [c.serial[-6:] for c in found] == ["000001", "000002", "000003"]
    assert len({c.code for c in found}) == 3
    assert all(c.serial not in c.code for c in found)


def test_a_number_taken_in_between_costs_another_try(
    completion: Completion, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from courseware.certificates.actions import issuing

    taken = issued(complete(cast.toni, completion.edition)).serial
    real, answers = issuing._next_serial, iter([taken, taken])
    monkeypatch.setattr(
        issuing, "_next_serial", lambda key, now: next(answers, None) or real(key, now)
    )
    assert issued(completion).serial == taken[:-1] + "2"


# ------------------------------------------------------------------ killed anywhere
@pytest.mark.parametrize("point", POINTS)
def test_killed_once_and_twice_then_run_again(
    completion: Completion,
    kill_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    for _ in range(2):
        kill_at(point)
        with pytest.raises(Killed):
            issued(completion)
        assert problems() in ([], unborn_file(point))
    monkeypatch.undo()
    issued(completion)
    Job.objects.filter(kind=actions.ISSUE).update(state=Job.State.DONE)
    assert problems() == []
    assert (Certificate.objects.count(), Message.objects.count()) == (1, 1)


def unborn_file(point: str) -> list[str]:
    """Between file and row there is, for at most an hour, a file that no row points to."""
    if point != "certificate.after_pdf_file":
        return []
    return [f"No certificate has the file {name}." for name in sorted(_files())]


def _files() -> list[str]:
    year = f"certificates/{DONE_AT.year}"
    return [f"{year}/{name}" for name in default_storage.listdir(year)[1]]


def test_a_file_left_by_a_kill_is_used_and_a_broken_one_is_not(
    completion: Completion, kill_at: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_at("certificate.after_pdf_file")
    with pytest.raises(Killed):
        issued(completion)
    monkeypatch.undo()
    name = next(name for name in _files() if name.endswith(".pdf"))
    left = files.read(name)
    assert left is not None
    Path(default_storage.path(name)).write_bytes(left[:-400])
    Path(default_storage.path(f"{name}.99.part")).write_bytes(b"half")
    certificate = issued(completion)
    assert verify_pdf(stored(certificate), keys.public_certificate())
    assert problems() == []


def test_of_two_writers_the_first_wins() -> None:
    assert files.write("certificates/x.pdf", b"first") == b"first"
    assert files.write("certificates/x.pdf", b"second") == b"first"
    assert files.write("certificates/x.pdf", b"third", replace=True) == b"third"
    assert default_storage.listdir("certificates")[1] == ["x.pdf"]


# ------------------------------------------------------------------ trouble
def test_a_full_disk_delays_the_file_not_the_certificate(
    completion: Completion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("courseware.certificates.files.os.fsync", full)
    work_off()
    certificate = Certificate.objects.get()
    job = Job.objects.get(kind=actions.ISSUE)
    assert (certificate.pdf_file, job.state) == ("", Job.State.WAITING)
    assert job.last_error == "The file could not be written (ENOSPC)."
    assert not Message.objects.exists()
    assert _files() == []
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(next_try_at=timezone.now())
    work_off()
    assert problems() == []
    assert len(mail.outbox) == 1


def test_a_name_no_font_can_print_waits_for_a_person(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(certificate_name="Alice 𓀀")
    completion = complete(cast.alice, make_course(lessons=1))
    work_off()
    job = Job.objects.get(kind=actions.ISSUE)
    assert job.state == Job.State.PARKED
    assert "U+13000" in job.last_error
    assert "Alice" not in job.last_error
    assert not Certificate.objects.exists()
    assert problems() == []  # a parked job is unfinished: staff see it
    User.objects.filter(pk=cast.alice.pk).update(certificate_name="Alice Example")
    retry_now(job_id=job.pk, now=timezone.now())
    work_off()
    assert Certificate.objects.get().completion == completion


def test_without_an_address_the_mail_is_kept_and_marked(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(email=None)
    complete(cast.alice, make_course(lessons=1))
    work_off()
    message = Message.objects.get()
    assert (message.state, message.to_address) == (Message.State.SUPPRESSED, "")
    assert mail.outbox == []
    assert problems() == []


def test_an_annulled_completion_gets_none(completion: Completion, cast: Cast) -> None:
    CompletionAnnulment.objects.create(
        completion=completion,
        reason="Sat by somebody else.",
        requested_by=cast.carol,
        approved_by=cast.adam,
        at=DONE_AT,
    )
    work_off()
    assert not Certificate.objects.exists()
    assert Job.objects.get(kind=actions.ISSUE).state == Job.State.DONE
    assert problems() == []


# ------------------------------------------------------------------ periods
def test_the_next_period_supersedes_and_links(completion: Completion, cast: Cast) -> None:
    old = issued(completion)
    later = DONE_AT + timedelta(days=600)
    new = issued(complete(cast.alice, completion.edition, now=later), now=later)
    assert new.supersedes == old
    assert [event.kind for event in old.events.all()] == ["issued", "superseded"]
    facts = queries.public_facts(old.code, later.date())
    assert facts is not None
    assert facts.status == "superseded"
    assert facts.newer_code.replace("-", "") == new.code
    assert AuditEvent.objects.filter(verb="certificate.superseded", subject_id=old.pk).exists()
    Job.objects.filter(kind=actions.ISSUE).update(state=Job.State.DONE)
    assert problems() == []


def test_an_old_period_issued_late_does_not_come_out_on_top(
    completion: Completion, cast: Cast
) -> None:
    later = DONE_AT + timedelta(days=600)
    new = issued(complete(cast.alice, completion.edition, now=later), now=later)
    old = issued(completion, now=later)
    assert (new.supersedes, old.supersedes) == (None, None)
    assert [event.kind for event in old.events.all()] == ["issued", "superseded"]
    assert queries.certificates_without_completion() == []


@pytest.mark.parametrize("is_turned", [False, True])
def test_of_two_periods_completed_at_the_same_instant_one_certificate_is_current(
    completion: Completion, cast: Cast, is_turned: bool
) -> None:
    both = [completion, complete(cast.alice, completion.edition, now=completion.completed_at)]
    assert both[0].completed_at == both[1].completed_at
    for one in reversed(both) if is_turned else both:
        issued(one)
    [current] = Certificate.objects.exclude(events__kind="superseded")
    assert current.completion == max(both, key=lambda one: one.pk)
    assert Certificate.objects.count() == 2


# ------------------------------------------------------------------ revoke, restore, rebuild
def test_revoking_and_restoring_are_events_with_a_reason(
    completion: Completion, cast: Cast
) -> None:
    certificate = issued(completion)
    at = DONE_AT + timedelta(days=1)
    with pytest.raises(ValueError, match="reason"):
        actions.revoke(certificate=certificate, by=cast.adam, reason="  ", now=at)
    assert not actions.restore(certificate=certificate, by=cast.adam, reason="Why not", now=at)
    assert actions.revoke(certificate=certificate, by=cast.adam, reason="Wrong course", now=at)
    assert not actions.revoke(certificate=certificate, by=cast.adam, reason="Again", now=at)
    facts = queries.public_facts(certificate.code, at.date())
    assert facts is not None
    assert (facts.status, facts.revoked_at) == ("revoked", at)
    back = at + timedelta(days=1)
    assert actions.restore(certificate=certificate, by=cast.adam, reason="Mistake", now=back)
    facts = queries.public_facts(certificate.code, at.date())
    assert facts is not None
    assert (facts.status, facts.revoked_at) == ("valid", None)
    verbs = list(
        AuditEvent.objects.filter(subject_id=certificate.pk, actor_id=cast.adam.pk)
        .order_by("at")
        .values_list("verb", flat=True)
    )
    assert verbs == ["certificate.revoked", "certificate.restored"]


def test_a_lost_file_is_made_again_and_says_so(completion: Completion) -> None:
    certificate = issued(completion)
    first = certificate.pdf_sha256
    assert not actions.rebuild_pdf(certificate_id=certificate.pk, by=None, now=DONE_AT)
    default_storage.delete(certificate.pdf_file)
    assert len(queries.pdf_hash_mismatches()) == 1
    later = DONE_AT + timedelta(days=30)
    assert actions.rebuild_pdf(certificate_id=certificate.pk, by=None, now=later)
    certificate.refresh_from_db()
    assert certificate.pdf_sha256 != first
    assert "Duplicate, made on 3 June 2026." in text_of(stored(certificate))
    assert verify_pdf(stored(certificate), keys.public_certificate())
    assert [event.kind for event in certificate.events.all()] == ["issued", "rebuilt"]
    assert queries.pdf_hash_mismatches() == []


def test_a_killed_rebuilding_is_mended_by_the_next(
    completion: Completion, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = issued(completion)
    default_storage.delete(certificate.pdf_file)
    real = files.write

    def dies(name: str, content: bytes, **options: Any) -> bytes:
        real(name, content, **options)
        raise Killed

    monkeypatch.setattr(files, "write", dies)
    with pytest.raises(Killed), transaction.atomic():
        actions.rebuild_pdf(certificate_id=certificate.pk, by=None, now=DONE_AT)
    monkeypatch.undo()
    assert len(queries.pdf_hash_mismatches()) == 1
    assert actions.rebuild_pdf(certificate_id=certificate.pk, by=None, now=DONE_AT)
    assert queries.pdf_hash_mismatches() == []


def test_what_was_erased_stays_erased(completion: Completion) -> None:
    certificate = issued(completion)
    CertificateEvent.objects.create(certificate=certificate, kind="erased", at=DONE_AT)
    CertificateHolder.objects.filter(certificate=certificate).update(name="")
    default_storage.delete(certificate.pdf_file)
    assert not actions.rebuild_pdf(certificate_id=certificate.pk, by=None, now=DONE_AT)
    issued(completion)
    assert files.read(certificate.pdf_file) is None
    assert queries.pdf_hash_mismatches() == []
