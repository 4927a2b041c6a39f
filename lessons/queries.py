"""Reads about lessons. A reader's page asks for finished HTML; nothing is rendered there."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import slugify

from courseware.core.marks import mark_of
from courseware.courses import pictures as elsewhere
from courseware.courses.actions import sha256_of
from courseware.courses.models import Activity, Edition, EditionLanguage, GlossaryTerm, Source
from courseware.courses.queries import main_language, spoken_language
from lessons.dialect import DIALECT_VERSION, MappingResolver
from lessons.dialect.records import FigureFile, Mode, SourceRecord, TermRecord
from lessons.labels import labels
from lessons.models import LessonText, Media, Picture, Rendering, Upload

_MAX_STEM = 60


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
    pages = _pages(edition_id, activity_key)
    return pages[spoken_language(list(pages), language)]


@lru_cache(maxsize=2048)
def _pages(edition_id: UUID, activity_key: str) -> Mapping[str, Page]:
    """By language."""
    texts = LessonText.objects.filter(
        lesson__activity__edition=edition_id, lesson__activity__key=activity_key
    ).defer("markdown")
    pages = {
        text.language: Page(
            text_id=text.pk,
            language=text.language,
            topic=text.topic,
            content_hash=text.content_hash,
            has_light=bool(text.light_markdown),
        )
        for text in texts
    }
    if not pages:
        raise LessonText.DoesNotExist
    return pages


def rendering_key(content_hash: str, mode: Mode, language: str) -> str:
    """Names one HTML for ever: other words, ours included, another mode or a newer dialect give
    another key.
    """
    return hashlib.sha256(
        f"{content_hash}|{mode}|{language}|{DIALECT_VERSION}|{_own_words(language)}".encode()
    ).hexdigest()


@lru_cache(maxsize=64)
def _own_words(language: str) -> str:
    """What a rendering says beside the author: another translation of it is another HTML."""
    return mark_of([labels(language), _day_in(language, date(2001, 2, 3))])


def _day_in(language: str, day: date) -> str:
    with translation.override(language):
        return date_format(day, "DATE_FORMAT")


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


def same_place(
    edition_id: UUID, activity_key: str, anchor: str, *, language: str, mode: Mode
) -> str:
    """The heading of the lesson in `language` at which somebody is who stopped at `anchor`,
    perhaps in another language: the same one by its number. "" where there is none.

    Languages of a lesson have the same headings in the same order; a force's own edition may differ
    from that, and then the page simply begins at its top.
    """
    if not anchor:
        return ""
    pages = _pages(edition_id, activity_key)
    own = _anchors(pages[spoken_language(list(pages), language)], mode)
    if anchor in own:
        return anchor
    for page in pages.values():
        others = _anchors(page, mode)
        if anchor in others and len(others) == len(own):
            return own[others.index(anchor)]
    return ""


def _anchors(page: Page, mode: Mode) -> list[str]:
    """None where the HTML was never made: it is only looked up here."""
    shown: Mode = mode if page.has_light else "full"
    try:
        made = rendered(rendering_key(page.content_hash, shown, page.language))
    except Rendering.DoesNotExist:
        return []
    return [anchor for _level, anchor, _text in made.outline]


def resolver(text: LessonText, mode: Mode) -> MappingResolver:
    """Everything the text may refer to, in its language. Five queries."""
    edition_id = text.lesson.activity.edition_id
    media = Media.objects.in_bulk(set(text.figures.values()))
    return _resolver(
        sources=Source.objects.filter(edition=edition_id, key__in=text.lesson.sources),
        terms=GlossaryTerm.objects.filter(edition=edition_id, language=text.language),
        media={name: media[sha] for name, sha in text.figures.items() if sha in media},
        language=text.language,
        main=main_language(edition_id),
        mode=mode,
    )


def edition_texts(edition_id: UUID) -> list[tuple[LessonText, MappingResolver]]:
    """Every lesson text of an edition with what it may refer to. Five queries for all."""
    texts = list(
        LessonText.objects.filter(lesson__activity__edition=edition_id)
        .select_related("lesson__activity")
        .order_by("lesson__activity__position", "language")
    )
    main = main_language(edition_id)
    sources = list(Source.objects.filter(edition=edition_id))
    terms = list(GlossaryTerm.objects.filter(edition=edition_id))
    media = Media.objects.in_bulk({sha for text in texts for sha in text.figures.values()})
    return [
        (
            text,
            _resolver(
                sources=[source for source in sources if source.key in text.lesson.sources],
                terms=[term for term in terms if term.language == text.language],
                media={name: media[sha] for name, sha in text.figures.items() if sha in media},
                language=text.language,
                main=main,
                mode="full",
            ),
        )
        for text in texts
    ]


def draft_resolver(edition_id: UUID, language: str, mode: Mode) -> MappingResolver:
    """Everything a text of the edition may come to refer to. Four queries."""
    return _resolver(
        sources=Source.objects.filter(edition=edition_id),
        terms=GlossaryTerm.objects.filter(edition=edition_id, language=language),
        media={p.name: p.media for p in spoken_pictures(pictures(edition_id), language)},
        language=language,
        main=main_language(edition_id),
        mode=mode,
    )


def _resolver(
    *,
    sources: Iterable[Source],
    terms: Iterable[GlossaryTerm],
    media: Mapping[str, Media],
    language: str,
    main: str,
    mode: Mode,
) -> MappingResolver:
    in_words = partial(_day_in, language)
    return MappingResolver(
        {
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
        },
        {term.key: TermRecord(term.key, term.term, term.definition) for term in terms},
        {name: figure_file(row) for name, row in media.items()},
        labels(language),
        mode,
        in_words,
        main if main != language else "",
    )


def stored_name(file: str) -> str:
    """Where a file lies in the storage; `file` is its hash with its ending."""
    return str(PurePosixPath("lessons") / file[:2] / file)


def figure_file(media: Media) -> FigureFile:
    suffix = PurePosixPath(media.file).suffix
    return FigureFile(f"/media/{media.pk}{suffix}", media.width, media.height)


def content_hash_of(activity: Activity, language: str) -> str:
    """Hash of the lesson's words in `language`; raises LessonText.DoesNotExist without them."""
    return LessonText.objects.get(lesson=activity.pk, language=language).content_hash


# ------------------------------------------------------------------ a draft's lesson
@dataclass(frozen=True)
class LessonWords:
    """All of a lesson that its editor changes: the words in one language, and what all share."""

    title: str
    topic: str
    markdown: str
    light_markdown: str
    minutes: int
    objectives: tuple[str, ...]
    sources: tuple[str, ...]
    review_by: date

    @property
    def seen(self) -> str:
        """Names what a form was opened with: two of the same name were shown the same."""
        return sha256_of({**asdict(self), "review_by": self.review_by.isoformat()})


def lesson_words(text: LessonText) -> LessonWords:
    """One query, for the title; needs `text.lesson.activity`."""
    lesson, activity = text.lesson, text.lesson.activity
    titles = EditionLanguage.objects.filter(
        edition=activity.edition_id, language=text.language
    ).values_list("activity_titles", flat=True)
    return LessonWords(
        title=dict(titles[0]).get(activity.key, "") if titles else "",
        topic=text.topic,
        markdown=text.markdown,
        light_markdown=text.light_markdown,
        minutes=activity.minutes,
        objectives=tuple(lesson.objectives),
        sources=tuple(lesson.sources),
        review_by=lesson.review_by,
    )


# ------------------------------------------------------------------ pictures
def pictures(edition_id: UUID) -> list[Picture]:
    """The edition's pictures by name, each with its file. One query."""
    return list(Picture.objects.filter(edition=edition_id).select_related("media"))


def spoken_pictures(known: Iterable[Picture], language: str) -> list[Picture]:
    """One picture a name: the language's own before the common one."""
    ranked = sorted((p for p in known if p.language in {"", language}), key=lambda p: p.language)
    return sorted({p.name: p for p in ranked}.values(), key=lambda p: p.name)


def shown_files(edition_id: UUID, language: str) -> dict[str, dict[str, Any]]:
    """What courses.pictures knows of each: its file and size, by name. One query."""
    return {
        picture.name: {
            "file": f"{picture.media_id}{PurePosixPath(picture.media.file).suffix}",
            "width": picture.media.width,
            "height": picture.media.height,
        }
        for picture in spoken_pictures(pictures(edition_id), language)
    }


def promised_names(edition_id: UUID) -> frozenset[str]:
    """Names that pictures will have which are still being prepared. One query."""
    waiting = Upload.objects.filter(edition=edition_id, state=Upload.State.WAITING)
    return frozenset(waiting.exclude(name="").values_list("name", flat=True))


def free_name(original: str, taken: Collection[str]) -> str:
    """A name that is not taken, after the one that the file came with."""
    stem = slugify(PurePosixPath(original.replace("\\", "/")).stem)[:_MAX_STEM] or "picture"
    name, number = f"{stem}.webp", 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}.webp"
    return name


def taken_names(edition_id: UUID) -> set[str]:
    """Of pictures that are there and of those to come. Two queries."""
    there = Picture.objects.filter(edition=edition_id).values_list("name", flat=True)
    return {*there, *promised_names(edition_id)}


def picture_users(edition_id: UUID) -> dict[tuple[str, str], list[str]]:
    """Keys of the lessons and questions that show a picture, by its name and file. Two queries."""
    texts = LessonText.objects.filter(lesson__activity__edition=edition_id)
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for shown, keys in elsewhere.users(edition_id).items():
        users[shown].update(keys)
    for key, figures in texts.values_list("lesson__activity__key", "figures"):
        for name, sha256 in figures.items():
            users[name, sha256].add(key)
    return {shown: sorted(keys) for shown, keys in users.items()}


def unfinished_uploads(edition_id: UUID) -> list[Upload]:
    """What is being prepared or was refused, newest first. One query."""
    return list(
        Upload.objects.filter(edition=edition_id)
        .exclude(state=Upload.State.READY)
        .select_related("by")
        .order_by("-at")
    )


def media_in_use() -> set[str]:
    """Hashes that any edition names: as a picture, in a text, as its cover, or in its folder."""
    used = set(Picture.objects.values_list("media", flat=True))
    for figures in LessonText.objects.values_list("figures", flat=True):
        used.update(figures.values())
    for cover, bundle in Edition.objects.values_list("cover", "bundle"):
        used.add(cover)
        for kept in (bundle, *bundle.get("translations", {}).values()):
            used.update(kept.get("figures", {}).values())
    return used
