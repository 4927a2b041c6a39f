"""Who may do what, over whom. The only way a view obtains somebody else's record.

A person holds grants; a grant carries a role; a role carries permissions (roles.py) and a scope:

    self    the person            unit    the unit and everything below it
    course  one course or all     force   everybody

Grants are read again whenever a permission is used: a change acts at once. What somebody may not
see answers like what does not exist (404). Looking at another person's record is recorded here.
"""

import zoneinfo
from datetime import date, datetime
from uuid import UUID

from allauth.account.internal.flows.reauthentication import (
    is_reauthentication_required,
    raise_if_reauthentication_required,
)
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from courseware.accounts.models import Posting, RoleGrant, Unit, User
from courseware.accounts.roles import BY_KEY, STAFF_ROLES, Administrator, Trainee
from courseware.audit.actions import record


class SecondFactorNeeded(Exception):
    """The permission is held, but this session was not opened with a second step."""


def today() -> date:
    """The day by which grants and postings hold: the force's, the same for every reader."""
    return timezone.localdate(timezone=zoneinfo.ZoneInfo(settings.DEFAULT_USER_TIME_ZONE))


# ------------------------------------------------------------------ grants
def grants_on(day: date) -> QuerySet[RoleGrant]:
    """Grants that hold on `day`, both ends included."""
    return RoleGrant.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day, person__is_active=True
    )


def active_grants(user: User) -> list[RoleGrant]:
    """The person's grants of today. One query, remembered on the user for this request."""
    cached: list[RoleGrant] | None = getattr(user, "_active_grants", None)
    if cached is None:
        cached = list(grants_on(today()).filter(person=user).select_related("unit"))
        user._active_grants = cached  # type: ignore[attr-defined]
    return cached


def role_keys(user: User) -> frozenset[str]:
    """Keys of the roles held today. A superuser is an administrator without a grant."""
    keys = {grant.role for grant in active_grants(user)}
    if user.is_superuser and user.is_active:
        keys.add(Administrator.key)
    return frozenset(keys)


def permissions_of(user: User) -> frozenset[str]:
    return frozenset[str]().union(*(BY_KEY[key].permissions for key in role_keys(user)))


def is_staff_person(user: User) -> bool:
    """True for anybody with a role beyond trainee: they need a second factor."""
    return bool(role_keys(user) & STAFF_ROLES)


#: Session key under which the middleware leaves the roles it last read.
ROLES_HINT = "roles"


def nav_roles(request: HttpRequest) -> frozenset[str]:
    """Roles for choosing what a menu shows: up to five minutes old, never a permission."""
    session = getattr(request, "session", None)
    return frozenset(session.get(ROLES_HINT, ())) if session is not None else frozenset()


# ------------------------------------------------------------------ permissions
def may(user: User, permission: str) -> bool:
    return permission in permissions_of(user)


def require(user: User, permission: str) -> None:
    """Raises Http404 without the permission, SecondFactorNeeded without a second step."""
    if not may(user, permission):
        raise Http404
    if permission in Trainee.permissions:
        return
    if settings.SECOND_FACTOR_REQUIRED and user.signed_in_strongly is False:
        raise SecondFactorNeeded


_STEP = "allauth.mfa"


def has_fresh_step(request: HttpRequest) -> bool:
    return not is_reauthentication_required(request, app=_STEP)


def require_fresh_step(request: HttpRequest) -> None:
    """For what does harm at once: asks for the second step again, or for the password where there
    is none, unless it was shown in the last minutes. The asking page leads back here."""
    raise_if_reauthentication_required(request, app=_STEP)


def _grants_with(user: User, permission: str) -> list[RoleGrant]:
    return [grant for grant in active_grants(user) if permission in BY_KEY[grant.role].permissions]


def is_force_wide(user: User, permission: str) -> bool:
    """True if the permission comes with a role that holds for the whole force."""
    return any(
        BY_KEY[key].scope == "force" and permission in BY_KEY[key].permissions
        for key in role_keys(user)
    )


def may_for_course(user: User, permission: str, course_slug: str) -> bool:
    """A course role for this course or for all, or a role for the whole force."""
    if is_force_wide(user, permission):
        return True
    return any(
        grant.course_slug in {"", course_slug}
        for grant in _grants_with(user, permission)
        if BY_KEY[grant.role].scope == "course"
    )


# ------------------------------------------------------------------ units and people
def scope_units(user: User, permission: str) -> QuerySet[Unit]:
    """The units over which the permission holds: the granted ones with all below them."""
    if is_force_wide(user, permission):
        return Unit.objects.all()
    paths = [grant.unit.path for grant in _grants_with(user, permission) if grant.unit]
    if not paths:
        return Unit.objects.none()
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    return Unit.objects.filter(below)


def postings_on(day: date) -> QuerySet[Posting]:
    """Postings that hold on `day`, both ends included."""
    return Posting.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


def people_in_scope(user: User, permission: str, day: date | None = None) -> QuerySet[User]:
    """Everybody who serves, on `day`, in a unit over which the permission holds today."""
    if is_force_wide(user, permission):
        return User.objects.all()
    serving = postings_on(day or today()).filter(unit__in=scope_units(user, permission))
    return User.objects.filter(pk__in=serving.values("person_id"))


def may_see_person(user: User, person: User) -> bool:
    """May `user` read the training record of `person`?"""
    if not user.is_active:
        return False
    if user.pk == person.pk:
        return True
    return people_in_scope(user, "see completions").filter(pk=person.pk).exists()


def person_record(user: User, person_id: UUID, now: datetime) -> User:
    """The person whose record is about to be shown; somebody else's is recorded as viewed.

    Raises Http404 for an unknown id and for a person outside the reader's scope alike.
    """
    person = User.objects.filter(pk=person_id).first()
    if person is None or not may_see_person(user, person):
        raise Http404
    if person.pk != user.pk:
        require(user, "see completions")
        with transaction.atomic():
            record(verb="record.viewed", subject=("person", person.pk), by=user.pk, now=now)
    return person
