"""The index of what is taught.

SearchEntry  a lesson, one of its sections, or a term, in one language of one published edition
Filled       which edition and language are in the index, and by which version of it

Owns: the index. Both tables may be emptied at any time; the next search or job fills them.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from courseware.core.personal import NO_PERSONAL_DATA, Personal
from courseware.courses.models import Edition


class SearchEntry(models.Model):
    """Something that can be found. `text` may be quoted; `folded` may hold more than may be."""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        SECTION = "section", _("Section")
        TERM = "term", _("Term")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.SlugField(max_length=60)  # of the lesson or the term
    anchor = models.CharField(max_length=120, blank=True, default="")  # of the section
    position = models.PositiveIntegerField()
    title = models.TextField()
    text = models.TextField(blank=True, default="")
    topic = models.TextField(blank=True, default="")  # of what is found and not quoted
    folded_title = models.TextField()
    folded = models.TextField()  # title and text as they are compared
    used_in = models.JSONField(default=list)  # of a term: keys of the lessons that use it

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "language", "kind", "key", "anchor"], name="one_entry_each"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Filled(models.Model):
    """An edition's words in one language stand in the index, read by `version` of our code."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=16)
    version = models.CharField(max_length=20)
    filled_at = models.DateTimeField()

    personal_data: ClassVar[dict[str, Personal]] = NO_PERSONAL_DATA

    class Meta:
        verbose_name_plural = "filled"
        constraints = [
            models.UniqueConstraint(fields=["edition", "language"], name="filled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} ({self.language})"
