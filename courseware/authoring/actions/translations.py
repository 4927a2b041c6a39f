"""Somebody has read a translation beside its changed original and says that it still fits.

Must not: decide what is stale; `queries.translations` compares.
"""

from datetime import datetime

from django.db import transaction

from courseware.accounts.models import User
from courseware.authoring.actions.drafts import contribute
from courseware.authoring.queries.translations import Kind, StaleTranslation, stale_translations
from courseware.courses.actions import mark_term, mark_words
from courseware.courses.models import Edition
from lessons.actions import mark_lesson_text
from quizzes.actions import mark_question_text


class TranslationMoved(Exception):
    """The original was changed again since it was shown, or the translation is not there."""


@transaction.atomic
def keep_translation(
    *, edition: Edition, kind: Kind, key: str, language: str, seen: str, by: User, now: datetime
) -> bool:
    """The words stay, and remember the original as it is now. `seen`: its mark when it was shown.

    False where nothing was stale, as after a second click. Raises TranslationMoved, DraftClosed.
    """
    contribute(
        edition=edition,
        by=by,
        now=now,
        what="translation kept",
        details={"kind": kind, "key": key, "language": language},
    )
    stale = _stale(edition, kind, key, language)
    if stale is None:
        transaction.set_rollback(True)
        return False
    if stale.is_missing or stale.original != seen:
        raise TranslationMoved
    return _write(edition, stale)


def _stale(edition: Edition, kind: Kind, key: str, language: str) -> StaleTranslation | None:
    return next(
        (
            one
            for one in stale_translations(edition)
            if (one.kind, one.key, one.language) == (kind, key, language)
        ),
        None,
    )


def _write(edition: Edition, stale: StaleTranslation) -> bool:
    language, mark = stale.language, stale.original
    if stale.kind == "course":
        return mark_words(edition=edition, language=language, mark=mark)
    if stale.kind == "term":
        return mark_term(edition=edition, language=language, key=stale.key, mark=mark)
    if stale.kind == "lesson":
        return mark_lesson_text(edition=edition, language=language, key=stale.key, mark=mark)
    return mark_question_text(edition=edition, language=language, key=stale.key, mark=mark)
