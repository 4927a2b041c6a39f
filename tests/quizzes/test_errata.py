"""A question turned out wrong: who decides, what is shown before, what it does to whom."""

from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courseware.accounts.actions import grant_role
from courseware.audit.models import AuditEvent
from courseware.core import failpoints
from courseware.enrolments.models import Completion
from courseware.health.invariants import findings
from courseware.jobs.models import Job, Message
from quizzes import actions
from quizzes.actions import regrading
from quizzes.engine.content import ContentError
from quizzes.models import Answer, Attempt, Erratum, Regrade
from quizzes.queries.impact import impact
from tests.cast import SINCE, Cast
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW
from tests.quizzes.wrong_question import (
    LATER,
    applied,
    decided,
    dry_run,
    four,
    hash_of,
    proposed,
    result_of,
    sat_four,
    with_a_lesson_after,
)

pytestmark = pytest.mark.django_db


# ------------------------------------------------------------------ proposing and deciding
def test_only_who_writes_the_course_proposes(cast: Cast) -> None:
    edition = four()
    for nobody in (cast.alice, cast.rafael, cast.adam, cast.carol):
        with pytest.raises(PermissionDenied):
            actions.propose_erratum(
                course=edition.course,
                activity_key=TEST_KEY,
                question_key="T-Q1",
                content_hashes=[hash_of(edition, "T-Q1")],
                remedy="drop",
                reason="R",
                by=nobody,
                now=LATER,
            )


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"content_hashes": []}, "wordings"),
        ({"content_hashes": ["0" * 64]}, "wordings"),
        ({"remedy": "forget"}, "remedy"),
        ({"reason": "  "}, "reason"),
        ({"remedy": "accept"}, "accepted"),
        ({"remedy": "accept", "accepted": {"chosen": [0]}}, "accepted"),  # right already
    ],
)
def test_a_proposal_says_what_it_lacks(cast: Cast, changes: dict[str, Any], path: str) -> None:
    edition = four()
    wording = hash_of(edition, "T-Q1")
    if "accepted" in changes:
        changes = {**changes, "accepted": {wording: changes["accepted"]}}
    fields = {"content_hashes": [wording], "remedy": "drop", "reason": "R", **changes}
    with pytest.raises(ContentError) as error:
        actions.propose_erratum(
            course=edition.course,
            activity_key=TEST_KEY,
            question_key="T-Q1",
            by=cast.ingrid,
            now=LATER,
            **fields,
        )
    assert [fault.path.partition(".")[0] for fault in error.value.faults] == [path]
    assert not Erratum.objects.exists()


def test_nobody_decides_what_they_proposed(cast: Cast) -> None:
    grant_role(person=cast.ingrid, role="reviewer", unit=None, from_on=SINCE, by=None, now=NOW)
    erratum = proposed(cast, four(), "T-Q1", "drop")
    for nobody in (cast.ingrid, cast.alice, cast.carol):
        with pytest.raises(PermissionDenied):
            actions.decide_erratum(
                erratum=erratum,
                lowering="keep",
                reason="R",
                seen=dry_run(erratum).basis,
                by=nobody,
                now=LATER,
            )
    erratum.refresh_from_db()
    assert erratum.state == Erratum.State.PROPOSED


def test_an_administrator_may_decide(cast: Cast) -> None:
    erratum = proposed(cast, four(), "T-Q1", "drop")
    actions.decide_erratum(
        erratum=erratum,
        lowering="keep",
        reason="R",
        seen=dry_run(erratum).basis,
        by=cast.adam,
        now=LATER,
    )
    assert Job.objects.filter(kind="quizzes.regrade", key=str(erratum.pk)).exists()
    event = AuditEvent.objects.get(verb="erratum.decided")
    assert (event.actor_id, event.subject_id) == (cast.adam.pk, str(erratum.pk))


def test_a_decision_on_other_numbers_than_were_shown_is_refused(cast: Cast) -> None:
    edition = four()
    sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    erratum = proposed(cast, edition, "T-Q1", "credit")
    seen = dry_run(erratum).basis
    sat_four(edition, "Ben", wrong=("T-Q1", "T-Q2"))
    with pytest.raises(actions.NumbersChanged):
        actions.decide_erratum(
            erratum=erratum, lowering="keep", reason="R", seen=seen, by=cast.rafael, now=LATER
        )
    erratum.refresh_from_db()
    assert erratum.state == Erratum.State.PROPOSED
    assert not Job.objects.filter(kind="quizzes.regrade").exists()


def test_it_is_decided_once_and_not_after_it_was_dropped(cast: Cast) -> None:
    edition = four()
    first, second = (proposed(cast, edition, key, "drop") for key in ("T-Q1", "T-Q2"))
    decided(cast, first)
    assert not actions.drop_erratum(erratum=first, by=cast.ingrid, now=LATER)
    assert actions.drop_erratum(erratum=second, by=cast.ingrid, now=LATER)
    for erratum in (first, second):
        with pytest.raises(actions.AlreadyDecided):
            decided(cast, erratum)
    with pytest.raises(PermissionDenied):
        actions.drop_erratum(erratum=second, by=cast.carol, now=LATER)


# ------------------------------------------------------------------ what it does
def test_who_failed_by_it_passes_today_with_the_certificate(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    before = sat_four(edition, "Ben", wrong=("T-Q2", "T-Q3"))
    marks = list(Answer.objects.order_by("pk").values_list("mark_numerator", "mark_denominator"))
    applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    assert result_of(ann) == (Fraction(3, 4), True)
    assert result_of(before) == (Fraction(1, 2), False)
    assert (ann.fresh().score, ann.fresh().is_passed) == (Fraction(1, 2), False)  # it stays
    assert marks == list(
        Answer.objects.order_by("pk").values_list("mark_numerator", "mark_denominator")
    )
    assert ann.progress.state == "done"
    completion = Completion.objects.get()
    assert (completion.enrolment, completion.completed_at) == (ann.enrolment, LATER)
    assert Job.objects.filter(kind="certificates.issue", key=str(completion.pk)).exists()
    assert [
        finding for finding in findings(LATER) if finding.invariant in {"I6", "I8", "I12"}
    ] == []


def test_the_last_failure_no_longer_asks_for_a_talk(cast: Cast) -> None:
    edition = with_a_lesson_after(attempts=1)
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    ann.enrolment.refresh_from_db()
    assert ann.progress.state == "exhausted"
    assert ann.enrolment.needs_talk_since is not None
    applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    ann.enrolment.refresh_from_db()
    assert ann.progress.state == "done"
    assert ann.enrolment.needs_talk_since is None
    assert not Completion.objects.exists()


def test_a_better_score_counts_for_who_had_passed(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1",))
    applied(decided(cast, proposed(cast, edition, "T-Q1", "accept", accepted={"chosen": [1]})))
    assert result_of(ann) == (Fraction(1), True)
    assert ann.progress.best_score == 100
    assert Completion.objects.get(enrolment=ann.enrolment).score == 75  # written once


def test_what_is_marked_later_is_marked_with_it(cast: Cast) -> None:
    edition = four()
    erratum = applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"), now=LATER)
    assert ann.fresh().errata == [str(erratum.pk)]
    assert result_of(ann) == (Fraction(3, 4), True)
    assert not Regrade.objects.exists()
    assert actions.regrade_stragglers(now=LATER) == 0
    other = applied(decided(cast, proposed(cast, edition, "T-Q2", "drop")))
    assert result_of(ann) == (Fraction(1), True)
    assert Regrade.objects.get().erratum == other
    assert [finding for finding in findings(LATER) if finding.invariant == "I6"] == []


def test_a_marking_under_way_at_the_decision_is_found_by_the_sweep(cast: Cast) -> None:
    edition = four()
    applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"), now=LATER)
    # As a transaction leaves it that read the errata before this one was decided.
    late = four(slug="late")
    ben = sat_four(late, "Ben", wrong=("T-Q1", "T-Q2"), now=LATER)
    same = proposed(cast, late, "T-Q1", "credit")
    Erratum.objects.filter(pk=same.pk).update(
        state=Erratum.State.APPLIED, decided_by=cast.rafael, decided_at=LATER, applied_at=LATER
    )
    assert actions.regrade_stragglers(now=LATER + timedelta(minutes=1)) == 1
    assert result_of(ben) == (Fraction(3, 4), True)
    assert Regrade.objects.filter(attempt=ann.attempt).count() == 0


def test_everybody_whose_result_changed_gets_one_mail_without_it(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    sat_four(edition, "Ben")
    erratum = decided(cast, proposed(cast, edition, "T-Q1", "credit"))
    applied(erratum)
    applied(erratum)
    mail = Message.objects.get(kind="quizzes.remarked")
    assert mail.recipient_id == ann.enrolment.person_id
    assert mail.subject == "A test of yours was marked anew"
    assert f"/attempts/{ann.attempt.pk}/result/" in mail.text
    words = mail.text.replace(str(ann.attempt.pk), "")  # chance may write anything into an id
    for secret in ("75", "passed", "Q1"):
        assert secret not in words


# ------------------------------------------------------------------ killed, repeated, compared
def test_a_job_that_was_ended_goes_on_where_it_was(cast: Cast) -> None:
    edition = four()
    sats = [sat_four(edition, name, wrong=("T-Q1", "T-Q2")) for name in ("Ann", "Ben", "Cid")]
    erratum = decided(cast, proposed(cast, edition, "T-Q1", "credit"))
    assert not actions.apply_erratum(
        erratum=erratum, now=lambda: LATER, heartbeat=lambda done, _total: done < 2
    )
    assert Regrade.objects.count() == 2
    erratum.refresh_from_db()
    assert erratum.state == Erratum.State.DECIDED
    applied(erratum)
    assert [result_of(sat) for sat in sats] == [(Fraction(3, 4), True)] * 3
    events = AuditEvent.objects.filter(verb="attempt.regraded")
    assert Regrade.objects.count() == events.count() == Completion.objects.count() == 3


class Killed(BaseException):
    pass


@pytest.mark.parametrize("inside", [True, False])
def test_killed_between_two_attempts_or_in_the_middle_of_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    edition = four()
    for name in ("Ann", "Ben", "Cid"):
        sat_four(edition, name, wrong=("T-Q1", "T-Q2"))
    erratum = decided(cast, proposed(cast, edition, "T-Q1", "credit"))
    calls: list[object] = []

    def kill(*args: object, **_named: object) -> None:
        calls.extend(args or [1])
        if len(calls) == 2:
            raise Killed

    with monkeypatch.context() as patched:
        # The mail is the last thing of an attempt's transaction; the point comes after it.
        patched.setattr(regrading if inside else failpoints, _POINT[inside], kill)
        with pytest.raises(Killed):
            actions.apply_erratum(erratum=erratum, now=lambda: LATER)
    done = 1 if inside else 2
    assert Regrade.objects.count() == Completion.objects.count() == done
    assert AuditEvent.objects.filter(verb="attempt.regraded").count() == done
    applied(erratum)
    assert Regrade.objects.count() == Completion.objects.count() == 3
    assert AuditEvent.objects.filter(verb="attempt.regraded").count() == 3
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I8", "I12"}] == []


_POINT = {True: "post_remarked", False: "hit"}


def test_the_database_lets_nobody_reword_a_decision(cast: Cast) -> None:
    erratum = decided(cast, proposed(cast, four(), "T-Q1", "credit"))
    changes: tuple[dict[str, Any], ...] = (
        {"remedy": "drop"},
        {"lowering": "lower"},
        {"content_hashes": []},
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Erratum.objects.filter(pk=erratum.pk).update(**change)


KEYS = ("T-Q1", "T-Q2", "T-Q3", "T-Q4")
STEP = st.tuples(
    st.sampled_from(KEYS),
    st.sampled_from(("drop", "credit", "accept")),
    st.sampled_from(("keep", "lower")),
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.sets(st.sampled_from(KEYS), max_size=3), min_size=1, max_size=3),
    st.lists(STEP, min_size=1, max_size=3),
)
def test_what_was_shown_is_what_is_applied(
    cast: Cast, people: list[set[str]], steps: list[tuple[str, str, str]]
) -> None:
    edition = four(slug=f"c{uuid4().hex[:12]}")
    for wrong in people:
        sat_four(edition, f"p{uuid4().hex[:8]}", wrong=tuple(wrong))
    for key, remedy, lowering in steps:
        accepted = {"chosen": [1]} if remedy == "accept" else None
        erratum = proposed(cast, edition, key, remedy, accepted=accepted)
        shown = impact(erratum)
        was = {effect.attempt.pk: effect for effect in shown.effects}
        applied(decided(cast, erratum, lowering=lowering))
        rows = {row.attempt_id: row for row in erratum.regrades.all()}
        assert rows.keys() == was.keys()
        for pk, row in rows.items():
            before, after = was[pk].before, was[pk].after
            if row.was_kept:
                assert row.score >= before.share
                assert row.is_passed or not before.passed
                is_less = after.share < before.share or before.passed > after.passed
                assert is_less is not row.is_carried
            else:
                assert (row.score, row.is_passed) == (after.share, after.passed)
            if lowering == "keep":
                assert row.score >= before.share
                assert row.is_passed or not before.passed
        lost = sum(was[pk].before.passed and not row.is_passed for pk, row in rows.items())
        assert lost == (shown.counts["lost"] - shown.counts["lost_complete"]) * (
            lowering == "lower"
        )
        won = sum(row.is_passed and not was[pk].before.passed for pk, row in rows.items())
        assert won == shown.counts["won"]
    assert [f for f in findings(LATER) if f.invariant in {"I6", "I12"}] == []


def test_an_open_attempt_goes_on(cast: Cast) -> None:
    edition = four()
    ann = sat_four(edition, "Ann", wrong=("T-Q1", "T-Q2"))
    second = actions.start_attempt(
        enrolment=ann.enrolment, activity_key=TEST_KEY, language="en", now=NOW
    )
    applied(decided(cast, proposed(cast, edition, "T-Q1", "credit")))
    assert ann.progress.state == "done"
    actions.finish_attempt(attempt=second, now=LATER)
    assert Attempt.objects.get(pk=second.pk).is_passed is False
    assert ann.progress.state == "done"
