"""Checklist 30 and 52: what is said about the law, and the day it must be looked at again.

The dialect already refuses a legal box without instrument, year, status or source, a status
without its day, and a day where the status is left to the reader.
Dates are judged against the subject's `today`; a folder that was good when it was shipped may be
overdue later, so these findings never stop a load.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta

from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.files import SourceFile
from courseware.bundles.schema.findings import Finding
from lessons.dialect.directives.legal import OPEN, LegalOptions
from lessons.dialect.inline import CITATION, citation_keys
from lessons.dialect.scan import scan

GRACE = timedelta(days=60)
MONTHS_MOVING_LAW, MONTHS = 3, 12
FICTIONAL_STATE = "Norland"

#: The code of a review date that is past its grace: the one finding that comes by itself with time.
OVERDUE = "overdue"

_EMPTY = re.compile(
    r"\b(?:empty|left blank|not filled in|vací[oa]s?|en blanco|sin rellenar)\b", re.IGNORECASE
)
_NAMES_A_TEXT = re.compile(r"\d|Convention|Directive|Regulation|Act\b|Charter|Protocol|Treaty")


def legal_boxes_are_whole(subject: Subject) -> Iterator[Finding]:
    """The instrument is named so that it can be looked up; nothing is dated in the future."""
    for version in subject.versions:
        for found in scan(version.body, first_line=version.first_line).directives:
            box = found.options
            if not isinstance(box, LegalOptions):
                continue
            if not _NAMES_A_TEXT.search(box.instrument):
                yield Finding(
                    version.file,
                    found.line,
                    "legal",
                    f"{box.instrument!r} names no text of law that can be looked up.",
                )
            dated = box.checked is not None and box.checked > subject.today
            if dated or box.year > subject.today.year:
                yield Finding(version.file, found.line, "legal", "The box is dated in the future.")


def legal_boxes_claim_no_more_than_their_sources(subject: Subject) -> Iterator[Finding]:
    """A status with a day rests on records that were seen, and no later than they were.

    Moving law (mark D) that is not yet, or no longer, in force is left to the reader. Where it is
    in force with one open part, a reviewer reads whether the box keeps to the certain part.
    """
    records = {source.key: source for source in subject.folder.sources}
    for version in subject.versions:
        for found in scan(version.body, first_line=version.first_line).directives:
            box = found.options
            if not isinstance(box, LegalOptions) or box.checked is None:
                continue
            for match in CITATION.finditer(found.text()):
                for source in (records[key] for key in citation_keys(match) if key in records):
                    reason = _too_certain(box.status, box.checked, source)
                    if reason:
                        yield Finding(version.file, found.line, "legal-status", reason)


def _too_certain(status: str, checked: date, source: SourceFile) -> str:
    if source.checked_on is None:
        return f"{source.key} was not seen: the box says `{OPEN}` and has no day."
    if checked > source.checked_on:
        return f"The box was checked on {checked}, {source.key} on {source.checked_on}."
    if is_moving_law(source) and status != "in force":
        return f"{source.key} is moving law (mark D): the box says `{OPEN}` and has no day."
    return ""


def national_boxes_name_no_real_state(subject: Subject) -> Iterator[Finding]:
    for version in subject.versions:
        for found in scan(version.body, first_line=version.first_line).directives:
            text = found.text()
            if found.name == "national" and not (FICTIONAL_STATE in text or _EMPTY.search(text)):
                yield Finding(
                    version.file,
                    found.line,
                    "national",
                    f"A shipped national box speaks of {FICTIONAL_STATE} or says that it is empty.",
                )


def month_end(day: date, months: int) -> date:
    """The last day of the month that lies `months` after `day`."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def is_moving_law(source: SourceFile) -> bool:
    return source.certainty == "D" and bool(source.status)


def sources_are_looked_at_again(subject: Subject) -> Iterator[Finding]:
    """Law marked D within 3 months of the check, everything else within 12 (programme.md 4.5)."""
    for index, source in enumerate(subject.folder.sources):
        line = subject.line(index, "review_by", file="sources.yaml")
        months = MONTHS_MOVING_LAW if is_moving_law(source) else MONTHS
        checked = source.checked_on
        if checked and checked > subject.today:
            yield Finding("sources.yaml", line, "date", f"{source.key} was checked in the future.")
        if checked and source.review_by > month_end(checked, months):
            yield Finding(
                "sources.yaml",
                line,
                "review-too-late",
                f"{source.key} was checked on {checked}; its review comes after {months} months.",
            )
        yield from _due("sources.yaml", line, source.key, source.review_by, subject.today)


def lessons_are_looked_at_again(subject: Subject) -> Iterator[Finding]:
    """No later than 12 months after its newest source, nor than the moving law it cites."""
    records = {source.key: source for source in subject.folder.sources}
    for lesson in subject.folder.lessons:
        cited = [records[key] for key in lesson.front.sources if key in records]
        limits = [month_end(s.review_by, 0) for s in cited if is_moving_law(s)]
        checked = [s.checked_on for s in cited if s.checked_on]
        if checked:
            limits.append(month_end(max(checked), MONTHS))
        if limits and lesson.front.review_by > min(limits):
            yield Finding(
                lesson.file,
                1,
                "review-too-late",
                f"The lesson is to be reviewed by {lesson.front.review_by}; what it cites asks for "
                f"{min(limits)}.",
            )
        yield from _due(lesson.file, 1, "The lesson", lesson.front.review_by, subject.today)


def _due(file: str, line: int, what: str, review_by: date, today: date) -> Iterator[Finding]:
    """After its day a warning; after the grace period an error."""
    if today > review_by + GRACE:
        yield Finding(file, line, OVERDUE, f"{what} was due for review on {review_by}.")
    elif today > review_by:
        yield Finding(
            file, line, "review-due", f"{what} was due for review on {review_by}.", "warning"
        )


LAW: tuple[Check, ...] = (
    legal_boxes_are_whole,
    legal_boxes_claim_no_more_than_their_sources,
    national_boxes_name_no_real_state,
    sources_are_looked_at_again,
    lessons_are_looked_at_again,
)
