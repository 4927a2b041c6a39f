"""Attempts and answers: what was asked, what was answered, what it earned."""

from datetime import datetime
from fractions import Fraction
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import Personal
from courseware.enrolments.models import Enrolment
from quizzes.models.bank import Question, Quiz

_RECORD = "As long as the force must prove training."
_KEPT = "Kept: pseudonymous."


class Attempt(models.Model):
    """One sitting. Open → submitted → graded; or void."""

    class State(models.TextChoices):
        OPEN = "open", _("Begun")
        SUBMITTED = "submitted", _("Handed in")  # stored, not yet marked
        GRADED = "graded", _("Marked")
        VOID = "void", _("Void")

    class Finish(models.TextChoices):
        PERSON = "person", _("by the person")
        DEADLINE = "deadline", _("by the deadline")
        LATE = "late", _("by the person, in the time of grace")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    seed = models.PositiveBigIntegerField()
    language = models.CharField(_("language"), max_length=16)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField(_("begun at"))
    deadline_at = models.DateTimeField(_("deadline"))
    # Answers end at the deadline; until this moment it may still be handed in. None: no grace.
    hand_in_until = models.DateTimeField(_("to be handed in until"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    finished_by = models.CharField(
        _("how it ended"), max_length=10, choices=Finish.choices, blank=True, default=""
    )
    graded_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    score_numerator = models.PositiveBigIntegerField(null=True, blank=True)
    score_denominator = models.PositiveBigIntegerField(null=True, blank=True)
    is_passed = models.BooleanField(_("passed"), null=True, blank=True)
    failed_points = models.JSONField(_("must-pass points not met"), default=list)
    # Errata decided before it was marked, whose effect is in the score: ids as text.
    errata = models.JSONField(default=list)

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "score_numerator": Personal("The result.", _RECORD, _KEPT),
        "is_passed": Personal("The result.", _RECORD, _KEPT),
    }

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz", "number"], name="one_attempt_per_number"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(state="open"), name="one_open_attempt"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "void"]) | Q(submitted_at__isnull=False),
                name="submitted_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="graded")
                | Q(
                    graded_at__isnull=False,
                    score_numerator__isnull=False,
                    score_denominator__gt=0,
                    is_passed__isnull=False,
                ),
                name="graded_has_a_score",
            ),
            models.CheckConstraint(
                condition=Q(deadline_at__gt=F("started_at")), name="deadline_after_start"
            ),
            models.CheckConstraint(
                condition=Q(hand_in_until__isnull=True) | Q(hand_in_until__gt=F("deadline_at")),
                name="grace_after_deadline",
            ),
        ]
        indexes = [
            models.Index(fields=["deadline_at"], condition=Q(state="open"), name="open_attempts"),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of {self.enrolment_id}"

    @property
    def score(self) -> Fraction | None:
        """Share of the whole, exact, or None before grading."""
        if self.score_numerator is None or not self.score_denominator:
            return None
        return Fraction(self.score_numerator, self.score_denominator)

    @property
    def score_now(self) -> Fraction | None:
        """As `score`, after every erratum. A query, unless `regrades` were prefetched."""
        rows = list(self.regrades.all())  # in the order in which they were made
        return rows[-1].score if rows else self.score

    @property
    def is_passed_now(self) -> bool | None:
        """As `is_passed`, after every erratum. A query, unless `regrades` were prefetched."""
        rows = list(self.regrades.all())
        return rows[-1].is_passed if rows else self.is_passed

    @property
    def marked_anew_at(self) -> datetime | None:
        """When what holds was written; None where that is the first marking."""
        rows = list(self.regrades.all())
        return rows[-1].at if rows else None


class Answer(models.Model):
    """One drawn question of an attempt: what was shown, what was answered, what it earned.

    `sequence` counts saves: a save names the number it saw and is refused if it is stale, so an
    old tab never overwrites a newer answer.
    """

    class Confidence(models.IntegerChoices):
        GUESS = 1, _("I guess")
        FAIRLY_SURE = 2, _("I am fairly sure")
        CERTAIN = 3, _("I am certain")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    arrangement = models.JSONField()  # tokens and order, frozen at start
    response = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    is_flagged = models.BooleanField(default=False)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)  # Confidence
    seconds = models.PositiveIntegerField(default=0)  # in front of the question; 0: not known
    # Its feedback was shown before handing in (Review.LEARN): from then on it is final.
    checked_at = models.DateTimeField(null=True, blank=True)
    mark_numerator = models.PositiveBigIntegerField(null=True, blank=True)
    mark_denominator = models.PositiveBigIntegerField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "response": Personal("What the score rests on.", _RECORD, _KEPT),
        "saved_at": Personal("To show when it was saved.", _RECORD, _KEPT),
        "is_flagged": Personal("The person's own mark.", _RECORD, _KEPT),
        "confidence": Personal("How sure the person was.", _RECORD, _KEPT),
        "seconds": Personal("To find questions that take too long.", _RECORD, _KEPT),
        "checked_at": Personal("When its feedback was shown.", _RECORD, _KEPT),
    }

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_answer_per_place"),
            models.UniqueConstraint(fields=["attempt", "question"], name="a_question_asked_once"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=1, confidence__lte=3),
                name="three_levels_of_confidence",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} #{self.position}"

    @property
    def mark(self) -> Fraction | None:
        if self.mark_numerator is None or not self.mark_denominator:
            return None
        return Fraction(self.mark_numerator, self.mark_denominator)
