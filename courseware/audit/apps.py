"""Registers the audit trail and the work it needs done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "courseware.audit"
    verbose_name = _("Audit trail")

    def ready(self) -> None:
        from courseware.audit import handlers

        handlers.register()
