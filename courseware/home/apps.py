"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "courseware.home"
    verbose_name = _("Start pages")
