"""Reads about people, their posts and who answers for what. Who may see what is `access`'s."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext, ngettext

from courseware.accounts.access import active_grants as active_grants
from courseware.accounts.access import grants_on, postings_on, today
from courseware.accounts.models import Posting, SupportContact, Unit, User


def person_by_login(login: str) -> User | None:
    """Whoever signs in with this address (it has an @ sign) or service number (it has none)."""
    login = login.strip().lower()
    field = "email" if "@" in login else "service_number"
    return User.objects.alias(login=Lower(field)).filter(login=login).first()


def posting_on(user: User, day: date) -> Posting | None:
    return postings_on(day).filter(person=user).select_related("unit").first()


def serving_on(day: date) -> QuerySet[Posting]:
    """Where everybody serves on `day`: one posting a person, the newest should two hold."""
    newer = postings_on(day).filter(
        Q(from_on__gt=OuterRef("from_on")) | Q(from_on=OuterRef("from_on"), pk__gt=OuterRef("pk")),
        person=OuterRef("person"),
    )
    return postings_on(day).filter(~Exists(newer))


def support_contacts(user: User, language: str) -> list[SupportContact]:
    """Who the person can talk to: their unit's contacts and those of all units above, nearest
    first, then the whole force's. In `language` where there are any, else in English. One query.
    """
    below = postings_on(today()).filter(person=user, unit__path__startswith=OuterRef("unit__path"))
    found = list(
        SupportContact.objects.filter(Q(unit__isnull=True) | Exists(below))
        .filter(language__in={language, "en"})
        .select_related("unit")
    )
    spoken = [contact for contact in found if contact.language == language] or found
    # Of units above each other the nearest has the longest path.
    return sorted(spoken, key=lambda c: (-len(c.unit.path) if c.unit else 0, c.position, c.name))


def instructors_for(course_slug: str, day: date) -> list[User]:
    """Who answers for a course: its own instructors, else those for all courses."""
    return instructors_by_course({course_slug}, day)[course_slug]


def instructors_by_course(course_slugs: Collection[str], day: date) -> dict[str, list[User]]:
    """As `instructors_for`, for several courses. One query."""
    grants = list(
        grants_on(day)
        .filter(role="instructor", course_slug__in={*course_slugs, ""})
        .select_related("person")
        .order_by("from_on")
    )

    def of(slug: str) -> list[User]:
        return [grant.person for grant in grants if grant.course_slug == slug]

    return {slug: of(slug) or of("") for slug in course_slugs}


def unit_and_below(unit: Unit) -> QuerySet[Unit]:
    return Unit.objects.filter(path__startswith=unit.path)


@dataclass(frozen=True)
class ScopeUnit:
    """A unit in its place below the units that somebody answers for."""

    id: int
    name: str
    code: str
    path: str
    parent_id: int | None
    depth: int  # 0: granted itself


def in_reading_order(units: Iterable[Unit]) -> list[ScopeUnit]:
    """Each unit before what lies below it, neighbours by name; depth counts from the topmost of
    `units`."""
    units = list(units)
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


def unit_choices(units: Iterable[ScopeUnit]) -> list[tuple[str, str]]:
    """Units of `in_reading_order` for a list of options, which only no-break spaces can indent."""
    return [(str(unit.id), "\u00a0\u00a0" * unit.depth + unit.name) for unit in units]


# ------------------------------------------------------------------ one of many units
#: More units than this are looked for by their name instead of being listed.
MOST_UNITS = 50
#: So many of the units that match are offered; more want a longer name.
MOST_MATCHES = 20


def units_called[U: (Unit, ScopeUnit)](units: Iterable[U], words: str) -> list[U]:
    """By name; a whole name or code means that unit alone where there is one such."""
    known = sorted(units, key=lambda one: (one.name.casefold(), one.id))
    whole = words.casefold()
    exact = [one for one in known if whole in {one.name.casefold(), one.code.casefold()}]
    if exact:
        return exact
    parts = whole.split()
    return [
        one for one in known if all(part in f"{one.name} {one.code}".casefold() for part in parts)
    ]


def what_is_unclear(found: Sequence[object]) -> str:
    """Why the words do not mean one unit; empty where they do."""
    if not found:
        return gettext("No unit you answer for is called so.")
    if len(found) > MOST_MATCHES:
        return gettext("More than 20 units match. Choose one of these, or write more.")
    if len(found) > 1:
        text = ngettext(
            "%(count)d unit matches. Choose one.",
            "%(count)d units match. Choose one.",
            len(found),
        )
        return text % {"count": len(found)}
    return ""
