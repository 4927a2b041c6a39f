"""Registers the app: its kind of activity and its kinds of jobs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = _("Quizzes")

    def ready(self) -> None:
        from courseware.courses import kinds
        from quizzes.kinds import QuizKind

        kinds.register(QuizKind())
