"""`manage.py export_trail FILE`: the sealed trail, for verify_trail.py or anybody."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseware.audit.actions import note_export
from courseware.audit.queries import trail_lines


class Command(BaseCommand):
    help = "Write the audit trail with its seals and public keys into a file (JSON Lines)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="is written whole, or not at all")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        now = timezone.now()
        part = file.with_name(f"{file.name}.part")
        try:
            with part.open("w", encoding="utf-8") as target:
                target.writelines(trail_lines(now=now))
            part.replace(file)
        except (OSError, ImproperlyConfigured) as error:
            part.unlink(missing_ok=True)
            raise CommandError(f"Nothing was written: {error}") from error
        note_export(kind="chain", filters={}, by=None, now=now)
        self.stdout.write(f"Written: {file}. Check it with courseware/audit/verify_trail.py.")
