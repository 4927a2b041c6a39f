"""Judges course folders without touching the database."""

import json
from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from courseware.bundles import checks, writing
from courseware.bundles.checks.law import OVERDUE
from courseware.bundles.management.commands.load_courses import library_or
from courseware.bundles.reading import read_folder
from courseware.bundles.schema.findings import Finding
from courseware.bundles.totals import Judged, totals


class Command(BaseCommand):
    help = "Check course folders (no argument: the shipped library); file and line per finding."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument("--json", action="store_true", help="print totals and findings as JSON")
        parser.add_argument(
            "--fix", action="store_true", help="write the files in canonical form first"
        )
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the day on which review dates are judged (without it: today)",
        )
        parser.add_argument(
            "--dates-warn",
            action="store_true",
            help="a review date long past is a warning: time alone must not fail a build",
        )

    def handle(self, *args: object, **options: object) -> None:
        paths = [path.resolve() for path in library_or(options["folders"])]
        given = options["today"]
        today = given if isinstance(given, date) else timezone.localdate()
        if options["fix"]:
            self._fix(paths, quietly=bool(options["json"]))
        judged = _judge(paths, today)
        if options["dates_warn"]:
            judged = [(subject, [_softened(one) for one in found]) for subject, found in judged]
        findings = [finding for _subject, found in judged for finding in found]
        errors = sum(finding.level == "error" for finding in findings)
        if options["json"]:
            self.stdout.write(json.dumps(_report(judged), indent=2, ensure_ascii=False))
        else:
            for subject, found in judged:
                for finding in found:
                    self.stdout.write(f"{subject.folder.path.name}/{finding}")
            warnings = len(findings) - errors
            self.stdout.write(f"{len(judged)} courses, {errors} errors, {warnings} warnings")
        if errors:
            raise CommandError(f"{errors} errors")

    def _fix(self, paths: list[Path], *, quietly: bool) -> None:
        for path in paths:
            folder = read_folder(path)
            if folder.has_errors:
                self.stderr.write(f"{path.name}: not rewritten, its form is broken.")
            for own in folder.translations:
                if own.has_errors:
                    self.stderr.write(
                        f"{path.name}/{own.language}: not rewritten, its form is broken."
                    )
            for name in writing.fix(folder):
                if not quietly:
                    self.stdout.write(f"{path.name}/{name}: rewritten")


def _judge(paths: list[Path], today: date) -> Judged:
    subjects = [checks.Subject(read_folder(path), today) for path in paths]
    found = {id(subject): checks.review(subject) for subject in subjects}
    for subject, finding in checks.run_programme(subjects):
        found[id(subject)].append(finding)
    return [(subject, sorted(found[id(subject)])) for subject in subjects]


def _softened(finding: Finding) -> Finding:
    return replace(finding, level="warning") if finding.code == OVERDUE else finding


def _report(judged: Judged) -> dict[str, object]:
    return {
        **totals(judged),
        "findings": [
            {"course": subject.folder.path.name, **finding.as_dict()}
            for subject, found in judged
            for finding in found
        ],
    }
