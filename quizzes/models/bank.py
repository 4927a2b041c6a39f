"""The bank: how a test asks, and what."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.courses.models import Activity


class Quiz(models.Model):
    """How a test is drawn, timed, marked and shown."""

    class TimeOut(models.TextChoices):
        """What becomes of an attempt whose deadline passes."""

        SUBMIT = "submit", _("is handed in as it stands")
        GRACE = "grace", _("may still be handed in for a while, without new answers")
        VOID = "void", _("does not count, and is used up")

    class Review(models.TextChoices):
        """What is shown when; the matrix is in engine.review."""

        LEARN = "learn", _("Learn: feedback after each question")
        CHECK = "check", _("Check: everything once the test is handed in")
        EXAM = "exam", _("Exam: the score at once, the answers when no attempt is left")

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
    tag_quotas = models.JSONField(default=dict)  # {tag: at least so many of the draw}
    pool_tags = models.JSONField(default=list)  # only questions with one of these; [] is all
    withheld_tags = models.JSONField(default=list)  # and none with one of these
    cooldown_hours = models.PositiveSmallIntegerField(default=0)  # between two attempts
    time_out = models.CharField(max_length=8, choices=TimeOut.choices, default=TimeOut.SUBMIT)
    grace_minutes = models.PositiveSmallIntegerField(default=0)  # with TimeOut.GRACE only
    review = models.CharField(max_length=8, choices=Review.choices, default=Review.CHECK)
    asks_confidence = models.BooleanField(default=False)

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
            models.CheckConstraint(
                condition=~Q(time_out="grace") | Q(grace_minutes__gte=1), name="a_grace_lasts"
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
    # What the bank finds it by (engine.searching): written with the content, no part of its hash.
    words = models.TextField(default="", editable=False)
    # Mark of the words it was translated from (engine.translation); "": written in this language.
    translated_from = models.CharField(max_length=16, blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "language"], name="one_wording_each"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} ({self.language})"
