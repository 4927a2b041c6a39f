"""Registers the app and the kinds of work it carries out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "courseware.jobs"
    verbose_name = _("Work and mail")

    def ready(self) -> None:
        from courseware.jobs import checks, handlers

        handlers.register()
        checks.register()
