"""Registers the app and the kinds of work it carries out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentsConfig(AppConfig):
    name = "courseware.enrolments"
    verbose_name = _("Enrolments")

    def ready(self) -> None:
        from courseware.enrolments import handlers

        handlers.register()
