"""The courses that somebody writes or reviews, the editions of one, and what stands in one.

A fixed number of queries whatever the number of courses, editions and activities.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from courseware.accounts.models import User
from courseware.authoring.access import courses_for
from courseware.authoring.models import Review
from courseware.authoring.queries.states import State, state_after
from courseware.courses import kinds
from courseware.courses.models import Course, Edition, EditionLanguage
from courseware.courses.queries import languages_of, spoken


@dataclass(frozen=True)
class EditionRow:
    """One edition in a list."""

    edition: Edition
    state: State
    title: str
    change_note: str
    languages: tuple[str, ...]
    approver: str
    published_at: datetime | None
    is_confirmed: bool
    underway: int = 0  # people in the middle of it


@dataclass(frozen=True)
class CourseRow:
    """A course with the edition that a new trainee takes, and its draft."""

    course: Course
    current: EditionRow | None
    draft: EditionRow | None

    @property
    def title(self) -> str:
        shown = self.current or self.draft
        return shown.title if shown else self.course.slug


def _editions(editions: QuerySet[Edition]) -> list[Edition]:
    return list(
        editions.select_related("course").prefetch_related(
            Prefetch("languages", EditionLanguage.objects.select_related("approver")),
            Prefetch("reviews", Review.objects.order_by("-submitted_at")),
        )
    )


def _row(edition: Edition, language: str, underway: int = 0) -> EditionRow:
    languages = list(edition.languages.all())
    words = spoken(languages, language) if languages else None
    reviews: Iterable[Review] = edition.reviews.all()
    return EditionRow(
        edition=edition,
        state=state_after(edition, next(iter(reviews), None)),
        title=words.title if words else edition.course.slug,
        change_note=words.change_note if words else "",
        languages=tuple(sorted(own.language for own in languages)),
        approver=str(words.approver) if words and words.approver else "",
        published_at=edition.published_at,
        is_confirmed=all(
            own.confirmed_at is not None or own.origin == Edition.Origin.FORCE for own in languages
        ),
        underway=underway,
    )


def course_rows(user: User, language: str) -> list[CourseRow]:
    """Four queries."""
    courses = list(courses_for(user))
    found: dict[object, dict[str, Edition]] = {course.pk: {} for course in courses}
    for edition in _editions(Edition.objects.filter(course__in=courses).order_by("-number")):
        place = "draft" if edition.published_at is None else "current"
        found[edition.course_id].setdefault(place, edition)
    return [
        CourseRow(
            course=course,
            current=_row(own["current"], language) if "current" in own else None,
            draft=_row(own["draft"], language) if "draft" in own else None,
        )
        for course in courses
        for own in (found[course.pk],)
    ]


def edition_rows(course: Course, language: str) -> list[EditionRow]:
    """All editions of a course, the newest first. Four queries."""
    underway = Q(
        enrolments__started_at__isnull=False,
        enrolments__completed_on__isnull=True,
        enrolments__withdrawn_at__isnull=True,
    )
    counts = dict(
        Edition.objects.filter(course=course)
        .annotate(n=Count("enrolments", filter=underway))
        .values_list("pk", "n")
    )
    editions = _editions(Edition.objects.filter(course=course).order_by("-number"))
    return [_row(edition, language, counts[edition.pk]) for edition in editions]


@dataclass(frozen=True)
class ActivityRow:
    """An activity of an edition, as staff sees it."""

    key: str
    kind: str
    kind_label: str
    icon: str
    title: str
    minutes: int
    sensitivity: int
    required: bool


@dataclass(frozen=True)
class EditionPage:
    languages: tuple[str, ...]  # the one it is written in first
    words: tuple[EditionLanguage, ...]  # in that order
    activities: tuple[ActivityRow, ...]
    terms: int
    sources: int
    authors: tuple[str, ...]


def edition_page(edition: Edition) -> EditionPage:
    """Six queries."""
    languages = languages_of(edition)
    by_language = {
        words.language: words
        for words in edition.languages.select_related("author", "approver", "confirmed_by")
    }
    titles = by_language[languages[0]].activity_titles if by_language else {}
    authors = edition.contributions.filter(part="author").select_related("person")
    return EditionPage(
        languages=tuple(languages),
        words=tuple(by_language[language] for language in languages),
        activities=tuple(
            ActivityRow(
                key=activity.key,
                kind=activity.kind,
                kind_label=str(kinds.get(activity.kind).label),
                icon=kinds.get(activity.kind).icon,
                title=titles.get(activity.key, activity.key),
                minutes=activity.minutes,
                sensitivity=activity.sensitivity,
                required=activity.required,
            )
            for activity in edition.activities.order_by("position")
        ),
        terms=edition.terms.filter(language=languages[0]).count(),
        sources=edition.sources.count(),
        authors=tuple(str(row.person) for row in authors),
    )
