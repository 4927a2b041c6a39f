"""Writes the pages of docs/reference that are made from the code."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from courseware.health import reference


class Command(BaseCommand):
    help = "Write docs/reference/roles.md and the other pages that are made from the code."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "reference"
        for name in reference.PAGES:
            (folder / name).write_text(reference.page(name), encoding="utf-8")
            self.stdout.write(f"docs/reference/{name}")
