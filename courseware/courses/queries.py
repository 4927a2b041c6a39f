"""Reads about what is taught.

A published edition never changes, so its outline is kept in the process for ever: no query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone, translation

from courseware.courses import kinds
from courseware.courses.models import Activity, Course, Edition, EditionLanguage, Objective, Source


@dataclass(frozen=True)
class OutlineItem:
    """One activity as a trainee sees it in the outline."""

    key: str
    kind: str
    title: str
    minutes: int
    sensitivity: int
    required: bool
    needs_all_before: bool
    icon: str
    kind_label: str
    url: str


@dataclass(frozen=True)
class OutlineObjective:
    key: str
    text: str
    bloom: str


@dataclass(frozen=True)
class Outline:
    """An edition in one language: all that pages need without asking the database."""

    edition_id: UUID
    course_slug: str
    course_key: str
    category: str
    number: int
    origin: str
    published_at: datetime
    language: str  # the language of the words, which may differ from the one asked for
    main_language: str  # the language it was written in: of its sources, too
    title: str
    purpose: str
    audience: str
    change_note: str
    sensitivity: int
    validity_months: int
    cover: str
    must_pass: tuple[str, ...]  # titles of the must-pass points
    assessment: tuple[str, ...]  # one line a test: "20 questions, pass mark 80 %"
    activities: tuple[OutlineItem, ...]
    objectives: tuple[OutlineObjective, ...]

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.activities)

    @property
    def lesson_count(self) -> int:
        return sum(item.kind == "lesson" for item in self.activities)

    @property
    def lesson_minutes(self) -> int:
        return sum(item.minutes for item in self.activities if item.kind == "lesson")

    @property
    def is_dated_back(self) -> bool:
        """Published earlier than it was written, as only an invented history can say.

        The first 48 bits of an edition's id are the milliseconds at which its row was made.
        """
        made_at = datetime.fromtimestamp((self.edition_id.int >> 80) / 1000, UTC)
        return self.published_at < made_at - timedelta(days=1)

    def item(self, key: str) -> OutlineItem | None:
        return next((item for item in self.activities if item.key == key), None)

    def neighbours(self, key: str) -> tuple[OutlineItem | None, OutlineItem | None]:
        """The activities before and after `key`."""
        index = next(i for i, item in enumerate(self.activities) if item.key == key)
        before = self.activities[index - 1] if index else None
        after = self.activities[index + 1] if index + 1 < len(self.activities) else None
        return before, after


def current_editions() -> QuerySet[Edition]:
    """The newest published edition of every course, one row a course."""
    newest = (
        Edition.objects.filter(course=OuterRef("course"), published_at__isnull=False)
        .order_by("-number")
        .values("pk")[:1]
    )
    return Edition.objects.filter(pk=Subquery(newest)).select_related("course__category")


def current_edition(course: Course) -> Edition | None:
    return (
        Edition.objects.filter(course=course, published_at__isnull=False)
        .order_by("-number")
        .first()
    )


def outline(edition_id: UUID, language: str) -> Outline:
    """The published edition's outline; words in `language`, else in English, else in any.

    Raises Edition.DoesNotExist for an unknown or unpublished edition.
    """
    with translation.override(language):  # the kinds' words are kept with it
        return _outline(edition_id, language, tuple(sorted(kinds.names())))


@lru_cache(maxsize=256)
def _outline(edition_id: UUID, language: str, _kinds: tuple[str, ...]) -> Outline:
    edition = (
        Edition.objects.filter(published_at__isnull=False)
        .select_related("course__category")
        .prefetch_related(
            Prefetch("activities", Activity.objects.order_by("position")),
            Prefetch("objectives", Objective.objects.order_by("position")),
            Prefetch("languages", EditionLanguage.objects.filter(published_at__isnull=False)),
        )
        .get(pk=edition_id)
    )
    words = spoken(list(edition.languages.all()), language)
    assert edition.published_at is not None
    return Outline(
        edition_id=edition.pk,
        course_slug=edition.course.slug,
        course_key=edition.course.key,
        category=edition.course.category.key,
        number=edition.number,
        origin=edition.origin,
        published_at=edition.published_at,
        language=words.language,
        main_language=_main({w.language: w.translated_from for w in edition.languages.all()}),
        title=words.title,
        purpose=words.purpose,
        audience=words.audience,
        change_note=words.change_note,
        sensitivity=edition.sensitivity,
        validity_months=edition.validity_months,
        cover=edition.cover,
        must_pass=tuple(
            titles.get(words.language) or next(iter(titles.values()), key)
            for key, titles in edition.must_pass_points.items()
        ),
        assessment=tuple(
            kinds.get(activity.kind).describe(activity)
            for activity in edition.activities.all()
            if kinds.get(activity.kind).is_assessed
        ),
        activities=tuple(
            _item(activity, edition.course.slug, words) for activity in edition.activities.all()
        ),
        objectives=tuple(
            OutlineObjective(o.key, words.objective_texts.get(o.key, o.key), o.bloom)
            for o in edition.objectives.all()
        ),
    )


def _item(activity: Activity, slug: str, words: EditionLanguage) -> OutlineItem:
    kind = kinds.get(activity.kind)
    return OutlineItem(
        key=activity.key,
        kind=activity.kind,
        title=words.activity_titles.get(activity.key, activity.key),
        minutes=activity.minutes,
        sensitivity=activity.sensitivity,
        required=activity.required,
        needs_all_before=activity.needs_all_before,
        icon=kind.icon,
        kind_label=str(kind.label),
        url=kind.url(course_slug=slug, activity_key=activity.key),
    )


def spoken(candidates: list[EditionLanguage], language: str) -> EditionLanguage:
    """The wording a person reads: theirs, else English, else whichever there is.

    Raises IndexError when there is none.
    """
    by_language = {words.language: words for words in candidates}
    return by_language.get(language) or by_language.get("en") or candidates[0]


def spoken_language(languages: list[str], language: str) -> str:
    """As `spoken`, for plain codes."""
    if language in languages:
        return language
    return "en" if "en" in languages else languages[0]


def languages_of(edition: Edition) -> list[str]:
    """Every language of an edition or draft, the one it is written in first. One query.

    The others were translated from it: their words carry its mark.
    """
    marks = dict(edition.languages.values_list("language", "translated_from"))
    main = _main(marks)
    return [main, *sorted(set(marks) - {main})]


@dataclass(frozen=True)
class Words:
    """The edition's own words in one language, as they are edited together."""

    title: str
    purpose: str
    audience: str
    change_note: str
    activity_titles: dict[str, str]
    objective_texts: dict[str, str]
    must_pass: dict[str, str]


def words_in(edition: Edition, language: str) -> Words:
    """Raises EditionLanguage.DoesNotExist. Every key of the edition has an entry, if an empty one.

    Three queries.
    """
    row = EditionLanguage.objects.get(edition=edition, language=language)
    activities = edition.activities.order_by("position").values_list("key", flat=True)
    objectives = edition.objectives.order_by("position").values_list("key", flat=True)
    return Words(
        title=row.title,
        purpose=row.purpose,
        audience=row.audience,
        change_note=row.change_note,
        activity_titles={key: row.activity_titles.get(key, "") for key in activities},
        objective_texts={key: row.objective_texts.get(key, "") for key in objectives},
        must_pass={
            key: titles.get(language, "") for key, titles in edition.must_pass_points.items()
        },
    )


def main_language(edition_id: UUID) -> str:
    """The language an edition is written in; English where it has no words yet. One query."""
    words = EditionLanguage.objects.filter(edition=edition_id)
    marks = dict(words.values_list("language", "translated_from"))
    return _main(marks) if marks else "en"


def _main(marks: Mapping[str, str]) -> str:
    """`marks`: what the words of each language were made from."""
    written = sorted(language for language, mark in marks.items() if not mark)
    return spoken_language(written or sorted(marks), "")


def sources_of(edition_id: UUID) -> list[Source]:
    """What the edition's claims rest on. One query."""
    return list(
        Source.objects.filter(edition=edition_id)
        .only("key", "title", "publisher", "year", "certainty")
        .order_by("title")
    )


@dataclass(frozen=True)
class Standing:
    """Who stands behind an edition's words."""

    is_confirmed: bool
    confirmed_on: date | None
    confirmed_by: str
    approved_by: str


def standing(edition_id: UUID, language: str) -> Standing:
    """Confirmation may still change after publication, so it is read each time."""
    words = (
        EditionLanguage.objects.filter(edition=edition_id, language=language)
        .select_related("confirmed_by", "approver")
        .get()
    )
    return Standing(
        is_confirmed=words.confirmed_at is not None or words.origin == Edition.Origin.FORCE,
        confirmed_on=timezone.localdate(words.confirmed_at) if words.confirmed_at else None,
        confirmed_by=str(words.confirmed_by) if words.confirmed_by else "",
        approved_by=str(words.approver) if words.approver else "",
    )
