"""Who somebody is and whether they may come in: made, changed, closed, opened, signed out.

Must not: say how mails about it are worded; whoever calls these posts them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.db import transaction

from courseware.accounts.actions.actor import id_of
from courseware.accounts.models import User
from courseware.audit.actions import record

PROFILE_FIELDS = frozenset({"language", "time_zone", "certificate_name"})
PERSON_FIELDS = PROFILE_FIELDS | {"email", "service_number", "given_name", "family_name"}
_BEING_OPENED = timedelta(minutes=10)


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
    record(verb="person.created", subject=("person", person.pk), by=id_of(by), now=now)
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
            by=id_of(by),
            now=now,
            details={"sessions_ended": ended},
        )
    return bool(changed)


@transaction.atomic
def enable_person(*, person: User, by: User | None, now: datetime) -> bool:
    changed = User.objects.filter(pk=person.pk, is_active=False).update(is_active=True)
    person.is_active = True
    if changed:
        record(verb="person.enabled", subject=("person", person.pk), by=id_of(by), now=now)
    return bool(changed)


@transaction.atomic
def end_sessions(*, person: User, but_key: str | None = None) -> int:
    """End the person's sessions on the server, all or all but the one with `but_key`."""
    sessions = list(UserSession.objects.filter(user_id=person.pk).exclude(session_key=but_key))
    for session in sessions:
        session.end()
    return len(sessions)


@transaction.atomic
def forget_sessions(*, now: datetime) -> int:
    """Sessions that have run out, and the addresses and browsers they came from. Returns how many
    of the latter. One that is being opened at this moment is left alone."""
    Session.objects.filter(expire_date__lt=now).delete()
    going_on = Session.objects.values("session_key")
    over = UserSession.objects.filter(created_at__lt=now - _BEING_OPENED)
    return int(over.exclude(session_key__in=going_on).delete()[0])


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
    record(verb=verb, subject=("person", person.pk), by=id_of(by), now=now)
