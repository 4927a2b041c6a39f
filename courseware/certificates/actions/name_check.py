"""Says whether a typed name is the printed one, a few times a code and then not for a while.

The name on a certificate is somebody's safety: guessing must take longer than it is worth.
Must not: store what was typed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from courseware.certificates import rules
from courseware.certificates.models import CertificateHolder, NameCheck

TRIES = 5
PAUSE = timedelta(minutes=15)


class Outcome(StrEnum):
    MATCH = "match"
    NO_MATCH = "no-match"
    PAUSED = "paused"
    ERASED = "erased"  # nothing to compare with any more


@dataclass(frozen=True)
class NameAnswer:
    """`again_at`: when a paused check may go on."""

    outcome: Outcome
    again_at: datetime | None = None


@transaction.atomic
def check_name(*, code: str, typed: str, now: datetime) -> NameAnswer | None:
    """None for a code that no certificate has: nothing is counted, so strangers write no rows."""
    holder = CertificateHolder.objects.filter(certificate__code=code).first()
    if holder is None:
        return None
    again_at = _count(code, now)
    if again_at is not None:
        return NameAnswer(Outcome.PAUSED, again_at)
    is_same = rules.is_same_name(typed, holder.name)
    if not holder.name:
        return NameAnswer(Outcome.ERASED)
    return NameAnswer(Outcome.MATCH if is_same else Outcome.NO_MATCH)


def _count(code: str, now: datetime) -> datetime | None:
    """Count one try; or, after the last, say when the pause ends. A match counts too."""
    NameCheck.objects.bulk_create([NameCheck(code=code, first_at=now)], ignore_conflicts=True)
    seen = NameCheck.objects.select_for_update().get(code=code)
    if now >= seen.first_at + PAUSE:
        seen.tries, seen.first_at = 0, now
    elif seen.tries >= TRIES:
        return seen.first_at + PAUSE
    seen.tries += 1
    if seen.tries == TRIES:
        seen.first_at = now  # the last try begins the pause
    seen.save(update_fields=["tries", "first_at"])
    return None
