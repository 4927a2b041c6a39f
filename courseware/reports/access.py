"""Which units a report may speak of to whom. A unit outside is a unit that does not exist.

Owns: the scope of a report as a tree, and looking again whether it still holds. Must not: count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import Http404

from courseware.accounts.access import require, scope_units
from courseware.accounts.models import Unit, User

SEE, EXPORT = "see completions", "export completions"


@dataclass(frozen=True)
class ScopeUnit:
    """A unit in its place below the units that somebody answers for."""

    id: int
    name: str
    code: str
    path: str
    parent_id: int | None
    depth: int  # 0: granted itself


@dataclass(frozen=True)
class Scope:
    """The granted units with everything below them, each before what lies below it."""

    units: tuple[ScopeUnit, ...]

    @cached_property
    def _by_id(self) -> dict[str, ScopeUnit]:
        return {str(unit.id): unit for unit in self.units}

    @property
    def tops(self) -> tuple[ScopeUnit, ...]:
        return tuple(unit for unit in self.units if unit.depth == 0)

    def below(self, unit: ScopeUnit) -> tuple[ScopeUnit, ...]:
        """The units directly under `unit`."""
        return tuple(one for one in self.units if one.parent_id == unit.id and one.depth)

    def unit(self, key: str) -> ScopeUnit:
        """Raises Http404 for an unknown unit and for one outside the scope alike."""
        if key not in self._by_id:
            raise Http404
        return self._by_id[key]

    def covers(self, paths: Iterable[str]) -> bool:
        tops = tuple(top.path for top in self.tops)
        return all(path.startswith(tops) for path in paths)


def report_scope(user: User, permission: str) -> Scope:
    """Raises Http404 without the permission. One query beyond the grants."""
    require(user, permission)
    return Scope(tuple(_in_reading_order(list(scope_units(user, permission)))))


def _in_reading_order(units: list[Unit]) -> list[ScopeUnit]:
    ids = {unit.pk for unit in units}
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda one: (one.name.casefold(), one.pk)):
        below.setdefault(unit.parent_id if unit.parent_id in ids else None, []).append(unit)
    ordered: list[ScopeUnit] = []
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, depth = waiting.pop()
        ordered.append(ScopeUnit(unit.pk, unit.name, unit.code, unit.path, unit.parent_id, depth))
        waiting += [(one, depth + 1) for one in reversed(below.get(unit.pk, []))]
    return ordered


def may_still_export(user_id: UUID, paths: Iterable[str]) -> bool:
    """Asked in the middle of an export: everything is read again."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    try:
        return report_scope(user, EXPORT).covers(paths)
    except Http404:
        return False
