"""`manage.py show_seal_key`: the public half of the key that signs seals."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from courseware.audit.keys import seal_key


class Command(BaseCommand):
    help = "Print the public key that seals are verified with (PEM). Give it to whoever verifies."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = seal_key()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(key.public_pem, ending="")
        self.stdout.write(f"Key: {key.key_id}")
