"""Who made an edition, and who decided on it.

Contribution  one person's one part in one edition: author or approver
Review        one submission of a draft, and what was decided about it
QuestionImport  a file of questions between looking at it and taking it in

How the database holds that nobody approves their own work: a person has one row per edition, an
approval writes the approver's row, and whoever contributed has a row already, so the unique
constraint refuses the second part. That the submitter does not decide is a check on Review, and
that the named author is not the named approver one on courses.EditionLanguage. No trigger is
needed, and a race between an edit and an approval ends with one of the two refused.

Owns: these facts. Must not: hold content; a draft's words stand where published ones stand.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import Personal
from courseware.courses.models import Edition

_AUTHORSHIP = "As long as the edition: who wrote and approved what was taught."
_KEPT = "Kept: pseudonymous."


class Contribution(models.Model):
    """What somebody had to do with an edition. One row a person: one part."""

    class Part(models.TextChoices):
        AUTHOR = "author", _("Author")
        APPROVER = "approver", _("Approver")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="contributions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contributions"
    )
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.AUTHOR)
    since = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = {
        "person": Personal("Who wrote or approved it.", _AUTHORSHIP, _KEPT),
        "since": Personal("When they began.", _AUTHORSHIP, _KEPT),
    }

    class Meta:
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="one_part_per_person"),
            models.UniqueConstraint(
                fields=["edition"], condition=Q(part="approver"), name="one_approver_per_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.part} of {self.edition_id}"


class Review(models.Model):
    """A draft as it was submitted, and the decision. Decided once, never reworded."""

    class Decision(models.TextChoices):
        WAITING = "waiting", _("Waiting for a reviewer")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Returned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class People(models.TextChoices):
        STAY = "stay", _("They finish the edition they began")
        MOVE = "move", _("They go on in the new edition")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="reviews")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submitted_reviews"
    )
    submitted_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")  # from the author to the reviewer
    draft_hash = models.CharField(max_length=64)  # of everything that was submitted
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decided_reviews",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    comment = models.TextField(blank=True, default="")
    # What an approval does with people in the middle of an earlier edition.
    people = models.CharField(max_length=4, choices=People.choices, default=People.STAY)

    personal_data: ClassVar[dict[str, Personal]] = {
        "submitted_by": Personal("Who asked for the review.", _AUTHORSHIP, _KEPT),
        "note": Personal("What the reviewer should know.", _AUTHORSHIP, "Blanked."),
        "decided_by": Personal("Who decided.", _AUTHORSHIP, _KEPT),
        "comment": Personal("Why it was decided so.", _AUTHORSHIP, "Blanked."),
    }

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition"], condition=Q(decision="waiting"), name="one_review_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(decision="approved"),
                name="one_approval_per_edition",
            ),
            models.CheckConstraint(
                condition=Q(decision="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="a_decision_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(decision__in=["approved", "returned"])
                | ~Q(decided_by=F("submitted_by")),
                name="submitter_does_not_decide",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.decision}"


class QuestionImport(models.Model):
    """A file of questions as it was brought. Whoever brought it looks at what it would do; taken
    in or not, it is gone after a day. Nobody else sees it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="question_imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    format = models.CharField(max_length=10)
    encoding = models.CharField(max_length=20)  # in which the file came
    text = models.TextField()  # decoded; pictures inside it as they came

    personal_data: ClassVar[dict[str, Personal]] = {
        "by": Personal("Whose import it is.", "A day.", "Row deleted."),
    }

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return str(self.pk)
