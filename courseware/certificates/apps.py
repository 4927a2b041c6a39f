"""Registers the app, the kinds of work it carries out, and a check of its key."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "courseware.certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from courseware.certificates import handlers

        handlers.register()
