"""The state in SQL is the state of the rules, on every day; and what one person has to do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import Http404
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courseware.courses.actions import put_prerequisites
from courseware.enrolments import rules
from courseware.enrolments.access import current_enrolments, own_enrolment
from courseware.enrolments.actions import enrol, finish_lesson, open_activity, withdraw
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import dates_of, journey, my_training, with_state
from tests.cast import Cast, person
from tests.certificates.completed import complete
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()

BOUNDARIES = [-91, -90, -89, -15, -14, -13, -1, 0, 1, 13, 14, 15, 89, 90, 91]
offsets = st.sampled_from(BOUNDARIES) | st.integers(-800, 800)
maybe_day = st.none() | offsets.map(lambda offset: TODAY + timedelta(offset))


def test_sql_says_what_the_rule_says() -> None:
    pk = enrol(person=person("Alice"), course=make_course().course, by=None, now=NOW).pk

    @settings(max_examples=300, deadline=None, database=None)
    @given(
        started=st.booleans(),
        withdrawn=st.booleans(),
        talk=st.booleans(),
        due=maybe_day,
        completed=maybe_day,
        expires=maybe_day,
    )
    @example(True, False, False, None, TODAY, TODAY + timedelta(90))
    @example(True, False, False, None, TODAY, TODAY + timedelta(91))
    @example(True, False, False, None, TODAY, TODAY)
    @example(True, False, False, None, TODAY, TODAY - timedelta(1))
    @example(False, False, False, TODAY + timedelta(14), None, None)
    @example(False, False, False, TODAY, None, None)
    @example(False, False, True, TODAY, None, None)
    @example(True, True, True, TODAY, TODAY, TODAY)
    def same(
        started: bool,
        withdrawn: bool,
        talk: bool,
        due: date | None,
        completed: date | None,
        expires: date | None,
    ) -> None:
        Enrolment.objects.filter(pk=pk).update(
            started_at=NOW if started or completed else None,
            withdrawn_at=NOW if withdrawn else None,
            needs_talk_since=NOW if talk else None,
            due_on=due,
            completed_on=completed,
            expires_on=expires if completed else None,
        )
        row = with_state(Enrolment.objects.filter(pk=pk), TODAY).get()
        assert row.state_on_day == rules.state(dates_of(row), TODAY).value

    same()


# ------------------------------------------------------------------ whose, and which period
def test_the_newest_period_counts_and_a_withdrawn_one_does_not(cast: Cast) -> None:
    edition = make_course(lessons=1)
    complete(cast.alice, edition, now=NOW)
    assert own_enrolment(cast.alice, "made-course").period == 1
    enrol(person=cast.alice, course=edition.course, by=cast.carol, now=NOW)
    second = own_enrolment(cast.alice, "made-course")
    assert second.period == 2
    assert current_enrolments(cast.alice).count() == 1
    withdraw(enrolment=second, reason="left", by=cast.carol, now=NOW)
    assert own_enrolment(cast.alice, "made-course").period == 1


def test_somebody_elses_enrolment_does_not_exist(cast: Cast) -> None:
    enrol(person=cast.alice, course=make_course().course, by=None, now=NOW)
    with pytest.raises(Http404):
        own_enrolment(cast.sam, "made-course")
    with pytest.raises(Http404):
        own_enrolment(cast.alice, "no-such-course")


# ------------------------------------------------------------------ prerequisites
def test_a_prerequisite_locks_every_step_and_names_the_course(cast: Cast) -> None:
    basics = make_course(slug="basics")
    course = make_course().course
    put_prerequisites(course=course, slugs=["basics"])
    enrolment = enrol(person=cast.alice, course=course, by=None, now=NOW)
    mine = journey(enrolment, language="en", today=TODAY)
    assert [other.slug for other in mine.missing_courses] == ["basics"]
    assert not any(row.is_open for row in mine.rows)
    assert mine.next is None
    [listed] = my_training(cast.alice, language="en", today=TODAY)
    assert [other.slug for other in listed.missing_courses] == ["basics"]
    complete(cast.alice, basics, now=NOW)
    mine = journey(enrolment, language="en", today=TODAY)
    assert mine.missing_courses == ()
    assert mine.next is not None


def test_an_expired_prerequisite_is_missing_again_but_stops_nobody_who_has_begun(
    cast: Cast,
) -> None:
    complete(cast.alice, make_course(slug="basics", validity_months=1), now=NOW)
    course = make_course().course
    put_prerequisites(course=course, slugs=["basics"])
    enrolment = enrol(person=cast.alice, course=course, by=None, now=NOW)
    last_day = date(2026, 4, 2)
    assert journey(enrolment, language="en", today=last_day).missing_courses == ()
    later = last_day + timedelta(1)
    assert len(journey(enrolment, language="en", today=later).missing_courses) == 1
    open_activity(enrolment=enrolment, activity_key="lesson-1", now=NOW)
    assert journey(enrolment, language="en", today=later).missing_courses == ()


def test_progress_counts_only_what_the_edition_requires(cast: Cast) -> None:
    enrolment = enrol(person=cast.alice, course=make_course(lessons=2).course, by=None, now=NOW)
    for key in ("lesson-1", "gone"):
        finish_lesson(
            enrolment=enrolment, activity_key=key, content_hash="h", language="en", now=NOW
        )
    mine = journey(enrolment, language="en", today=TODAY)
    assert (mine.done_count, mine.required_count, mine.left_count) == (1, 3, 2)
    assert mine.percent == 33
    assert mine.minutes_left == 40
    assert mine.next is not None
    assert mine.next.item.key == "lesson-2"
