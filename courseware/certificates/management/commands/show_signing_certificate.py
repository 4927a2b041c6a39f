"""`manage.py show_signing_certificate`: the public half of the key that signs certificates."""

from typing import Any

from django.core.management.base import BaseCommand

from courseware.certificates import keys


class Command(BaseCommand):
    help = "Print the public signing certificate (PEM) and its SHA-256 fingerprint."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(keys.public_certificate().decode("ascii"), ending="")
        self.stdout.write(f"SHA-256 fingerprint: {keys.public_fingerprint()}")
