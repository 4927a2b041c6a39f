"""Waiting between attempts, what becomes of an attempt whose time is over, exceptions."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from courseware.accounts.actions import post_person
from courseware.accounts.models import Posting, Unit
from courseware.audit.actions import seal_events
from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress, Enrolment
from courseware.health import recorded
from courseware.jobs.registry import Work
from quizzes import actions, handlers, queries
from quizzes.actions import Exempted
from quizzes.engine.content import ContentError
from quizzes.models import Attempt, ExtraAttempt, Override, Talk
from tests.asking import signed_in
from tests.cast import SINCE, Cast
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, Sitting, answer_all, answers, begin, right, save, sit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = NOW + timedelta(minutes=46)
GRACE = {"time_out": "grace", "grace_minutes": 30}
STATE = ActivityProgress.State
SWEEP = Work(uuid4(), "quizzes.sweep", "1", {}, 1, NOW)


def fail(sitting: Sitting, now: Any = NOW) -> Attempt:
    attempt = begin(sitting, now=now)
    actions.finish_attempt(attempt=attempt, now=now)
    return attempt


def decide(
    cast: Cast, sitting: Sitting, target: Enrolment | Unit | None = None, **fields: Any
) -> Override:
    now = fields.pop("now", NOW)
    ends_on = fields.pop("ends_on", (now + 10 * DAY).date())
    return actions.decide_override(
        course=sitting.edition.course,
        activity_key=TEST_KEY,
        target=target or sitting.enrolment,
        exempted=Exempted(**fields),
        reason="On sick leave.",
        ends_on=ends_on,
        by=cast.ingrid,
        now=now,
    )


def refused(sitting: Sitting, now: Any = NOW) -> str:
    with pytest.raises(actions.NotAllowed) as refusal:
        begin(sitting, now=now)
    return refusal.value.reason


def standing() -> str:
    return ActivityProgress.objects.get().state


def start_page(sitting: Sitting, now: Any = NOW) -> str:
    with time_machine.travel(now, tick=False):
        url = reverse("quizzes:start", args=[sitting.edition.course.slug, TEST_KEY])
        return unescape(signed_in(sitting.person).get(url).content.decode())


# ------------------------------------------------------------------ waiting between attempts
def test_the_next_attempt_waits_until_the_hours_are_over(cast: Cast) -> None:
    sitting = sit("Nora", rules={"cooldown_hours": 24})
    fail(sitting)
    assert refused(sitting, NOW + DAY - timedelta(seconds=1)) == "too_early"
    page = start_page(sitting, NOW + HOUR)
    assert "You can begin on" in page
    assert "Start the test" not in page
    assert "Between two attempts there are 24 hours." in page
    assert "Start the test" in start_page(sitting, NOW + DAY)
    assert begin(sitting, now=NOW + DAY).number == 2


def test_an_exception_takes_the_waiting_away(cast: Cast) -> None:
    sitting = sit("Nora", rules={"cooldown_hours": 24})
    fail(sitting)
    decide(cast, sitting, skips_cooldown=True)
    assert begin(sitting).number == 2


# ------------------------------------------------------------------ when the time is over
def test_in_the_time_of_grace_it_is_handed_in_without_new_answers() -> None:
    sitting = sit("Nora", time_limit_minutes=45, rules=GRACE)
    attempt = begin(sitting)
    answer_all(attempt)
    assert attempt.hand_in_until == attempt.deadline_at + timedelta(minutes=30)
    with pytest.raises(actions.Closed):
        save(attempt, 1, {}, seen=1, now=LATER)
    assert actions.close_overdue(now=LATER) == 0
    assert actions.finish_attempt(attempt=attempt, now=LATER)
    attempt.refresh_from_db()
    assert (attempt.finished_by, attempt.submitted_at) == ("late", LATER)
    assert attempt.is_passed


def test_after_the_grace_an_attempt_does_not_count_and_is_used() -> None:
    sitting = sit("Nora", time_limit_minutes=45, rules=GRACE)
    attempt = begin(sitting)
    answer_all(attempt)
    assert actions.close_overdue(now=LATER + HOUR) == 1
    assert actions.close_overdue(now=LATER + HOUR) == 0
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at) == ("void", attempt.hand_in_until)
    assert AuditEvent.objects.filter(verb="attempt.voided").count() == 1
    assert standing() == STATE.IN_PROGRESS
    assert begin(sitting, now=LATER + HOUR).number == 2
    assert list(queries.findings(LATER + HOUR)) == []


def test_without_grace_the_deadline_itself_voids_and_the_last_one_asks_for_a_talk() -> None:
    sitting = sit("Nora", attempts=1, time_limit_minutes=45, rules={"time_out": "void"})
    attempt = begin(sitting)
    answer_all(attempt)
    assert actions.close_if_over(attempt=attempt, now=LATER)
    assert attempt.state == Attempt.State.VOID
    assert not actions.finish_attempt(attempt=attempt, now=LATER)
    assert standing() == STATE.EXHAUSTED
    sitting.enrolment.refresh_from_db()
    assert sitting.enrolment.needs_talk_since is not None


def test_pages_in_the_time_of_grace_lead_to_the_button_that_hands_in() -> None:
    sitting = sit("Nora", time_limit_minutes=45, rules=GRACE)
    with time_machine.travel(NOW, tick=False):
        attempt = begin(sitting)
        answer_all(attempt)
    client = signed_in(sitting.person)
    summary = reverse("quizzes:summary", args=[attempt.pk])
    with time_machine.travel(LATER, tick=False):
        for place in ("question", "all"):
            numbers = [1] if place == "question" else []
            response = client.get(reverse(f"quizzes:{place}", args=[attempt.pk, *numbers]))
            assert (response.status_code, response["Location"]) == (302, summary)
        page = unescape(client.get(summary).content.decode())
        assert "answers can no longer be changed" in page
        assert reverse("quizzes:question", args=[attempt.pk, 1]) not in page
        saved = reverse("quizzes:save", args=[attempt.pk, 1])
        response = client.post(saved, {"q1-sequence": "1"}, headers={"Accept": "application/json"})
        assert (response.status_code, response.json()["url"]) == (410, summary)
        client.post(reverse("quizzes:submit", args=[attempt.pk]))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.finished_by) == ("graded", "late")


def test_a_void_attempt_says_why(cast: Cast) -> None:
    sitting = sit("Nora", time_limit_minutes=45, rules={"time_out": "void"})
    assert "not handed in by the deadline does not count" in start_page(sitting)
    with time_machine.travel(NOW, tick=False):
        attempt = begin(sitting)
    with time_machine.travel(LATER, tick=False):
        client = signed_in(sitting.person)
        url = reverse("quizzes:summary", args=[attempt.pk])
        page = unescape(client.get(url, follow=True).content.decode())
    assert "This attempt does not count" in page
    assert "Not handed in in time" in start_page(sitting, LATER)


# ------------------------------------------------------------------ exceptions
def test_time_and_dates_of_an_exception_shape_the_deadline(cast: Cast) -> None:
    sitting = sit("Nora", time_limit_minutes=45)
    decide(cast, sitting, time_limit_minutes=90)
    assert begin(sitting).deadline_at == NOW + timedelta(minutes=90)
    assert "An exception was made for you." in start_page(sitting)


def test_a_moment_before_which_and_after_which_nobody_begins(cast: Cast) -> None:
    sitting = sit("Nora")
    decide(cast, sitting, opens_at=NOW + HOUR, closes_at=NOW + DAY)
    assert refused(sitting) == "too_early"
    assert refused(sitting, NOW + DAY) == "closed"
    assert "The time in which you may sit this test is over." in start_page(sitting, NOW + DAY)
    assert begin(sitting, now=NOW + 2 * HOUR).deadline_at == NOW + DAY


def test_the_persons_own_goes_before_the_units_and_the_nearer_before_the_farther(
    cast: Cast,
) -> None:
    sitting = sit("Nora", time_limit_minutes=45)
    post_person(person=sitting.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    assert begin(sitting).deadline_at == NOW + timedelta(minutes=45)

    def limit() -> int | None:
        today = queries.day_of(sitting.person, NOW)
        quiz = Attempt.objects.get().quiz
        return queries.terms_for(sitting.enrolment, quiz, None, today=today).time_limit_minutes

    decide(cast, sitting, cast.unit_b, time_limit_minutes=300)
    assert limit() == 45
    decide(cast, sitting, cast.unit_a, time_limit_minutes=60)
    decide(cast, sitting, cast.force, time_limit_minutes=70)
    assert limit() == 60
    decide(cast, sitting, time_limit_minutes=50)
    assert limit() == 50


def test_more_attempts_let_go_on_who_waits_for_a_talk_until_the_exception_is_over(
    cast: Cast,
) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    assert standing() == STATE.EXHAUSTED
    override = decide(cast, sitting, extra_attempts=2)
    assert standing() == STATE.IN_PROGRESS
    sitting.enrolment.refresh_from_db()
    assert sitting.enrolment.needs_talk_since is None
    fail(sitting)
    assert standing() == STATE.IN_PROGRESS
    assert list(queries.findings(NOW)) == []
    actions.settle_overrides(now=NOW + 12 * DAY)
    assert standing() == STATE.EXHAUSTED
    assert refused(sitting, NOW + 12 * DAY) == "no_attempts"
    override.refresh_from_db()
    assert override.settled_at is not None
    # The one that was begun under it stays allowed: the record does not contradict itself.
    assert list(queries.findings(NOW + 12 * DAY)) == []


def test_the_last_attempt_of_an_exception_asks_for_a_talk_again(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    decide(cast, sitting, extra_attempts=1)
    fail(sitting)
    assert standing() == STATE.EXHAUSTED
    # A talk comes on top of the exception, which is used up.
    actions.grant_attempt(
        enrolment=sitting.enrolment, activity_key=TEST_KEY, by=cast.ingrid, reason="R", now=NOW
    )
    assert begin(sitting).number == 3


def test_attempts_of_a_second_exception_come_on_top_of_those_used_up(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    decide(cast, sitting, extra_attempts=1)
    fail(sitting)
    assert standing() == STATE.EXHAUSTED
    second = decide(cast, sitting, extra_attempts=1)  # the first still counts, and is used up
    assert standing() == STATE.IN_PROGRESS
    assert fail(sitting).number == 3
    assert standing() == STATE.EXHAUSTED
    actions.take_back_override(override=second, by=cast.ingrid, now=NOW)
    assert list(queries.findings(NOW)) == []


def test_attempts_of_exceptions_add_up_and_the_one_that_ends_first_pays(cast: Cast) -> None:
    sitting = sit("Nora", attempts=2)
    post_person(person=sitting.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    fail(sitting)
    own = decide(cast, sitting, extra_attempts=1, now=NOW + DAY)
    unit = decide(cast, sitting, cast.unit_a, extra_attempts=1)
    fail(sitting)  # the test's own, not yet an exception's
    assert not ExtraAttempt.objects.exists()
    page = start_page(sitting, NOW + DAY)
    assert "Attempts left</dt><dd>2" in page
    fail(sitting)
    assert ExtraAttempt.objects.get().override == unit
    actions.take_back_override(override=unit, by=cast.ingrid, now=NOW)
    assert fail(sitting).number == 4
    assert list(ExtraAttempt.objects.order_by("pk").values_list("override", flat=True)) == [
        unit.pk,
        own.pk,
    ]
    assert refused(sitting) == "no_attempts"
    assert list(queries.findings(NOW)) == []


def test_who_comes_to_a_unit_after_the_decision_goes_on(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    override = decide(cast, sitting, cast.unit_a, extra_attempts=1)
    assert standing() == STATE.EXHAUSTED
    assert refused(sitting) == "no_attempts"
    post_person(person=sitting.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    page = start_page(sitting)
    assert "Start the test" in page
    assert "What happens next" not in page
    attempt = begin(sitting)
    assert attempt.number == 2
    assert standing() == STATE.IN_PROGRESS
    sitting.enrolment.refresh_from_db()
    assert sitting.enrolment.needs_talk_since is None
    noted = AuditEvent.objects.get(verb="attempt.reopened")
    assert (noted.actor_id, noted.detail.data["exception"]) == (None, str(override.pk))
    started = AuditEvent.objects.get(verb="attempt.started", subject_id=str(attempt.pk))
    assert started.detail.data["exceptions"] == [str(override.pk)]
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert standing() == STATE.EXHAUSTED
    seal_events(now=NOW, limit=10_000, from_the_beginning=True)
    assert list(recorded.findings(NOW)) == []


def test_the_sweep_follows_people_from_unit_to_unit(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    decide(cast, sitting, cast.unit_a, extra_attempts=1)
    handlers.sweep(SWEEP)
    assert standing() == STATE.EXHAUSTED
    there = Posting.objects.create(person=sitting.person, unit=cast.unit_a, from_on=SINCE)
    for _turn in range(2):
        handlers.sweep(SWEEP)
        assert standing() == STATE.IN_PROGRESS
    assert AuditEvent.objects.filter(verb="attempt.reopened").count() == 1
    there.unit = cast.unit_b
    there.save()
    for _turn in range(2):
        handlers.sweep(SWEEP)
        assert standing() == STATE.EXHAUSTED
    assert AuditEvent.objects.filter(verb="enrolment.needs_talk").count() == 2


def test_the_sweep_leaves_who_left_the_unit_and_sits_the_test_alone(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    there = Posting.objects.create(person=sitting.person, unit=cast.unit_a, from_on=SINCE)
    fail(sitting)
    decide(cast, sitting, cast.unit_a, extra_attempts=1)
    attempt = begin(sitting)
    there.unit = cast.unit_b
    there.save()
    handlers.sweep(SWEEP)
    assert standing() == STATE.IN_PROGRESS
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert standing() == STATE.EXHAUSTED


def test_an_exception_counts_to_the_end_of_its_last_day_where_the_person_is(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    sitting.person.time_zone = "Pacific/Auckland"  # thirteen hours ahead
    sitting.person.save()
    fail(sitting)
    override = decide(cast, sitting, extra_attempts=2)
    override.ends_on = date(2026, 2, 10)
    override.save()
    last_minute = datetime(2026, 2, 10, 10, 59, tzinfo=UTC)
    after = datetime(2026, 2, 10, 11, 0, tzinfo=UTC)  # the 11th there, the 10th in London
    assert refused(sitting, after) == "no_attempts"
    assert fail(sitting, last_minute).number == 2


def test_no_exception_makes_the_time_shorter_than_the_test_gives(cast: Cast) -> None:
    sitting = sit("Nora", time_limit_minutes=60, window_days=7)
    shorter: tuple[dict[str, Any], ...] = ({"time_limit_minutes": 5}, {"window_days": 3})
    for fields in shorter:
        with pytest.raises(ContentError, match="an exception does not give less"):
            decide(cast, sitting, **fields)
    # One from before the test was given more time takes none of it away either.
    override = decide(cast, sitting, time_limit_minutes=60, window_days=7)
    Override.objects.filter(pk=override.pk).update(time_limit_minutes=5, window_days=0)
    assert begin(sitting).deadline_at == NOW + timedelta(minutes=60)


def test_a_test_without_a_time_limit_gets_none_by_an_exception(cast: Cast) -> None:
    sitting = sit("Nora")
    with pytest.raises(ContentError, match="The test has no time limit"):
        decide(cast, sitting, time_limit_minutes=60)
    with pytest.raises(ContentError, match="The test has no time limit"):
        decide(cast, sitting, cast.unit_a, time_limit_minutes=60)
    override = decide(cast, sitting, window_days=9)
    Override.objects.filter(pk=override.pk).update(time_limit_minutes=5)
    assert begin(sitting).deadline_at == NOW + 9 * DAY


def test_an_exception_for_a_unit_reaches_its_people_and_those_below(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    post_person(person=sitting.person, unit=cast.unit_a, from_on=SINCE, by=None, now=NOW)
    fail(sitting)
    decide(cast, sitting, cast.unit_b, extra_attempts=1)
    assert standing() == STATE.EXHAUSTED
    override = decide(cast, sitting, cast.force, extra_attempts=1)
    assert standing() == STATE.IN_PROGRESS
    assert actions.take_back_override(override=override, by=cast.ingrid, now=NOW)
    assert standing() == STATE.EXHAUSTED
    assert not actions.take_back_override(override=override, by=cast.ingrid, now=NOW)
    assert AuditEvent.objects.filter(verb="exception.taken_back").count() == 1


def test_taking_back_leaves_who_is_sitting_alone(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    override = decide(cast, sitting, extra_attempts=1)
    attempt = begin(sitting)
    actions.take_back_override(override=override, by=cast.ingrid, now=NOW)
    first = answers(attempt)[0]
    save(attempt, 1, right(first))
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert standing() == STATE.EXHAUSTED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Say what differs"),
        ({"extra_attempts": 11}, "extra_attempts: Must be a whole number from 0 to 10."),
        ({"time_limit_minutes": 601}, "time_limit_minutes: Must be"),
        ({"closes_at": NOW}, "This moment has passed."),
        ({"opens_at": NOW + DAY, "closes_at": NOW + HOUR}, "It must open before it closes."),
    ],
)
def test_an_exception_that_makes_no_sense_is_refused(
    cast: Cast, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(ContentError, match=words):
        decide(cast, sit("Nora"), **fields)


def test_only_who_may_grant_attempts_decides(cast: Cast) -> None:
    sitting = sit("Nora")
    override = decide(cast, sitting, extra_attempts=1)
    with pytest.raises(PermissionDenied):
        actions.take_back_override(override=override, by=cast.carol, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.decide_override(
            course=sitting.edition.course,
            activity_key=TEST_KEY,
            target=sitting.enrolment,
            exempted=Exempted(extra_attempts=1),
            reason="R",
            ends_on=date(2030, 1, 1),
            by=cast.carol,
            now=NOW,
        )


def test_the_trail_knows_of_all_of_it(cast: Cast) -> None:
    """Void attempts, noted talks and exceptions leave nothing that trail and tables differ on."""
    voided = sit("Nora", attempts=1, time_limit_minutes=45, rules={"time_out": "void"})
    actions.close_if_over(attempt=begin(voided), now=LATER)
    grant = partial(
        actions.grant_attempt,
        enrolment=voided.enrolment,
        activity_key=TEST_KEY,
        by=cast.ingrid,
        reason="R",
        now=LATER,
    )
    grant(is_granted=False)
    override = decide(cast, voided, extra_attempts=1, now=LATER)
    assert AuditEvent.objects.filter(verb="attempt.reopened").count() == 1
    actions.take_back_override(override=override, by=cast.ingrid, now=LATER)
    grant()
    seal_events(now=LATER, limit=10_000, from_the_beginning=True)
    assert list(recorded.findings(LATER)) == []
    Override.objects.all().delete()
    assert [message for _row, message in recorded.findings(LATER)]


# ------------------------------------------------------------------ the pages of staff
FORM = "/admin/quizzes/override/add/"
FIELDS = {
    "person": "nora@example.org",
    "unit": "",
    "extra_attempts": "1",
    "time_limit_minutes": "",
    "window_days": "",
    "opens_at_0": "",
    "opens_at_1": "",
    "closes_at_0": "",
    "closes_at_1": "",
    "reason": "On sick leave.",
    "ends_on": "2099-01-01",
}


def test_staff_decides_and_takes_back(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    client = signed_in(cast.ingrid)
    fields = FIELDS | {"test": f"{sitting.edition.course.slug} {TEST_KEY}"}
    page = client.post(FORM, fields, follow=True).content.decode()
    assert "The exception counts from now on." in page
    override = Override.objects.get()
    assert (override.by, override.extra_attempts) == (cast.ingrid, 1)
    assert standing() == STATE.IN_PROGRESS
    shown = client.get(f"/admin/quizzes/override/{override.pk}/change/").content.decode()
    assert "On sick leave." in shown
    assert "Nora Example" in shown
    back = reverse("admin:quizzes_override_take_back", args=[override.pk])
    assert back in shown
    assert "Nora Example" in client.get(back).content.decode()
    assert "no longer counts." in client.post(back, follow=True).content.decode()
    assert "taken back before" in client.post(back, follow=True).content.decode()
    assert standing() == STATE.EXHAUSTED


@pytest.mark.parametrize("case", ["passed", "used up", "sitting", "left", "unit", "empty unit"])
def test_staff_is_told_what_an_exception_does(cast: Cast, case: str) -> None:
    with time_machine.travel(NOW, tick=False):
        sitting = sit("Nora", attempts=1, time_limit_minutes=45)
        changes = {"extra_attempts": "", "time_limit_minutes": "90"}
        words = {
            "passed": "gives Nora Example nothing: the test is passed already.",
            "used up": "gives Nora Example nothing yet: no attempt is left. Allow more attempts.",
            "sitting": "nothing yet: the attempt that is open keeps its time",
            "left": "The exception counts from now on. Nora Example may begin 2 attempts.",
            "unit": "The exception counts from now on, for 1 person who has the test to pass.",
            "empty unit": "has this test to pass now. The exception counts for whoever comes there",
        }[case]
        if case == "passed":
            attempt = begin(sitting)
            answer_all(attempt)
            actions.finish_attempt(attempt=attempt, now=NOW)
        if case == "used up":
            fail(sitting)
        if case == "sitting":
            begin(sitting)
        if case == "left":
            fail(sitting)
            changes = {"extra_attempts": "2"}
        if "unit" in case:
            changes |= {"person": "", "unit": str(cast.unit_a.pk)}
        if case == "unit":
            Posting.objects.create(person=sitting.person, unit=cast.unit_a, from_on=SINCE)
        fields = FIELDS | {"test": f"{sitting.edition.course.slug} {TEST_KEY}"} | changes
        page = unescape(signed_in(cast.ingrid).post(FORM, fields, follow=True).content.decode())
    assert words in page
    assert Override.objects.count() == 1
    assert ("counts from now on" in page) == (case in {"left", "unit"})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": ""}, "Name either a person or a unit."),
        ({"person": "nobody@example.org"}, "Nobody with this address or number is on the course."),
        ({"extra_attempts": ""}, "Say what differs: attempts, time or dates."),
        ({"extra_attempts": "99"}, "Must be a whole number from 0 to 10."),
        ({"ends_on": "2001-01-01"}, "This day has passed."),
        ({"window_days": "2"}, "The test itself gives 7: an exception does not give less."),
        ({"time_limit_minutes": "60"}, "The test has no time limit."),
        ({"reason": " "}, "This field is required."),
        ({"test": "other final-test"}, "Select a valid choice."),
    ],
)
def test_a_form_with_faults_keeps_what_was_typed(
    cast: Cast, changes: dict[str, str], words: str
) -> None:
    sitting = sit("Nora")
    fields = FIELDS | {"test": f"{sitting.edition.course.slug} {TEST_KEY}"} | changes
    page = unescape(signed_in(cast.ingrid).post(FORM, fields).content.decode())
    assert words in page
    assert not Override.objects.exists()
    if "reason" not in changes:
        assert "On sick leave." in page


def test_a_talk_may_be_noted_without_a_further_attempt(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    data = {"progress": ActivityProgress.objects.get().pk, "reason": "Read lesson 3 first."}
    page = (
        signed_in(cast.ingrid).post("/admin/quizzes/talk/add/", data, follow=True).content.decode()
    )
    assert "No further attempt is allowed yet." in page
    assert not Talk.objects.get().is_granted
    assert standing() == STATE.EXHAUSTED
    assert AuditEvent.objects.filter(verb="talk.noted").count() == 1


def test_lists_name_a_test_by_its_title(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    fail(sitting)
    client = signed_in(cast.ingrid)
    data = {"progress": ActivityProgress.objects.get().pk, "reason": "Read lesson 3 first."}
    client.post("/admin/quizzes/talk/add/", data)
    fields = FIELDS | {"test": f"{sitting.edition.course.slug} {TEST_KEY}"}
    client.post(FORM, fields)
    override, talk = Override.objects.get(), Talk.objects.get()
    back = f"/admin/quizzes/override/{override.pk}/take-back/"
    one = [
        f"/admin/quizzes/{name}/{row.pk}/change/"
        for name, row in (("override", override), ("talk", talk))
    ]
    for address in ("/admin/quizzes/override/", "/admin/quizzes/talk/", back, *one):
        page = client.get(address).content.decode()
        assert "Final test" in page, address
        assert "final-test" not in page, address
