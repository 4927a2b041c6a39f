"""A draft is opened, taken on and worked on.

Owns: that there is one draft per course, that nothing of it changes while somebody reviews it,
and who had a hand in it. Must not: know what a lesson or a question is made of.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.authoring.models import Contribution, Review
from courseware.courses.actions import EditionError, clone_edition, discard_draft
from courseware.courses.models import Course, Edition
from courseware.courses.queries import current_edition
from lessons.actions import clone_lessons
from quizzes.actions import clone_quizzes


class DraftClosed(Exception):
    """The draft cannot be changed now; the message says why and what to do."""


def open_draft(*, course: Course, by: User, now: datetime) -> Edition:
    """The course's draft: a complete copy of the newest edition, or the one there is.

    Asking twice, or two people at once, leads to one draft. A draft that the distribution shipped
    becomes the force's own. Raises EditionError for a course without an edition.
    """
    try:
        with transaction.atomic():
            return _the_draft(course, by=by, now=now) or _cloned(course, by=by, now=now)
    except IntegrityError:  # somebody else opened it at the same moment
        draft = _the_draft(course, by=by, now=now)
        if draft is None:
            raise
        return draft


def _the_draft(course: Course, *, by: User, now: datetime) -> Edition | None:
    draft = Edition.objects.filter(course=course, published_at__isnull=True).first()
    if draft is not None and draft.origin == Edition.Origin.DISTRIBUTION:
        _take_on(draft, by=by, now=now)
    return draft


@transaction.atomic
def _take_on(draft: Edition, *, by: User, now: datetime) -> None:
    """From here on the force answers for it: it needs an author and an approver."""
    changed = Edition.objects.filter(
        pk=draft.pk, origin=Edition.Origin.DISTRIBUTION, published_at__isnull=True
    ).update(origin=Edition.Origin.FORCE)
    draft.origin = Edition.Origin.FORCE
    if not changed:
        return
    draft.languages.update(origin=Edition.Origin.FORCE)
    record(
        verb="edition.taken_on",
        subject=("edition", draft.pk),
        by=by.pk,
        now=now,
        details={"number": draft.number},
    )


def _cloned(course: Course, *, by: User, now: datetime) -> Edition:
    base = current_edition(course)
    if base is None:
        raise EditionError(_("There is no published edition to begin from."))
    draft = clone_edition(base=base, by=by, now=now)
    clone_lessons(base=base, draft=draft)
    clone_quizzes(base=base, draft=draft)
    return draft


@transaction.atomic
def contribute(
    *,
    edition: Edition,
    by: User,
    now: datetime,
    what: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Called by every action that changes a draft, in that action's own transaction, before it
    writes: "lesson", {"activity": "what-changed", "language": "en"}.

    From here on `by` is an author of the edition and cannot approve it, and a draft that the
    distribution shipped is the force's own. The edition's row stays
    locked until the transaction ends, so that a submission never hashes half of a change.
    Raises DraftClosed when the edition is published, gone or in review; then write nothing.
    """
    draft = Edition.objects.select_for_update(no_key=True).filter(pk=edition.pk).first()
    if draft is None:
        raise DraftClosed(
            _("This draft was discarded. Nothing was saved; keep a copy of what you wrote.")
        )
    if draft.published_at is not None:
        raise DraftClosed(
            _(
                "This edition is published and cannot be changed any more. Nothing was saved; "
                "open a new draft of the course and enter the change there."
            )
        )
    if Review.objects.filter(edition=draft, decision=Review.Decision.WAITING).exists():
        raise DraftClosed(
            _(
                "This draft is in review and cannot be changed now. Nothing was saved; withdraw "
                "it from review, or wait until the reviewer returns it."
            )
        )
    if draft.origin == Edition.Origin.DISTRIBUTION:
        _take_on(draft, by=by, now=now)
    Contribution.objects.get_or_create(edition=draft, person=by, defaults={"since": now})
    record(
        verb="edition.edited",
        subject=("edition", draft.pk),
        by=by.pk,
        now=now,
        details={"what": what, **(details or {})},
    )


@transaction.atomic
def discard(*, edition: Edition, by: User, now: datetime) -> bool:
    """Throw a draft away with all it holds. False if it was gone. Raises DraftClosed in review."""
    draft = Edition.objects.select_for_update(no_key=True).filter(pk=edition.pk).first()
    if draft is None:
        return False
    if draft.published_at is not None:
        raise DraftClosed(_("This edition is published. It stays."))
    if Review.objects.filter(edition=draft, decision=Review.Decision.WAITING).exists():
        raise DraftClosed(
            _("This draft is in review. Withdraw it from review before you discard it.")
        )
    discard_draft(edition=draft, by=by, now=now)
    return True
