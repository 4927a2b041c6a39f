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
from courseware.accounts.queries import ScopeUnit, in_reading_order

SEE, EXPORT = "see completions", "export completions"


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
    return Scope(tuple(in_reading_order(list(scope_units(user, permission)))))


def whole_force() -> Scope:
    """Every unit, for whoever checks the reports and not for whoever reads them."""
    return Scope(tuple(in_reading_order(list(Unit.objects.all()))))


def may_still_export(user_id: UUID, paths: Iterable[str]) -> bool:
    """Asked in the middle of an export: everything is read again."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    try:
        return report_scope(user, EXPORT).covers(paths)
    except Http404:
        return False
