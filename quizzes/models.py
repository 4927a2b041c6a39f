"""Quizzes.

Activity ── Quiz ── Question ── QuestionText (per language: typed JSON, see engine.types)
Enrolment ── Attempt ── Answer (one per drawn question, frozen order, compare-and-set)
Enrolment ── Talk (an instructor spoke with the trainee and granted an attempt)

Owns: the bank, attempts, answers, marks. Must not: decide completion; it reports progress.
"""

from fractions import Fraction
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.courses.models import Activity
from courseware.enrolments.models import Enrolment

_RECORD = "As long as the force must prove training."
_KEPT = "Kept: pseudonymous."


class Quiz(models.Model):
    """How a test is drawn, timed, marked and shown."""

    activity = models.OneToOneField(
        Activity, on_delete=models.CASCADE, primary_key=True, related_name="quiz"
    )
    draw_count = models.PositiveSmallIntegerField()
    pass_percent = models.PositiveSmallIntegerField()
    attempts_allowed = models.PositiveSmallIntegerField()
    window_days = models.PositiveSmallIntegerField(default=7)
    time_limit_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    quotas = models.JSONField(default=dict)  # {objective key: number}
    caps = models.JSONField(default=dict)  # {"truefalse": 2, "negative_stem": 1}

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        verbose_name_plural = "quizzes"
        constraints = [
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=100), name="a_pass_mark"
            ),
            models.CheckConstraint(
                condition=Q(draw_count__gte=1, attempts_allowed__gte=1), name="a_quiz_asks"
            ),
        ]

    def __str__(self) -> str:
        return str(self.activity_id)


class Question(models.Model):
    """A question's place and purpose; its words are in QuestionText."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="questions")
    key = models.CharField(_("key"), max_length=40)
    type = models.CharField(_("type"), max_length=12)
    objective = models.CharField(_("objective"), max_length=20)
    lesson_key = models.SlugField(_("lesson to read again"), max_length=60, blank=True, default="")
    seed = models.JSONField(default=list)
    bloom = models.CharField(_("what it asks for"), max_length=12)
    difficulty = models.PositiveSmallIntegerField(_("difficulty"), default=1)
    must_pass = models.CharField(_("must-pass point"), max_length=20, blank=True, default="")
    negative_stem = models.BooleanField(_("asks for the exception"), default=False)
    tags = models.JSONField(_("tags"), default=list)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "key"], name="one_question_per_key"),
        ]

    def __str__(self) -> str:
        return self.key


class QuestionText(models.Model):
    """The typed content in one language. Carries the key: never serialised to a learner whole."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    # Mark of the words it was translated from (engine.translation); "": written in this language.
    translated_from = models.CharField(max_length=16, blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "language"], name="one_wording_each"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} ({self.language})"


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

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    seed = models.PositiveBigIntegerField()
    language = models.CharField(_("language"), max_length=16)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    started_at = models.DateTimeField(_("begun at"))
    deadline_at = models.DateTimeField(_("deadline"))
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    finished_by = models.CharField(
        _("how it ended"), max_length=10, choices=Finish.choices, blank=True, default=""
    )
    graded_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    score_numerator = models.PositiveBigIntegerField(null=True, blank=True)
    score_denominator = models.PositiveBigIntegerField(null=True, blank=True)
    is_passed = models.BooleanField(_("passed"), null=True, blank=True)
    failed_points = models.JSONField(_("must-pass points not met"), default=list)

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


class Answer(models.Model):
    """One drawn question of an attempt: what was shown, what was answered, what it earned.

    `sequence` counts saves: a save names the number it saw and is refused if it is stale, so an
    old tab never overwrites a newer answer.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField()
    content_hash = models.CharField(max_length=64)
    arrangement = models.JSONField()  # tokens and order, frozen at start
    response = models.JSONField(default=dict)
    sequence = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    is_flagged = models.BooleanField(default=False)
    mark_numerator = models.PositiveBigIntegerField(null=True, blank=True)
    mark_denominator = models.PositiveBigIntegerField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "response": Personal("What the score rests on.", _RECORD, _KEPT),
        "saved_at": Personal("To show when it was saved.", _RECORD, _KEPT),
        "is_flagged": Personal("The person's own mark.", _RECORD, _KEPT),
    }

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_answer_per_place"),
            models.UniqueConstraint(fields=["attempt", "question"], name="a_question_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id} #{self.position}"

    @property
    def mark(self) -> Fraction | None:
        if self.mark_numerator is None or not self.mark_denominator:
            return None
        return Fraction(self.mark_numerator, self.mark_denominator)


class Talk(models.Model):
    """Somebody spoke with a trainee after the last failed attempt and allowed one more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="talks")
    activity_key = models.SlugField(_("test"), max_length=60)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("held by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("time"))
    reason = models.TextField(_("reason"))

    personal_data: ClassVar[dict[str, Personal]] = {
        "enrolment": Personal("The training record.", _RECORD, _KEPT),
        "by": Personal("Who answers for it.", _RECORD, _KEPT),
        "reason": Personal("Why one more was allowed.", _RECORD, "Blanked."),
    }

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")

    def __str__(self) -> str:
        return f"Talk on {self.enrolment_id}"
