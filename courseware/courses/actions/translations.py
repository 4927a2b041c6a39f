"""A translation of a draft still fits the words that changed: it remembers the new ones.

Who says so, and the event of it, belong to authoring.
"""

from django.db import transaction

from courseware.courses.models import Edition, EditionLanguage, GlossaryTerm


@transaction.atomic
def mark_words(*, edition: Edition, language: str, mark: str) -> bool:
    """The course's own words. False where there are none or they have this mark."""
    rows = EditionLanguage.objects.filter(edition=edition, language=language)
    return bool(rows.exclude(translated_from=mark).update(translated_from=mark))


@transaction.atomic
def mark_term(*, edition: Edition, language: str, key: str, mark: str) -> bool:
    rows = GlossaryTerm.objects.filter(edition=edition, language=language, key=key)
    return bool(rows.exclude(translated_from=mark).update(translated_from=mark))
