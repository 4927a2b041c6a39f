"""Two acts on one draft, or on one person, at the same moment on PostgreSQL.

Twins: without the lock that a race relies on, the race is seen.

    DATABASE_URL=postgres://… pytest tests/services -m services
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from courseware.authoring.actions import contribute, moving, open_draft, reviews, submit
from courseware.authoring.models import Contribution, Review
from courseware.authoring.queries.states import draft_hash
from courseware.courses.models import Edition
from courseware.enrolments.actions import enrol, finish_lesson, move
from courseware.enrolments.models import ActivityProgress, Enrolment
from lessons.queries import page
from quizzes.actions import sitting, start_attempt
from quizzes.models import Attempt
from tests.authoring.drafts_made import LATER, NOW, changed, drafted, ready
from tests.cast import Cast, build_cast
from tests.courses_made import TEST_KEY, make_course
from tests.services.test_attempt_races import at_once, errors

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
#: How long the first one holds on: long enough for the second to come, if nothing keeps it away.
_MEETING = 2


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")


@pytest.fixture
def everybody(transactional_db: None) -> Cast:
    return build_cast()


def side_by_side(*acts: Callable[[], Any]) -> list[Any]:
    return at_once(lambda index: acts[index](), times=len(acts))


def test_many_presses_open_one_draft(everybody: Cast) -> None:
    base = make_course()

    def press(_index: int) -> Edition:
        return open_draft(course=base.course, by=everybody.ingrid, now=NOW)

    opened = at_once(press, times=8)
    assert errors(opened) == []
    assert len({edition.pk for edition in opened}) == 1
    assert Edition.objects.filter(course=base.course).count() == 2


# ------------------------------------------------------------------ an edit while it is sent
def sent_during_an_edit(everybody: Cast) -> tuple[Review, Edition]:
    """Somebody has begun to write when another sends the draft."""
    draft = ready(drafted(make_course(), by=everybody.ingrid))
    # Her row stands, so that no unique constraint does the work of the lock.
    contribute(edition=draft, by=everybody.ingrid, now=NOW, what="lesson")
    writing, sent = threading.Event(), threading.Event()

    def edit() -> None:
        with transaction.atomic():
            contribute(edition=draft, by=everybody.ingrid, now=NOW, what="lesson")
            writing.set()
            sent.wait(timeout=_MEETING)  # in vain, where the lock keeps the other one away
            changed(draft)

    def send() -> None:
        writing.wait(timeout=30)
        submit(edition=draft, by=everybody.ingrid, note="", now=NOW)
        sent.set()

    assert errors(side_by_side(edit, send)) == []
    return Review.objects.get(), Edition.objects.get(pk=draft.pk)


def test_a_submission_never_hashes_half_of_a_change(everybody: Cast) -> None:
    review, draft = sent_during_an_edit(everybody)
    assert review.draft_hash == draft_hash(draft)


def test_twin_without_the_lock_it_does(everybody: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "_held", lambda edition: Edition.objects.get(pk=edition.pk))
    review, draft = sent_during_an_edit(everybody)
    assert review.draft_hash != draft_hash(draft)


# ------------------------------------------------------------------ an edit while it is approved
def test_nobody_edits_and_approves_at_once(everybody: Cast) -> None:
    draft = ready(drafted(make_course(), by=everybody.ingrid))
    review = submit(edition=draft, by=everybody.ingrid, note="", now=NOW)

    def edit() -> None:
        with transaction.atomic():
            contribute(edition=draft, by=everybody.rafael, now=NOW, what="lesson")

    def approve() -> None:
        reviews.approve(
            edition=draft,
            review_id=review.pk,
            seen_hash=review.draft_hash,
            people="stay",
            comment="",
            by=everybody.rafael,
            now=LATER,
        )

    side_by_side(edit, approve)
    parts = Contribution.objects.filter(edition=draft, person=everybody.rafael)
    assert [row.part for row in parts] == ["approver"]


# ------------------------------------------------------------------ a test begins during the move
def begun_during_the_move(everybody: Cast, monkeypatch: pytest.MonkeyPatch) -> Attempt:
    base = make_course()
    enrolment = enrol(person=everybody.alice, course=base.course, by=None, now=NOW)
    for key in ("lesson-1", "lesson-2"):
        content_hash = page(base.pk, key, "en").content_hash
        finish_lesson(
            enrolment=enrolment,
            activity_key=key,
            content_hash=content_hash,
            language="en",
            now=NOW,
        )
    draft = ready(drafted(base, by=everybody.ingrid))
    changed(draft, "question")
    review = submit(edition=draft, by=everybody.ingrid, note="", now=NOW)
    edition = reviews.approve(
        edition=draft,
        review_id=review.pk,
        seen_hash=review.draft_hash,
        people="move",
        comment="",
        by=everybody.rafael,
        now=LATER,
    )
    looked, begun = threading.Event(), threading.Event()

    def slowly(**named: Any) -> bool:
        looked.set()  # nobody sits a test, as far as could be seen
        begun.wait(timeout=_MEETING)
        return move(**named)

    monkeypatch.setattr(moving, "move", slowly)
    plan = moving.plan_for(edition)

    def go() -> None:
        moving.move_person(plan=plan, enrolment_id=enrolment.pk, by=everybody.rafael, now=LATER)

    def begin() -> None:
        own = Enrolment.objects.select_related("person", "course").get(pk=enrolment.pk)
        looked.wait(timeout=30)
        start_attempt(enrolment=own, activity_key=TEST_KEY, language="en", now=LATER)
        begun.set()

    assert errors(side_by_side(go, begin)) == []
    return Attempt.objects.select_related("quiz__activity", "enrolment").get()


def test_a_test_that_begins_during_the_move_is_of_the_new_edition(
    everybody: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = begun_during_the_move(everybody, monkeypatch)
    assert attempt.quiz.activity.edition_id == attempt.enrolment.edition_id
    progress = ActivityProgress.objects.get(activity_key=TEST_KEY)
    assert progress.attempts_used == 1


def test_twin_without_the_lock_it_is_of_the_old_one(
    everybody: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlocked(*, enrolment: Enrolment, progress: ActivityProgress, granting: int) -> bool:
        used = ActivityProgress.objects.filter(enrolment=enrolment, activity_key=TEST_KEY)
        return bool(used.update(attempts_used=progress.attempts_used + 1))

    monkeypatch.setattr(sitting, "count_attempt", unlocked)
    attempt = begun_during_the_move(everybody, monkeypatch)
    assert attempt.quiz.activity.edition_id != attempt.enrolment.edition_id
