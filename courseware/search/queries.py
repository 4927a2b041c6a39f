"""Reads of the index, for the courses a person is on and nothing else.

Every function takes the person's journeys: whoever has none finds nothing. A fixed number of
queries whatever the size.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.urls import reverse

from courseware.core.folding import Asked, folded
from courseware.courses.models import EditionLanguage, GlossaryTerm
from courseware.courses.queries import Outline
from courseware.enrolments.queries import Journey
from courseware.search.engine.snippets import Part, opening, snippet
from courseware.search.models import Filled, SearchEntry
from lessons.dialect import DIALECT_VERSION

#: Names what is in the index: raise it whenever the same words would be filled in differently.
VERSION = f"1-{DIALECT_VERSION}"
PAGE_SIZE = 20
Kind = SearchEntry.Kind


# ------------------------------------------------------------------ what is in the index
@dataclass(frozen=True)
class Words:
    """An edition in one language."""

    edition_id: UUID
    language: str


def words_read(journeys: Iterable[Journey]) -> list[Words]:
    """What a person reads: the edition of each course in their language, or the nearest."""
    return [Words(one.outline.edition_id, one.outline.language) for one in journeys]


def missing(wanted: Iterable[Words]) -> list[Words]:
    """What was never filled. What an older version filled is still found until it is renewed."""
    asked_for = list(wanted)
    filled = {
        Words(edition, language)
        for edition, language in Filled.objects.filter(
            edition__in={words.edition_id for words in asked_for}
        ).values_list("edition", "language")
    }
    return [words for words in asked_for if words not in filled]


def unfilled() -> list[Words]:
    """Published words that today's version has not filled, the newest first."""
    current = Filled.objects.filter(
        edition=OuterRef("edition"), language=OuterRef("language"), version=VERSION
    )
    published = EditionLanguage.objects.filter(
        ~Exists(current), published_at__isnull=False, edition__published_at__isnull=False
    ).order_by("-published_at", "pk")
    return [Words(*row) for row in published.values_list("edition", "language")]


# ------------------------------------------------------------------ search
@dataclass(frozen=True)
class Hit:
    """One finding as the page shows it."""

    kind: str
    kind_label: str
    title: str
    lesson_title: str  # of a section
    url: str  # empty for what is still locked
    snippet: tuple[Part, ...]
    topic: str  # in place of a snippet, where the text is not quoted


@dataclass(frozen=True)
class Group:
    """The findings of one course."""

    outline: Outline
    hits: list[Hit]

    @property
    def has_locked(self) -> bool:
        return any(not hit.url for hit in self.hits)


@dataclass(frozen=True)
class Results:
    page: Page[SearchEntry]
    groups: list[Group]

    @property
    def total(self) -> int:
        return self.page.paginator.count


def find(journeys: Sequence[Journey], asked: Asked, page: str | None) -> Results:
    """Entries that hold every word, the best first, a page of them by course. Two queries."""
    found = Paginator(_matches(journeys, asked), PAGE_SIZE).get_page(page)
    by_edition = {one.outline.edition_id: one for one in journeys}
    groups: dict[UUID, Group] = {}
    for entry in found:
        mine = by_edition[entry.edition_id]
        group = groups.setdefault(entry.edition_id, Group(mine.outline, []))
        group.hits.append(_hit(entry, mine, asked.words))
    return Results(found, list(groups.values()))


def _matches(journeys: Sequence[Journey], asked: Asked) -> QuerySet[SearchEntry]:
    if not asked.words:
        return SearchEntry.objects.none()
    entries = SearchEntry.objects.filter(_within(words_read(journeys)))
    in_title, anywhere = Q(), Q()
    for word in asked.words:  # words are letters and digits only: nothing in them is a wildcard
        in_title &= Q(folded_title__contains=f" {word}")
        anywhere &= Q(folded__contains=f" {word}")
    nearer = SearchEntry.objects.filter(
        anywhere,
        kind=Kind.SECTION,
        edition=OuterRef("edition"),
        language=OuterRef("language"),
        key=OuterRef("key"),
    )
    return (
        entries.filter(anywhere)
        .annotate(titled=ExpressionWrapper(in_title, BooleanField()))
        # A section that holds every word says better where they are than its lesson does.
        .exclude(Q(Exists(nearer)), kind=Kind.LESSON, titled=False)
        .annotate(
            rank=Case(
                When(titled=False, then=Value(3)),
                When(kind=Kind.LESSON, then=Value(0)),
                When(kind=Kind.TERM, then=Value(1)),
                default=Value(2),
            )
        )
        .order_by("rank", "edition__course__position", "edition__course__key", "position")
        .defer("folded", "folded_title")
    )


def _within(wanted: Sequence[Words]) -> Q:
    """Nothing, where nothing is wanted."""
    allowed = Q(pk__in=[])
    for language in sorted({words.language for words in wanted}):
        editions = [words.edition_id for words in wanted if words.language == language]
        allowed |= Q(language=language, edition__in=editions)
    return allowed


def _hit(entry: SearchEntry, mine: Journey, words: Sequence[str]) -> Hit:
    lesson = mine.row(entry.key) if entry.kind != Kind.TERM else None
    is_open = entry.kind == Kind.TERM or (lesson is not None and lesson.is_open)
    quoted = snippet(entry.text, words) if is_open else ()
    if not quoted and is_open and not entry.topic:
        quoted = opening(entry.text)
    url = lesson.item.url if lesson else _term_url(mine.outline, entry.key)
    return Hit(
        kind=entry.kind,
        kind_label=str(Kind(entry.kind).label),
        title=entry.title,
        lesson_title=lesson.item.title if lesson and entry.kind == Kind.SECTION else "",
        url=(f"{url}#{entry.anchor}" if entry.anchor else url) if is_open else "",
        snippet=quoted,
        topic="" if quoted else entry.topic,
    )


def _term_url(outline: Outline, key: str) -> str:
    return f"{reverse('course_glossary', args=[outline.course_slug])}#term-{key}"


# ------------------------------------------------------------------ glossaries
@dataclass(frozen=True)
class Use:
    """A lesson that uses a term."""

    title: str
    url: str  # empty for what is still locked


@dataclass(frozen=True)
class Term:
    key: str
    term: str
    definition: str
    uses: tuple[Use, ...]


@dataclass(frozen=True)
class Place:
    """A course in whose glossary a term stands."""

    outline: Outline
    url: str


@dataclass(frozen=True)
class Meaning:
    definition: str
    language: str
    places: list[Place]


@dataclass(frozen=True)
class SharedTerm:
    """A term over all courses: each wording of its meaning, with the courses that give it."""

    key: str
    term: str
    language: str
    meanings: list[Meaning]


@dataclass(frozen=True)
class Letter[T]:
    """The terms that begin alike."""

    letter: str
    terms: list[T]


def course_terms(mine: Journey) -> list[Letter[Term]]:
    """The course's glossary by the alphabet. Two queries."""
    outline = mine.outline
    entries = SearchEntry.objects.filter(
        edition=outline.edition_id, language=outline.language, kind=Kind.TERM
    )
    used_in: dict[str, list[str]] = dict(entries.values_list("key", "used_in"))
    terms = GlossaryTerm.objects.filter(edition=outline.edition_id, language=outline.language)
    listed = [
        Term(term.key, term.term, term.definition, _uses(mine, used_in.get(term.key, [])))
        for term in terms
    ]
    return _by_letter([(term.term, term) for term in listed])


def _uses(mine: Journey, keys: Iterable[str]) -> tuple[Use, ...]:
    rows = [row for row in map(mine.row, keys) if row is not None]
    return tuple(Use(row.item.title, row.item.url if row.is_open else "") for row in rows)


def all_terms(journeys: Sequence[Journey]) -> list[Letter[SharedTerm]]:
    """Every term of the person's courses once, whatever its capitals. One query."""
    outlines = {one.outline.edition_id: one.outline for one in journeys}
    shared: dict[str, SharedTerm] = {}
    rows = GlossaryTerm.objects.filter(_within(words_read(journeys))).order_by(
        F("edition__course__position"), F("edition__course__key"), "key"
    )
    for row in rows:
        outline = outlines[row.edition_id]
        name = folded(row.term) or row.term
        term = shared.setdefault(name, SharedTerm(row.key, row.term, row.language, []))
        place = Place(outline, _term_url(outline, row.key))
        for meaning in term.meanings:
            if (meaning.definition, meaning.language) == (row.definition, row.language):
                meaning.places.append(place)
                break
        else:
            term.meanings.append(Meaning(row.definition, row.language, [place]))
    return _by_letter([(term.term, term) for term in shared.values()])


def _by_letter[T](named: list[tuple[str, T]]) -> list[Letter[T]]:
    """Sorted as words are compared, under their first letter; figures and signs under "#"."""
    letters: dict[str, Letter[T]] = {}
    for name, term in sorted(named, key=lambda pair: (folded(pair[0]), pair[0])):
        first = folded(name)[1:2].upper()
        letter = first if first.isalpha() else "#"
        letters.setdefault(letter, Letter(letter, [])).terms.append(term)
    return list(letters.values())
