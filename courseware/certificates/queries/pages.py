"""What pages show of a certificate.

`Facts` is all that anybody but the holder may learn. It has no field for the holder, on purpose.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from courseware.accounts.models import User
from courseware.certificates import rules
from courseware.certificates.access import own_certificate, own_certificates
from courseware.certificates.models import Certificate, CertificateEvent, CertificateHolder
from courseware.core.ids import grouped
from courseware.courses.queries import outline
from courseware.enrolments.actions import ISSUE_CERTIFICATE
from courseware.enrolments.models import Completion
from courseware.jobs.models import Job


@dataclass(frozen=True)
class Facts:
    """One certificate without its holder, on one day."""

    status: rules.Status
    code: str  # in groups of four
    language: str  # of the course's words on it
    course_title: str
    course_key: str
    category: str
    objectives: tuple[str, ...]
    edition_number: int
    edition_published: date
    completed_on: date
    issued_at: datetime
    valid_until: date | None
    issued_by: str
    is_demonstration: bool
    revoked_at: datetime | None
    newer_code: str  # of the certificate that superseded it; empty if there is none
    can_check_name: bool  # False once the name was erased


@dataclass(frozen=True)
class Mine:
    """A certificate as its holder sees it."""

    id: UUID
    code: str  # without groups
    serial: str
    name: str
    has_document: bool
    facts: Facts


@dataclass(frozen=True)
class BeingMade:
    """A completion whose certificate does not exist yet."""

    language: str
    course_title: str
    course_slug: str
    category: str
    completed_at: datetime
    needs_a_person: bool  # its job stopped and waits for staff


def facts_of(certificate: Certificate, today: date) -> Facts:
    """Needs `events` in order of time, `superseded_by` and `has_name`, see `_with_facts`."""
    events = list(certificate.events.all())
    kinds = [event.kind for event in events]
    revoked = [event for event in events if event.kind == rules.REVOKED]
    snapshot = certificate.snapshot
    newer: Certificate | None = getattr(certificate, "superseded_by", None)
    return Facts(
        status=rules.status(kinds, valid_until=certificate.valid_until, today=today),
        code=grouped(certificate.code),
        language=certificate.language,
        course_title=snapshot["course"]["title"],
        course_key=snapshot["course"]["key"],
        category=snapshot["course"]["category"],
        objectives=tuple(snapshot["objectives"]),
        edition_number=snapshot["edition"]["number"],
        edition_published=date.fromisoformat(snapshot["edition"]["published_on"]),
        completed_on=date.fromisoformat(snapshot["completed_on"]),
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
        issued_by=snapshot["force"],
        is_demonstration=snapshot["is_demonstration"],
        revoked_at=revoked[-1].at if rules.is_revoked(kinds) else None,
        newer_code=grouped(newer.code) if newer else "",
        can_check_name=certificate.has_name,  # type: ignore[attr-defined]  # annotated
    )


def _with_facts(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """Loads what `facts_of` needs in two queries, and no name."""
    name = CertificateHolder.objects.filter(certificate=OuterRef("pk")).exclude(name="")
    return (
        certificates.select_related("superseded_by")
        .prefetch_related(Prefetch("events", CertificateEvent.objects.order_by("at", "id")))
        .annotate(has_name=Exists(name))
    )


def public_facts(code: str, today: date) -> Facts | None:
    """What anybody may learn of a code; None if no certificate has it."""
    certificate = _with_facts(Certificate.objects.filter(code=code)).first()
    return facts_of(certificate, today) if certificate else None


def my_certificates(person: User, today: date) -> list[Mine]:
    """Newest first; two queries."""
    found = _with_facts(own_certificates(person)).select_related("holder")
    return [_mine(certificate, today) for certificate in found]


def my_certificate(person: User, certificate_id: UUID, today: date) -> Mine:
    """Raises Http404 for anybody else's."""
    certificate = own_certificate(person, certificate_id)
    found = _with_facts(Certificate.objects.filter(pk=certificate.pk)).select_related("holder")
    return _mine(found.get(), today)


def _mine(certificate: Certificate, today: date) -> Mine:
    return Mine(
        id=certificate.pk,
        code=certificate.code,
        serial=certificate.serial,
        name=certificate.holder.name,
        has_document=bool(certificate.pdf_file),
        facts=facts_of(certificate, today),
    )


def being_made(person: User, language: str) -> list[BeingMade]:
    """Completions that a worker has still to turn into a certificate; two queries."""
    waiting = list(
        Completion.objects.filter(
            enrolment__person=person, certificate__isnull=True, annulment__isnull=True
        ).select_related("edition")
    )
    stopped = set(
        Job.objects.filter(
            kind=ISSUE_CERTIFICATE,
            key__in=[str(completion.pk) for completion in waiting],
            state__in=Job.STOPPED,
        ).values_list("key", flat=True)
    )
    return [_being_made(row, language, str(row.pk) in stopped) for row in waiting]


def _being_made(completion: Completion, language: str, needs_a_person: bool) -> BeingMade:
    course = outline(completion.edition_id, language)
    return BeingMade(
        language=course.language,
        course_title=course.title,
        course_slug=course.course_slug,
        category=course.category,
        completed_at=completion.completed_at,
        needs_a_person=needs_a_person,
    )
