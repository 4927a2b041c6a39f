"""Collects translatable strings of the whole project into locale/; `--check` only compares.

A wrapper round Django's makemessages with our folders left out, without line numbers (they
would make every merge a conflict), and without the time of the run.
"""

import re
from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import makemessages

_IGNORED = ["build/*", "node_modules/*", ".venv/*", "var/*", "tests/*", "docs/*"]
_CREATED = re.compile(r'^"POT-Creation-Date:.*\n', re.MULTILINE)


class _Collector(makemessages.Command):
    """A new string starts empty: a guess from a similar one is a wrong translation that shows."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    help = "Update locale/*/LC_MESSAGES/django.po; --check refuses stale ones (needs gettext)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if stale")

    def handle(self, *args: object, **options: object) -> None:
        catalogues = sorted(settings.LOCALE_PATHS[0].glob("*/LC_MESSAGES/django.po"))
        before = {path: path.read_text(encoding="utf-8") for path in catalogues}
        call_command(
            _Collector(),
            locale=[path.parent.parent.name for path in catalogues],
            ignore_patterns=_IGNORED,
            add_location="file",
            no_obsolete=True,
            no_wrap=True,
            verbosity=0,
        )
        stale = [path for path in catalogues if _settle(path, before[path])]
        if options["check"]:
            for path in stale:
                path.write_text(before[path], encoding="utf-8")
            if stale:
                names = ", ".join(path.parent.parent.name for path in stale)
                raise CommandError(f"Stale message files: {names}. Run `make messages`.")


def _settle(path: Path, before: str) -> bool:
    """Drop the time of the run; True if anything else changed."""
    text = _CREATED.sub("", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    return text != before
