"""Registers authoring and its work."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthoringConfig(AppConfig):
    name = "courseware.authoring"
    verbose_name = _("Authoring")

    def ready(self) -> None:
        from courseware.authoring import handlers
        from courseware.jobs import registry

        registry.register(registry.JobKind(handlers.MOVE, handlers.move_people))
        registry.register(
            registry.JobKind(
                handlers.FORGET, handlers.forget, description="Drops imports nobody took in"
            ),
            every=timedelta(hours=1),
        )
