"""Invariant I9: what reports say is what is there.

Everything is counted a second time, row by row in plain code: units by their parents instead of
their paths, states by the pure rule instead of SQL, the current period by comparing periods. Total,
matrix and rows of the real queries must agree with that, for the whole force, for every unit on
top and for every unit directly below one.

Owns: counting again. Must not: share a line with what it checks, or mend anything.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from courseware.accounts.models import Posting, Unit
from courseware.accounts.queries import ScopeUnit
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import dates_of
from courseware.enrolments.rules import State, state
from courseware.reports.access import Scope, whole_force
from courseware.reports.queries.completions import Filters, counts, every_row
from courseware.reports.queries.matrix import matrix

#: How many, by course and state.
Sums = Counter[tuple[UUID, State]]


def disagreements(today: date) -> Iterator[tuple[str, str]]:
    """(which report, what is wrong), without a name."""
    scope = whole_force()
    base = _counted_one_by_one(today)
    places: list[ScopeUnit | None] = [None, *(unit for unit in scope.units if unit.depth < 2)]
    for place in places:
        expected = sum((base[key] for key in _below(place) if key in base), Sums())
        for what, found in _said(scope, place, today):
            if found != expected:
                yield (
                    f"unit {place.id}" if place else "all units",
                    f"The {what} of the report count {found.total()}, one by one there are"
                    f" {expected.total()}{_where(found, expected)}.",
                )


def _said(scope: Scope, place: ScopeUnit | None, today: date) -> Iterator[tuple[str, Sums]]:
    """The report's own three ways of counting."""
    tops = (place,) if place else scope.tops
    filters = Filters(today=today, paths=tuple(unit.path for unit in tops), unit=place)
    found = counts(filters)
    totals, cells, rows = Sums(), Sums(), Sums()
    for count in found:
        totals[count.course_id, count.state] += count.rows
    for line in matrix(scope, place, found).rows:
        for course, cell in line.cells.items():
            for key, number in cell.states.items():
                cells[course, key] += number
    for row in every_row(filters, chunk_size=1000):
        rows[row.course_id, State(row.state)] += 1
    yield from (("totals", totals), ("cells", cells), ("rows", rows))


def _where(found: Sums, expected: Sums) -> str:
    if found.total() != expected.total():
        return ""
    return ", but not in the same courses and states"


# ------------------------------------------------------------------ one by one
def _counted_one_by_one(today: date) -> dict[int, Sums]:
    """By the unit where people serve today."""
    serves = {
        posting.person_id: posting.unit_id
        for posting in Posting.objects.order_by("from_on", "pk").iterator()
        if posting.from_on <= today and (posting.to_on is None or posting.to_on >= today)
    }
    base: dict[int, Sums] = {}
    for enrolment in _current():
        unit = serves.get(enrolment.person_id)
        if unit is not None:
            key = (enrolment.course_id, state(dates_of(enrolment), today))
            base.setdefault(unit, Sums())[key] += 1
    return base


def _current() -> Iterator[Enrolment]:
    """Of each person and course the last period that was not withdrawn, else the last."""
    kept: Enrolment | None = None
    for one in Enrolment.objects.order_by("person", "course", "period").iterator():
        if kept is None or (one.person_id, one.course_id) != (kept.person_id, kept.course_id):
            if kept is not None:
                yield kept
            kept = one
        elif one.withdrawn_at is None or kept.withdrawn_at is not None:
            kept = one
    if kept is not None:
        yield kept


def _below(place: ScopeUnit | None) -> set[int]:
    """Ids of the place and of everything under it, by the units' parents."""
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    if place is None:
        return set(parents)
    found = {place.id}
    while more := {pk for pk, parent in parents.items() if parent in found} - found:
        found |= more
    return found
