"""Loads course folders: the shipped library, or the folders named."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseware.bundles.actions import load_folder
from courseware.bundles.schema.findings import BundleError


class Command(BaseCommand):
    help = "Load course folders (no argument: the shipped library). Loading twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")

    def handle(self, *args: object, **options: object) -> None:
        folders = library_or(options["folders"])
        refused = 0
        for folder in folders:
            try:
                loaded = load_folder(folder.resolve(), now=timezone.now())
            except BundleError as error:
                refused += 1
                for finding in error.findings:
                    self.stderr.write(f"{folder.name}/{finding}")
                continue
            if options["verbosity"]:
                self.stdout.write(
                    f"{loaded.slug}: {loaded.outcome} (edition {loaded.edition.number})"
                )
        if refused:
            raise CommandError(
                f"{refused} of {len(folders)} courses refused; nothing of them was written."
            )


def library_or(folders: object) -> list[Path]:
    """The named folders, else every course of the shipped library, in order.

    Raises CommandError for a name that is no folder.
    """
    if isinstance(folders, list) and folders:
        for folder in folders:
            if not folder.is_dir():
                raise CommandError(f"{folder} is not a folder. Name a course's folder.")
        return list(folders)
    return sorted(path.parent for path in settings.LIBRARY_DIR.glob("*/course.yaml"))
