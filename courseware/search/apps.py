"""Registers the app and its work."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "courseware.search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from courseware.jobs import registry
        from courseware.search import handlers

        registry.register(
            registry.JobKind(handlers.FILL, handlers.fill), every=timedelta(minutes=5)
        )
