"""Courses and their editions: opened, filled, published, confirmed, discarded, retired."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.courses import kinds
from courseware.courses.models import (
    Activity,
    Category,
    Course,
    Edition,
    EditionLanguage,
    GlossaryTerm,
    Objective,
    Prerequisite,
    Source,
)


class EditionError(Exception):
    """The edition cannot go where it was sent; the message says why."""


@transaction.atomic
def open_edition(
    *,
    course: Course,
    origin: str,
    by: User | None,
    now: datetime,
    validity_months: int = 24,
    sensitivity: int = 0,
    must_pass_points: dict[str, dict[str, str]] | None = None,
    cover: str = "",
    upstream_hash: str = "",
    bundle: dict[str, Any] | None = None,
    cloned_from: Edition | None = None,
) -> Edition:
    """An empty draft with the next number. A course has at most one draft.

    `cloned_from`: the edition whose copy the caller is about to fill it with.
    """
    newest = Edition.objects.filter(course=course).aggregate(Max("number"))["number__max"] or 0
    edition = Edition.objects.create(
        course=course,
        number=newest + 1,
        origin=origin,
        validity_months=validity_months,
        sensitivity=sensitivity,
        must_pass_points=must_pass_points or {},
        cover=cover,
        upstream_hash=upstream_hash,
        bundle=bundle or {},
        opened_at=now,
    )
    record(
        verb="edition.opened",
        subject=("edition", edition.pk),
        by=by.pk if by else None,
        now=now,
        details={"course": course.slug, "number": edition.number}
        | ({"cloned_from": cloned_from.number} if cloned_from else {}),
    )
    return edition


@transaction.atomic
def publish_edition(*, edition: Edition, by: User | None, now: datetime) -> Edition:
    """Freeze the draft and all its languages. Raises EditionError if it is not whole."""
    if edition.published_at is not None:
        raise EditionError(f"Edition {edition.number} is already published.")
    languages = list(edition.languages.all())
    if not languages:
        raise EditionError("An edition needs words in at least one language.")
    activities = list(edition.activities.order_by("position"))
    if not any(activity.required for activity in activities):
        raise EditionError("An edition needs at least one required activity.")
    for kind in {activity.kind for activity in activities}:
        spoken = kinds.get(kind).languages(edition)
        for words in languages:
            if words.language not in spoken:
                raise EditionError(f"A {kind} has no words in {words.language}.")
    for words in languages:
        words.content_hash = language_hash(edition=edition, words=words)
        words.published_at = now
        words.save(update_fields=["content_hash", "published_at"])
    edition.published_at = now
    edition.save(update_fields=["published_at"])
    record(
        verb="edition.published",
        subject=("edition", edition.pk),
        by=by.pk if by else None,
        now=now,
        details={
            "course": edition.course.slug,
            "number": edition.number,
            "hashes": {words.language: words.content_hash for words in languages},
        },
    )
    return edition


def language_hash(*, edition: Edition, words: EditionLanguage) -> str:
    """SHA-256 over the edition's structure and its words in one language."""
    activities = [
        {
            "key": activity.key,
            "kind": activity.kind,
            "position": activity.position,
            "required": activity.required,
            "hash": kinds.get(activity.kind).content_hash(activity, words.language),
        }
        for activity in edition.activities.order_by("position")
    ]
    return sha256_of(
        {
            "title": words.title,
            "purpose": words.purpose,
            "titles": words.activity_titles,
            "objectives": words.objective_texts,
            "must_pass": edition.must_pass_points,
            "validity_months": edition.validity_months,
            "activities": activities,
        }
    )


def sha256_of(value: Any) -> str:
    """SHA-256 over canonical JSON."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


@transaction.atomic
def confirm_language(*, words: EditionLanguage, by: User, now: datetime) -> bool:
    """The force stands behind what the distribution shipped. False if it already did."""
    changed = EditionLanguage.objects.filter(
        pk=words.pk, published_at__isnull=False, confirmed_at__isnull=True
    ).update(confirmed_by=by, confirmed_at=now)
    if changed:
        record(
            verb="edition.confirmed",
            subject=("edition", words.edition_id),
            by=by.pk,
            now=now,
            details={"language": words.language},
        )
    return bool(changed)


@transaction.atomic
def retire(*, course: Course, by: User, now: datetime) -> bool:
    """No new enrolments. False if it was retired before."""
    changed = Course.objects.filter(pk=course.pk, retired_at__isnull=True).update(retired_at=now)
    if changed:
        record(verb="course.retired", subject=("course", course.pk), by=by.pk, now=now)
    return bool(changed)


@transaction.atomic
def put_category(*, key: str, name: str, position: int) -> Category:
    category, _created = Category.objects.update_or_create(
        key=key, defaults={"name": name, "position": position}
    )
    return category


@transaction.atomic
def put_course(*, key: str, slug: str, category: Category, position: int) -> Course:
    """The course with this slug; made if there is none. Key and slug never change.

    Raises EditionError where either of them belongs to another course.
    """
    for other in Course.objects.filter(Q(key=key) | Q(slug=slug)):
        if (other.key, other.slug) != (key, slug):
            raise EditionError(f"There is another course {other.key} at {other.slug}.")
    course, _created = Course.objects.update_or_create(
        slug=slug,
        defaults={"category": category, "position": position},
        create_defaults={"key": key, "category": category, "position": position},
    )
    return course


@transaction.atomic
def put_prerequisites(*, course: Course, slugs: Collection[str]) -> None:
    """Replace what the course requires.

    Raises EditionError for a course that does not exist, and for a circle: nobody could start.
    """
    required = list(Course.objects.filter(slug__in=slugs))
    unknown = set(slugs) - {other.slug for other in required}
    if unknown:
        raise EditionError(f"Unknown prerequisites: {', '.join(sorted(unknown))}.")
    course.prerequisites.exclude(requires__in=required).delete()
    for other in required:
        if course.pk in _needed_by(other):
            raise EditionError(f"{course.slug} and {other.slug} would require each other.")
        Prerequisite.objects.get_or_create(course=course, requires=other)


def _needed_by(course: Course) -> set[UUID]:
    """The course itself and all that it requires, directly or through others."""
    needs: dict[UUID, set[UUID]] = {}
    for one, required in Prerequisite.objects.values_list("course", "requires"):
        needs.setdefault(one, set()).add(required)
    found, waiting = set[UUID](), {course.pk}
    while waiting:
        found |= waiting
        waiting = set[UUID]().union(*(needs.get(pk, set()) for pk in waiting)) - found
    return found


@transaction.atomic
def add_words(
    *,
    edition: Edition,
    language: str,
    title: str,
    purpose: str,
    audience: str,
    change_note: str,
    activity_titles: dict[str, str],
    objective_texts: dict[str, str],
    terms: Sequence[tuple[str, str, str]],
    author: User | None = None,
    translated_from: str = "",
    term_marks: Mapping[str, str] | None = None,
) -> EditionLanguage:
    """The edition's words in one language; `terms` are (key, term, definition).

    Of a translation, `translated_from` and `term_marks` (by key) say which words it was made from.
    """
    marks = term_marks or {}
    words = EditionLanguage.objects.create(
        edition=edition,
        language=language,
        title=title,
        purpose=purpose,
        audience=audience,
        change_note=change_note,
        activity_titles=activity_titles,
        objective_texts=objective_texts,
        origin=edition.origin,
        author=author,
        translated_from=translated_from,
    )
    GlossaryTerm.objects.bulk_create(
        GlossaryTerm(
            edition=edition,
            language=language,
            key=key,
            term=term,
            definition=definition,
            translated_from=marks.get(key, ""),
        )
        for key, term, definition in terms
    )
    return words


@transaction.atomic
def add_structure(
    *, edition: Edition, objectives: Sequence[tuple[str, str]], sources: Sequence[Source]
) -> None:
    """Objectives as (key, Bloom level) in their order, and unsaved source rows."""
    Objective.objects.bulk_create(
        Objective(edition=edition, key=key, bloom=bloom, position=position)
        for position, (key, bloom) in enumerate(objectives, start=1)
    )
    for source in sources:
        source.edition = edition
    Source.objects.bulk_create(sources)


@transaction.atomic
def add_activity(
    *,
    edition: Edition,
    key: str,
    kind: str,
    position: int,
    minutes: int,
    sensitivity: int = 0,
    required: bool = True,
    needs_all_before: bool = False,
) -> Activity:
    """An activity in its place. Raises KeyError for a kind that no app registered."""
    kinds.get(kind)
    return Activity.objects.create(
        edition=edition,
        key=key,
        kind=kind,
        position=position,
        minutes=minutes,
        sensitivity=sensitivity,
        required=required,
        needs_all_before=needs_all_before,
    )


@transaction.atomic
def discard_draft(*, edition: Edition, by: User | None, now: datetime) -> None:
    """Delete an unpublished edition with all it holds."""
    if edition.published_at is not None:
        raise EditionError("A published edition stays.")
    record(
        verb="edition.discarded",
        subject=("edition", edition.pk),
        by=by.pk if by else None,
        now=now,
        details={"course": edition.course.slug, "number": edition.number},
    )
    edition.delete()
