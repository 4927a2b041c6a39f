"""The tree of the force. The only writers of `Unit.path`."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from courseware.accounts.actions.actor import id_of
from courseware.accounts.models import Unit, User
from courseware.audit.actions import record

UNIT_FIELDS = frozenset({"name", "code", "closed_on"})


def _lock_tree() -> None:
    """Paths depend on each other: one writer at a time. A force has a few thousand units."""
    list(Unit.objects.select_for_update().order_by("pk").values_list("pk", flat=True))


def _path(unit: Unit, parent: Unit | None) -> str:
    path = f"{parent.path if parent else '/'}{unit.pk}/"
    longest = Unit._meta.get_field("path").max_length or 0
    if len(path) > longest:
        raise ValidationError(_("The units lie too deep inside each other."))
    return path


@transaction.atomic
def create_unit(
    *, name: str, code: str, parent: Unit | None, by: User | None, now: datetime
) -> Unit:
    _lock_tree()
    if parent is not None:
        parent.refresh_from_db()
    unit = Unit(name=name, code=code, parent=parent)
    unit.full_clean()
    unit.save()
    unit.path = _path(unit, parent)
    unit.save(update_fields=["path"])
    record(verb="unit.created", subject=("unit", unit.pk), by=id_of(by), now=now)
    return unit


@transaction.atomic
def update_unit(*, unit: Unit, by: User, now: datetime, **changes: Any) -> list[str]:
    """Name, code and closing day; the place in the tree is `move_unit`'s."""
    unknown = set(changes) - UNIT_FIELDS
    if unknown:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    changed = sorted(name for name, value in changes.items() if getattr(unit, name) != value)
    for name in changed:
        setattr(unit, name, changes[name])
    unit.full_clean()
    if changed:
        unit.save(update_fields=changed)
        record(
            verb="unit.updated",
            subject=("unit", unit.pk),
            by=by.pk,
            now=now,
            details={"fields": changed},
        )
    return changed


def check_move(*, unit: Unit, parent: Unit | None) -> None:
    if parent is not None and parent.path.startswith(unit.path):
        raise ValidationError(_("A unit cannot lie inside itself."))


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit | None, by: User | None, now: datetime) -> Unit:
    """Hang the unit, with all below it, under another one (None: at the top)."""
    _lock_tree()
    unit.refresh_from_db()
    if parent is not None:
        parent.refresh_from_db()
    check_move(unit=unit, parent=parent)
    if unit.parent_id == (parent.pk if parent else None):
        return unit
    old_path, new_path = unit.path, _path(unit, parent)
    below = Unit.objects.filter(path__startswith=old_path)
    deepest = max(len(path) for path in below.values_list("path", flat=True))
    if deepest - len(old_path) + len(new_path) > (Unit._meta.get_field("path").max_length or 0):
        raise ValidationError(_("The units lie too deep inside each other."))
    below.update(path=Concat(Value(new_path), Substr("path", len(old_path) + 1)))
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    record(
        verb="unit.moved",
        subject=("unit", unit.pk),
        by=id_of(by),
        now=now,
        details={"from": old_path, "to": new_path},
    )
    unit.refresh_from_db()
    return unit
