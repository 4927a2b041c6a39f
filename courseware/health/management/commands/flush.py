"""`manage.py flush`, which tests use between transactions: lets go of frozen rows first.

Django creates the triggers again through post_migrate, which flush sends when it is done.
"""

from typing import Any

from django.core.management.commands import flush

from courseware.health import freezing


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        using = options["database"]
        freezing.remove(using)
        try:
            super().handle(**options)
        finally:
            freezing.install(using)  # also when somebody answers "no" or flush fails
