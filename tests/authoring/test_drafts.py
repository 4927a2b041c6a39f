"""A draft: cloned whole, one per course, taken on, closed while somebody reviews it."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courseware.audit.models import AuditDetail, AuditEvent
from courseware.authoring.actions import DraftClosed, contribute, drafts, open_draft
from courseware.authoring.models import Contribution, Review
from courseware.bundles.dumping import folder_of
from courseware.bundles.writing import all_files
from courseware.courses.actions import (
    EditionError,
    clone_edition,
    discard_draft,
    language_hash,
    put_category,
    put_course,
)
from courseware.courses.models import Activity, Edition
from lessons.models import Lesson, LessonText, Media
from quizzes.models import Question, QuestionText, Quiz
from tests.authoring.drafts_made import LATER, NOW, drafted, loaded
from tests.cast import Cast
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ cloning
def test_a_draft_is_a_whole_copy_of_the_newest_edition(cast: Cast) -> None:
    base = loaded()
    media = Media.objects.count()
    draft = drafted(base, by=cast.ingrid)
    assert (draft.number, draft.origin, draft.published_at) == (2, Edition.Origin.FORCE, None)
    words, old_words = draft.languages.get(), base.languages.get()
    assert words.change_note == ""
    words.change_note = old_words.change_note  # the one thing that is to be written anew
    assert all_files(folder_of(draft, words)) == all_files(folder_of(base, old_words))
    assert language_hash(edition=draft, words=words) == old_words.content_hash
    assert Media.objects.count() == media
    assert (draft.validity_months, draft.cover, draft.must_pass_points, draft.bundle) == (
        base.validity_months,
        base.cover,
        base.must_pass_points,
        base.bundle,
    )


def test_every_language_comes_along(cast: Cast) -> None:
    base = make_course(languages=("en", "es"), must_pass=1)
    draft = drafted(base, by=cast.ingrid)
    for language in ("en", "es"):
        old, new = base.languages.get(language=language), draft.languages.get(language=language)
        assert (new.title, new.activity_titles) == (old.title, old.activity_titles)
        assert language_hash(edition=draft, words=new) == old.content_hash
        assert (new.origin, new.content_hash, new.published_at) == ("force", "", None)


def test_the_base_keeps_all_it_had(cast: Cast) -> None:
    base = make_course(languages=("en", "es"))
    models = (Lesson, LessonText, Quiz, Question, QuestionText)
    before = [model.objects.count() for model in models]
    drafted(base, by=cast.ingrid)
    assert [model.objects.count() for model in models] == [2 * count for count in before]
    assert Activity.objects.filter(edition=base).count() == 3


def test_cloning_asks_as_often_for_a_long_course(cast: Cast) -> None:
    small = make_course(slug="small", lessons=1, per_objective=4)
    large = make_course(slug="large", lessons=6, per_objective=20, languages=("en", "es"))
    counts = []
    for base in (small, large):
        with CaptureQueriesContext(connection) as asked:
            drafted(base, by=cast.ingrid)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_opening_is_recorded_with_what_was_copied(cast: Cast) -> None:
    base = make_course()
    draft = drafted(base, by=cast.ingrid)
    event = AuditEvent.objects.get(verb="edition.opened", subject_id=str(draft.pk))
    assert event.actor_id == cast.ingrid.pk
    assert AuditDetail.objects.get(event=event).data["cloned_from"] == 1


def test_a_second_press_leads_to_the_same_draft(cast: Cast) -> None:
    base = make_course()
    first = drafted(base, by=cast.ingrid)
    assert drafted(base, by=cast.rafael) == first
    assert AuditEvent.objects.filter(verb="edition.opened").count() == 2  # base and draft


def test_whoever_comes_a_moment_too_late_gets_the_draft_of_the_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = make_course()
    first = drafted(base, by=cast.ingrid)
    real, looks = drafts._the_draft, iter([False])

    def look(*args: Any, **named: Any) -> Edition | None:
        """The first look comes before the other one's draft."""
        return real(*args, **named) if next(looks, True) else None

    monkeypatch.setattr(drafts, "_the_draft", look)
    assert open_draft(course=base.course, by=cast.rafael, now=LATER) == first


def test_the_database_holds_one_draft_per_course(cast: Cast) -> None:
    base = make_course()
    drafted(base, by=cast.ingrid)
    with pytest.raises(IntegrityError), transaction.atomic():
        clone_edition(base=base, by=cast.ingrid, now=NOW)


def test_a_course_without_an_edition_has_nothing_to_begin_from(cast: Cast) -> None:
    category = put_category(key="foundations", name="Foundations", position=0)
    course = put_course(key="C9", slug="empty", category=category, position=9)
    with pytest.raises(EditionError, match="no published edition"):
        open_draft(course=course, by=cast.ingrid, now=NOW)


def test_a_draft_of_the_distribution_is_taken_on(cast: Cast) -> None:
    draft = make_course(is_published=False)
    taken = open_draft(course=draft.course, by=cast.ingrid, now=NOW)
    assert taken == draft
    draft.refresh_from_db()
    assert draft.origin == Edition.Origin.FORCE
    assert set(draft.languages.values_list("origin", flat=True)) == {"force"}
    open_draft(course=draft.course, by=cast.ingrid, now=NOW)
    assert AuditEvent.objects.filter(verb="edition.taken_on").count() == 1


# ------------------------------------------------------------------ working on it
def test_whoever_edits_is_an_author_once(cast: Cast) -> None:
    draft = drafted(make_course(), by=cast.ingrid)
    for _turn in range(2):
        contribute(
            edition=draft, by=cast.ingrid, now=NOW, what="lesson", details={"activity": "lesson-1"}
        )
    [row] = Contribution.objects.all()
    assert (row.person, row.part) == (cast.ingrid, Contribution.Part.AUTHOR)
    event = AuditEvent.objects.filter(verb="edition.edited").first()
    assert event is not None
    assert event.detail.data == {"what": "lesson", "activity": "lesson-1"}


def test_nothing_changes_while_somebody_reviews(cast: Cast) -> None:
    draft = drafted(make_course(), by=cast.ingrid)
    Review.objects.create(
        edition=draft, submitted_by=cast.ingrid, submitted_at=NOW, draft_hash="0" * 64
    )
    with pytest.raises(DraftClosed, match="in review"):
        contribute(edition=draft, by=cast.ingrid, now=NOW, what="lesson")
    assert not Contribution.objects.exists()


def test_a_published_edition_takes_no_contribution(cast: Cast) -> None:
    with pytest.raises(DraftClosed, match="published"):
        contribute(edition=make_course(), by=cast.ingrid, now=NOW, what="lesson")


def test_a_discarded_draft_says_so(cast: Cast) -> None:
    draft = drafted(make_course(), by=cast.ingrid)
    stale = Edition.objects.get(pk=draft.pk)
    discard_draft(edition=draft, by=cast.ingrid, now=NOW)
    with pytest.raises(DraftClosed, match="discarded"):
        contribute(edition=stale, by=cast.ingrid, now=NOW, what="lesson")


# ------------------------------------------------------------------ in the database
def test_one_person_has_one_part_in_an_edition(cast: Cast) -> None:
    draft = drafted(make_course(), by=cast.ingrid)
    contribute(edition=draft, by=cast.ingrid, now=NOW, what="lesson")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(
            edition=draft, person=cast.ingrid, part=Contribution.Part.APPROVER, since=NOW
        )


def test_who_submitted_does_not_decide(cast: Cast) -> None:
    draft = drafted(make_course(), by=cast.ingrid)
    for decision in (Review.Decision.APPROVED, Review.Decision.RETURNED):
        with (
            pytest.raises(IntegrityError, match="submitter_does_not_decide"),
            transaction.atomic(),
        ):
            Review.objects.create(
                edition=draft,
                submitted_by=cast.ingrid,
                submitted_at=NOW,
                draft_hash="0" * 64,
                decision=decision,
                decided_by=cast.ingrid,
                decided_at=NOW,
            )
