"""What courses need to know of a lesson: where it opens and what it is hashed by."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courseware.courses.models import Activity, Edition
from lessons import queries
from lessons.models import Lesson, LessonText


class LessonKind:
    name = "lesson"
    label: str | Promise = _("Lesson")
    icon = "journal-text"
    is_assessed = False

    def url(self, *, course_slug: str, activity_key: str) -> str:
        return reverse("lesson", args=[course_slug, activity_key])

    def content_hash(self, activity: Activity, language: str) -> str:
        return queries.content_hash_of(activity, language)

    def languages(self, edition: Edition) -> frozenset[str]:
        """Languages in which every lesson of the edition has its text."""
        count = Lesson.objects.filter(activity__edition=edition).count()
        spoken: dict[str, int] = {}
        for language in LessonText.objects.filter(lesson__activity__edition=edition).values_list(
            "language", flat=True
        ):
            spoken[language] = spoken.get(language, 0) + 1
        return frozenset(language for language, texts in spoken.items() if texts == count)

    def describe(self, activity: Activity) -> str:
        return ""
