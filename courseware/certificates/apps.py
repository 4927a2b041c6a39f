"""Registers the app and the kinds of work it carries out, and says whose certificate counts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "courseware.certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from courseware.certificates import handlers, queries
        from courseware.enrolments import certified

        handlers.register()
        certified.answer(queries.certified)
