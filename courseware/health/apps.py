"""Registers the app; keeps the freezing triggers in step with migrations; registers checks."""

from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class HealthConfig(AppConfig):
    name = "courseware.health"
    verbose_name = _("Health")

    def ready(self) -> None:
        from courseware.health import checks as ours

        pre_migrate.connect(_before, dispatch_uid="freezing")
        post_migrate.connect(_after, dispatch_uid="freezing")
        checks.register(ours.check_freezing, checks.Tags.database)
        for check in ours.DEPLOY_CHECKS:
            checks.register(check, checks.Tags.security, deploy=True)


def _with_models() -> list[AppConfig]:
    """Django sends its signals once for each of these, in this order."""
    return [config for config in apps.get_app_configs() if config.models_module is not None]


def _before(sender: AppConfig, using: str, plan: Any = None, **_: Any) -> None:
    from courseware.health import freezing

    # An empty plan rebuilds nothing: leave the triggers, people may be working.
    if plan and sender == _with_models()[0]:
        freezing.remove(using)


def _after(sender: AppConfig, using: str, **_: Any) -> None:
    from courseware.health import freezing

    if sender == _with_models()[-1]:
        freezing.install(using)
