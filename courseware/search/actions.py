"""The only writes of search: filling the index from what is published."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from courseware.core.folding import folded
from courseware.core.markup import MarkupError
from courseware.courses.models import Edition, EditionLanguage, GlossaryTerm
from courseware.search.engine.mentions import terms_in
from courseware.search.engine.sections import Section, sections, tidy
from courseware.search.models import Filled, SearchEntry
from courseware.search.queries import VERSION, Words, missing
from lessons.actions import store_rendering
from lessons.models import LessonText, Rendering
from lessons.queries import rendering_key

#: What one request may fill. The rest waits for the job, or for the next request.
AT_ONCE = 3
_PLACES = 10_000  # sections of a lesson, more than its text may have
_AFTER_LESSONS = 1_000_000_000
_HARD = 2  # the level of sensitivity before which a person is asked


def prepare(wanted: Iterable[Words], *, now: datetime) -> bool:
    """Fill what a reader needs and nobody filled yet. False while something is still missing."""
    lacking = missing(wanted)
    for words in lacking[:AT_ONCE]:
        fill(edition_id=words.edition_id, language=words.language, now=now)
    return len(lacking) <= AT_ONCE


@transaction.atomic
def fill(*, edition_id: UUID, language: str, now: datetime) -> bool:
    """Put an edition's words in one language into the index, in place of what stood there.

    False if they are not published, are there already, or somebody else is just doing it.
    """
    mine = (
        Edition.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=edition_id, published_at__isnull=False)
        .first()
    )
    words = EditionLanguage.objects.filter(
        edition=edition_id, language=language, published_at__isnull=False
    ).first()
    if mine is None or words is None:
        return False
    if Filled.objects.filter(edition=mine, language=language, version=VERSION).exists():
        return False
    SearchEntry.objects.filter(edition=mine, language=language).delete()
    texts = list(
        LessonText.objects.filter(lesson__activity__edition=edition_id, language=language)
        .select_related("lesson__activity")
        .order_by("lesson__activity__position")
    )
    SearchEntry.objects.bulk_create([*_lessons(texts, words, now), *_terms(texts, words)])
    Filled.objects.update_or_create(
        edition=mine, language=language, defaults={"version": VERSION, "filled_at": now}
    )
    return True


def _lessons(
    texts: list[LessonText], words: EditionLanguage, now: datetime
) -> Iterator[SearchEntry]:
    keys = {text.pk: rendering_key(text.content_hash, "full", text.language) for text in texts}
    stored = Rendering.objects.in_bulk(set(keys.values()))
    for text in texts:
        rendering = stored.get(keys[text.pk])
        try:
            found = sections((rendering or _rendered(text, now)).html)
        except MarkupError:
            found = []  # its page cannot be shown either
        yield from _lesson(text, words, found)


def _rendered(text: LessonText, now: datetime) -> Rendering:
    return store_rendering(text=text, mode="full", now=now)


def _lesson(
    text: LessonText, words: EditionLanguage, found: list[Section]
) -> Iterator[SearchEntry]:
    """The lesson as a whole, and each of its sections.

    A hard lesson is one entry that quotes nothing: its page asks first, so no link leads inside.
    """
    activity = text.lesson.activity
    is_hard = activity.sensitivity >= _HARD
    said = " ".join(_quotable(section) for section in found).strip()
    hidden = " ".join(section.hidden for section in found)
    topics = dict.fromkeys(section.topic for section in found if section.topic)
    yield _entry(
        words,
        SearchEntry.Kind.LESSON,
        key=activity.key,
        position=activity.position * _PLACES,
        title=words.activity_titles.get(activity.key, activity.key),
        text="" if is_hard else said,
        topic=text.topic if is_hard else "; ".join(topics),
        hidden=f"{text.topic} {said} {hidden}" if is_hard else hidden,
    )
    for place, section in enumerate(() if is_hard else found[1:], start=1):
        yield _entry(
            words,
            SearchEntry.Kind.SECTION,
            key=activity.key,
            anchor=section.anchor,
            position=activity.position * _PLACES + place,
            title=section.title,
            text=section.text,
            topic=section.topic,
            hidden=section.hidden,
        )


def _quotable(section: Section) -> str:
    return tidy(f"{section.title}\n{section.text}")


def _terms(texts: list[LessonText], words: EditionLanguage) -> Iterator[SearchEntry]:
    """The glossary by the alphabet, after the lessons."""
    users: dict[str, list[str]] = {}
    for text in texts:
        for key in terms_in(text.markdown):
            users.setdefault(key, []).append(text.lesson.activity.key)
    terms = GlossaryTerm.objects.filter(edition=words.edition_id, language=words.language)
    ordered = sorted(terms, key=lambda term: folded(term.term))
    for place, term in enumerate(ordered, start=_AFTER_LESSONS):
        yield _entry(
            words,
            SearchEntry.Kind.TERM,
            key=term.key,
            position=place,
            title=term.term,
            text=term.definition,
            used_in=users.get(term.key, []),
        )


def _entry(
    words: EditionLanguage,
    kind: SearchEntry.Kind,
    *,
    key: str,
    position: int,
    title: str,
    text: str,
    anchor: str = "",
    topic: str = "",
    hidden: str = "",
    used_in: list[str] | None = None,
) -> SearchEntry:
    return SearchEntry(
        edition_id=words.edition_id,
        language=words.language,
        kind=kind,
        key=key,
        anchor=anchor,
        position=position,
        title=title,
        text=text,
        topic=topic,
        folded_title=folded(title),
        folded=folded(f"{title} {text} {hidden}"),
        used_in=used_in or [],
    )
