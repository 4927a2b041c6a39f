"""Compiles message catalogues with a Python library, since a bare machine has no gettext."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from polib import pofile


class Command(BaseCommand):
    help = "Compile locale/*/LC_MESSAGES/*.po; refuses fuzzy entries."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        for folder in settings.LOCALE_PATHS:
            for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                catalogue = pofile(str(path))
                if catalogue.fuzzy_entries():
                    raise CommandError(f"{path} has fuzzy entries: translate them first.")
                catalogue.save_as_mofile(str(path.with_suffix(".mo")))
