"""Who may do what. A grant is ended by date, never edited and never deleted once it has held."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from courseware.accounts.actions.actor import id_of
from courseware.accounts.actions.people import end_sessions
from courseware.accounts.models import RoleGrant, Unit, User
from courseware.accounts.roles import BY_KEY
from courseware.audit.actions import record


@transaction.atomic
def grant_role(
    *,
    person: User,
    role: str,
    by: User | None,
    now: datetime,
    from_on: date,
    to_on: date | None = None,
    unit: Unit | None = None,
    course_slug: str = "",
) -> RoleGrant:
    """Give a role over a span of days, for a unit with all below it, or for a course.

    A course role without `course_slug` holds for every course.
    """
    check_grant(
        person=person,
        role=role,
        unit=unit,
        course_slug=course_slug,
        from_on=from_on,
        to_on=to_on,
        by=by,
    )
    grant = RoleGrant(
        person=person,
        role=role,
        unit=unit,
        course_slug=course_slug,
        from_on=from_on,
        to_on=to_on,
        granted_by=by,
        granted_at=now,
    )
    grant.full_clean()
    grant.save()
    if BY_KEY[role].is_staff:
        end_sessions(person=person)  # more rights, a new session with a second step
    record(
        verb="grant.given",
        subject=("person", person.pk),
        by=id_of(by),
        now=now,
        details=grant_details(grant),
    )
    return grant


def check_grant(
    *,
    person: User,
    role: str,
    unit: Unit | None,
    course_slug: str,
    from_on: date | None,
    to_on: date | None,
    by: User | None,
) -> None:
    """Raises ValidationError where the grant does not fit its role's scope, its giver or itself."""
    if from_on and to_on and to_on < from_on:
        raise ValidationError({"to_on": _("The last day comes before the first.")})
    if by is not None and by.pk == person.pk:
        raise ValidationError(_("Nobody gives a role to themselves. Ask another administrator."))
    known = BY_KEY.get(role)
    if known is None:
        raise ValidationError(_("There is no such role."))
    if known.scope == "unit" and unit is None:
        raise ValidationError(_("Say for which unit. The topmost unit stands for the whole force."))
    if known.scope != "unit" and unit is not None:
        raise ValidationError(_("This role does not belong to a unit."))
    if known.scope != "course" and course_slug:
        raise ValidationError(_("This role does not belong to a course."))


def grant_details(grant: RoleGrant) -> dict[str, Any]:
    """What the trail says about a grant; I8 compares the table with it."""
    return {
        "grant": str(grant.pk),
        "role": grant.role,
        "unit": grant.unit_id,
        "course": grant.course_slug,
        "from": grant.from_on.isoformat(),
        "to": grant.to_on.isoformat() if grant.to_on else None,
    }


@transaction.atomic
def end_grant(*, grant: RoleGrant, to_on: date, by: User | None, now: datetime) -> RoleGrant:
    """`to_on` is the last day on which the grant holds; yesterday ends it at once.

    A grant that has not begun by then ends on the day before it begins, by being removed.
    """
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    details = grant_details(grant) | {"to": to_on.isoformat()}
    if to_on < grant.from_on:
        grant.delete()
    else:
        grant.to_on = to_on
        grant.full_clean()
        grant.save(update_fields=["to_on"])
    record(
        verb="grant.ended",
        subject=("person", grant.person_id),
        by=id_of(by),
        now=now,
        details=details,
    )
    return grant
