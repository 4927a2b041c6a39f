"""Makes a lost or damaged document again: a new signature over the same snapshot, and it says so.

Must not: touch a document that is whole, or one that was erased on purpose.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from courseware.audit.actions import record
from courseware.certificates import documents, files
from courseware.certificates.actions.issuing import make_picture, point_to_document, printed
from courseware.certificates.models import Certificate, CertificateEvent
from courseware.jobs.actions import enqueue

REBUILD = "certificates.rebuild"


def ask_for_rebuild(*, certificate: Certificate, now: datetime) -> None:
    """Somebody wanted the file and it was not there: a worker makes it. Once for each loss."""
    enqueue(
        kind=REBUILD,
        key=f"{certificate.pk}:{certificate.pdf_sha256[:16]}",
        args={"certificate_id": str(certificate.pk)},
        now=now,
    )


def rebuild_pdf(*, certificate_id: UUID, by: UUID | None, now: datetime) -> bool:
    """True if a duplicate was made; False if the document is whole, not made yet, or erased.

    It keeps the file's name, so that a mail that still waits finds its attachment. Killed between
    file and row it leaves a file that does not match its hash, which the next run mends.
    """
    certificate = Certificate.objects.select_related("holder").get(pk=certificate_id)
    events = certificate.events.filter(kind=CertificateEvent.Kind.ERASED)
    if not certificate.pdf_file or events.exists():
        return False
    make_picture(certificate, certificate.pdf_file)
    lost = certificate.pdf_sha256
    content = files.read(certificate.pdf_file)
    if content is not None and files.sha256(content) == lost:
        return False
    name = certificate.pdf_file
    drawn = documents.signed_pdf(
        printed(certificate), certificate.holder.name, at=now, duplicate_on=now.date()
    )
    with transaction.atomic():
        # The row first: of two workers one gets it through and writes, the other does nothing.
        if not point_to_document(certificate, name, drawn, now=now, was=lost):
            return False
        CertificateEvent.objects.create(
            certificate=certificate, kind=CertificateEvent.Kind.REBUILT, at=now, by_id=by
        )
        record(
            verb="certificate.rebuilt",
            subject=("certificate", certificate.pk),
            by=by,
            now=now,
            details={"instead_of": lost},
        )
        files.write(name, drawn, replace=True)
    return True
