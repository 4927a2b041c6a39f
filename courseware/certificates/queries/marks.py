"""What others say of a certificate: its code and its status, never its holder's name.

`with_certificate` says in SQL what `rules.status` says of events; a test holds the two together.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    Model,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)

from courseware.certificates import rules
from courseware.certificates.models import Certificate, CertificateEvent
from courseware.core.ids import grouped
from courseware.enrolments.models import Enrolment


def with_certificate[M: Model](rows: QuerySet[M], today: date) -> QuerySet[M]:
    """Annotates `certificate_status` on enrolments: a `rules.Status`, "" without a certificate."""
    events = CertificateEvent.objects.filter(certificate=OuterRef("completion__certificate"))
    verdict = (
        events.filter(kind__in=[rules.REVOKED, rules.RESTORED])
        .order_by("-at", "-id")
        .values("kind")[:1]
    )
    status = rules.Status
    marked: QuerySet[M] = rows.alias(certificate_verdict=Subquery(verdict)).annotate(
        certificate_status=Case(
            When(completion__certificate__isnull=True, then=Value("")),
            When(certificate_verdict=rules.REVOKED, then=Value(status.REVOKED.value)),
            When(completion__certificate__valid_until__lt=today, then=Value(status.EXPIRED.value)),
            When(Exists(events.filter(kind=rules.SUPERSEDED)), then=Value(status.SUPERSEDED.value)),
            default=Value(status.VALID.value),
        )
    )
    return marked


def certified(enrolments: QuerySet[Enrolment], day: date) -> QuerySet[Enrolment]:
    """As `enrolments.certified` asks it. One that was superseded counts until its own end."""
    counting = [rules.Status.VALID.value, rules.Status.SUPERSEDED.value]
    return with_certificate(enrolments, day).filter(
        **{"certificate_status__in": counting}, completion__annulment__isnull=True
    )


@dataclass(frozen=True)
class Mark:
    """One certificate in a training record."""

    code: str  # without groups, as its public page is addressed
    serial: str
    status: rules.Status
    valid_until: date | None

    @property
    def grouped_code(self) -> str:
        return grouped(self.code)


def marks_of(completions: Collection[UUID], today: date) -> dict[UUID, Mark]:
    """By completion; two queries."""
    found = (
        Certificate.objects.filter(completion__in=completions)
        .only("completion_id", "code", "serial", "valid_until")
        .prefetch_related(Prefetch("events", CertificateEvent.objects.order_by("at", "id")))
    )
    return {
        one.completion_id: Mark(
            code=one.code,
            serial=one.serial,
            status=rules.status(
                [event.kind for event in one.events.all()],
                valid_until=one.valid_until,
                today=today,
            ),
            valid_until=one.valid_until,
        )
        for one in found
    }
