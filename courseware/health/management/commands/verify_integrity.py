"""Checks the invariants on this installation's own data."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseware.health import freezing
from courseware.health.invariants import findings
from courseware.health.recorded import TABLES


class Command(BaseCommand):
    help = "Check that every invariant holds (I1 to I12) and every trigger is there."

    def handle(self, *args: object, **options: object) -> None:
        lost = [name for name in freezing.missing() if not name.startswith(TABLES)]
        for name in lost:
            self.stdout.write(f"freezing {name}: the trigger is missing; run manage.py migrate")
        found = findings(timezone.now())
        for finding in found:
            self.stdout.write(str(finding))
        if found or lost:
            raise CommandError(f"{len(found) + len(lost)} findings. Nothing was changed.")
        self.stdout.write("All invariants hold.")
