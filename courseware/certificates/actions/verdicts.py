"""Withdraws a certificate, and takes that back. The row stays; its events decide the status."""

from datetime import datetime

from django.db import transaction

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.certificates import rules
from courseware.certificates.models import Certificate, CertificateEvent

_Kind = CertificateEvent.Kind


def revoke(*, certificate: Certificate, by: User, reason: str, now: datetime) -> bool:
    """The certificate does not count from now on. False if it was revoked already.

    `reason` is for staff; it must not carry a name. Raises ValueError without one.
    """
    return _decide(certificate, _Kind.REVOKED, by=by, reason=reason, now=now)


def restore(*, certificate: Certificate, by: User, reason: str, now: datetime) -> bool:
    """It counts again. False if it was not revoked. Raises ValueError without a reason."""
    return _decide(certificate, _Kind.RESTORED, by=by, reason=reason, now=now)


@transaction.atomic
def _decide(
    certificate: Certificate,
    kind: CertificateEvent.Kind,
    *,
    by: User,
    reason: str,
    now: datetime,
) -> bool:
    reason = " ".join(reason.split())
    if not reason:
        raise ValueError("a reason is needed")
    # The row is the lock: two deciders take turns and the second sees the first's event.
    Certificate.objects.select_for_update().get(pk=certificate.pk)
    kinds = CertificateEvent.objects.filter(certificate=certificate).order_by("at", "id")
    was_revoked = rules.is_revoked(kinds.values_list("kind", flat=True))
    if was_revoked == (kind == _Kind.REVOKED):
        return False
    CertificateEvent.objects.create(
        certificate=certificate, kind=kind, at=now, by=by, reason=reason[:200]
    )
    record(
        verb=f"certificate.{kind.value}",
        subject=("certificate", certificate.pk),
        by=by.pk,
        now=now,
        details={"reason": reason},
    )
    return True
