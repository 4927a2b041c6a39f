"""Events of the audit trail as people read them, newest first, and the same rows for a file.

A page costs the same however long the trail is: it goes on from a place ("older than this
event"), and nothing is counted.

Must not: know answers; an attempt stands here by its id.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from courseware.accounts.models import User
from courseware.audit import schema
from courseware.audit.models import AuditEvent, SealEntry
from courseware.audit.verbs import SUBJECTS, words_of
from courseware.enrolments.models import Enrolment
from courseware.reports.queries.trail_names import Named, Names, details_of, names_on

PAGE = 50
_ROWS_AT_ONCE = 1000
#: More people than this are too many to choose from: the reader types more of the name.
MOST_PEOPLE = 20


@dataclass(frozen=True)
class TrailFilters:
    """What is looked for. Days are whole days in `zone`, both included."""

    zone: tzinfo
    person: UUID | None = None
    verb: str = ""
    subject_type: str = ""
    subject_id: str = ""
    first: date | None = None
    last: date | None = None

    def as_query(self, **changes: str) -> dict[str, str]:
        """As they stand in an address. Nobody's name is in it."""
        query = {
            "person": str(self.person or ""),
            "verb": self.verb,
            "type": self.subject_type,
            "id": self.subject_id,
            "since": self.first.isoformat() if self.first else "",
            "until": self.last.isoformat() if self.last else "",
            **changes,
        }
        return {name: value for name, value in query.items() if value}

    def about(self, subject_type: str, subject_id: str) -> "TrailFilters":
        """Everything about one thing, and nothing else asked."""
        return TrailFilters(self.zone, subject_type=subject_type, subject_id=subject_id)

    def of_person(self, person: UUID) -> "TrailFilters":
        """The same for somebody."""
        return replace(self, person=person)


@dataclass(frozen=True)
class Place:
    """Between two events: where a page begins."""

    at: datetime
    id: UUID

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for anything but what `str` makes: the page then begins at the newest."""
        moment, _, identity = text.partition("_")
        try:
            return cls(
                datetime.fromtimestamp(0, UTC) + timedelta(microseconds=int(moment)),
                UUID(identity),
            )
        except (ValueError, OverflowError):
            return None

    @classmethod
    def of(cls, event: AuditEvent) -> "Place":
        return cls(event.at, event.pk)

    def __str__(self) -> str:
        since = self.at - datetime.fromtimestamp(0, UTC)
        return f"{since // timedelta(microseconds=1)}_{self.id.hex}"


@dataclass(frozen=True)
class Row:
    """One event as it is shown."""

    id: UUID
    at: datetime
    verb: str
    what: str
    actor: Named | None  # None: the product itself
    actor_id: UUID | None
    subject_type: str
    subject_kind: str
    subject_id: str
    subject: Named
    details: tuple[tuple[str, str], ...]
    are_details_gone: bool
    seal: int | None


@dataclass(frozen=True)
class TrailPage:
    rows: list[Row]
    newer: Place | None
    older: Place | None


# ------------------------------------------------------------------ events
def events(filters: TrailFilters) -> QuerySet[AuditEvent]:
    """What the filters ask for, in no order. One or two queries before the one for events."""
    found = AuditEvent.objects.all()
    if filters.person:
        found = found.filter(_by_or_about(filters.person))
    if filters.verb:
        found = found.filter(verb=filters.verb)
    if filters.subject_type:
        found = found.filter(subject_type=filters.subject_type)
    if filters.subject_id:
        found = found.filter(subject_id=filters.subject_id)
    if filters.first:
        found = found.filter(at__gte=_midnight(filters.first, filters.zone))
    if filters.last:
        found = found.filter(at__lt=_midnight(filters.last + timedelta(days=1), filters.zone))
    return found


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _by_or_about(person: UUID) -> Q:
    """What the person did, and what happened to them, their courses, tests and certificates."""
    about: dict[str, set[str]] = {"person": {str(person)}}
    for ids in Enrolment.objects.filter(person=person).values_list(
        "pk", "completion__pk", "completion__certificate__pk"
    ):
        for kind, pk in zip(("enrolment", "completion", "certificate"), ids, strict=True):
            if pk is not None:
                about.setdefault(kind, set()).add(str(pk))
    # Reports do not know the tests' tables; the trail knows who began which attempt.
    began = AuditEvent.objects.filter(actor_id=person, verb="attempt.started")
    about["attempt"] = set(began.values_list("subject_id", flat=True))
    wanted = Q(actor_id=person)
    for kind, subjects in about.items():
        wanted |= Q(subject_type=kind, subject_id__in=subjects)
    return wanted


def page_of_events(
    filters: TrailFilters, *, reader: User, before: Place | None, after: Place | None
) -> TrailPage:
    """The page that begins after (older than) `before` or ends before (newer than) `after`."""
    if before is None and after is not None:
        found = list(_newer_than(events(filters), after)[: PAGE + 1])
        has_newer, has_older = len(found) > PAGE, True
        found = found[:PAGE][::-1]
    else:
        found = list(_older_than(events(filters), before)[: PAGE + 1])
        has_newer, has_older = before is not None, len(found) > PAGE
        found = found[:PAGE]
    return TrailPage(
        rows=_rows(found, reader),
        newer=Place.of(found[0]) if found and has_newer else None,
        older=Place.of(found[-1]) if found and has_older else None,
    )


def every_row(filters: TrailFilters, *, reader: User) -> Iterator[list[Row]]:
    """All of them, newest first, some at a time: each time three queries and what names need."""
    asked, place = events(filters), None
    while found := list(_older_than(asked, place)[:_ROWS_AT_ONCE]):
        yield _rows(found, reader)
        place = Place.of(found[-1])


def _older_than(found: QuerySet[AuditEvent], place: Place | None) -> QuerySet[AuditEvent]:
    if place is not None:
        found = found.filter(Q(at__lt=place.at) | Q(at=place.at, id__lt=place.id))
        found = found.filter(at__lte=place.at)  # says the same to an index
    return found.order_by("-at", "-id").select_related("detail")


def _newer_than(found: QuerySet[AuditEvent], place: Place) -> QuerySet[AuditEvent]:
    found = found.filter(Q(at__gt=place.at) | Q(at=place.at, id__gt=place.id), at__gte=place.at)
    return found.order_by("at", "id").select_related("detail")


# ------------------------------------------------------------------ people
def people_called(text: str) -> list[User]:
    """Whoever has this e-mail address or service number; else whose name holds all the words.

    One more than MOST_PEOPLE means: too many.
    """
    words = text.split()
    if not words:
        return []
    exact = Q(email__iexact=text.strip()) | Q(service_number__iexact=text.strip())
    named = Q()
    for word in words:
        named &= Q(given_name__icontains=word) | Q(family_name__icontains=word)
    people = User.objects.filter(exact | named).order_by("family_name", "given_name", "pk")
    return list(people[: MOST_PEOPLE + 1])


def person_called(person: UUID) -> User | None:
    return User.objects.filter(pk=person).first()


# ------------------------------------------------------------------ rows
def _rows(found: list[AuditEvent], reader: User) -> list[Row]:
    names = names_on(found, reader)
    nothing = schema.details_hash({}, key=settings.AUDIT_KEY)
    seals = dict(
        SealEntry.objects.filter(event__in=[event.pk for event in found]).values_list(
            "event_id", "seal__number"
        )
    )
    return [
        Row(
            id=event.pk,
            at=event.at,
            verb=event.verb,
            what=words_of(event.verb),
            actor=names.of("person", str(event.actor_id)) if event.actor_id else None,
            actor_id=event.actor_id,
            subject_type=event.subject_type,
            subject_kind=str(SUBJECTS.get(event.subject_type, event.subject_type)),
            subject_id=event.subject_id,
            subject=names.of(event.subject_type, event.subject_id),
            details=tuple(_details_in_words(details_of(event), names)),
            are_details_gone=event.details_hash != nothing and not details_of(event),
            seal=seals.get(event.pk),
        )
        for event in found
    ]


def _details_in_words(details: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    """One line a value; what lies inside a value keeps the value's name in front."""
    for name, value in sorted(details.items()):
        if isinstance(value, dict):
            yield from ((f"{name}, {inner}", _in_words(deep)) for inner, deep in value.items())
        elif name == "person":
            yield name, names.of("person", str(value)).words
        else:
            yield name, _in_words(value)


def _in_words(value: object) -> str:
    """Plain values as they are, the rest as JSON: whoever reads this knows why they look."""
    if value is None or value == "":
        return "–"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
