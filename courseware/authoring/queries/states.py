"""Where an edition stands and what comes next: the line on top of every page of authoring."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from courseware.accounts.models import User
from courseware.authoring.models import Contribution, Review
from courseware.courses.actions import language_hash, sha256_of
from courseware.courses.models import Edition
from courseware.courses.queries import spoken


class State(StrEnum):
    DRAFT = "draft"
    RETURNED = "returned"
    IN_REVIEW = "in-review"
    PUBLISHED = "published"


@dataclass(frozen=True)
class EditionState:
    """`review` is the newest submission, whatever was decided about it."""

    edition: Edition
    state: State
    title: str
    base_number: int | None
    review: Review | None
    part: str  # of the reader: author, approver or ""

    @property
    def is_draft(self) -> bool:
        return self.state is not State.PUBLISHED

    @property
    def can_change(self) -> bool:
        return self.state in {State.DRAFT, State.RETURNED}

    @property
    def is_shipped(self) -> bool:
        """A draft of the distribution that nobody has taken on."""
        return self.is_draft and self.edition.origin == Edition.Origin.DISTRIBUTION

    @property
    def is_own_work(self) -> bool:
        """The reader wrote or submitted it, so somebody else decides."""
        return self.part == Contribution.Part.AUTHOR

    @property
    def line(self) -> str:
        """ "Draft 4, based on edition 3" """
        number = {"number": self.edition.number, "base": self.base_number}
        if self.state is State.PUBLISHED:
            return _("Edition %(number)s") % number
        if self.base_number is None:
            return _("Draft %(number)s, the first edition of this course") % number
        return _("Draft %(number)s, based on edition %(base)s") % number

    @property
    def next_step(self) -> str:
        if self.is_shipped:
            return _("Next step: take it on, look through it and send it for review.")
        return {
            State.DRAFT: _("Next step: send it for review."),
            State.RETURNED: _("Next step: change what the reviewer asks for and send it again."),
            State.IN_REVIEW: _("Next step: a reviewer decides. Nothing can be changed meanwhile."),
            State.PUBLISHED: _("Published editions do not change. A change needs a new draft."),
        }[self.state]


def base_of(edition: Edition) -> Edition | None:
    """The published edition that `edition` follows."""
    return (
        Edition.objects.filter(
            course=edition.course_id, number__lt=edition.number, published_at__isnull=False
        )
        .order_by("-number")
        .first()
    )


def state_of(edition: Edition, reader: User) -> EditionState:
    """Four queries. Needs `edition.course` loaded."""
    review = (
        edition.reviews.select_related("submitted_by", "decided_by")
        .order_by("-submitted_at")
        .first()
    )
    base = base_of(edition)
    languages = list(edition.languages.all())
    part = edition.contributions.filter(person=reader).values_list("part", flat=True).first()
    return EditionState(
        edition=edition,
        state=state_after(edition, review),
        title=spoken(languages, "en").title if languages else edition.course.slug,
        base_number=base.number if base else None,
        review=review,
        part=part or "",
    )


def state_after(edition: Edition, review: Review | None) -> State:
    """`review`: the newest submission of the edition."""
    if edition.published_at is not None:
        return State.PUBLISHED
    if review is not None and review.decision == Review.Decision.WAITING:
        return State.IN_REVIEW
    if review is not None and review.decision == Review.Decision.RETURNED:
        return State.RETURNED
    return State.DRAFT


def draft_hash(edition: Edition) -> str:
    """SHA-256 over all that a reviewer decides on: every language, sources, terms and rules."""
    structure = [
        edition.sensitivity,
        edition.cover,
        list(edition.objectives.order_by("position").values_list("key", "bloom")),
        list(edition.sources.order_by("key").values_list(*_SOURCE)),
        list(
            edition.terms.order_by("language", "key").values_list(
                "language", "key", "term", "definition"
            )
        ),
        list(
            edition.activities.order_by("position").values_list(
                "key", "minutes", "sensitivity", "needs_all_before"
            )
        ),
        list(
            edition.pictures.order_by("language", "name").values_list("language", "name", "media")
        ),
    ]
    words = {
        own.language: [language_hash(edition=edition, words=own), own.audience, own.change_note]
        for own in edition.languages.all()
    }
    return sha256_of({"structure": _plain(structure), "words": words})


_SOURCE = (
    *("key", "title", "publisher", "year", "published_on", "url", "seen", "certainty", "status"),
    *("note", "checked_on", "review_by"),
)


def _plain(value: object) -> object:
    """Rows as JSON: dates as text."""
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value if isinstance(value, str | int | None) else str(value)


def waiting_review(edition_id: UUID) -> Review | None:
    return Review.objects.filter(edition=edition_id, decision=Review.Decision.WAITING).first()
