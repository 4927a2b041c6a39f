"""Lessons.

Activity ── Lesson ── LessonText (per language: the exact Markdown)
Media      content-addressed files, shared by all editions, never cloned
Rendering  rebuildable cache outside editions, keyed by everything that shapes the HTML
ReadingChoice  text-light or paused: private to the person

Owns: texts and media. Must not: grade or count anything.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.courses.models import Activity
from courseware.enrolments.models import Enrolment


class Lesson(models.Model):
    """What is the same in every language."""

    activity = models.OneToOneField(
        Activity, on_delete=models.CASCADE, primary_key=True, related_name="lesson"
    )
    objectives = models.JSONField(default=list)  # objective keys
    sources = models.JSONField(default=list)  # source keys
    seed = models.JSONField(default=list)  # claims of 2017 taught here: ["S4"]
    review_by = models.DateField()

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    def __str__(self) -> str:
        return str(self.activity_id)


class LessonText(models.Model):
    """The exact Markdown in one language, as the author wrote it, byte for byte."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=16)
    topic = models.CharField(max_length=120, blank=True, default="")  # named by the warning
    markdown = models.TextField()
    light_markdown = models.TextField(blank=True, default="")
    figures = models.JSONField(default=dict)  # {file name: sha256 of the Media}
    content_hash = models.CharField(max_length=64)  # of this text and all it resolves
    # Mark of the words it was translated from (dialect.originals); "": written in this language.
    translated_from = models.CharField(max_length=16, blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "language"], name="one_lesson_text_each"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} ({self.language})"


class Media(models.Model):
    """A file by its content. The same picture in ten editions is one row."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    content_type = models.CharField(max_length=40)
    file = models.CharField(max_length=200)  # name in the default storage
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Covers are shown to people who are not signed in; nothing else is.
    is_public = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        verbose_name_plural = "media"

    def __str__(self) -> str:
        return self.file


class Rendering(models.Model):
    """HTML of a lesson text. `key` covers the text's hash, mode, language and dialect version."""

    key = models.CharField(max_length=64, primary_key=True)
    html = models.TextField()
    outline = models.JSONField(default=list)  # [[level, id, text], …]
    made_at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    def __str__(self) -> str:
        return self.key


class ReadingChoice(models.Model):
    """How somebody reads a sensitive lesson. Nobody but the person can reach it."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="reading_choices"
    )
    activity_key = models.SlugField(max_length=60)
    agreed_at = models.DateTimeField(null=True, blank=True)  # "continue" on the warning
    is_light = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "is_light": Personal("To read without distress.", "Until completion.", "Row deleted."),
        "paused_at": Personal("To stop at any time.", "Until completion.", "Row deleted."),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "activity_key"], name="one_choice_per_lesson"
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=False)
                | Q(is_light=True)
                | Q(paused_at__isnull=False),
                name="a_choice_chooses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.activity_key}"
