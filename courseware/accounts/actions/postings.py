"""Where people serve. One person serves in one unit at a time."""

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from courseware.accounts.actions.actor import id_of
from courseware.accounts.models import Posting, Unit, User
from courseware.audit.actions import record


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

    Raises ValidationError where `check_posting` does.
    """
    User.objects.select_for_update().get(pk=person.pk)  # two postings at once would overlap
    check_posting(person=person, from_on=from_on, to_on=to_on)
    posting = Posting(person=person, unit=unit, rank=rank, from_on=from_on, to_on=to_on)
    running = person.postings.filter(to_on__isnull=True, from_on__lt=from_on).first()
    if running is not None:
        running.to_on = from_on - timedelta(days=1)
        running.save(update_fields=["to_on"])
    posting.full_clean()
    posting.save()
    record(
        verb="posting.started",
        subject=("person", person.pk),
        by=id_of(by),
        now=now,
        details={"unit": unit.pk, "from": from_on.isoformat()},
    )
    return posting


def check_posting(
    *, person: User, from_on: date, to_on: date | None, posting: Posting | None = None
) -> None:
    """Raises ValidationError, by field, where the days do not follow each other or overlap another
    posting of the person. `posting` is the one whose days are being changed, None for a new one.
    """
    if to_on is not None and to_on < from_on:
        raise ValidationError({"to_on": _("The last day comes before the first.")})
    others = person.postings.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on))
    if to_on is not None:
        others = others.filter(from_on__lte=to_on)
    if posting is not None:
        others = others.exclude(pk=posting.pk)
    else:  # the one still open will end the day before
        others = others.exclude(to_on__isnull=True, from_on__lt=from_on)
    overlapping = others.select_related("unit").first()
    if overlapping is not None:
        raise ValidationError(
            {
                "from_on" if posting is None else "to_on": _(
                    "The person has another posting on some of these days: %(unit)s."
                )
                % {"unit": overlapping.unit}
            }
        )


@transaction.atomic
def end_posting(*, posting: Posting, to_on: date, by: User | None, now: datetime) -> Posting:
    """`to_on` is the last day of the posting."""
    posting = Posting.objects.select_for_update().select_related("person").get(pk=posting.pk)
    check_posting(person=posting.person, from_on=posting.from_on, to_on=to_on, posting=posting)
    posting.to_on = to_on
    posting.full_clean()
    posting.save(update_fields=["to_on"])
    record(
        verb="posting.ended",
        subject=("person", posting.person_id),
        by=id_of(by),
        now=now,
        details={"unit": posting.unit_id, "to": to_on.isoformat()},
    )
    return posting
