"""The audit trail.

AuditEvent ─┬─ AuditDetail   (erasable by retention; the event keeps a keyed hash of it)
            └─ SealEntry ── Seal   (each seal chains over the one before)

Owns: append-only facts. Must not: hold a name in an append-only row; ids are opaque.
"""

from typing import ClassVar

from django.db import models

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal

_LEGAL = "Kept as long as the training record, by legal duty."


class AuditEvent(models.Model):
    """One act that mattered. Written once, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(db_index=True)
    verb = models.CharField(max_length=64)
    actor_id = models.UUIDField(null=True, blank=True)  # null: the system itself
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    details_hash = models.CharField(max_length=64)

    personal_data: ClassVar[dict[str, Personal]] = {
        "actor_id": Personal("Who did it.", _LEGAL, "Stays: an opaque id without a name."),
        "subject_id": Personal("To whom or what.", _LEGAL, "Stays: an opaque id without a name."),
    }

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"


class AuditDetail(models.Model):
    """What is worth knowing about an event beyond its bones. May be erased by retention."""

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="detail"
    )
    data = models.JSONField(default=dict)

    personal_data: ClassVar[dict[str, Personal]] = {
        "data": Personal("Reasons and values of the act.", "Two years.", "The row is deleted."),
    }

    def __str__(self) -> str:
        return str(self.event_id)


class Seal(models.Model):
    """A signed link over all events that were unsealed when it was made."""

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    root_hash = models.CharField(max_length=64)
    event_count = models.PositiveIntegerField()
    signature = models.TextField()
    key_id = models.CharField(max_length=64)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"Seal {self.number}"


class SealEntry(models.Model):
    """Which event lies under which seal, and at which place."""

    event = models.OneToOneField(
        AuditEvent, on_delete=models.PROTECT, primary_key=True, related_name="seal_entry"
    )
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField()
    event_hash = models.CharField(max_length=64)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="one_event_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id}/{self.position}"
