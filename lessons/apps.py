"""Registers the app: its kind of activity and its work."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lessons")

    def ready(self) -> None:
        from courseware.courses import kinds, pictures
        from courseware.jobs import registry
        from lessons import handlers, queries
        from lessons.actions.pictures import PREPARE
        from lessons.kinds import LessonKind

        kinds.register(LessonKind())
        pictures.keep(pictures.Keeper(queries.shown_files, queries.promised_names))
        registry.register(
            registry.JobKind(handlers.FILL, handlers.fill), every=timedelta(minutes=10)
        )
        registry.register(
            # A picture that ends three workers ends them on purpose.
            registry.JobKind(
                PREPARE,
                handlers.prepare,
                max_attempts=3,
                description="Writes an uploaded picture anew, without anything beside its pixels",
            )
        )
        registry.register(
            registry.JobKind(
                handlers.TIDY, handlers.tidy, description="Drops uploads and files nobody needs"
            ),
            every=timedelta(hours=1),
        )
