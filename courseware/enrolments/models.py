"""Who must learn what by when, and how far they are.

Enrolment (one certification period of one person on one course, pinned to one edition)
 ├─ ActivityProgress   one row per activity key that was touched
 ├─ ReadingPosition    where reading goes on
 ├─ DateChange         every change of a due or expiry date
 └─ Completion         written once, never edited ── CompletionAnnulment (two people, a reason)
AssignmentBatch (people put on one course together) ── AssignmentRow (one person, or one wrong line)

States are not stored: `rules.state` and `queries.with_state` derive them from the dates here.
Owns: the progress ledger. Must not: know how a lesson is read or a quiz is marked.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courseware.accounts.models import Unit
from courseware.core.ids import new_id
from courseware.core.personal import Personal
from courseware.courses.models import Course, Edition

_RECORD = "As long as the force must prove training."
_KEPT = "Kept: pseudonymous."


class Enrolment(models.Model):
    """One period. A new one starts when this one has ended or expires."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    # Pinned: moves to the newest edition until the person starts, then stays.
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    period = models.PositiveSmallIntegerField(default=1)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_on = models.DateField(null=True, blank=True)  # the person's own date of that day
    expires_on = models.DateField(null=True, blank=True)  # last day of validity
    needs_talk_since = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "person": Personal("The training record.", _RECORD, _KEPT),
        "assigned_by": Personal("Who asked for it.", _RECORD, _KEPT),
        "needs_talk_since": Personal("To arrange help.", _RECORD, _KEPT),
    }

    class Meta:
        ordering = ["-assigned_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "course", "period"], name="one_enrolment_per_period"
            ),
            models.UniqueConstraint(
                fields=["person", "course"],
                condition=Q(completed_on__isnull=True, withdrawn_at__isnull=True),
                name="one_open_enrolment",
            ),
            models.CheckConstraint(
                condition=Q(completed_on__isnull=True) | Q(started_at__isnull=False),
                name="completed_means_started",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(completed_on__isnull=False),
                name="only_a_completion_expires",
            ),
        ]
        indexes = [
            models.Index(fields=["course", "completed_on"], name="enrolments_by_course"),
            models.Index(fields=["expires_on"], name="enrolments_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.course_id}, period {self.period}"


class ActivityProgress(models.Model):
    """How far one activity is. By key, so that it survives a move to another edition."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress"
        DONE = "done"
        EXHAUSTED = "exhausted"  # a quiz without attempts left and not passed

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="progress")
    activity_key = models.SlugField(max_length=60)
    state = models.CharField(max_length=12, choices=State.choices, default=State.IN_PROGRESS)
    attempts_used = models.PositiveSmallIntegerField(default=0)
    attempts_granted = models.PositiveSmallIntegerField(default=0)  # beyond the quiz's own
    best_score = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    first_opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "best_score": Personal("To decide completion.", _RECORD, _KEPT),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity_key"], name="one_progress_per_activity"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False)
                | (~Q(state="done") & Q(done_at__isnull=True)),
                name="done_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_key}: {self.state}"


class ReadingPosition(models.Model):
    """Where the person was: "continue where you were"."""

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, primary_key=True, related_name="position"
    )
    activity_key = models.SlugField(max_length=60)
    anchor = models.CharField(max_length=80, blank=True, default="")
    at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = {
        "activity_key": Personal("To go on reading.", "Until completion.", "The row is deleted."),
    }

    def __str__(self) -> str:
        return f"{self.enrolment_id} at {self.activity_key}"


class DateChange(models.Model):
    """A due or expiry date was set or moved, when, by whom and why."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="date_changes")
    field = models.CharField(max_length=12, choices=[("due_on", "due"), ("expires_on", "expiry")])
    old = models.DateField(null=True, blank=True)
    new = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "by": Personal("Who moved it.", _RECORD, _KEPT),
        "reason": Personal("Why.", _RECORD, "Blanked."),
    }

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.field}: {self.old} → {self.new}"


class Completion(models.Model):
    """The course was completed. Written once in the transaction of the last step."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    language = models.CharField(max_length=16)
    evidence = models.JSONField(default=dict)  # {activity key: content hash} as required that day

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "score": Personal("What the completion rests on.", _RECORD, _KEPT),
    }

    class Meta:
        ordering = ["-completed_at"]

    def __str__(self) -> str:
        return f"Completion of {self.enrolment_id}"


class CompletionAnnulment(models.Model):
    """A completion does not count. Asked for by one person, approved by another."""

    completion = models.OneToOneField(
        Completion, on_delete=models.PROTECT, related_name="annulment"
    )
    reason = models.TextField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = {
        "completion": Personal("The training record.", _RECORD, _KEPT),
        "reason": Personal("Why it does not count.", _RECORD, "Blanked."),
        "requested_by": Personal("Who answers for it.", _RECORD, _KEPT),
        "approved_by": Personal("Who answers for it.", _RECORD, _KEPT),
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(requested_by=F("approved_by")), name="annulled_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"Annulment of {self.completion_id}"


class AssignmentBatch(models.Model):
    """People put on one course together: looked at, confirmed, carried out row by row.

    A tool of whoever does it, not the record: that is the enrolments and the trail. One that was
    never confirmed goes after a day, the others after ninety.
    """

    class Source(models.TextChoices):
        PERSON = "person", _("One person")
        UNIT = "unit", _("A unit")
        LIST = "list", _("A list")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=Source.choices)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    # Whoever is on the course already gets the new date too: only where it was asked for.
    moves_due = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignment_batches"
    )
    made_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "made_by": Personal("Whose work it is.", "Ninety days.", "The row is deleted."),
    }

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="nothing_is_assigned_unconfirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} onto {self.course_id}"


class AssignmentRow(models.Model):
    """One person of a batch, or a line of its list that names nobody."""

    class Finding(models.TextChoices):
        """What was found when it was looked at. The first three are what can be done."""

        NEW = "new", _("Will be put on the course")
        ON_IT = "on-it", _("Is on the course already")
        HOLDS = "holds", _("Holds a valid completion")
        AGAIN = "again", _("The same person as an earlier line")
        NOBODY = "nobody", _("Nobody you can assign has this e-mail address or service number")
        CLOSED = "closed", _("The account is closed")
        NO_ONE_NAMED = "no-one-named", _("There is no e-mail address or service number")
        BAD_DATE = "bad-date", _("The due date cannot be read")
        PAST_DATE = "past-date", _("The due date has passed")
        UNREADABLE = "unreadable", _("The line cannot be read")

    class Outcome(models.TextChoices):
        TO_DO = "", _("Not yet done")
        PUT = "put", _("Put on the course")
        MOVED = "moved", _("Was on the course; the due date was moved")
        ON_IT = "on-it", _("Was on the course; nothing changed")
        HOLDS = "holds", _("Holds a valid completion; nothing changed")
        OUT_OF_REACH = "out-of-reach", _("Not done: no longer among the people you can assign")
        NO_COURSE = "no-course", _("Not done: the course can no longer be taken")

    batch = models.ForeignKey(AssignmentBatch, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # of the list; without one, simply counted
    given = models.CharField(max_length=254, blank=True, default="")  # as it stands in the list
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    finding = models.CharField(max_length=16, choices=Finding.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True, default="")
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    personal_data: ClassVar[dict[str, Personal]] = {
        "given": Personal("To mend the list.", "Ninety days.", "The row is deleted."),
        "person": Personal("Who was meant.", "Ninety days.", "The row is deleted."),
    }

    class Meta:
        ordering = ["line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="one_row_per_line"),
            models.UniqueConstraint(fields=["batch", "person"], name="one_row_per_person"),
        ]

    def __str__(self) -> str:
        return f"Line {self.line}: {self.finding}"
