"""Certificates.

Completion ── Certificate (frozen facts, public code) ─┬─ CertificateHolder (the name; erasable)
                                                       └─ CertificateEvent (issued, superseded, …)

Owns: what was certified and its status, which is derived from the events. Must not: put a name
into the snapshot, a file name, a subject or an address.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.enrolments.models import Completion

_RECORD = "As long as the force must prove training."


class Certificate(models.Model):
    """Issued once for a completion. Only the file columns may be set later, and only once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    completion = models.OneToOneField(
        Completion, on_delete=models.PROTECT, related_name="certificate"
    )
    code = models.CharField(max_length=16, unique=True)
    serial = models.CharField(max_length=40, unique=True)
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=16)
    snapshot = models.JSONField()  # course, edition, objectives, hours, force, dates: no name
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    pdf_file = models.CharField(max_length=200, blank=True, default="")
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    pdf_made_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "completion": Personal("The training record.", _RECORD, "Kept: pseudonymous."),
        "pdf_file": Personal(
            "The signed document, with the name.", _RECORD, "File deleted by a recorded event."
        ),
    }

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pdf_file="", pdf_sha256="", pdf_made_at__isnull=True)
                | (~Q(pdf_file="") & ~Q(pdf_sha256="") & Q(pdf_made_at__isnull=False)),
                name="a_pdf_has_its_hash",
            ),
        ]

    def __str__(self) -> str:
        return self.serial


class CertificateHolder(models.Model):
    """The name on the certificate, apart, so that it can be erased."""

    certificate = models.OneToOneField(
        Certificate, on_delete=models.PROTECT, primary_key=True, related_name="holder"
    )
    name = models.CharField(max_length=160, blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = {
        "name": Personal("Printed on the certificate.", _RECORD, "Blanked."),
    }

    def __str__(self) -> str:
        return str(self.certificate_id)


class CertificateEvent(models.Model):
    """Something happened to a certificate. The newest decides its status."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        SUPERSEDED = "superseded", _("Superseded")
        REVOKED = "revoked", _("Revoked")
        RESTORED = "restored", _("Restored")
        REBUILT = "rebuilt", _("Document made again")
        ERASED = "erased", _("Document erased")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = {
        "by": Personal("Who answers for it.", _RECORD, "Kept: pseudonymous."),
        "reason": Personal("Why.", _RECORD, "Kept: must not carry a name."),
    }

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"], condition=Q(kind="issued"), name="issued_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id} {self.kind}"


class NameCheck(models.Model):
    """How often a name was tried for a code, to pause guessing. Holds no name."""

    code = models.CharField(max_length=16, primary_key=True)
    tries = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    def __str__(self) -> str:
        return self.code
