"""What is taught.

Course ── Edition (numbered, immutable once published) ─┬─ EditionLanguage (its words)
                                                        ├─ Activity (lesson or quiz; stable key)
                                                        ├─ Objective, Source, GlossaryTerm
Course ── Prerequisite
SourceReview, LessonReview: state that must go on changing, outside editions, by course and key.

Structure exists once; words exist per language. Everything in an edition has a stable `key`.
Owns: the tables and their freezing rules (held by database triggers, see health.freezing).
Must not: know what a lesson or a quiz is made of.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courseware.core.ids import new_id
from courseware.core.personal import NO_PERSONAL_DATA, Personal

_AUTHORSHIP = "As long as the edition: who wrote and approved what was taught."


class Category(models.Model):
    """A family of crime; gives a course its hue."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["position", "key"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """What stays the same over all editions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=20, unique=True)  # C0
    slug = models.SlugField(max_length=60, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="courses")
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.slug


class Prerequisite(models.Model):
    """`course` may be started when `requires` is complete and not expired."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="prerequisites")
    requires = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="required_by")

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course", "requires"], name="one_prerequisite_each"),
            models.CheckConstraint(
                condition=~Q(course=F("requires")), name="a_course_does_not_require_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} requires {self.requires_id}"


class Edition(models.Model):
    """One numbered state of a course. Immutable once published."""

    class Origin(models.TextChoices):
        DISTRIBUTION = "distribution", _("Courseware distribution")
        FORCE = "force", _("Your force")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=12, choices=Origin.choices)
    validity_months = models.PositiveSmallIntegerField(default=24)
    sensitivity = models.PositiveSmallIntegerField(default=0)
    must_pass_points = models.JSONField(default=dict)  # {"C0-M1": {"en": "title"}}
    cover = models.CharField(max_length=64, blank=True, default="")  # sha256 of its picture
    upstream_hash = models.CharField(max_length=64, blank=True, default="")
    # Where everything stood in the folder it was loaded from (see bundles.dumping); {}: none.
    bundle = models.JSONField(default=dict, blank=True)
    opened_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["course", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["course", "number"], name="one_edition_per_number"),
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(published_at__isnull=True),
                name="one_draft_per_course",
            ),
            models.CheckConstraint(condition=Q(sensitivity__lte=2), name="edition_without_level_3"),
        ]

    def __str__(self) -> str:
        return f"{self.course_id} edition {self.number}"


class EditionLanguage(models.Model):
    """An edition's words in one language; reviewed, hashed and published on its own.

    `confirmed_by` and `confirmed_at` may still change after publication: a reviewer of the force
    confirms what the distribution shipped.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="languages")
    language = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    audience = models.TextField(blank=True, default="")
    change_note = models.TextField(blank=True, default="")
    activity_titles = models.JSONField(default=dict)  # {activity key: title}
    objective_texts = models.JSONField(default=dict)  # {objective key: text}
    # Mark of the words it was translated from (see courses.schema); "": written in this language.
    translated_from = models.CharField(max_length=16, blank=True, default="")
    origin = models.CharField(max_length=12, choices=Edition.Origin.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="authored_languages",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="approved_languages",
    )
    content_hash = models.CharField(max_length=64, blank=True, default="")
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="confirmed_languages",
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    personal_data: ClassVar[dict[str, Personal]] = {
        "author": Personal("Who wrote it.", _AUTHORSHIP, "Kept: pseudonymous."),
        "approver": Personal("Who approved it.", _AUTHORSHIP, "Kept: pseudonymous."),
        "confirmed_by": Personal("Who confirmed it.", _AUTHORSHIP, "Kept: pseudonymous."),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "language"], name="one_text_per_language"),
            models.CheckConstraint(
                condition=Q(origin="distribution", author__isnull=True, approver__isnull=True)
                | Q(origin="force", published_at__isnull=True)
                | (
                    Q(origin="force", author__isnull=False, approver__isnull=False)
                    & ~Q(author=F("approver"))
                ),
                name="author_is_not_approver",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language})"


class Activity(models.Model):
    """A lesson or a quiz in its place. Its words and content belong to the kind."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="activities")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=20)  # see courses.kinds
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=0)
    sensitivity = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(default=True)
    # Opens when every required activity before it is done.
    needs_all_before = models.BooleanField(default=False)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="one_activity_per_key"),
            models.UniqueConstraint(fields=["edition", "position"], name="one_activity_per_place"),
            models.CheckConstraint(
                condition=Q(sensitivity__lte=2), name="activity_without_level_3"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Objective(models.Model):
    """What a trainee can do afterwards. Its words stand in EditionLanguage.objective_texts."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="objectives")
    key = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    bloom = models.CharField(max_length=12)

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="one_objective_per_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Source(models.Model):
    """What a claim rests on, with its certainty and the day it must be looked at again."""

    class Seen(models.TextChoices):
        PRIMARY = "primary", _("read at its publisher")
        SECONDARY = "secondary", _("reported by others")
        NOT_SEEN = "not-seen", _("not looked up")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sources")
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField()
    published_on = models.DateField(null=True, blank=True)
    url = models.URLField(blank=True, default="")
    seen = models.CharField(max_length=10, choices=Seen.choices)
    certainty = models.CharField(max_length=1, choices=[(mark, mark) for mark in "ABCD"])
    status = models.CharField(max_length=40, blank=True, default="")
    note = models.TextField(blank=True, default="")
    checked_on = models.DateField(null=True, blank=True)  # null: not seen
    review_by = models.DateField()

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="one_source_per_key"),
        ]

    def __str__(self) -> str:
        return self.key


class GlossaryTerm(models.Model):
    """A word a trainee may not know, in one language."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="terms")
    language = models.CharField(max_length=16)
    key = models.SlugField(max_length=60)
    term = models.CharField(max_length=120)
    definition = models.TextField()
    translated_from = models.CharField(max_length=16, blank=True, default="")  # as EditionLanguage

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language", "key"], name="one_term_per_language"
            ),
        ]

    def __str__(self) -> str:
        return self.term


class SourceReview(models.Model):
    """A source was looked at again. The newest row counts for every edition of the course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="source_reviews")
    source_key = models.CharField(max_length=20)
    reviewed_on = models.DateField()
    review_by = models.DateField()
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    personal_data: ClassVar[dict[str, Personal]] = {
        "by": Personal("Who looked.", _AUTHORSHIP, "Kept: pseudonymous."),
    }

    class Meta:
        ordering = ["-reviewed_on"]

    def __str__(self) -> str:
        return f"{self.source_key} reviewed {self.reviewed_on}"


class LessonReview(models.Model):
    """A lesson was looked at again, or its review date moved."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lesson_reviews")
    activity_key = models.SlugField(max_length=60)
    reviewed_on = models.DateField()
    review_by = models.DateField()
    note = models.TextField(blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    personal_data: ClassVar[dict[str, Personal]] = {
        "by": Personal("Who looked.", _AUTHORSHIP, "Kept: pseudonymous."),
    }

    class Meta:
        ordering = ["-reviewed_on"]

    def __str__(self) -> str:
        return f"{self.activity_key} reviewed {self.reviewed_on}"
