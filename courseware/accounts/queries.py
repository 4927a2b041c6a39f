"""Reads about people, their posts and their roles."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from courseware.accounts.models import Posting, RoleGrant, SupportContact, Unit, User
from courseware.accounts.roles import BY_KEY, STAFF_ROLES


def grants_on(day: date) -> QuerySet[RoleGrant]:
    """Grants that hold on `day`, both ends included."""
    return RoleGrant.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day, person__is_active=True
    )


def active_grants(user: User) -> list[RoleGrant]:
    """The person's grants of today. One query, remembered on the user for this request."""
    cached: list[RoleGrant] | None = getattr(user, "_active_grants", None)
    if cached is None:
        today = timezone.localdate()
        cached = list(grants_on(today).filter(person=user).select_related("unit"))
        user._active_grants = cached  # type: ignore[attr-defined]
    return cached


def role_keys(user: User) -> frozenset[str]:
    return frozenset(grant.role for grant in active_grants(user))


def permissions_of(user: User) -> frozenset[str]:
    keys = role_keys(user)
    return frozenset().union(*(BY_KEY[key].permissions for key in keys))


def is_staff_person(user: User) -> bool:
    """True for anybody with a role beyond trainee: they need a second factor."""
    return user.is_superuser or bool(role_keys(user) & STAFF_ROLES)


def posting_on(user: User, day: date) -> Posting | None:
    return (
        user.postings.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)
        .select_related("unit")
        .first()
    )


def support_contacts(user: User, language: str) -> list[SupportContact]:
    """Who the person can talk to: their unit's contacts and those of all units above, nearest
    first, then the whole force's. In `language` where there are any, else in English."""
    posting = posting_on(user, timezone.localdate())
    unit_ids = posting.unit.path.strip("/").split("/") if posting else []
    found = list(
        SupportContact.objects.filter(Q(unit__isnull=True) | Q(unit_id__in=unit_ids)).filter(
            language__in={language, "en"}
        )
    )
    spoken = [contact for contact in found if contact.language == language] or found
    depth = {unit_id: index for index, unit_id in enumerate(unit_ids)}
    return sorted(spoken, key=lambda c: (-depth.get(str(c.unit_id), -1), c.position, c.name))


def instructors_for(course_slug: str, day: date) -> list[User]:
    """Who answers for a course: its own instructors, else those for all courses."""
    grants = list(
        grants_on(day)
        .filter(role="instructor", course_slug__in=[course_slug, ""])
        .select_related("person")
        .order_by("from_on")
    )
    own = [grant.person for grant in grants if grant.course_slug == course_slug]
    return own or [grant.person for grant in grants]


def unit_and_below(unit: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(path__startswith=unit.path)
