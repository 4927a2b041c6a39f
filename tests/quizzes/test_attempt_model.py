"""The attempt against a simple model: people, tabs, clocks, staff and jobs in any order.

ATTEMPT_EXAMPLES=500 pytest tests/quizzes/test_attempt_model.py       for a longer search
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from courseware.accounts.actions import create_unit
from courseware.audit.models import AuditEvent
from courseware.enrolments.models import ActivityProgress, Completion
from quizzes import actions, queries
from quizzes.actions import Exempted
from quizzes.models import Answer, Attempt
from tests.cast import person
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import NOW, answers, begin, fields, sit

ALLOWED, QUESTIONS, LIMIT, NETWORK, GRACE_MINUTES = 2, 4, 30, 10, 15
STATE = ActivityProgress.State
PARTS = st.sampled_from(["a", "a", "b"])  # what a tab shows of the case, however old it is
BEHIND = st.sampled_from([0, 0, 1, 9])
EXAMPLES = int(os.environ.get("ATTEMPT_EXAMPLES", "10"))


class AttemptMachine(RuleBasedStateMachine):
    """One person, two attempts of three questions and a case in two parts, half an hour each.
    Three points of four pass.
    """

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.now = NOW
        self.attempt: Attempt | None = None
        self.begun = self.finished = self.void = 0
        self.granted = 0  # attempts beyond the test's own, by talks and begun under exceptions
        self.exceptions: list[list[Any]] = []  # that count: each with the attempts left of it
        self.waits = self.passed = self.is_unmarked = self.is_void = False
        self.empty_attempt()

    def empty_attempt(self) -> None:
        places = range(1, QUESTIONS + 1)
        self.stored: dict[int, int | None] = dict.fromkeys(places)  # option, as acknowledged
        self.sequence = dict.fromkeys(places, 0)
        self.flagged = dict.fromkeys(places, False)
        self.sure: dict[int, int | None] = dict.fromkeys(places)
        self.checked: set[int] = set()
        self.parts: dict[str, int] = {}  # of the case: option by part, as acknowledged
        self.final: list[str] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(time_out=st.sampled_from(["submit", "submit", "grace", "void"]))
    def first_start(self, time_out: str) -> None:
        self.time_out = time_out
        rules: dict[str, Any] = {"time_out": time_out, "review": "learn", "asks_confidence": True}
        if time_out == "grace":
            rules["grace_minutes"] = GRACE_MINUTES
        self.sitting = sit(
            attempts=ALLOWED,
            time_limit_minutes=LIMIT,
            pass_percent=75,
            types=("single", "single", "single", "scenario"),
            per_objective=2,
            rules=rules,
        )
        force = create_unit(name="Norland", code="norland", parent=None, by=None, now=NOW)
        self.instructor = person("Ingrid", force, "instructor")
        self.start()

    # -------------------------------------------------------------- the model
    @property
    def is_open(self) -> bool:
        return self.attempt is not None and self.begun > self.finished

    @property
    def takes_answers(self) -> bool:
        assert self.attempt is not None
        late = self.now - self.attempt.deadline_at
        return self.is_open and late <= timedelta(seconds=NETWORK)

    @property
    def is_over(self) -> bool:
        assert self.attempt is not None
        more = GRACE_MINUTES if self.time_out == "grace" else 0
        late = self.now - self.attempt.deadline_at
        return late > timedelta(minutes=more, seconds=NETWORK)

    @property
    def allowance(self) -> int:
        extra: int = sum(left for _override, left in self.exceptions)
        return ALLOWED + self.granted + extra

    def finish(self) -> None:
        """What is expected when the open attempt ends, by whomever, and is marked at once."""
        self.close()
        self.mark()

    def close(self) -> None:
        self.finished += 1
        self.is_void = self.is_over and self.time_out != "submit"
        self.void += self.is_void
        self.is_unmarked = True

    def mark(self) -> None:
        """The result decides what comes next."""
        self.is_unmarked = False
        if not self.is_void:
            singles = sum(option == 0 for option in self.stored.values())
            halves = sum(option == 0 for option in self.parts.values())
            self.passed = self.passed or singles + halves / 2 >= 3
        if not self.passed and self.begun >= self.allowance:
            self.waits = True

    # -------------------------------------------------------------- what happens
    @rule(minutes=st.sampled_from([0.01, 0.1, 1, 1, 10, 16, 29.9, 30.2]))
    def time_passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.is_open and self.now < self.attempt.deadline_at)
    @rule(minutes=st.sampled_from([0.1, 5, 20]))
    def the_clock_is_set_back(self, minutes: float) -> None:
        assert self.attempt is not None
        self.now = max(self.attempt.started_at, self.now - timedelta(minutes=minutes))

    @rule()
    def start(self) -> None:
        if self.is_unmarked or (self.is_open and self.is_over):
            with pytest.raises(actions.Ended):  # closed, and no other in its place
                begin(self.sitting, now=self.now)
            if self.is_open:
                self.finish()
        elif self.is_open:
            assert self.attempt is not None
            assert begin(self.sitting, now=self.now).pk == self.attempt.pk
        elif self.passed or self.waits or self.begun >= self.allowance:
            with pytest.raises(actions.NotAllowed) as refusal:
                begin(self.sitting, now=self.now)
            assert refusal.value.reason == ("passed" if self.passed else "no_attempts")
        else:
            self.attempt = begin(self.sitting, now=self.now)
            self.begun += 1
            if self.begun > ALLOWED + self.granted:  # the first that was decided pays
                giving = [each for each in self.exceptions if each[1]]
                min(giving, key=lambda each: (each[0].at, each[0].pk))[1] -= 1
                self.granted += 1
            self.empty_attempt()
            drawn = answers(self.attempt)
            (self.case,) = (a.position for a in drawn if a.question.type == "scenario")

    @precondition(lambda self: self.attempt is not None)
    @rule(
        position=st.sampled_from([1, 1, 1, 2, 3, 4]),  # often the same one, so that tabs meet
        option=st.sampled_from([None, 0, 0, 1, 2, 3]),
        behind=st.sampled_from([0, 0, 1]),
        flagged=st.sampled_from([None, None, True, False]),
        sure=st.sampled_from([None, None, 1, 3]),
        looked=st.sampled_from([None, 0, 3]),
    )
    def save(
        self,
        position: int,
        option: int | None,
        behind: int,
        flagged: bool | None,
        sure: int | None,
        looked: int | None,
    ) -> None:
        assert self.attempt is not None
        if position == self.case:
            position = position % QUESTIONS + 1
        seen = max(0, self.sequence[position] - behind)
        answer = answers(self.attempt)[position - 1]
        same = option == self.stored[position]
        says_the_same = same and sure in (None, self.sure[position])
        says_nothing = option is None and sure is None and seen == 0
        is_stale = seen != self.sequence[position]
        posted: dict[str, Any] = {
            "attempt": self.attempt,
            "position": position,
            "raw": {} if option is None else fields(answer, {"chosen": [option]}),
            "seen_sequence": seen,
            "now": self.now,
            "flagged": flagged,
            "confidence": sure,
            "shown_at": None if looked is None else self.now - timedelta(minutes=looked),
        }
        if not self.takes_answers:
            with pytest.raises(actions.Closed):
                actions.save_answer(**posted)
            return
        self.flagged[position] = self.flagged[position] if flagged is None else flagged
        if position in self.checked:
            saved = actions.save_answer(**posted)
            assert saved.is_lost == (option is not None and not same)
            return
        if is_stale and not says_the_same and not says_nothing:
            with pytest.raises(actions.Conflict) as conflict:
                actions.save_answer(**posted)
            assert conflict.value.answer.sequence == self.sequence[position]
            assert conflict.value.confidence == sure
            return
        saved = actions.save_answer(**posted)
        if is_stale and not says_the_same:  # an old tab in which nothing was ever answered
            assert saved.sequence == 0
            return
        self.stored[position] = option
        self.sequence[position] += not says_the_same
        self.sure[position] = sure or self.sure[position]
        assert saved.sequence == self.sequence[position]

    @precondition(lambda self: self.attempt is not None)
    @rule(saves=st.lists(st.tuples(PARTS, st.sampled_from([None, 0, 1]), st.booleans(), BEHIND)))
    def work_through_the_case(self, saves: list[tuple[str, int | None, bool, int]]) -> None:
        for part, option, goes_on, behind in saves:
            self.save_a_part(part, option, goes_on=goes_on, behind=behind)

    def save_a_part(self, part: str, option: int | None, *, goes_on: bool, behind: int) -> None:
        assert self.attempt is not None
        answer = answers(self.attempt)[self.case - 1]
        name, seen = f"q{self.case}", max(0, self.sequence[self.case] - behind)
        raw = {f"{name}-open": part, f"{name}-final": part if goes_on else ""}
        if option is not None:
            deck = answer.arrangement["parts"][part]["options"]
            raw[f"{name}-{part}"] = next(token for token, index in deck if index == option)
        posted: dict[str, Any] = {
            "attempt": self.attempt,
            "position": self.case,
            "raw": raw,
            "seen_sequence": seen,
            "now": self.now,
        }
        if not self.takes_answers:
            with pytest.raises(actions.Closed):
                actions.save_answer(**posted)
            return
        parts, final = dict(self.parts), list(self.final)
        if part in final:
            if option not in (None, parts[part]):
                with pytest.raises(actions.Conflict) as conflict:
                    actions.save_answer(**posted)
                assert conflict.value.is_final
                assert conflict.value.offered["parts"][part] == {"chosen": [option]}
                return
        elif part == "a" or "a" in final:  # else it is not open yet
            parts.pop(part, None)
            if option is not None:
                parts[part] = option
                final += [part] if goes_on else []
        is_same = (parts, final) == (self.parts, self.final)
        if seen != self.sequence[self.case] and not is_same:
            if seen == 0 and not parts:  # an old tab in which nothing was ever answered
                assert not actions.save_answer(**posted).is_lost
                return
            with pytest.raises(actions.Conflict) as conflict:
                actions.save_answer(**posted)
            assert not conflict.value.is_final
            return
        saved = actions.save_answer(**posted)
        self.parts, self.final = parts, final
        self.sequence[self.case] += not is_same
        assert (saved.sequence, saved.is_lost) == (self.sequence[self.case], False)

    @precondition(lambda self: self.attempt is not None)
    @rule(position=st.sampled_from([1, 1, 2]))
    def check(self, position: int) -> None:
        assert self.attempt is not None
        if position == self.case:
            position = position % QUESTIONS + 1
        answer = answers(self.attempt)[position - 1]
        if not self.takes_answers:
            with pytest.raises(actions.Closed):
                actions.check_answer(answer=answer, now=self.now)
            return
        is_answered = self.stored[position] is not None
        assert actions.check_answer(answer=answer, now=self.now) == is_answered
        if is_answered:
            self.checked.add(position)

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
        elif self.is_unmarked:
            self.mark()

    @precondition(lambda self: self.is_open)
    @rule()
    def hand_in_to_a_slow_worker(self) -> None:
        """Marked by whatever comes next that marks: handing in again, or the job."""
        assert self.attempt is not None
        fresh = Attempt.objects.select_related("enrolment").get(pk=self.attempt.pk)
        assert actions.submit(attempt=fresh, now=self.now)
        self.close()
        if self.is_void:  # nothing to mark
            self.mark()

    @rule()
    def sweep(self) -> None:
        due = self.is_open and self.is_over
        assert actions.close_overdue(now=self.now) == int(due)
        for attempt in Attempt.objects.filter(state=Attempt.State.SUBMITTED):
            actions.grade(attempt_id=attempt.pk, now=self.now)
        if due:
            self.finish()
        elif self.is_unmarked:
            self.mark()

    @rule(is_granted=st.booleans())
    def talk(self, is_granted: bool) -> None:
        talk: dict[str, Any] = {
            "enrolment": self.sitting.enrolment,
            "activity_key": TEST_KEY,
            "by": self.instructor,
            "reason": "We spoke.",
            "now": self.now,
            "is_granted": is_granted,
        }
        if not self.waits:
            with pytest.raises(actions.NotNeeded):
                actions.grant_attempt(**talk)
            return
        actions.grant_attempt(**talk)
        if is_granted:
            self.granted, self.waits = self.granted + 1, False

    @precondition(lambda self: self.begun > 0 and len(self.exceptions) < 2)
    @rule(extra=st.sampled_from([1, 2]))
    def decide_an_exception(self, extra: int) -> None:
        override = actions.decide_override(
            course=self.sitting.edition.course,
            activity_key=TEST_KEY,
            target=self.sitting.enrolment,
            exempted=Exempted(extra_attempts=extra),
            reason="On sick leave.",
            ends_on=(NOW + timedelta(days=30)).date(),
            by=self.instructor,
            now=self.now,
        )
        self.exceptions.append([override, extra])
        if self.begun < self.allowance:
            self.waits = False

    @precondition(lambda self: self.exceptions)
    @rule(which=st.sampled_from([0, -1]))
    def take_an_exception_back(self, which: int) -> None:
        override, _left = self.exceptions.pop(which)
        assert actions.take_back_override(override=override, by=self.instructor, now=self.now)
        assert not actions.take_back_override(override=override, by=self.instructor, now=self.now)
        is_sitting = self.is_open or self.is_unmarked
        if not is_sitting and not self.passed and self.begun >= self.allowance:
            self.waits = True

    # -------------------------------------------------------------- what always holds
    @invariant()
    def every_acknowledged_answer_is_stored(self) -> None:
        if self.attempt is None:
            return
        rows = {answer.position: answer for answer in answers(self.attempt)}
        case = rows[self.case].response
        chosen = {key: {"chosen": [option]} for key, option in self.parts.items()}
        assert case == ({"parts": chosen, "final": self.final} if chosen else {})
        assert {p: (a.response.get("chosen") or [None])[0] for p, a in rows.items()} == self.stored
        assert {p: a.is_flagged for p, a in rows.items()} == self.flagged
        assert {p: a.confidence for p, a in rows.items()} == self.sure
        assert {p for p, a in rows.items() if a.checked_at} == self.checked
        assert not Answer.objects.filter(seconds__gt=LIMIT * 60 + NETWORK).exists()

    @invariant()
    def the_ledger_agrees(self) -> None:
        attempts = list(Attempt.objects.all())
        unmarked = [a for a in attempts if a.state == Attempt.State.SUBMITTED]
        assert len(unmarked) == int(self.is_unmarked)
        # None begins after a pass, nor before the one before is decided.
        assert not any(a.is_passed for a in attempts[:-1])
        assert len(attempts) == self.begun
        assert sum(a.state == Attempt.State.OPEN for a in attempts) == self.begun - self.finished
        assert sum(a.state == Attempt.State.VOID for a in attempts) == self.void
        assert any(a.is_passed for a in attempts) == self.passed
        assert Completion.objects.count() == int(self.passed)
        progress = ActivityProgress.objects.first()
        if progress is None:
            return
        assert (progress.attempts_used, progress.attempts_granted) == (self.begun, self.granted)
        assert (progress.state == STATE.EXHAUSTED) == self.waits
        self.sitting.enrolment.refresh_from_db()
        assert (self.sitting.enrolment.needs_talk_since is not None) == self.waits

    @invariant()
    def every_finish_is_within_its_deadline_and_has_one_event_of_each_kind(self) -> None:
        for attempt in Attempt.objects.exclude(state=Attempt.State.OPEN):
            latest = attempt.hand_in_until or attempt.deadline_at
            assert attempt.submitted_at is not None
            assert attempt.started_at <= attempt.submitted_at
            assert attempt.submitted_at <= latest + timedelta(seconds=NETWORK)
            if attempt.finished_by != Attempt.Finish.LATE:
                assert attempt.submitted_at <= latest
            verbs = AuditEvent.objects.filter(subject_type="attempt", subject_id=str(attempt.pk))
            expected = {
                Attempt.State.VOID: ["attempt.started", "attempt.voided"],
                Attempt.State.SUBMITTED: ["attempt.started", "attempt.submitted"],
                Attempt.State.GRADED: ["attempt.graded", "attempt.started", "attempt.submitted"],
            }[Attempt.State(attempt.state)]
            assert sorted(verbs.values_list("verb", flat=True)) == expected

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
            max_examples=EXAMPLES,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
