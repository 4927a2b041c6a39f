"""From draft to edition: submitted, withdrawn, returned, approved; and what each refuses."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.authoring.actions import (
    DraftClosed,
    NotReady,
    Outdated,
    OwnWork,
    ReviewError,
    TranslationsStale,
    approve,
    contribute,
    discard,
    open_draft,
    reviews,
    send_back,
    submit,
    withdraw_submission,
)
from courseware.authoring.models import Contribution, Review
from courseware.authoring.queries.states import State, draft_hash, state_of
from courseware.core.markup import MarkupError
from courseware.courses.models import Edition, EditionLanguage
from courseware.courses.queries import current_edition
from lessons.models import LessonText, Rendering
from tests.authoring.drafts_made import LATER, NOW, changed, drafted, ready, small_draft
from tests.cast import Cast, person
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Edition:
    return ready(drafted(make_course(languages=("en", "es")), by=cast.ingrid))


@pytest.fixture
def review(cast: Cast, draft: Edition) -> Review:
    return submit(edition=draft, by=cast.ingrid, note="Lesson 1 is clearer.", now=NOW)


def approved(review: Review, by: User, seen_hash: str = "", people: str = "stay") -> Edition:
    return approve(
        edition=review.edition,
        review_id=review.pk,
        seen_hash=seen_hash or review.draft_hash,
        people=people,
        comment="Well done.",
        by=by,
        now=LATER,
    )


def returned(review: Review, by: User, comment: str = "Say more.") -> Review:
    return send_back(edition=review.edition, review_id=review.pk, comment=comment, by=by, now=LATER)


def verbs(edition: Edition) -> list[str]:
    return list(
        AuditEvent.objects.filter(subject_id=str(edition.pk))
        .order_by("at", "pk")
        .values_list("verb", flat=True)
    )


# ------------------------------------------------------------------ submitting
def test_a_draft_in_review_is_closed(cast: Cast, review: Review) -> None:
    assert review.draft_hash == draft_hash(review.edition)
    with pytest.raises(DraftClosed, match="in review"):
        contribute(edition=review.edition, by=cast.ingrid, now=NOW, what="lesson")
    with pytest.raises(DraftClosed, match="Withdraw"):
        discard(edition=review.edition, by=cast.ingrid, now=NOW)
    assert state_of(review.edition, cast.ingrid).state is State.IN_REVIEW


def test_sending_twice_is_sending_once(cast: Cast, review: Review) -> None:
    again = submit(edition=review.edition, by=cast.ingrid, note="Again.", now=LATER)
    assert again == review
    assert Review.objects.count() == 1


def test_what_is_not_ready_is_not_sent(cast: Cast) -> None:
    draft = drafted(make_course(), by=cast.ingrid)  # nothing says what changed
    LessonText.objects.filter(lesson__activity__edition=draft).update(markdown="# Title\n")
    with pytest.raises(NotReady) as refused:
        submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    places = {(finding.part, finding.key) for finding in refused.value.findings}
    assert places == {("words", ""), ("lesson", "lesson-1"), ("lesson", "lesson-2")}
    assert not Review.objects.exists()


def test_a_draft_of_the_distribution_needs_an_author_first(cast: Cast) -> None:
    draft = make_course(is_published=False)
    with pytest.raises(ReviewError, match="Take it on"):
        submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    taken = open_draft(course=draft.course, by=cast.ingrid, now=NOW)
    review = submit(edition=taken, by=cast.ingrid, note="", now=NOW)
    edition = approved(review, cast.rafael)
    assert (edition.number, edition.origin) == (1, "force")


def test_withdrawn_it_can_be_changed_and_sent_again(cast: Cast, review: Review) -> None:
    assert withdraw_submission(edition=review.edition, by=cast.ingrid, now=NOW)
    assert not withdraw_submission(edition=review.edition, by=cast.ingrid, now=NOW)
    contribute(edition=review.edition, by=cast.ingrid, now=NOW, what="lesson")
    second = submit(edition=review.edition, by=cast.ingrid, note="", now=LATER)
    assert second != review


# ------------------------------------------------------------------ returning
def test_returned_it_is_open_again_with_the_comment(cast: Cast, review: Review) -> None:
    assert returned(review, cast.rafael).decided_by == cast.rafael
    state = state_of(review.edition, cast.ingrid)
    assert state.state is State.RETURNED
    assert state.review is not None
    assert state.review.comment == "Say more."
    contribute(edition=review.edition, by=cast.ingrid, now=NOW, what="lesson")
    returned(review, cast.rafael)  # twice is once
    assert verbs(review.edition).count("edition.returned") == 1


def test_a_return_says_why(cast: Cast, review: Review) -> None:
    with pytest.raises(ReviewError, match="Say what has to change"):
        returned(review, cast.rafael, comment="  ")
    review.refresh_from_db()
    assert review.decision == Review.Decision.WAITING


# ------------------------------------------------------------------ approving
def test_approving_publishes_everything_at_once(cast: Cast, review: Review) -> None:
    edition = approved(review, cast.rafael)
    assert current_edition(edition.course) == edition
    for words in EditionLanguage.objects.filter(edition=edition):
        assert (words.author, words.approver) == (cast.ingrid, cast.rafael)
        assert words.published_at == LATER
    review.refresh_from_db()
    assert (review.decision, review.decided_by) == (Review.Decision.APPROVED, cast.rafael)
    assert Contribution.objects.get(part="approver").person == cast.rafael
    assert verbs(edition)[-3:] == ["edition.submitted", "edition.approved", "edition.published"]
    assert Rendering.objects.exists()


def test_approving_twice_is_once(cast: Cast, review: Review) -> None:
    first = approved(review, cast.rafael)
    assert approved(review, cast.rafael) == first
    assert verbs(first).count("edition.published") == 1


def test_a_second_reviewer_is_told_that_it_is_done(cast: Cast, review: Review) -> None:
    approved(review, cast.rafael)
    with pytest.raises(Outdated, match="Another reviewer"):
        approved(review, person("Rita", cast.force, "reviewer"))
    with pytest.raises(Outdated, match="Another reviewer"):
        returned(review, person("Rosa", cast.force, "reviewer"))


def test_an_outdated_view_decides_nothing(cast: Cast, review: Review) -> None:
    withdraw_submission(edition=review.edition, by=cast.ingrid, now=NOW)
    changed(review.edition)
    second = submit(edition=review.edition, by=cast.ingrid, note="", now=LATER, stale_accepted=1)
    assert second.draft_hash != review.draft_hash
    with pytest.raises(Outdated, match="has changed"):
        approved(review, cast.rafael)  # the first submission's page
    with pytest.raises(Outdated, match="has changed"):
        approved(second, cast.rafael, seen_hash=review.draft_hash)
    with pytest.raises(Outdated, match="has changed"):
        returned(review, cast.rafael)
    with pytest.raises(Outdated, match="has changed"):
        approve(
            edition=review.edition,
            review_id=uuid4(),
            seen_hash=second.draft_hash,
            people="stay",
            comment="",
            by=cast.rafael,
            now=LATER,
        )
    second.refresh_from_db()
    assert second.decision == Review.Decision.WAITING
    assert not Contribution.objects.filter(part="approver").exists()


def test_what_changed_behind_the_review_is_not_published(cast: Cast, review: Review) -> None:
    changed(review.edition)  # by a way that no action takes
    with pytest.raises(Outdated):
        approved(review, cast.rafael)


def test_a_draft_that_breaks_in_publishing_stays_whole(
    cast: Cast, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_named: object) -> int:
        raise MarkupError("The text is nested too deep.")

    monkeypatch.setattr(reviews, "fill_renderings", broken)
    with pytest.raises(ReviewError, match="nested too deep"):
        approved(review, cast.rafael)
    review.refresh_from_db()
    review.edition.refresh_from_db()
    assert (review.decision, review.edition.published_at) == ("waiting", None)
    assert not AuditEvent.objects.filter(verb="edition.approved").exists()


# ------------------------------------------------------------------ nobody's own work
def test_whoever_submitted_does_not_decide(cast: Cast, review: Review) -> None:
    with pytest.raises(OwnWork):
        approved(review, cast.ingrid)
    with pytest.raises(OwnWork):
        returned(review, cast.ingrid)


def test_whoever_changed_a_word_does_not_decide(cast: Cast, draft: Edition) -> None:
    contribute(edition=draft, by=cast.rafael, now=NOW, what="lesson")
    review = submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    for decide in (approved, returned):
        with pytest.raises(OwnWork):
            decide(review, cast.rafael)
    review.refresh_from_db()
    assert review.decision == Review.Decision.WAITING
    assert approved(review, person("Rita", cast.force, "reviewer")).published_at == LATER


def test_without_the_check_in_code_the_database_refuses_an_author(
    cast: Cast, draft: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribute(edition=draft, by=cast.rafael, now=NOW, what="lesson")
    review = submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    monkeypatch.setattr(reviews, "_check", lambda review, by: None)
    with pytest.raises(OwnWork):
        approved(review, cast.rafael)
    with pytest.raises(IntegrityError, match="submitter_does_not_decide"), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(
            decision="approved", decided_by=cast.ingrid, decided_at=NOW
        )
    draft.refresh_from_db()
    assert draft.published_at is None


# ------------------------------------------------------------------ what the hash covers
@pytest.mark.parametrize(
    "what",
    ["title", "audience", "change_note", "objective_texts", "markdown", "question", "term"],
)
def test_every_change_is_another_draft(cast: Cast, what: str) -> None:
    draft = small_draft(cast.ingrid)
    before = draft_hash(draft)
    changed(draft, what)
    assert draft_hash(Edition.objects.get(pk=draft.pk)) != before


def test_time_alone_changes_no_hash(draft: Edition) -> None:
    before = draft_hash(draft)
    Edition.objects.filter(pk=draft.pk).update(opened_at=NOW + timedelta(days=9))
    assert draft_hash(Edition.objects.get(pk=draft.pk)) == before


# ------------------------------------------------------------------ throwing away
def test_a_draft_is_thrown_away_with_its_reviews(cast: Cast, review: Review) -> None:
    returned(review, cast.rafael)
    assert discard(edition=review.edition, by=cast.ingrid, now=LATER)
    assert not Edition.objects.filter(published_at=None).exists()
    assert not Review.objects.exists()
    assert not discard(edition=review.edition, by=cast.ingrid, now=LATER)
    assert AuditEvent.objects.filter(verb="edition.discarded").count() == 1


def test_a_published_edition_is_not_thrown_away(cast: Cast, review: Review) -> None:
    edition = approved(review, cast.rafael)
    with pytest.raises(DraftClosed, match="It stays"):
        discard(edition=edition, by=cast.ingrid, now=LATER)


# ------------------------------------------------------------------ stale translations
def test_older_translations_are_sent_only_when_somebody_says_so(cast: Cast, draft: Edition) -> None:
    changed(draft)
    with pytest.raises(TranslationsStale, match="1 translation is older"):
        submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    changed(draft, "question")
    with pytest.raises(TranslationsStale, match="2 translations are older") as refused:
        submit(edition=draft, by=cast.ingrid, note="", now=NOW, stale_accepted=1)
    assert refused.value.count == 2
    assert not Review.objects.exists()
    submit(edition=draft, by=cast.ingrid, note="", now=NOW, stale_accepted=2)
    event = AuditEvent.objects.get(verb="edition.submitted")
    assert event.detail.data["stale_translations"] == 2


def test_a_draft_without_stale_translations_says_nothing_of_them(
    cast: Cast, review: Review
) -> None:
    event = AuditEvent.objects.get(verb="edition.submitted")
    assert "stale_translations" not in event.detail.data
