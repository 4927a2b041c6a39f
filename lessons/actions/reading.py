"""How somebody reads a hard lesson. Private."""

from datetime import datetime

from django.db import transaction

from courseware.enrolments.models import Enrolment
from lessons.models import ReadingChoice


@transaction.atomic
def choose_reading(
    *, enrolment: Enrolment, activity_key: str, choice: str, now: datetime
) -> ReadingChoice:
    """How the person reads a hard lesson: "continue", "light" or "pause". Private; no event.

    Raises ValueError for any other choice.
    """
    choices: dict[str, dict[str, object]] = {
        "continue": {"agreed_at": now, "is_light": False, "paused_at": None},
        "light": {"agreed_at": now, "is_light": True, "paused_at": None},
        "pause": {"paused_at": now},
    }
    if choice not in choices:
        raise ValueError(choice)
    row, _created = ReadingChoice.objects.update_or_create(
        enrolment=enrolment, activity_key=activity_key, defaults=choices[choice]
    )
    return row
