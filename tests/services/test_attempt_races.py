"""Many requests at once on PostgreSQL, where they truly run side by side.

Twins: with the constraint that a race relies on dropped, the race is seen.

    DATABASE_URL=postgres://… pytest tests/services -m services
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from courseware.audit.models import AuditEvent
from courseware.core import prepared
from courseware.enrolments.actions import open_activity
from courseware.enrolments.models import ActivityProgress, Completion, Enrolment
from courseware.jobs.models import Job
from quizzes import actions, queries
from quizzes.actions import saving
from quizzes.models import Answer, Attempt
from tests.courses_made import TEST_KEY
from tests.quizzes.sitting import (
    NOW,
    Sitting,
    answer_all,
    answers,
    begin,
    fields,
    right,
    save,
    sit,
    wrong,
)

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AT_ONCE = 20


@pytest.fixture(autouse=True)
def _on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("races need PostgreSQL: SQLite writes one after another")


def at_once(act: Callable[[int], Any], times: int = AT_ONCE) -> list[Any]:
    """Results, or the exceptions, of `act` from that many threads that start together."""
    gate = threading.Barrier(times)
    results: list[Any] = [None] * times

    def run(index: int) -> None:
        try:
            # The connection first, so that the acts themselves meet.
            connection.ensure_connection()
            gate.wait(timeout=30)
            results[index] = act(index)
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def start(sitting: Sitting) -> Callable[[int], Attempt]:
    def act(_index: int) -> Attempt:
        return actions.start_attempt(
            enrolment=Enrolment.objects.select_related("person", "course").get(
                pk=sitting.enrolment.pk
            ),
            activity_key=TEST_KEY,
            language="en",
            now=NOW,
        )

    return act


def errors(results: list[Any]) -> list[BaseException]:
    return [result for result in results if isinstance(result, BaseException)]


@pytest.fixture
def without_constraints() -> Iterator[Callable[..., None]]:
    """Drop unique constraints of attempts for one test."""
    dropped: list[Any] = []

    def drop(*names: str) -> None:
        with connection.schema_editor() as editor:
            for constraint in Attempt._meta.constraints:
                if constraint.name in names:
                    editor.remove_constraint(Attempt, constraint)
                    dropped.append(constraint)

    yield drop
    Answer.objects.all().delete()
    Attempt.objects.all().delete()
    with connection.schema_editor() as editor:
        for constraint in dropped:
            editor.add_constraint(Attempt, constraint)


def test_twenty_parallel_starts_give_one_attempt() -> None:
    sitting = sit(attempts=2)
    results = at_once(start(sitting))
    assert errors(results) == []
    assert len({attempt.pk for attempt in results}) == 1
    assert Attempt.objects.count() == 1
    assert Answer.objects.count() == 4
    assert ActivityProgress.objects.get().attempts_used == 1
    assert AuditEvent.objects.filter(verb="attempt.started").count() == 1


def starts_that_count_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty starts of a test that was opened before, each counted whatever it had seen."""
    sitting = sit(attempts=30)
    open_activity(enrolment=sitting.enrolment, activity_key=TEST_KEY, now=NOW)
    ignoring(monkeypatch, ActivityProgress, "attempts_used")
    assert errors(at_once(start(sitting))) == []


@pytest.mark.usefixtures("compiled_anew")
def test_the_constraints_alone_keep_it_one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    starts_that_count_blindly(monkeypatch)
    assert Attempt.objects.count() == 1


@pytest.mark.usefixtures("compiled_anew")
def test_twin_without_the_constraints_there_are_several(
    without_constraints: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_constraints("one_open_attempt", "one_attempt_per_number")
    starts_that_count_blindly(monkeypatch)
    assert Attempt.objects.filter(state=Attempt.State.OPEN).count() > 1


def test_the_last_attempt_is_not_begun_twice_while_one_is_handed_in() -> None:
    sitting = sit(attempts=1)
    begin_and_finish = start(sitting)

    def act(index: int) -> None:
        attempt = begin_and_finish(index)
        actions.finish_attempt(attempt=attempt, now=NOW)

    results = at_once(act)
    refusals = (actions.NotAllowed, actions.Ended)
    assert all(isinstance(error, refusals) for error in errors(results))
    assert Attempt.objects.count() == 1
    assert ActivityProgress.objects.get().attempts_used == 1


def test_nothing_begins_while_the_one_before_is_passed() -> None:
    """Starts and the handing in at the same moment: no start gets in before the marks."""
    for turn in range(5):
        sitting = sit(f"Person{turn}", slug=f"course-{turn}", attempts=30)
        attempt = begin(sitting)
        answer_all(attempt)
        go_on = start(sitting)

        def act(index: int, attempt: Attempt = attempt, go_on: Any = go_on) -> None:
            if index % 4:
                go_on(index)
            else:
                own = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
                actions.finish_attempt(attempt=own, now=NOW)

        found = errors(at_once(act))
        assert all(isinstance(error, actions.NotAllowed | actions.Ended) for error in found)
        assert Attempt.objects.filter(enrolment=sitting.enrolment).count() == 1
        progress = ActivityProgress.objects.get(enrolment=sitting.enrolment)
        assert (progress.state, progress.attempts_used) == (ActivityProgress.State.DONE, 1)
    assert list(queries.findings(NOW)) == []


def test_fifty_identical_submits_give_one_of_everything() -> None:
    sitting = sit(objectives=4, quota=5, per_objective=5)
    attempt = begin(sitting)
    answer_all(attempt)

    def act(_index: int) -> None:
        own = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
        actions.finish_attempt(attempt=own, now=NOW)

    assert errors(at_once(act, times=50)) == []
    attempt.refresh_from_db()
    assert (attempt.state, attempt.is_passed) == (Attempt.State.GRADED, True)
    for verb in ("attempt.submitted", "attempt.graded", "completion.recorded"):
        assert AuditEvent.objects.filter(verb=verb).count() == 1, verb
    assert Completion.objects.count() == 1
    assert Job.objects.filter(kind="quizzes.grade").count() == 1
    assert Job.objects.filter(kind="certificates.issue").count() == 1
    assert list(queries.findings(NOW)) == []


def test_of_many_different_saves_one_is_kept_and_the_others_are_told() -> None:
    attempt = begin(sit())
    first = answers(attempt)[0]

    def act(index: int) -> str:
        raw = right(first) if index % 2 else wrong(first)
        try:
            save(Attempt.objects.get(pk=attempt.pk), 1, raw)
        except actions.Conflict:
            return "conflict"
        return "saved"

    results = at_once(act)
    assert errors(results) == []
    row = Answer.objects.get(pk=first.pk)
    assert row.sequence == 1
    # Whoever sent the answer that is stored was told that it is saved, all others of the conflict.
    assert results.count("saved") == results.count("conflict") == AT_ONCE // 2


def test_no_acknowledged_answer_misses_the_marking() -> None:
    """Saves and the handing in at the same moment: what was acknowledged is what was marked."""
    for turn in range(5):
        attempt = begin(sit(f"Person{turn}", slug=f"course-{turn}"))
        first = answers(attempt)[0]

        def act(index: int, attempt: Attempt = attempt, first: Answer = first) -> bool:
            own = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
            if index == 0:
                actions.finish_attempt(attempt=own, now=NOW)
                return False
            try:
                save(own, 1, right(first), now=NOW)
            except actions.Closed:
                return False
            return True

        results = at_once(act, times=6)
        assert errors(results) == []
        row = Answer.objects.get(pk=first.pk)
        assert bool(row.response) == any(results[1:])
        assert row.mark == (1 if row.response else 0)
    assert list(queries.findings(NOW)) == []


def test_a_sweep_and_a_person_at_the_same_time_hand_in_once() -> None:
    attempt = begin(sit(time_limit_minutes=30))
    late = attempt.deadline_at + timedelta(minutes=1)

    def act(index: int) -> None:
        if index % 2:
            actions.close_overdue(now=late)
        else:
            own = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
            actions.close_if_over(attempt=own, now=late)

    assert errors(at_once(act)) == []
    attempt.refresh_from_db()
    assert attempt.submitted_at == attempt.deadline_at
    assert AuditEvent.objects.filter(verb="attempt.submitted").count() == 1


# ------------------------------------------------------------------ twins
@pytest.fixture
def compiled_anew() -> Iterator[None]:
    """Queries made while the test lasts are made as it changes them, and once more after it."""
    prepared.forget()
    yield
    prepared.forget()


def ignoring(monkeypatch: pytest.MonkeyPatch, model: Any, *conditions: str) -> None:
    """Every `filter` of the model takes these conditions for met."""
    kept = model.objects.filter

    def forgetful(*args: Any, **given: Any) -> Any:
        met = [
            Q(**{name: given.pop(name)}) | Q(pk__isnull=False)
            for name in {*conditions} & given.keys()
        ]
        return kept(*args, *met, **given)

    monkeypatch.setattr(model.objects, "filter", forgetful)


@pytest.mark.usefixtures("compiled_anew")
def test_twin_without_the_condition_on_the_state_it_is_handed_in_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempt = begin(sit())
    answer_all(attempt)
    ignoring(monkeypatch, Attempt, "state")

    def act(_index: int) -> None:
        own = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
        actions.finish_attempt(attempt=own, now=NOW)

    at_once(act, times=10)
    assert AuditEvent.objects.filter(verb="attempt.submitted").count() > 1


def different_saves_that_have_all_read(monkeypatch: pytest.MonkeyPatch) -> tuple[set[int], Answer]:
    """Of six people at one keyboard, half choose 0 and half 1, and none writes before all have
    read. Which options were acknowledged, and what is stored."""
    attempt = begin(sit())
    first = answers(attempt)[0]
    meeting = threading.Barrier(6)
    stored = saving._stored

    def stored_together(*args: Any, **kwargs: Any) -> bool:
        meeting.wait(timeout=30)
        return stored(*args, **kwargs)

    monkeypatch.setattr(saving, "_stored", stored_together)

    def act(index: int) -> int | None:
        try:
            save(attempt, 1, fields(first, {"chosen": [index % 2]}))
        except actions.Conflict:
            return None
        return index % 2

    results = at_once(act, times=6)
    assert errors(results) == []
    return {option for option in results if option is not None}, Answer.objects.get(pk=first.pk)


def test_an_acknowledged_answer_is_never_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    acknowledged, row = different_saves_that_have_all_read(monkeypatch)
    assert [*acknowledged] == row.response["chosen"]
    assert row.sequence == 1


@pytest.mark.usefixtures("compiled_anew")
def test_twin_without_the_number_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ignoring(monkeypatch, Answer, "sequence")
    acknowledged, _row = different_saves_that_have_all_read(monkeypatch)
    assert acknowledged == {0, 1}


def saved_while_handed_in(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """An answer is written, and before it is committed somebody else hands in and marks."""
    attempt = begin(sit())
    first = answers(attempt)[0]
    is_written, is_marked = threading.Event(), threading.Event()
    stored = saving._stored

    @transaction.atomic
    def stored_slowly(*args: Any, **kwargs: Any) -> bool:
        done = stored(*args, **kwargs)
        is_written.set()
        is_marked.wait(timeout=2)  # in vain: the lock keeps the other one away
        return done

    monkeypatch.setattr(saving, "_stored", stored_slowly)

    def act(index: int) -> None:
        own = Attempt.objects.select_related("enrolment").get(pk=attempt.pk)
        if index:
            save(own, 1, right(first))
        else:
            is_written.wait(timeout=30)
            actions.finish_attempt(attempt=own, now=NOW)
            is_marked.set()

    assert errors(at_once(act, times=2)) == []
    row = Answer.objects.get(pk=first.pk)
    assert row.response  # acknowledged, and kept
    return row


def test_handing_in_waits_for_the_save_that_is_being_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert saved_while_handed_in(monkeypatch).mark == 1
    assert list(queries.findings(NOW)) == []


@pytest.mark.usefixtures("compiled_anew")
def test_twin_without_the_lock_an_acknowledged_answer_misses_the_marking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    assert saved_while_handed_in(monkeypatch).mark == 0
    assert {finding.invariant for finding in queries.findings(NOW)} == {"I6"}
