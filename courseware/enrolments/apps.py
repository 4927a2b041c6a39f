"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnrolmentsConfig(AppConfig):
    name = "courseware.enrolments"
    verbose_name = _("Enrolments")
