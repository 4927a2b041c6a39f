"""Writes a course of the database as a folder of text files."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courseware.bundles import dumping, writing
from courseware.bundles.folder import Folder
from courseware.courses.models import Course, Edition
from courseware.courses.queries import current_edition


class Command(BaseCommand):
    help = "Write a course as a folder in canonical form: what load_courses takes back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="new or empty")
        parser.add_argument("--edition", type=int, help="its number (without it: the current one)")
        parser.add_argument("--language", help="only this one, as a course written in it")

    def handle(self, *args: object, **options: object) -> None:
        folder = options["folder"]
        if not isinstance(folder, Path):
            raise CommandError("Name a folder.")
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CommandError(f"{folder} is not empty. Name a new folder.")
        edition = _edition(str(options["slug"]), options["edition"])
        try:
            files = writing.all_files(_folder(edition, options["language"]))
        except dumping.DumpError as error:
            raise CommandError(str(error)) from error
        written = writing.write(files, folder)
        if options["verbosity"]:
            self.stdout.write(
                f"{edition.course.slug}, edition {edition.number}: {len(written)} files"
            )


def _edition(slug: str, number: object) -> Edition:
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        raise CommandError(f"There is no course {slug}.")
    edition: Edition | None
    if not isinstance(number, int):
        edition = current_edition(course) or course.editions.first()
    else:
        edition = course.editions.filter(number=number).first()
    if edition is None:
        raise CommandError(f"The course {slug} has no such edition.")
    return edition


def _folder(edition: Edition, language: object) -> Folder:
    """All languages, or the one that was asked for."""
    languages = {words.language: words for words in edition.languages.all()}
    if language is None:
        return dumping.whole_folder(edition)
    if not isinstance(language, str) or language not in languages:
        raise CommandError(f"Choose a language with --language: {', '.join(sorted(languages))}.")
    return dumping.folder_of(edition, languages[language])
