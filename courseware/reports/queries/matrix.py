"""Units × courses, made of the counts in one pass.

Rows are the units directly below the one that is looked at, each with everything under it, and the
unit itself for whoever serves right there. They share no person, so they add up to the whole.

Owns: adding up, and what a cell says. Must not: ask the database.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from courseware.accounts.queries import ScopeUnit
from courseware.enrolments.rules import State
from courseware.reports.access import Scope
from courseware.reports.queries.completions import CountOf

#: A completion that holds today.
VALID = frozenset({State.DONE, State.EXPIRING})
#: Worst first: what a cell shows of its people.
_WORST = (State.OVERDUE, State.EXPIRED, State.NEEDS_TALK, State.DUE_SOON, State.EXPIRING)


@dataclass(frozen=True)
class Cell:
    """How many people stand where. Whoever was withdrawn is counted and not expected."""

    states: Mapping[State, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def expected(self) -> int:
        return self.total - self.states.get(State.WITHDRAWN, 0)

    @property
    def valid(self) -> int:
        return sum(self.states.get(state, 0) for state in VALID)

    @property
    def worst(self) -> State | None:
        """The state that somebody should look at first; none if all is well or nothing is due."""
        return next((state for state in _WORST if self.states.get(state)), None)

    @property
    def worst_count(self) -> int:
        return self.states[self.worst] if self.worst else 0

    @property
    def is_complete(self) -> bool:
        return self.expected > 0 and self.valid == self.expected


@dataclass(frozen=True)
class MatrixRow:
    """`unit` with everything below it, or only those posted to it itself."""

    unit: ScopeUnit
    is_itself: bool
    cells: Mapping[UUID, Cell]
    total: Cell


@dataclass(frozen=True)
class Matrix:
    rows: Sequence[MatrixRow]
    courses: Mapping[UUID, Cell]  # the last line: by course
    total: Cell


@dataclass
class _Sums:
    """Counters of a row while it is added up."""

    cells: dict[UUID, Counter[State]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, count: CountOf) -> None:
        self.cells[count.course_id][count.state] += count.rows

    def frozen(self) -> tuple[dict[UUID, Cell], Cell]:
        total = sum(self.cells.values(), Counter[State]())
        return {course: Cell(states) for course, states in self.cells.items()}, Cell(total)


def looked_at(scope: Scope, unit: ScopeUnit | None) -> ScopeUnit | None:
    """The unit that is taken apart: the chosen one, else the only one there is on top."""
    if unit is None and len(scope.tops) == 1:
        return scope.tops[0]
    return unit


def matrix(scope: Scope, unit: ScopeUnit | None, counts: Iterable[CountOf]) -> Matrix:
    """A unit below without anybody has its row all the same; the unit itself only with somebody."""
    centre = looked_at(scope, unit)
    parts = scope.below(centre) if centre else scope.tops
    sums: dict[str, _Sums] = {part.path: _Sums() for part in parts}
    own, everybody = _Sums(), _Sums()
    for count in counts:
        everybody.add(count)
        if centre and count.path == centre.path:
            own.add(count)
        else:
            sums.get(_part_of(count.path, centre, sums), own).add(count)
    rows = [_row(part, sums[part.path], is_itself=False) for part in parts]
    if centre and (own.cells or not parts):
        rows.insert(0, _row(centre, own, is_itself=bool(parts)))
    courses, total = everybody.frozen()
    return Matrix(rows, courses, total)


def _part_of(path: str, centre: ScopeUnit | None, parts: Iterable[str]) -> str:
    """The path of the row to which a unit's people belong."""
    if centre:  # one step below the centre
        step, _slash, _rest = path.removeprefix(centre.path).partition("/")
        return f"{centre.path}{step}/"
    return next(part for part in parts if path.startswith(part))


def _row(unit: ScopeUnit, sums: _Sums, *, is_itself: bool) -> MatrixRow:
    cells, total = sums.frozen()
    return MatrixRow(unit, is_itself, cells, total)
