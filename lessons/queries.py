"""Reads about lessons. A reader's page asks for finished HTML; nothing is rendered there."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format

from courseware.courses.models import Activity, GlossaryTerm, Source
from courseware.courses.queries import spoken_language
from lessons.dialect import DIALECT_VERSION, MappingResolver
from lessons.dialect.records import FigureFile, Mode, SourceRecord, TermRecord
from lessons.labels import labels
from lessons.models import LessonText, Media, Rendering


@dataclass(frozen=True)
class Page:
    """What a reader's page needs of a published lesson; kept in the process, it never changes."""

    text_id: int
    language: str
    topic: str
    content_hash: str
    has_light: bool


def page(edition_id: UUID, activity_key: str, language: str) -> Page:
    """The lesson's words for a reader of `language`. Raises LessonText.DoesNotExist.

    Only for published editions: the answer is remembered for ever.
    """
    return _page(edition_id, activity_key, language)


@lru_cache(maxsize=2048)
def _page(edition_id: UUID, activity_key: str, language: str) -> Page:
    texts = {
        text.language: text
        for text in LessonText.objects.filter(
            lesson__activity__edition=edition_id, lesson__activity__key=activity_key
        ).defer("markdown")
    }
    if not texts:
        raise LessonText.DoesNotExist
    text = texts[spoken_language(list(texts), language)]
    return Page(
        text_id=text.pk,
        language=text.language,
        topic=text.topic,
        content_hash=text.content_hash,
        has_light=bool(text.light_markdown),
    )


def rendering_key(content_hash: str, mode: Mode, language: str) -> str:
    """Names one HTML for ever: other words, another mode or a newer dialect give another key."""
    return hashlib.sha256(
        f"{content_hash}|{mode}|{language}|{DIALECT_VERSION}".encode()
    ).hexdigest()


@dataclass(frozen=True)
class Rendered:
    html: str
    outline: tuple[tuple[int, str, str], ...]  # level, id, text


@lru_cache(maxsize=512)
def rendered(key: str) -> Rendered:
    """Stored HTML by its key. Raises Rendering.DoesNotExist where it was never made."""
    row = Rendering.objects.filter(pk=key).first()
    if row is None:
        raise Rendering.DoesNotExist
    return Rendered(row.html, tuple((level, anchor, text) for level, anchor, text in row.outline))


def resolver(text: LessonText, mode: Mode) -> MappingResolver:
    """Everything the text may refer to, in its language. Four queries."""
    edition_id = text.lesson.activity.edition_id
    return _resolver(
        text,
        mode,
        Source.objects.filter(edition=edition_id, key__in=text.lesson.sources),
        GlossaryTerm.objects.filter(edition=edition_id, language=text.language),
        Media.objects.in_bulk(set(text.figures.values())),
    )


def edition_texts(edition_id: UUID) -> list[tuple[LessonText, MappingResolver]]:
    """Every lesson text of an edition with what it may refer to. Four queries for all."""
    texts = list(
        LessonText.objects.filter(lesson__activity__edition=edition_id)
        .select_related("lesson__activity")
        .order_by("lesson__activity__position", "language")
    )
    sources = list(Source.objects.filter(edition=edition_id))
    terms = list(GlossaryTerm.objects.filter(edition=edition_id))
    media = Media.objects.in_bulk({sha for text in texts for sha in text.figures.values()})
    return [
        (
            text,
            _resolver(
                text,
                "full",
                [source for source in sources if source.key in text.lesson.sources],
                [term for term in terms if term.language == text.language],
                media,
            ),
        )
        for text in texts
    ]


def _resolver(
    text: LessonText,
    mode: Mode,
    sources: Iterable[Source],
    terms: Iterable[GlossaryTerm],
    media: Mapping[str, Media],
) -> MappingResolver:
    def in_words(day: date) -> str:
        with translation.override(text.language):
            return date_format(day, "DATE_FORMAT")

    records = {
        source.key: SourceRecord(
            key=source.key,
            title=source.title,
            publisher=source.publisher,
            year=source.year,
            url=source.url,
            certainty=source.certainty,
            status=source.status,
            note=source.note,
            checked=in_words(source.checked_on) if source.checked_on else "",
        )
        for source in sources
    }
    figures = {
        name: FigureFile(f"/media/{sha}.svg", media[sha].width, media[sha].height)
        for name, sha in text.figures.items()
        if sha in media
    }
    words = {term.key: TermRecord(term.key, term.term, term.definition) for term in terms}
    return MappingResolver(records, words, figures, labels(text.language), mode, in_words)


def content_hash_of(activity: Activity, language: str) -> str:
    """Hash of the lesson's words in `language`; raises LessonText.DoesNotExist without them."""
    return LessonText.objects.get(lesson=activity.pk, language=language).content_hash
