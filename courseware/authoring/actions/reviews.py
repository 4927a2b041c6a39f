"""A draft is sent for review, withdrawn, returned, or approved and so published.

Owns: the decision, and that nobody decides on their own work. Must not: judge content; what stops
a submission is found in queries.findings.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courseware.accounts.models import User
from courseware.audit.actions import record
from courseware.authoring import mails
from courseware.authoring.models import Contribution, Review
from courseware.authoring.queries.findings import Finding, findings
from courseware.authoring.queries.states import draft_hash, waiting_review
from courseware.authoring.queries.translations import stale_translations
from courseware.core.markup import MarkupError
from courseware.courses import actions as courses
from courseware.courses.models import Edition
from courseware.jobs.actions import ask
from courseware.jobs.registry import expect
from lessons.actions import fill_renderings

MOVE_PEOPLE = expect("authoring.move_people")
_DECISION = Review.Decision


class ReviewError(Exception):
    """It was not done; the message says why and what to do."""


class NotReady(ReviewError):
    """The draft has findings that must be put right first."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(
            _("This draft is not ready for review. Put right what is listed and send it again.")
        )
        self.findings = list(found)


class TranslationsStale(ReviewError):
    """More translations are older than their original than the sender said to know of."""

    def __init__(self, count: int) -> None:
        text = ngettext(
            "%(count)d translation is older than its original. Nothing was sent; say that it may "
            "be published so, or have it read again first.",
            "%(count)d translations are older than their original. Nothing was sent; say that they "
            "may be published so, or have them read again first.",
            count,
        )
        super().__init__(text % {"count": count})
        self.count = count


class OwnWork(ReviewError):
    """Whoever wrote or submitted a draft does not decide on it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "You wrote or submitted a part of this draft, so you cannot decide on it. Nothing "
                "was changed; ask another reviewer."
            )
        )


class Outdated(ReviewError):
    """The draft is no longer as the reviewer saw it."""


def _held(edition: Edition) -> Edition:
    """The draft with its row locked, against edits and decisions of the same moment."""
    draft = (
        Edition.objects.select_for_update(no_key=True, of=("self",))
        .select_related("course")
        .filter(pk=edition.pk)
        .first()
    )
    if draft is None:
        raise ReviewError(_("This draft was discarded meanwhile. Nothing was changed."))
    return draft


@transaction.atomic
def submit(
    *, edition: Edition, by: User, note: str, now: datetime, stale_accepted: int = 0
) -> Review:
    """Send a draft for review; from here on it is closed. Sending twice is sending once.

    `stale_accepted`: so many translations that are older than their original may be published
    so; it stays in the trail. Raises NotReady with every finding, TranslationsStale where there
    are more, ReviewError for a published edition.
    """
    draft = _held(edition)
    if draft.published_at is not None:
        raise ReviewError(_("This edition is published already."))
    waiting = waiting_review(draft.pk)
    if waiting is not None:
        return waiting
    if draft.origin != Edition.Origin.FORCE:
        raise ReviewError(
            _("This draft came with Courseware. Take it on first, so that it has an author.")
        )
    errors = [finding for finding in findings(draft) if finding.is_error]
    if errors:
        raise NotReady(errors)
    stale = len(stale_translations(draft))
    if stale > stale_accepted:
        raise TranslationsStale(stale)
    Contribution.objects.get_or_create(edition=draft, person=by, defaults={"since": now})
    review = Review.objects.create(
        edition=draft,
        submitted_by=by,
        submitted_at=now,
        note=note,
        draft_hash=draft_hash(draft),
    )
    _record(verb="edition.submitted", review=review, by=by, now=now, stale=stale)
    mails.post_submitted(review=review, draft=draft, now=now)
    return review


@transaction.atomic
def withdraw_submission(*, edition: Edition, by: User, now: datetime) -> bool:
    """The draft is open again. False if nobody was to decide on it any more."""
    _held(edition)
    review = waiting_review(edition.pk)
    if review is None or not _decide(review, _DECISION.WITHDRAWN, by=by, now=now):
        return False
    _record(verb="edition.withdrawn", review=review, by=by, now=now)
    return True


@transaction.atomic
def send_back(
    *, edition: Edition, review_id: UUID, comment: str, by: User, now: datetime
) -> Review:
    """Return the draft to its authors with a comment. Returning twice is returning once.

    Raises OwnWork, Outdated, and ReviewError without a comment.
    """
    draft = _held(edition)
    if not comment.strip():
        raise ReviewError(_("Say what has to change, so that the authors know what to do."))
    review = _review(edition, review_id)
    if review.decision == _DECISION.RETURNED and review.decided_by_id == by.pk:
        return review
    _check(review, by)
    _decide(review, _DECISION.RETURNED, by=by, now=now, comment=comment)
    _record(verb="edition.returned", review=review, by=by, now=now)
    mails.post_decided(review=review, draft=draft, now=now)
    return review


@transaction.atomic
def approve(
    *,
    edition: Edition,
    review_id: UUID,
    seen_hash: str,
    people: str,
    comment: str,
    by: User,
    now: datetime,
) -> Edition:
    """Publish what was submitted, with its HTML; everything or nothing. Approving twice is once.

    `seen_hash` is the draft's hash as the reviewer saw it. `people`: stay or move. Raises OwnWork,
    Outdated when the draft is another one by now, ReviewError when it cannot be published.
    """
    draft = _held(edition)
    review = _review(draft, review_id)
    if review.decision == _DECISION.APPROVED and review.decided_by_id == by.pk:
        return draft
    _check(review, by)
    if seen_hash != review.draft_hash or draft_hash(draft) != review.draft_hash:
        raise Outdated(_outdated())
    try:
        with transaction.atomic():
            # The person's one row for this edition: refused where they are an author already.
            Contribution.objects.create(
                edition=draft, person=by, part=Contribution.Part.APPROVER, since=now
            )
    except IntegrityError as error:
        raise OwnWork from error
    _decide(review, _DECISION.APPROVED, by=by, now=now, comment=comment, people=people)
    _record(verb="edition.approved", review=review, by=by, now=now)
    published = _publish(draft, review, by=by, now=now)
    mails.post_decided(review=review, draft=published, now=now)
    return published


def _publish(draft: Edition, review: Review, *, by: User, now: datetime) -> Edition:
    draft.languages.update(author=review.submitted_by, approver=by)
    try:
        courses.publish_edition(edition=draft, by=by, now=now)
        fill_renderings(edition=draft, now=now)
    except (courses.EditionError, MarkupError) as error:
        raise ReviewError(
            _("This draft cannot be published: %(reason)s Nothing was changed; return it.")
            % {
                "reason": _(error.message) % error.params
                if isinstance(error, MarkupError)
                else error
            }
        ) from error
    if review.people == Review.People.MOVE:
        ask(kind=MOVE_PEOPLE, key=str(review.pk), args={"review": str(review.pk)}, now=now)
    return draft


def _outdated() -> str:
    return _(
        "The draft has changed since you opened this page, so nothing was decided. Below is the "
        "draft as it is now; look at it again."
    )


def _review(edition: Edition, review_id: UUID) -> Review:
    review = Review.objects.filter(edition=edition, pk=review_id).first()
    if review is None:
        raise Outdated(_outdated())
    return review


def _check(review: Review, by: User) -> None:
    """The review waits, and `by` had no hand in the draft."""
    if review.decision == _DECISION.APPROVED:
        raise Outdated(_("Another reviewer has published this edition. Nothing more to decide."))
    if review.decision != _DECISION.WAITING:
        raise Outdated(_outdated())
    if (
        review.submitted_by_id == by.pk
        or Contribution.objects.filter(edition=review.edition_id, person=by).exists()
    ):
        raise OwnWork


def _decide(
    review: Review,
    decision: str,
    *,
    by: User,
    now: datetime,
    comment: str = "",
    people: str = Review.People.STAY,
) -> bool:
    """Whoever gets this UPDATE through has decided."""
    changes = {
        "decision": decision,
        "decided_by": by,
        "decided_at": now,
        "comment": comment,
        "people": people,
    }
    waiting = Review.objects.filter(pk=review.pk, decision=_DECISION.WAITING)
    if not waiting.update(**changes):
        return False
    for name, value in changes.items():
        setattr(review, name, value)
    return True


def _record(*, verb: str, review: Review, by: User, now: datetime, stale: int = 0) -> None:
    record(
        verb=verb,
        subject=("edition", review.edition_id),
        by=by.pk,
        now=now,
        details={"review": str(review.pk), "draft_hash": review.draft_hash}
        | ({"people": review.people} if review.decision == _DECISION.APPROVED else {})
        | ({"stale_translations": stale} if stale else {}),
    )
