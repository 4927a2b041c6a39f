"""Every write about people, units, postings and grants.

    create_person, disable_person, enable_person, end_sessions
    update_profile (by the person), update_person (by an administrator)
    create_unit, update_unit, move_unit          the only writers of Unit.path
    post_person, end_posting                     one person serves in one unit at a time
    grant_role, end_grant                        a grant is ended by date, never deleted

Each is atomic, takes `by` (None: the system) and `now`, and records its audit event in the same
transaction. A refused value raises ValidationError with words for the page. Must not: decide who
may call it; views and the admin ask `access` first.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from courseware.accounts.models import Posting, RoleGrant, SupportContact, Unit, User
from courseware.accounts.roles import BY_KEY
from courseware.audit.actions import record

PROFILE_FIELDS = frozenset({"language", "time_zone", "certificate_name"})
PERSON_FIELDS = PROFILE_FIELDS | {"email", "service_number", "given_name", "family_name"}
UNIT_FIELDS = frozenset({"name", "code", "closed_on"})


def _id(by: User | None) -> UUID | None:
    return by.pk if by is not None else None


# ------------------------------------------------------------------ people
@transaction.atomic
def create_person(
    *,
    given_name: str,
    family_name: str,
    by: User | None,
    now: datetime,
    email: str | None = None,
    service_number: str | None = None,
    password: str | None = None,
    language: str = "en",
    time_zone: str = "",
) -> User:
    """A person who can sign in by e-mail, service number or both.

    Without `password` nobody can sign in until it has been set through the reset mail.
    """
    person = User(
        email=email or None,
        service_number=service_number or None,
        given_name=given_name,
        family_name=family_name,
        language=language,
        time_zone=time_zone,
    )
    person.set_password(password)
    person.normalise()
    person.full_clean()
    person.save()
    record(verb="person.created", subject=("person", person.pk), by=_id(by), now=now)
    return person


@transaction.atomic
def update_person(*, person: User, by: User, now: datetime, **changes: Any) -> list[str]:
    """Change what an administrator may change; returns the names of the changed fields."""
    return _update(person, PERSON_FIELDS, changes, by=by, now=now, verb="person.updated")


@transaction.atomic
def update_profile(*, person: User, by: User, now: datetime, **changes: Any) -> list[str]:
    """Change what is the person's own: language, time zone, the name on new certificates."""
    return _update(person, PROFILE_FIELDS, changes, by=by, now=now, verb="profile.updated")


def _update(
    person: User,
    allowed: Iterable[str],
    changes: dict[str, Any],
    *,
    by: User,
    now: datetime,
    verb: str,
) -> list[str]:
    unknown = set(changes) - set(allowed)
    if unknown:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(unknown))}")
    person = User.objects.select_for_update().get(pk=person.pk)
    before = {name: getattr(person, name) for name in changes}
    for name, value in changes.items():
        setattr(person, name, value)
    person.normalise()
    person.full_clean()
    changed = sorted(name for name in changes if getattr(person, name) != before[name])
    if changed:
        person.save(update_fields=changed)
        # The names of the fields, not their values: an audit row holds no names.
        record(
            verb=verb,
            subject=("person", person.pk),
            by=by.pk,
            now=now,
            details={"fields": changed},
        )
    return changed


@transaction.atomic
def disable_person(*, person: User, by: User | None, now: datetime) -> bool:
    """Nobody signs in as this person any more, and all their sessions end now."""
    changed = User.objects.filter(pk=person.pk, is_active=True).update(is_active=False)
    person.is_active = False
    ended = end_sessions(person=person)
    if changed:
        record(
            verb="person.disabled",
            subject=("person", person.pk),
            by=_id(by),
            now=now,
            details={"sessions_ended": ended},
        )
    return bool(changed)


@transaction.atomic
def enable_person(*, person: User, by: User | None, now: datetime) -> bool:
    changed = User.objects.filter(pk=person.pk, is_active=False).update(is_active=True)
    person.is_active = True
    if changed:
        record(verb="person.enabled", subject=("person", person.pk), by=_id(by), now=now)
    return bool(changed)


@transaction.atomic
def end_sessions(*, person: User, but_key: str | None = None) -> int:
    """End the person's sessions on the server, all or all but the one with `but_key`."""
    sessions = list(UserSession.objects.filter(user_id=person.pk).exclude(session_key=but_key))
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def remove_second_factors(*, person: User, by: User, now: datetime) -> int:
    """For somebody who has lost them all. Their sessions end; staff set up new ones at once."""
    removed, _by_model = Authenticator.objects.filter(user_id=person.pk).delete()
    end_sessions(person=person)
    if removed:
        record(
            verb="sign_in.second_steps_removed",
            subject=("person", person.pk),
            by=by.pk,
            now=now,
        )
    return int(removed)


@transaction.atomic
def make_reset_key(*, person: User, by: User, now: datetime) -> str:
    """The key of a link with which the person sets a new password, for one hour and once.

    For people without e-mail: an administrator hands the link over and never knows the password.
    """
    token = default_token_generator.make_token(person)
    record(verb="sign_in.link_made", subject=("person", person.pk), by=by.pk, now=now)
    return f"{user_pk_to_url_str(person)}-{token}"


@transaction.atomic
def record_sign_in_change(*, person: User, verb: str, by: User | None, now: datetime) -> None:
    """allauth changed a password or a second step: leave the event."""
    record(verb=verb, subject=("person", person.pk), by=_id(by), now=now)


# ------------------------------------------------------------------ units
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
    record(verb="unit.created", subject=("unit", unit.pk), by=_id(by), now=now)
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
        by=_id(by),
        now=now,
        details={"from": old_path, "to": new_path},
    )
    unit.refresh_from_db()
    return unit


# ------------------------------------------------------------------ postings
@transaction.atomic
def post_person(
    *,
    person: User,
    unit: Unit,
    from_on: date,
    by: User | None,
    now: datetime,
    rank: str = "",
    to_on: date | None = None,
) -> Posting:
    """Put the person into the unit from a day on; a posting still open ends the day before.

    Raises ValidationError where the days overlap another posting.
    """
    User.objects.select_for_update().get(pk=person.pk)  # two postings at once would overlap
    posting = Posting(person=person, unit=unit, rank=rank, from_on=from_on, to_on=to_on)
    running = person.postings.filter(to_on__isnull=True, from_on__lt=from_on).first()
    if running is not None:
        running.to_on = from_on - timedelta(days=1)
        running.save(update_fields=["to_on"])
    overlapping = person.postings.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
    if to_on is not None:
        overlapping = overlapping.filter(from_on__lte=to_on)
    if overlapping.exists():
        raise ValidationError(_("The person has another posting on some of these days."))
    posting.full_clean()
    posting.save()
    record(
        verb="posting.started",
        subject=("person", person.pk),
        by=_id(by),
        now=now,
        details={"unit": unit.pk, "from": from_on.isoformat()},
    )
    return posting


@transaction.atomic
def end_posting(*, posting: Posting, to_on: date, by: User | None, now: datetime) -> Posting:
    """`to_on` is the last day of the posting."""
    posting = Posting.objects.select_for_update().get(pk=posting.pk)
    posting.to_on = to_on
    posting.full_clean()
    posting.save(update_fields=["to_on"])
    record(
        verb="posting.ended",
        subject=("person", posting.person_id),
        by=_id(by),
        now=now,
        details={"unit": posting.unit_id, "to": to_on.isoformat()},
    )
    return posting


# ------------------------------------------------------------------ roles
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
    check_grant(person=person, role=role, unit=unit, course_slug=course_slug, by=by)
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
        by=_id(by),
        now=now,
        details=_grant_details(grant),
    )
    return grant


def check_grant(
    *, person: User, role: str, unit: Unit | None, course_slug: str, by: User | None
) -> None:
    """Raises ValidationError where the grant does not fit its role's scope, or its giver."""
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


def _grant_details(grant: RoleGrant) -> dict[str, Any]:
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
    details = _grant_details(grant) | {"to": to_on.isoformat()}
    if to_on < grant.from_on:
        grant.delete()
    else:
        grant.to_on = to_on
        grant.full_clean()
        grant.save(update_fields=["to_on"])
    record(
        verb="grant.ended",
        subject=("person", grant.person_id),
        by=_id(by),
        now=now,
        details=details,
    )
    return grant


# ------------------------------------------------------------------ support contacts
@transaction.atomic
def save_support_contact(*, contact: SupportContact, by: User, now: datetime) -> SupportContact:
    """Make or change a contact; saving it says that somebody has checked it."""
    is_new = contact.pk is None
    contact.full_clean()
    contact.save()
    record(
        verb="support_contact.created" if is_new else "support_contact.updated",
        subject=("support contact", contact.pk),
        by=by.pk,
        now=now,
    )
    return contact


@transaction.atomic
def delete_support_contact(*, contact: SupportContact, by: User, now: datetime) -> None:
    record(
        verb="support_contact.deleted",
        subject=("support contact", contact.pk),
        by=by.pk,
        now=now,
    )
    contact.delete()
