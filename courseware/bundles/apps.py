"""Registers the app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BundlesConfig(AppConfig):
    name = "courseware.bundles"
    verbose_name = _("Course folders")
