"""Turns a completion into a certificate, its signed file and one mail.

Three steps, each found done by a natural key and safe to repeat after a kill anywhere:

    rows       one transaction; the completion has at most one certificate
    document   file first, then the row that points to it; the file's name follows from the id
    message    posted once by (kind, certificate id)

A certificate whose file cannot be written yet stays issued: it is a fact about training, the file
is a picture of it. Must not: be called in a request; drawing and signing take a worker's time.
"""

import zoneinfo
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.certificates import documents, files
from courseware.certificates.models import Certificate, CertificateEvent, CertificateHolder
from courseware.certificates.queries.invariants import FOLDER, MAIL_KIND, picture_of
from courseware.certificates.wording import Printed, verification_url
from courseware.core import failpoints
from courseware.core.ids import CODE_LENGTH, grouped, public_code
from courseware.courses.queries import outline
from courseware.enrolments.actions import ISSUE_CERTIFICATE
from courseware.enrolments.models import Completion
from courseware.jobs.actions import post_mail

ISSUE = ISSUE_CERTIFICATE
# Each loser of a race for the next number tries again; there are never this many workers.
_TRIES = 20


def issue(*, completion_id: UUID, now: datetime) -> Certificate:
    """The completion's certificate with its document and its mail; what exists is kept.

    Raises UnprintableText before anything is written, so that staff can mend the name;
    CannotStore when the file cannot be written; Completion.DoesNotExist.
    """
    failpoints.hit("certificate.before_row")
    certificate = _existing(completion_id) or _create(completion_id, now)
    failpoints.hit("certificate.after_row")
    if certificate.events.filter(kind=CertificateEvent.Kind.ERASED).exists():
        return certificate  # what was erased on purpose is not made again
    if not certificate.pdf_file:
        _make_document(certificate, now)
    failpoints.hit("certificate.after_pdf_row")
    _post(certificate, now)
    failpoints.hit("certificate.after_message")
    return certificate


def _existing(completion_id: UUID) -> Certificate | None:
    return (
        Certificate.objects.filter(completion=completion_id)
        .select_related("holder", "completion__enrolment__person")
        .first()
    )


# ------------------------------------------------------------------ rows
def _create(completion_id: UUID, now: datetime) -> Certificate:
    completion = Completion.objects.select_related("enrolment__person", "enrolment__course").get(
        pk=completion_id
    )
    # Before the transaction: reading the fonts takes a moment, and SQLite has one writer.
    _require_printable(completion)
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                return _write_rows(completion, now)
        except IntegrityError:
            # Another worker took the number, or issued this very certificate.
            existing = _existing(completion_id)
            if existing is not None:
                return existing
    raise RuntimeError("no free certificate number found")


def _require_printable(completion: Completion) -> None:
    draft = Printed(
        serial="",
        code="0" * CODE_LENGTH,
        language=completion.language,
        issued_at=completion.completed_at,
        snapshot=_snapshot(completion),
    )
    documents.require_printable(draft, completion.enrolment.person.name_on_certificate)


def _write_rows(completion: Completion, now: datetime) -> Certificate:
    person = completion.enrolment.person
    # Two periods that are certified at the same moment would not see each other.
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    older = _current_before(completion)
    certificate = Certificate(
        completion=completion,
        code=public_code(),
        serial=_next_serial(completion.enrolment.course.key, now),
        issued_at=now,
        valid_until=completion.enrolment.expires_on,
        language=completion.language,
        snapshot=_snapshot(completion),
        supersedes=older,
    )
    certificate.save(force_insert=True)
    CertificateHolder.objects.create(certificate=certificate, name=person.name_on_certificate)
    _happened(certificate, CertificateEvent.Kind.ISSUED, now, {"serial": certificate.serial})
    if older is not None:
        _happened(older, CertificateEvent.Kind.SUPERSEDED, now, {"by": str(certificate.pk)})
    if _has_later(completion):
        # A job that was parked for long: the next period's certificate is out already.
        _happened(certificate, CertificateEvent.Kind.SUPERSEDED, now, {})
    return certificate


def _happened(
    certificate: Certificate, kind: CertificateEvent.Kind, now: datetime, details: dict[str, Any]
) -> None:
    CertificateEvent.objects.create(certificate=certificate, kind=kind, at=now)
    record(
        verb=f"certificate.{kind.value}",
        subject=("certificate", certificate.pk),
        by=None,
        now=now,
        details={"completion": str(certificate.completion_id), **details},
    )


def _of_the_same(completion: Completion) -> QuerySet[Certificate]:
    """The person's certificates of this course."""
    return Certificate.objects.filter(
        completion__enrolment__person=completion.enrolment.person_id,
        completion__enrolment__course=completion.enrolment.course_id,
    )


def _current_before(completion: Completion) -> Certificate | None:
    """The one that the new one takes over from. Of two completions at the same instant the one
    with the lower number counts as the earlier, or both certificates would stay current.
    """
    at = completion.completed_at
    return (
        _of_the_same(completion)
        .filter(
            Q(completion__completed_at__lt=at)
            | Q(completion__completed_at=at, completion__pk__lt=completion.pk)
        )
        .exclude(events__kind=CertificateEvent.Kind.SUPERSEDED)
        .order_by("-completion__completed_at", "-completion__pk")
        .first()
    )


def _has_later(completion: Completion) -> bool:
    at = completion.completed_at
    return (
        _of_the_same(completion)
        .filter(
            Q(completion__completed_at__gt=at)
            | Q(completion__completed_at=at, completion__pk__gt=completion.pk)
        )
        .exists()
    )


def _next_serial(course_key: str, now: datetime) -> str:
    """The number printed on paper: C0-2026-000123. The public code is what opens a page."""
    year = now.astimezone(zoneinfo.ZoneInfo(settings.DEFAULT_USER_TIME_ZONE)).year
    prefix = f"{course_key}-{year}-"
    last = (
        Certificate.objects.filter(serial__startswith=prefix)
        .order_by(Length("serial").desc(), "-serial")
        .values_list("serial", flat=True)
        .first()
    )
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{number:06d}"


def _snapshot(completion: Completion) -> dict[str, Any]:
    """What was certified, in the words of that day, for ever. No name."""
    enrolment = completion.enrolment
    course = outline(completion.edition_id, completion.language)
    assert enrolment.completed_on is not None
    return {
        "version": 1,
        "course": {
            "key": course.course_key,
            "slug": course.course_slug,
            "title": course.title,
            "category": course.category,
        },
        "edition": {
            "number": course.number,
            "published_on": course.published_at.date().isoformat(),
        },
        "objectives": [objective.text for objective in course.objectives],
        "minutes": course.minutes,
        "force": settings.FORCE_NAME,
        "completed_on": enrolment.completed_on.isoformat(),
        "valid_until": enrolment.expires_on.isoformat() if enrolment.expires_on else None,
        "is_demonstration": settings.DEMO,
    }


def printed(certificate: Certificate) -> Printed:
    """The row as the pure parts take it."""
    return Printed(
        serial=certificate.serial,
        code=certificate.code,
        language=certificate.language,
        issued_at=certificate.issued_at,
        snapshot=certificate.snapshot,
    )


# ------------------------------------------------------------------ document
def _make_document(certificate: Certificate, now: datetime) -> None:
    """File, then row. The name follows from the id, so that a repeat finds what a kill left."""
    name = f"{FOLDER}/{certificate.issued_at.year}/{certificate.pk}.pdf"
    content = files.read(name)
    if content is None or not documents.is_signed_by_us(content):
        drawn = documents.signed_pdf(printed(certificate), certificate.holder.name, at=now)
        content = files.write(name, drawn, replace=content is not None)
    make_picture(certificate, name)
    failpoints.hit("certificate.after_pdf_file")
    point_to_document(certificate, name, content, now=now, was="")


def make_picture(certificate: Certificate, pdf_file: str) -> None:
    """The share image beside the PDF, unless it is there."""
    name = picture_of(pdf_file)
    if files.read(name) is None:
        picture = documents.share_image(printed(certificate))
        if picture is not None:
            files.write(name, picture)


@transaction.atomic
def point_to_document(
    certificate: Certificate, name: str, content: bytes, *, now: datetime, was: str
) -> bool:
    """Set the row's file unless it has changed from the hash `was`. False: somebody was first."""
    digest = files.sha256(content)
    changed = Certificate.objects.filter(pk=certificate.pk, pdf_sha256=was).update(
        pdf_file=name, pdf_sha256=digest, pdf_made_at=now
    )
    if changed:
        record(
            verb="certificate.signed",
            subject=("certificate", certificate.pk),
            by=None,
            now=now,
            details={"sha256": digest, "instead_of": was},
        )
    certificate.refresh_from_db(fields=["pdf_file", "pdf_sha256", "pdf_made_at"])
    return bool(changed)


# ------------------------------------------------------------------ message
def _post(certificate: Certificate, now: datetime) -> None:
    person = certificate.completion.enrolment.person
    post_mail(
        "certificate",
        _mail_context(certificate, person),
        kind=MAIL_KIND,
        key=str(certificate.pk),
        recipient_id=person.pk,
        to_address=person.email,
        language=person.language,
        time_zone=person.time_zone,
        now=now,
        attachment=(document_name(certificate), certificate.pdf_file),
    )


def _mail_context(certificate: Certificate, person: User) -> dict[str, object]:
    path = reverse("certificate", args=[certificate.pk])
    with translation.override(person.language):
        action_label = _("See my certificate")
    return {
        "name": str(person),
        "course": certificate.snapshot["course"]["title"],
        "completed_on": date.fromisoformat(certificate.snapshot["completed_on"]),
        "valid_until": certificate.valid_until,
        "code": grouped(certificate.code),
        "verification_url": verification_url(certificate.code),
        "action_url": f"{settings.SITE_URL}{path}",
        "action_label": action_label,
    }


def document_name(certificate: Certificate) -> str:
    """The file name a person sees. No name in it: it shows in folders and logs."""
    return f"certificate-{certificate.serial}.pdf"
