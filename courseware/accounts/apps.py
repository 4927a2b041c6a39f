"""Registers accounts and their work."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "courseware.accounts"
    verbose_name = _("People and units")

    def ready(self) -> None:
        from courseware.accounts import handlers
        from courseware.jobs import registry

        registry.register(
            registry.JobKind(
                handlers.FORGET, handlers.forget, description="Drops what is kept of ended sessions"
            ),
            every=timedelta(hours=1),
        )
