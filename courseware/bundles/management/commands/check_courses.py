"""Judges course folders without touching the database."""

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courseware.bundles import checks
from courseware.bundles.management.commands.load_courses import library_or
from courseware.bundles.reading import Folder, read_folder
from courseware.bundles.schema.findings import Finding


class Command(BaseCommand):
    help = "Check course folders (no argument: the shipped library); file and line per finding."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument("--json", action="store_true", help="print totals and findings as JSON")

    def handle(self, *args: object, **options: object) -> None:
        judged = [
            (folder, checks.run(folder))
            for folder in (read_folder(path.resolve()) for path in library_or(options["folders"]))
        ]
        errors = sum(finding.level == "error" for _, found in judged for finding in found)
        if options["json"]:
            self.stdout.write(json.dumps(_report(judged), indent=2, ensure_ascii=False))
        else:
            for folder, found in judged:
                for finding in found:
                    self.stdout.write(f"{folder.path.name}/{finding}")
            self.stdout.write(f"{len(judged)} courses, {errors} errors")
        if errors:
            raise CommandError(f"{errors} errors")


def _report(judged: list[tuple[Folder, list[Finding]]]) -> dict[str, object]:
    types = Counter(q.envelope.type for folder, _ in judged for q in folder.questions)
    return {
        "courses": len(judged),
        "lessons": sum(len(folder.lessons) for folder, _ in judged),
        "words": sum(len(lesson.body.split()) for folder, _ in judged for lesson in folder.lessons),
        "questions": dict(sorted(types.items())),
        "seed_facts": sorted(
            {key for folder, _ in judged for lesson in folder.lessons for key in lesson.front.seed}
        ),
        "figures": sum(len(folder.figures) for folder, _ in judged),
        "findings": [
            {"course": folder.path.name, **finding.as_dict()}
            for folder, found in judged
            for finding in found
        ],
    }
