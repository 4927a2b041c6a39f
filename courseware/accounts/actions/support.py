"""Whom people can talk to."""

from datetime import datetime

from django.db import transaction

from courseware.accounts.models import SupportContact, User
from courseware.audit.actions import record


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
