"""One activity of a draft: how long it takes, and what it is called in one language.

Must not: know who may do it or record it; authoring does, and has locked the draft.
"""

from django.db import transaction

from courseware.courses.models import Activity, Edition, EditionLanguage


@transaction.atomic
def change_minutes(*, edition: Edition, key: str, minutes: int) -> bool:
    """False when nothing differs."""
    rows = Activity.objects.filter(edition=edition, key=key)
    return bool(rows.exclude(minutes=minutes).update(minutes=minutes))


@transaction.atomic
def change_title(*, edition: Edition, language: str, key: str, title: str) -> bool:
    """False when nothing differs. Raises EditionLanguage.DoesNotExist."""
    words = EditionLanguage.objects.select_for_update().get(edition=edition, language=language)
    if words.activity_titles.get(key) == title:
        return False
    words.activity_titles[key] = title
    words.save(update_fields=["activity_titles"])
    return True
