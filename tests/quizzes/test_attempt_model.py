"""The attempt against a simple model: whatever people, tabs, clocks and jobs do in any order."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress, Completion
from quizzes import actions, queries
from quizzes.models import Attempt
from tests.quizzes.sitting import NOW, answers, begin, fields, save, sit

ALLOWED, QUESTIONS, LIMIT, GRACE = 2, 4, 30, 10


class AttemptMachine(RuleBasedStateMachine):
    """One person, two attempts of four questions, half an hour each. Three of four pass."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.sitting = sit(attempts=ALLOWED, time_limit_minutes=LIMIT, pass_percent=75)
        self.now = NOW
        self.attempt: Attempt | None = None
        self.begun = self.finished = 0
        self.stored: dict[int, int | None] = {}  # position → option, as acknowledged
        self.sequence: dict[int, int] = {}
        self.passed = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @property
    def is_open(self) -> bool:
        return self.attempt is not None and self.begun > self.finished

    @property
    def is_late(self) -> bool:
        assert self.attempt is not None
        return self.now > self.attempt.deadline_at + timedelta(seconds=GRACE)

    def finish(self) -> None:
        """What the model expects when the open attempt ends, by whomever."""
        self.finished += 1
        right = sum(option == 0 for option in self.stored.values())
        self.passed = self.passed or right >= 3

    # -------------------------------------------------------------- what happens
    @rule(minutes=st.sampled_from([0.01, 0.1, 1, 1, 10, 29.9, 30.2]))
    def time_passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    @initialize()
    def first_start(self) -> None:
        self.start()

    @rule()
    def start(self) -> None:
        if self.is_open and self.is_late:
            self.finish()
        if self.is_open:
            assert self.attempt is not None
            assert begin(self.sitting, now=self.now).pk == self.attempt.pk
        elif self.passed or self.begun == ALLOWED:
            with pytest.raises(actions.NotAllowed):
                begin(self.sitting, now=self.now)
        else:
            self.attempt = begin(self.sitting, now=self.now)
            self.begun += 1
            self.stored = dict.fromkeys(range(1, QUESTIONS + 1))
            self.sequence = dict.fromkeys(self.stored, 0)

    @precondition(lambda self: self.attempt is not None)
    @rule(
        position=st.sampled_from([1, 1, 1, 2, 3, 4]),  # often the same one, so that tabs meet
        option=st.sampled_from([None, 0, 0, 1, 2, 3]),
        behind=st.sampled_from([0, 0, 1]),
    )
    def save(self, position: int, option: int | None, behind: int) -> None:
        assert self.attempt is not None
        seen = max(0, self.sequence[position] - behind)
        answer = answers(self.attempt)[position - 1]
        raw: Any = {} if option is None else fields(answer, {"chosen": [option]})
        same = option == self.stored[position]
        untouched = option is None and seen == 0
        if not self.is_open or self.is_late:
            with pytest.raises(actions.Closed):
                save(self.attempt, position, raw, seen, self.now)
        elif seen != self.sequence[position] and not same and not untouched:
            with pytest.raises(actions.Conflict) as conflict:
                save(self.attempt, position, raw, seen, self.now)
            assert conflict.value.answer.sequence == self.sequence[position]
        else:
            saved = save(self.attempt, position, raw, seen, self.now)
            if not same and not (untouched and self.sequence[position]):
                self.stored[position] = option
                self.sequence[position] += 1
            assert saved.sequence == self.sequence[position]

    @precondition(lambda self: self.attempt is not None)
    @rule(twice=st.booleans())
    def hand_in(self, twice: bool) -> None:
        assert self.attempt is not None
        was_open = self.is_open
        for _turn in range(1 + twice):
            fresh = Attempt.objects.select_related("enrolment").get(pk=self.attempt.pk)
            actions.finish_attempt(attempt=fresh, now=self.now)
        if was_open:
            self.finish()

    @rule()
    def sweep(self) -> None:
        due = self.is_open and self.is_late
        assert actions.close_overdue(now=self.now) == int(due)
        for attempt in Attempt.objects.filter(state=Attempt.State.SUBMITTED):
            actions.grade(attempt_id=attempt.pk, now=self.now)
        if due:
            self.finish()

    # -------------------------------------------------------------- what always holds
    @invariant()
    def every_acknowledged_answer_is_stored(self) -> None:
        if self.attempt is None:
            return
        found = {a.position: (a.response.get("chosen") or [None])[0] for a in answers(self.attempt)}
        assert found == self.stored

    @invariant()
    def the_ledger_agrees(self) -> None:
        attempts = list(Attempt.objects.all())
        assert len(attempts) == self.begun <= ALLOWED
        assert sum(a.state == Attempt.State.OPEN for a in attempts) == self.begun - self.finished
        assert any(a.is_passed for a in attempts) == self.passed
        assert Completion.objects.count() == int(self.passed)
        progress = ActivityProgress.objects.first()
        assert (progress.attempts_used if progress else 0) == self.begun

    @invariant()
    def every_finish_is_within_its_deadline_and_has_one_event_of_each_kind(self) -> None:
        for attempt in Attempt.objects.exclude(state=Attempt.State.OPEN):
            assert attempt.submitted_at is not None
            assert attempt.submitted_at <= attempt.deadline_at
            verbs = AuditEvent.objects.filter(subject_type="attempt", subject_id=str(attempt.pk))
            assert sorted(verbs.values_list("verb", flat=True)) == [
                "attempt.graded",
                "attempt.started",
                "attempt.submitted",
            ]

    @invariant()
    def nothing_is_found_wrong(self) -> None:
        found = {finding.invariant for finding in queries.findings(self.now)}
        assert found <= {"I7"}  # an attempt may wait for the next touch or sweep


@pytest.mark.django_db
def test_the_attempt_agrees_with_its_model() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        AttemptMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
