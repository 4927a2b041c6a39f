"""Who stays on the edition they began, who takes the new one, who is moved; and the numbers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.authoring.actions import approve, save_term, submit
from courseware.authoring.handlers import MOVE, move_people
from courseware.authoring.queries.impact import Impact, impact
from courseware.certificates.models import CertificateEvent
from courseware.courses.actions import seen
from courseware.courses.models import Edition
from courseware.enrolments.access import own_enrolment
from courseware.enrolments.actions import enrol, finish_lesson
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.enrolments.queries import journey
from courseware.health.invariants import findings
from courseware.jobs.models import Job
from lessons.models import LessonText
from lessons.queries import page
from quizzes.actions import finish_attempt, start_attempt
from quizzes.models import Attempt
from tests.authoring.drafts_made import LATER, NOW, changed, drafted, loaded, ready
from tests.cast import Cast, person
from tests.certificates.completed import complete, work_off
from tests.courses_made import TEST_KEY, make_course
from tests.jobs_made import work_of
from tests.quizzes.sitting import answer_all

pytestmark = pytest.mark.django_db
SLUG = "made-course"


@pytest.fixture
def base() -> Edition:
    return make_course()


def begun(somebody: User, edition: Edition, *lessons: str) -> Enrolment:
    enrolment = enrol(person=somebody, course=edition.course, by=None, now=NOW)
    for key in lessons or ("lesson-1",):
        finish_lesson(
            enrolment=enrolment,
            activity_key=key,
            content_hash=page(edition.pk, key, "en").content_hash,
            language="en",
            now=NOW,
        )
    return enrolment


def in_a_test(somebody: User, edition: Edition) -> Attempt:
    enrolment = begun(somebody, edition, "lesson-1", "lesson-2")
    return start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=NOW)


def published(cast: Cast, base: Edition, people: str = "stay", what: str = "markdown") -> Edition:
    """The first lesson is changed, or what `what` says, and approved."""
    draft = ready(drafted(base, by=cast.ingrid))
    changed(draft, what)
    review = submit(edition=draft, by=cast.ingrid, note="", now=NOW)
    edition = approve(
        edition=draft,
        review_id=review.pk,
        seen_hash=review.draft_hash,
        people=people,
        comment="",
        by=cast.rafael,
        now=LATER,
    )
    for job in Job.objects.filter(kind=MOVE, state=Job.State.WAITING):
        move_people(work_of(MOVE, **job.args))
    return edition


def edition_of(enrolment: Enrolment) -> Edition:
    return Enrolment.objects.select_related("edition").get(pk=enrolment.pk).edition


# ------------------------------------------------------------------ staying
def test_whoever_is_in_the_middle_stays_and_whoever_is_new_takes_the_new_one(
    cast: Cast, base: Edition
) -> None:
    middle = begun(cast.alice, base)
    not_begun = enrol(person=cast.toni, course=base.course, by=None, now=NOW)
    edition = published(cast, base)
    assert edition_of(middle) == base
    new = enrol(person=person("Newt", cast.unit_a), course=base.course, by=None, now=LATER)
    assert new.edition == edition
    finish_lesson(
        enrolment=own_enrolment(cast.toni, SLUG),
        activity_key="lesson-1",
        content_hash="h",
        language="en",
        now=LATER,
    )
    assert edition_of(not_begun) == edition
    # the one in the middle finishes what they began
    finish_lesson(
        enrolment=middle, activity_key="lesson-2", content_hash="h", language="en", now=LATER
    )
    attempt = start_attempt(enrolment=middle, activity_key=TEST_KEY, language="en", now=LATER)
    answer_all(attempt, now=LATER)
    finish_attempt(attempt=attempt, now=LATER)
    middle.refresh_from_db()
    assert middle.completion.edition == base
    assert findings(LATER) == []


# ------------------------------------------------------------------ moving
def test_moved_people_read_again_what_changed(cast: Cast, base: Edition) -> None:
    middle = begun(cast.alice, base, "lesson-1", "lesson-2")
    edition = published(cast, base, people="move")
    assert edition_of(middle) == edition
    states = dict(middle.progress.values_list("activity_key", "state"))
    assert states == {"lesson-1": "in_progress", "lesson-2": "done"}
    own = journey(own_enrolment(cast.alice, SLUG), language="en", today=LATER.date())
    assert (own.outline.number, own.done_count) == (2, 1)
    event = AuditEvent.objects.get(verb="enrolment.moved")
    assert (event.actor_id, list(event.detail.data["reopened"])) == (cast.rafael.pk, ["lesson-1"])
    assert findings(LATER) == []


def test_nobody_who_is_complete_is_touched(cast: Cast, base: Edition) -> None:
    completion = complete(cast.alice, base, now=NOW)
    work_off()
    events = CertificateEvent.objects.count()
    published(cast, base, people="move")
    assert edition_of(completion.enrolment) == base
    assert CertificateEvent.objects.count() == events


def test_whoever_sits_a_test_stays(cast: Cast, base: Edition) -> None:
    attempt = in_a_test(cast.alice, base)
    handed_in = in_a_test(cast.toni, base)
    Attempt.objects.filter(pk=handed_in.pk).update(
        state=Attempt.State.SUBMITTED, submitted_at=NOW, finished_by="person"
    )
    published(cast, base, people="move")
    assert edition_of(attempt.enrolment) == base
    assert edition_of(handed_in.enrolment) == base
    answer_all(attempt, now=NOW + timedelta(hours=1))
    finish_attempt(attempt=attempt, now=NOW + timedelta(hours=1))
    attempt.enrolment.refresh_from_db()
    assert attempt.enrolment.completion.edition == base


def test_a_failed_test_that_changed_is_sat_in_the_new_edition(cast: Cast, base: Edition) -> None:
    attempt = in_a_test(cast.alice, base)
    answer_all(attempt, wrong_at=(1, 2, 3), now=NOW)
    finish_attempt(attempt=attempt, now=NOW)
    edition = published(cast, base, people="move", what="question")
    enrolment = own_enrolment(cast.alice, SLUG)
    assert enrolment.edition == edition
    second = start_attempt(enrolment=enrolment, activity_key=TEST_KEY, language="en", now=LATER)
    assert (second.quiz.activity.edition, second.number) == (edition, 2)
    answer_all(second, now=LATER)
    finish_attempt(attempt=second, now=LATER)
    enrolment.refresh_from_db()
    assert enrolment.completion.edition == edition
    assert findings(LATER) == []


def test_moving_may_be_repeated(cast: Cast, base: Edition) -> None:
    begun(cast.alice, base)
    published(cast, base, people="move")
    work_off()  # the job itself
    assert Job.objects.get(kind=MOVE).state == Job.State.DONE
    assert AuditEvent.objects.filter(verb="enrolment.moved").count() == 1


# ------------------------------------------------------------------ the numbers
def test_the_impact_in_numbers(cast: Cast, base: Edition) -> None:
    complete(cast.alice, base, now=NOW)
    begun(cast.toni, base, "lesson-1")  # has to read it again
    begun(cast.sam, base, "lesson-2")
    in_a_test(cast.carol, base)
    enrol(person=cast.charlie, course=base.course, by=None, now=NOW)
    draft = ready(drafted(base, by=cast.ingrid))
    changed(draft)
    assert impact(draft) == Impact(
        complete=1, in_progress=((1, 3),), not_begun=1, busy=1, satisfied=0, again=1
    )
    assert impact(draft).movable == 2
    edition = published(cast, base, people="move")
    moved = Enrolment.objects.filter(edition=edition, started_at__isnull=False)
    assert moved.count() == 2
    reopened = ActivityProgress.objects.filter(enrolment__in=moved, state="in_progress")
    assert reopened.count() == 1


def test_whoever_has_done_all_of_it_is_counted_and_stays(cast: Cast, base: Edition) -> None:
    middle = begun(cast.alice, base, "lesson-1", "lesson-2")
    draft = ready(drafted(base, by=cast.ingrid))
    draft.activities.filter(key=TEST_KEY).update(required=False)
    assert (impact(draft).satisfied, impact(draft).movable) == (1, 0)
    published(cast, base, people="move", what="title")
    assert edition_of(middle) == base


def test_counting_asks_as_often_for_many_people(cast: Cast, base: Edition) -> None:
    draft = drafted(base, by=cast.ingrid)
    counts = []
    for somebody in (cast.alice, cast.toni, cast.sam, cast.carol):
        begun(somebody, base)
        with CaptureQueriesContext(connection) as asked:
            impact(draft)
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_a_term_sends_back_only_those_whose_lesson_names_it(cast: Cast) -> None:
    base = loaded()
    draft = ready(drafted(base, by=cast.ingrid))
    texts = LessonText.objects.filter(lesson__activity__edition=draft)
    term = draft.terms.filter(language="en").earliest("key")
    naming = {text.pk for text in texts if term.key in text.markdown + text.light_markdown}
    before = dict(texts.values_list("pk", "content_hash"))
    save_term(
        edition=draft,
        language="en",
        key=term.key,
        term=term.term,
        definition="Said in other words.",
        seen=seen(term),
        by=cast.ingrid,
        now=NOW,
    )
    after = dict(texts.values_list("pk", "content_hash"))
    assert {pk for pk in before if before[pk] != after[pk]} == naming
    assert 0 < len(naming) < len(before)
