"""Who is where on which course: counts by unit and course, and the rows behind them.

The counting rule, in one place (`counted`): everybody who serves today in one of the units, once
for each course, by the current period. Figures, matrix, people and export all come from it, so
they cannot disagree; invariant I9 counts again without it (`integrity`).

Owns: the rule, the totals and the rows. Must not: decide whose units they are (`access`), or know
an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from courseware.accounts.queries import ScopeUnit, serving_on
from courseware.certificates.queries import with_certificate
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import current_periods, with_state
from courseware.enrolments.rules import State

PAGE_SIZE = 40


@dataclass(frozen=True)
class Filters:
    """What was asked. `paths` are the units meant: the chosen one, else all of the scope."""

    today: date
    paths: tuple[str, ...]
    unit: ScopeUnit | None = None
    course: str = ""  # slug
    state: State | None = None
    completed_from: date | None = None
    completed_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None

    def as_query(self, **changes: object) -> dict[str, str]:
        """As parameters of an address, with some of them changed; None leaves one out."""
        asked: dict[str, object] = {
            "unit": self.unit.id if self.unit else None,
            "course": self.course or None,
            "state": self.state,
            "completed_from": self.completed_from,
            "completed_to": self.completed_to,
            "due_from": self.due_from,
            "due_to": self.due_to,
        }
        return {name: str(value) for name, value in (asked | changes).items() if value is not None}


# ------------------------------------------------------------------ the rule
def counted(filters: Filters) -> QuerySet[Enrolment]:
    """Every row of the report, whatever its state."""
    places = Q(pk__in=[])
    for path in filters.paths:
        places |= Q(unit__path__startswith=path)
    rows = current_periods().filter(person__postings__in=serving_on(filters.today).filter(places))
    if filters.course:
        rows = rows.filter(course__slug=filters.course)
    if filters.completed_from:
        rows = rows.filter(completed_on__gte=filters.completed_from)
    if filters.completed_to:
        rows = rows.filter(completed_on__lte=filters.completed_to)
    if filters.due_from:
        rows = rows.filter(due_on__gte=filters.due_from)
    if filters.due_to:
        rows = rows.filter(due_on__lte=filters.due_to)
    return rows


class CountOf(NamedTuple):
    path: str  # of the unit where they serve
    course_id: UUID
    state: State
    rows: int


def counts(filters: Filters) -> list[CountOf]:
    """How many, by unit, course and state; one query. The state asked for is left aside."""
    groups = (
        with_state(counted(filters), filters.today)
        .values("person__postings__unit__path", "course_id", "state_on_day")
        .annotate(count=Count("pk"))
        .order_by()
        .values_list("person__postings__unit__path", "course_id", "state_on_day", "count")
    )
    return [CountOf(path, course, State(state), n) for path, course, state, n in groups]


# ------------------------------------------------------------------ rows
class Row(NamedTuple):
    """One person on one course."""

    person_id: UUID
    family_name: str
    given_name: str
    service_number: str | None
    rank: str
    unit: str
    course_id: UUID
    edition: int | None  # None until it is pinned by the first step
    period: int
    state: str
    due_on: date | None
    completed_on: date | None
    expires_on: date | None
    certificate: str  # a status, "" without a certificate

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


_COLUMNS = (
    "person_id",
    "person__family_name",
    "person__given_name",
    "person__service_number",
    "person__postings__rank",
    "person__postings__unit__name",
    "course_id",
    "edition__number",
    "period",
    "state_on_day",
    "due_on",
    "completed_on",
    "expires_on",
    "certificate_status",
    "started_at",
)


def _row(values: tuple[Any, ...]) -> Row:
    row = Row(*values[:-1])
    return row if values[-1] else row._replace(edition=None)


def _rows(filters: Filters) -> QuerySet[Any, tuple[Any, ...]]:
    """By unit, then name. The same for the page and for the export."""
    rows = with_state(counted(filters), filters.today)
    if filters.state:
        rows = rows.filter(state_on_day=filters.state.value)
    return (
        with_certificate(rows, filters.today)
        .order_by(
            "person__postings__unit__name",
            "person__postings__unit",
            "person__family_name",
            "person__given_name",
            "person",
            "course__position",
            "course__key",
        )
        .values_list(*_COLUMNS)
    )


def every_row(filters: Filters, *, chunk_size: int) -> Iterator[Row]:
    """All rows, from a cursor of the database where it can hold one open without harm."""
    rows = _rows(filters)
    if rows.query.get_compiler(rows.db).connection.vendor == "sqlite":
        # There an open cursor holds the whole connection to what it saw first: a grant that ends
        # meanwhile would go unseen until the last row.
        return iter([_row(values) for values in rows])
    return (_row(values) for values in rows.iterator(chunk_size=chunk_size))


@dataclass(frozen=True)
class PageOfRows:
    rows: list[Row]
    number: int
    pages: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_of_rows(filters: Filters, *, wanted: str, total: int) -> PageOfRows:
    """The page that was asked for, or the nearest there is. `total` comes from the counts."""
    pages = max(1, -(-total // PAGE_SIZE))
    try:
        number = min(max(1, int(wanted)), pages)
    except ValueError:  # not a number, or one of thousands of digits
        number = 1
    first = (number - 1) * PAGE_SIZE
    rows = _rows(filters)[first : first + PAGE_SIZE]
    return PageOfRows([_row(values) for values in rows], number, pages)
