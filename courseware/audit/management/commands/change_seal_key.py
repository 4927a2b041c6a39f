"""`manage.py change_seal_key`: a new key signs from now on, what the old one signed stays valid."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseware.audit.actions import change_seal_key


class Command(BaseCommand):
    help = "Make a new key for seals and keep the public half of the old one."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            old, new = change_seal_key(now=timezone.now())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Key {new.key_id} signs from now on.")
        self.stdout.write(f"Key {old.key_id} is kept to verify.")
        self.stdout.write(new.public_pem, ending="")
