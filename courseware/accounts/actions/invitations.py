"""Invited by mail: a link with which a person sets a first password."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from courseware.accounts import invitations, mails
from courseware.accounts.actions.actor import id_of
from courseware.accounts.actions.people import end_sessions, record_sign_in_change
from courseware.accounts.models import Invitation, User
from courseware.audit.actions import record

#: A second click is not a second invitation.
PAUSE = timedelta(minutes=1)


@transaction.atomic
def invite_person(*, person: User, by: User | None, now: datetime) -> bool:
    """Send the link, or send it again; the link sent before ends.

    False, and nothing sent: no address, a closed account, somebody who has signed in already, or
    an invitation of less than a minute ago.
    """
    person = User.objects.get(pk=person.pk)
    if not person.email or not person.is_active or person.last_login is not None:
        return False
    if not _claim(person, by, now):
        return False
    invitation = Invitation.objects.select_related("person").get(pk=person.pk)
    mails.post_invitation(
        person=person,
        key=invitations.key_of(invitation),
        number=invitation.number,
        until=now + invitations.VALID_FOR,
        now=now,
    )
    record(
        verb="person.invited",
        subject=("person", person.pk),
        by=id_of(by),
        now=now,
        details={"number": invitation.number},
    )
    return True


def _claim(person: User, by: User | None, now: datetime) -> bool:
    """Of two who invite at the same moment one gets its row written."""
    earlier = Invitation.objects.filter(person=person)
    if earlier.filter(sent_at__lte=now - PAUSE).update(
        number=F("number") + 1, sent_at=now, sent_by=by
    ):
        return True
    if earlier.exists():
        return False
    try:
        with transaction.atomic():
            Invitation.objects.create(person=person, sent_at=now, sent_by=by)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def accept_invitation(*, key: str, password: str, now: datetime) -> User | None:
    """Set the first password. None if the link has ended, also a moment ago, by itself."""
    person = invitations.person_invited_by(key, User.objects.select_for_update())
    if person is None:
        return None
    person.set_password(password)
    person.save(update_fields=["password"])
    end_sessions(person=person)
    change = mails.CHANGES["password_set"]
    record_sign_in_change(person=person, verb=change.verb, by=person, now=now)
    mails.post_security_notice(person=person, change=change, now=now)
    return person
