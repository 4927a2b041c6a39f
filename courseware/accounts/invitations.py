"""The link in an invitation: what it is made of, and whose it is.

A link carries an id and a mark over everything that must end it: the password, the first sign-in,
the address it was sent to, and the number of the sending. So it works once, dies when another one
is sent, and holds for a week by the time signed into it.

Owns: making and reading links. Must not: write; `actions` sends and accepts.
"""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from courseware.accounts.models import Invitation, User

VALID_FOR = timedelta(days=7)
_SALT = "courseware.accounts.invitations"


def _mark(person: User, number: int) -> str:
    ends_it = [person.pk.hex, person.password, person.email, person.last_login, number]
    return salted_hmac(_SALT, repr(ends_it), algorithm="sha256").hexdigest()[:32]


def key_of(invitation: Invitation) -> str:
    """What stands in the link."""
    person = invitation.person
    signer = signing.TimestampSigner(salt=_SALT, sep=".")
    return signer.sign_object([person.pk.hex, _mark(person, invitation.number)])


def person_invited_by(key: str, people: QuerySet[User] | None = None) -> User | None:
    """Whose link it is; None if it has ended, was never one, or the account is closed."""
    signer = signing.TimestampSigner(salt=_SALT, sep=".")
    try:
        person_id, mark = signer.unsign_object(key, max_age=VALID_FOR)
    except (signing.BadSignature, ValueError):
        return None
    everybody = User.objects.all() if people is None else people
    person = everybody.filter(pk=UUID(person_id), is_active=True).first()
    invitation = Invitation.objects.filter(pk=UUID(person_id)).first()
    if person is None or invitation is None:
        return None
    return person if constant_time_compare(mark, _mark(person, invitation.number)) else None
