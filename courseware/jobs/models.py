"""The work, and one kind of it: mail.

Job      a piece of work; unique by (kind, key), so asking twice makes one.
Message  a frozen mail; sent by a job of kind "mail.send".
Heartbeat  when a process of a kind was last alive.

Owns: state of work. Must not: hold personal data in a job; arguments are ids only.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal


class Job(models.Model):
    """Waiting → leased → done; or back to waiting with a later next try; or parked."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        LEASED = "leased", _("Being worked on")
        DONE = "done", _("Done")
        PARKED = "parked", _("Parked: needs a person")
        CANCELLED = "cancelled", _("Cancelled")

    #: Nobody goes on with it by itself.
    STOPPED: ClassVar = (State.PARKED, State.CANCELLED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=120)
    args = models.JSONField(_("what it is about"), default=dict)  # ids only
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("asked for at"))
    next_try_at = models.DateTimeField(_("next try at"))
    lease_until = models.DateTimeField(_("taken until"), null=True, blank=True)
    lease_token = models.UUIDField(_("token"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    progress_done = models.PositiveIntegerField(_("parts done"), default=0)
    progress_total = models.PositiveIntegerField(_("parts in all"), default=0)
    last_error = models.TextField(_("last error"), blank=True, default="")
    result_file = models.CharField(_("file made"), max_length=200, blank=True, default="")
    # Who may fetch the result, and when it is deleted.
    owner_id = models.UUIDField(_("asked for by"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "owner_id": Personal("Who asked for it.", "Four weeks.", "The row is deleted."),
    }

    class Meta:
        verbose_name = _("piece of work")
        verbose_name_plural = _("pieces of work")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_job_per_kind_and_key"),
            models.CheckConstraint(
                condition=Q(state="leased", lease_until__isnull=False, lease_token__isnull=False)
                | (~Q(state="leased") & Q(lease_until__isnull=True, lease_token__isnull=True)),
                name="a_lease_belongs_to_a_leased_job",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="jobs_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="leased"), name="jobs_leased"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Message(models.Model):
    """One logical mail, worded once. A physical repeat carries the same Message-ID."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed for good")
        SUPPRESSED = "suppressed", _("Not sent: no address")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=120)
    recipient_id = models.UUIDField(_("recipient"), null=True, blank=True)
    to_address = models.EmailField(_("address"), blank=True, default="")
    language = models.CharField(_("language"), max_length=16)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    attachment_name = models.CharField(_("attachment"), max_length=120, blank=True, default="")
    attachment_file = models.CharField(
        _("file of the attachment"), max_length=200, blank=True, default=""
    )
    message_id = models.CharField(_("message number"), max_length=200, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    created_at = models.DateTimeField(_("asked for at"), db_index=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    transmissions = models.PositiveSmallIntegerField(_("times sent"), default=0)
    last_error = models.TextField(_("last error"), blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = {
        "recipient_id": Personal("Whose mail it is.", "Two years.", "Set to null."),
        "to_address": Personal("Where it goes.", "Two years.", "Blanked."),
        "subject": Personal("What was said.", "Two years.", "Kept: carries no name."),
        "text": Personal("What was said.", "Two years.", "Blanked."),
        "html": Personal("What was said.", "Two years.", "Blanked."),
    }

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="one_message_per_kind_and_key"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="a_sent_message_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Heartbeat(models.Model):
    """When a process of a kind ("worker", "beat") last did something."""

    name = models.CharField(_("process"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("last seen at"))

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return self.name
