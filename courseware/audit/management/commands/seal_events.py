"""`manage.py seal_events`: what the worker does every minute, by hand and over the whole trail."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseware.audit.actions import seal_events
from courseware.audit.queries import newest_seal

_AT_ONCE = 100_000


class Command(BaseCommand):
    help = "Seal every event of the audit trail that no seal covers yet."

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        try:
            while count := seal_events(now=timezone.now(), limit=_AT_ONCE, from_the_beginning=True):
                done += count
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        seal = newest_seal()
        self.stdout.write(f"Sealed {done} events." if done else "Everything is sealed.")
        if seal is not None:
            self.stdout.write(f"Newest seal {seal.number}:{seal.root_hash}, key {seal.key_id}.")
