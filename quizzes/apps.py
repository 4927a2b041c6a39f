"""Registers the app: its kind of activity and its kinds of jobs."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = _("Quizzes")

    def ready(self) -> None:
        from courseware.courses import kinds, pictures
        from courseware.jobs import registry
        from quizzes import handlers, queries
        from quizzes.actions import show_pictures
        from quizzes.actions.finishing import GRADE
        from quizzes.kinds import QuizKind
        from quizzes.queries.dry_runs import DRY_RUN
        from quizzes.queries.errata import REGRADE
        from quizzes.queries.statistics import JOB

        kinds.register(QuizKind())
        pictures.show(pictures.Shower(queries.picture_users, show_pictures))
        registry.register(
            registry.JobKind(GRADE, handlers.grade, description="Marks an attempt handed in")
        )
        registry.register(
            registry.JobKind(
                JOB,
                handlers.statistics,
                max_attempts=4,
                description="Computes the statistics of a test",
            )
        )
        registry.register(
            registry.JobKind(
                DRY_RUN,
                handlers.dry_run,
                max_attempts=4,
                description="Computes whom an erratum would change",
            )
        )
        registry.register(
            registry.JobKind(
                REGRADE,
                handlers.regrade,
                description="Marks attempts anew after a question turned out wrong",
            )
        )
        registry.register(
            registry.JobKind(
                "quizzes.sweep", handlers.sweep, description="Closes attempts past their deadline"
            ),
            every=timedelta(seconds=30),
        )
