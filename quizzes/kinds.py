"""What courses need to know of a quiz: where it opens, what it holds, one line about it.

Owns: the kind "quiz" of courseware.courses.kinds. Must not: read anybody's attempts.
"""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from courseware.courses.models import Activity, Edition
from quizzes import queries
from quizzes.models import Quiz

NAME = "quiz"


class QuizKind:
    name = NAME
    label: str | Promise = _("Test")
    icon = "card-checklist"
    is_assessed = True
    is_assessed = True

    def url(self, *, course_slug: str, activity_key: str) -> str:
        return reverse("quizzes:start", args=[course_slug, activity_key])

    def content_hash(self, activity: Activity, language: str) -> str:
        return queries.content_hash(activity.pk, language)

    def languages(self, edition: Edition) -> frozenset[str]:
        """Without a quiz, nothing stands in the way of any language of the edition."""
        activities = list(
            Quiz.objects.filter(activity__edition=edition).values_list("pk", flat=True)
        )
        if not activities:
            return frozenset(edition.languages.values_list("language", flat=True))
        spoken = [frozenset(queries.whole_languages(activity)) for activity in activities]
        return frozenset.intersection(*spoken)

    def describe(self, activity: Activity) -> str:
        quiz = activity.quiz
        questions = ngettext(
            "%(count)d question, pass mark %(percent)d %%.",
            "%(count)d questions, pass mark %(percent)d %%.",
            quiz.draw_count,
        ) % {"count": quiz.draw_count, "percent": quiz.pass_percent}
        attempts = ngettext("%(count)d attempt.", "%(count)d attempts.", quiz.attempts_allowed) % {
            "count": quiz.attempts_allowed
        }
        return f"{questions} {attempts} {_closing(quiz)}"


def _closing(quiz: Quiz) -> str:
    """When a test that is begun is over: the same rule as `queries.Terms.deadline`."""
    if quiz.time_limit_minutes is not None:
        return ngettext(
            "A test closes %(count)d minute after it is begun.",
            "A test closes %(count)d minutes after it is begun.",
            quiz.time_limit_minutes,
        ) % {"count": quiz.time_limit_minutes}
    return ngettext(
        "A test closes %(count)d day after it is begun.",
        "A test closes %(count)d days after it is begun.",
        quiz.window_days,
    ) % {"count": quiz.window_days}
