"""The words, glossary and sources of a draft are changed by an instructor.

Each act makes its actor an author (`contribute`) and then lets courses write; the hashes of lessons
follow what they refer to. An act that changes nothing leaves no trace.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.authoring.actions.drafts import contribute
from courseware.courses import actions as courses
from courseware.courses.models import Edition
from courseware.courses.queries import Words
from lessons.actions import rehash_lessons
from lessons.models import Lesson


class InUse(Exception):
    """It cannot go: the message says what needs it."""


@transaction.atomic
def save_words(
    *, edition: Edition, language: str, words: Words, seen: str, by: User, now: datetime
) -> bool:
    """False when nothing differs. Raises DraftClosed and courses.Stale."""
    contribute(edition=edition, by=by, now=now, what="words", details={"language": language})
    changed = courses.change_words(edition=edition, language=language, words=words, seen_words=seen)
    if not changed:
        transaction.set_rollback(True)
    return changed


@transaction.atomic
def save_term(
    *,
    edition: Edition,
    language: str,
    key: str,
    term: str,
    definition: str,
    seen: str,
    by: User,
    now: datetime,
) -> bool:
    """False when nothing differs. Raises DraftClosed and courses.Stale."""
    details = {"language": language, "term": key}
    contribute(edition=edition, by=by, now=now, what="term", details=details)
    changed = courses.put_term(
        edition=edition,
        language=language,
        key=key,
        term=term,
        definition=definition,
        seen_term=seen,
    )
    return _carry_on(edition, changed)


@transaction.atomic
def remove_term(*, edition: Edition, language: str, key: str, by: User, now: datetime) -> bool:
    """False if it was gone. Lessons that name it are found before the draft is sent."""
    details = {"language": language, "term": key, "act": "removed"}
    contribute(edition=edition, by=by, now=now, what="term", details=details)
    return _carry_on(edition, courses.drop_term(edition=edition, language=language, key=key))


@transaction.atomic
def save_source(
    *,
    edition: Edition,
    key: str,
    columns: Mapping[str, Any],
    seen: str,
    by: User,
    now: datetime,
) -> bool:
    """False when nothing differs. Raises DraftClosed and courses.Stale."""
    contribute(edition=edition, by=by, now=now, what="source", details={"source": key})
    changed = courses.put_source(edition=edition, key=key, columns=columns, seen_source=seen)
    return _carry_on(edition, changed)


@transaction.atomic
def remove_source(*, edition: Edition, key: str, by: User, now: datetime) -> bool:
    """False if it was gone. Raises DraftClosed, and InUse while a lesson rests on it."""
    details = {"source": key, "act": "removed"}
    contribute(edition=edition, by=by, now=now, what="source", details=details)
    lessons = Lesson.objects.filter(activity__edition=edition).values_list(
        "activity__key", "sources"
    )
    resting = [lesson for lesson, sources in lessons if key in sources]
    if resting:
        raise InUse(
            _("Source %(source)s is cited in: %(lessons)s. Take it out there first.")
            % {"source": key, "lessons": ", ".join(resting)}
        )
    return _carry_on(edition, courses.drop_source(edition=edition, key=key))


def _carry_on(edition: Edition, changed: bool) -> bool:
    """What lessons refer to is part of their hashes."""
    if changed:
        rehash_lessons(edition=edition)
    else:
        transaction.set_rollback(True)
    return changed
