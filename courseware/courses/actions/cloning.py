"""A new draft that begins as a copy of a published edition.

Owns: the copy of structure and words. Must not: copy what an activity is made of; lessons and
quizzes copy theirs.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Model

from courseware.accounts.models import User
from courseware.core.copies import copy_of
from courseware.courses.actions.editions import open_edition
from courseware.courses.models import (
    Activity,
    Edition,
    EditionLanguage,
    GlossaryTerm,
    Objective,
    Source,
)


@transaction.atomic
def clone_edition(*, base: Edition, by: User, now: datetime) -> Edition:
    """A draft of the force with the structure, words and keys of `base`; nobody's work yet.

    What changed is still to be said, so the change note is empty. Raises IntegrityError where the
    course has a draft: one per course, held by the database.
    """
    draft = open_edition(
        course=base.course,
        origin=Edition.Origin.FORCE,
        by=by,
        now=now,
        validity_months=base.validity_months,
        sensitivity=base.sensitivity,
        must_pass_points=base.must_pass_points,
        cover=base.cover,
        bundle=base.bundle,
        cloned_from=base,
    )
    parts: tuple[type[Model], ...] = (Activity, Objective, Source, GlossaryTerm)
    for part in parts:
        rows = part._default_manager
        rows.bulk_create(copy_of(row, edition_id=draft.pk) for row in rows.filter(edition=base))
    EditionLanguage.objects.bulk_create(
        copy_of(
            words,
            edition_id=draft.pk,
            origin=Edition.Origin.FORCE,
            change_note="",
            author_id=None,
            approver_id=None,
            content_hash="",
            published_at=None,
            confirmed_by_id=None,
            confirmed_at=None,
        )
        for words in base.languages.all()
    )
    return draft
