"""What the answers say about the questions: computed by a job, kept with what it rests on."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.courses.models import Course

_WHO_ASKED = "Who asked for it."


class StatisticsRun(models.Model):
    """One computation over the attempts at a test, across editions."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    activity_key = models.SlugField(_("test"), max_length=60)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveIntegerField(default=0)  # attempts read, of `total`
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    basis = models.JSONField(default=dict)  # which attempts, from, to, editions, how many
    numbers = models.JSONField(default=dict)  # of the test as a whole

    personal_data: ClassVar[dict[str, Personal]] = {
        "asked_by": Personal(_WHO_ASKED, "Until it is computed again.", "Kept: pseudonymous."),
    }

    class Meta:
        verbose_name = _("statistics")
        verbose_name_plural = _("statistics")
        ordering = ["-asked_at"]
        constraints = [
            # Asking twice is asking once: of two callers one makes the run.
            models.UniqueConstraint(
                fields=["course", "activity_key"],
                condition=models.Q(state="waiting"),
                name="one_run_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Statistics of {self.activity_key}"


class ItemStatistics(models.Model):
    """One wording of one question within a run."""

    run = models.ForeignKey(StatisticsRun, on_delete=models.CASCADE, related_name="items")
    question_key = models.CharField(_("question"), max_length=40)
    content_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=16)
    numbers = models.JSONField(default=dict)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["question_key", "pk"]
        constraints = [
            # A copied question has the words of another one.
            models.UniqueConstraint(
                fields=["run", "question_key", "content_hash", "language"],
                name="one_row_per_wording",
            ),
        ]

    def __str__(self) -> str:
        return self.question_key
