"""Lessons.

Activity ── Lesson ── LessonText (per language: the exact Markdown)
Edition ── Picture (a name and what it shows) ── Media (the bytes, shared by all editions)
Upload     a picture somebody brought, until the worker has written it anew or refused it
Rendering  rebuildable cache outside editions, keyed by everything that shapes the HTML
ReadingChoice  text-light or paused: private to the person

Owns: texts and media. Must not: grade or count anything.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.courses.models import Activity, Edition
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


class Picture(models.Model):
    """A picture that the texts of an edition may show, under a name of its own there.

    One with words in it may exist per language: it stands in the place of the common one.
    `alt`, `caption` and `description` are what the snippet to paste begins with; what a lesson
    says about its figure stands in its text.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="pictures")
    language = models.CharField(max_length=16, blank=True, default="")  # empty: every language
    name = models.CharField(max_length=200)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="pictures")
    alt = models.TextField(blank=True, default="")  # empty: it came with a course folder
    caption = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")

    personal_data: ClassVar[dict[str, Personal]] = {
        "name": Personal(
            "Lessons call it so; made from the name of the file.",
            "As long as the edition.",
            "Kept: what was taught.",
        ),
    }

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language", "name"], name="one_picture_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Upload(models.Model):
    """What somebody brought. The file as it came is private and goes as soon as it was read."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Being prepared")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")

    class Reason(models.TextChoices):
        NOT_A_PICTURE = "not-a-picture", _("The file is not a PNG, JPEG or WebP picture.")
        TOO_LARGE = "too-large", _("The file is larger than 10 MB.")
        TOO_MANY_PIXELS = "too-many-pixels", _("The picture has too many pixels.")
        ANIMATED = "animated", _("The picture moves. Only still pictures are taken.")
        DAMAGED = "damaged", _("The file is damaged: it cannot be read to its end.")
        CLOSED = "closed", _("The draft was published or discarded before the picture was ready.")
        LOST = "lost", _("The file was lost before it could be read. Send it again.")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    # As the browser sent it: shown to the person, never a path.
    original_name = models.CharField(max_length=120)
    # The name that texts already call it by; empty: it gets one when it is ready.
    name = models.CharField(max_length=200, blank=True, default="")
    alt = models.TextField()
    caption = models.TextField(blank=True, default="")
    description = models.TextField(blank=True, default="")
    file = models.CharField(max_length=200, blank=True, default="")  # as it came; empty: gone
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    picture = models.ForeignKey(
        Picture, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    personal_data: ClassVar[dict[str, Personal]] = {
        "by": Personal("Who brought it.", "Four weeks.", "Row deleted."),
        "original_name": Personal("To tell uploads apart.", "Four weeks.", "Row deleted."),
        "name": Personal(
            "Questions call it so; made from the name of the file.", "Four weeks.", "Row deleted."
        ),
    }

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(alt=""), name="an_upload_says_what_it_shows"),
            models.CheckConstraint(
                condition=Q(state="refused", finished_at__isnull=False) & ~Q(reason="")
                | Q(state="ready", reason="", finished_at__isnull=False)
                | Q(state="waiting", reason="", finished_at__isnull=True),
                name="an_upload_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


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
