"""Saving: compare-and-set, deadlines to the millisecond, nothing lost, nothing overwritten."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from courseware.audit.models import AuditEvent
from quizzes import actions, queries
from quizzes.engine import registry
from quizzes.models import Answer, Attempt
from tests.quizzes.sitting import NOW, answers, begin, fields, right, save, sit, wrong

pytestmark = pytest.mark.django_db
GRACE = timedelta(seconds=10)


def stored(attempt: Attempt, position: int = 1) -> Answer:
    return Answer.objects.get(attempt=attempt, position=position)


def test_a_save_is_kept_with_its_time_and_number() -> None:
    attempt = begin(sit())
    saved = save(attempt, 1, right(answers(attempt)[0]))
    row = stored(attempt)
    assert (saved.sequence, saved.saved_at, saved.is_complete) == (1, NOW, True)
    assert (row.sequence, row.saved_at, row.response) == (1, NOW, {"chosen": [0]})


def test_every_type_can_be_saved_and_read_back() -> None:
    attempt = begin(sit(types=registry.names(), per_objective=8, quota=8))
    for answer in answers(attempt):
        if answer.question.type == "scenario":
            continue
        saved = save(attempt, answer.position, right(answer))
        assert saved.is_complete
        again = queries.shown(answers(attempt)[answer.position - 1])
        assert again["sequence"] == 1


def test_saving_the_same_again_changes_nothing_even_from_an_old_page() -> None:
    attempt = begin(sit())
    raw = right(answers(attempt)[0])
    save(attempt, 1, raw)
    again = save(attempt, 1, raw, seen=0, now=NOW + timedelta(minutes=1))
    assert (again.sequence, again.saved_at) == (1, NOW)


def test_a_stale_save_overwrites_nothing_and_hands_back_both() -> None:
    attempt = begin(sit())
    first = answers(attempt)[0]
    save(attempt, 1, right(first))
    with pytest.raises(actions.Conflict) as conflict:
        save(attempt, 1, wrong(first), seen=0)
    assert conflict.value.answer.response == {"chosen": [0]}
    assert conflict.value.offered == {"chosen": [1]}
    assert stored(attempt).response == {"chosen": [0]}
    chosen = save(attempt, 1, wrong(first), seen=conflict.value.answer.sequence)
    assert chosen.response == {"chosen": [1]}


def test_an_old_page_on_which_nothing_was_answered_is_no_conflict() -> None:
    attempt = begin(sit())
    save(attempt, 1, right(answers(attempt)[0]))
    assert save(attempt, 1, {}, seen=0).response == {"chosen": [0]}


def test_a_flag_set_in_an_old_empty_tab_is_kept_and_takes_no_answer_with_it() -> None:
    """Its page goes on counting from nothing: the answer is not in front of the person there."""
    attempt = begin(sit())
    save(attempt, 1, right(answers(attempt)[0]))
    page: dict[str, Any] = {"attempt": attempt, "position": 1, "raw": {}, "now": NOW}
    seen = 0
    for is_flagged in (True, False, True):
        saved = actions.save_answer(**page, seen_sequence=seen, flagged=is_flagged)
        seen = saved.sequence
        row = stored(attempt)
        assert (seen, saved.answer.is_flagged, row.is_flagged) == (0, is_flagged, is_flagged)
        assert (row.response, row.sequence) == ({"chosen": [0]}, 1)
    with pytest.raises(actions.Conflict):
        save(attempt, 1, wrong(answers(attempt)[0]), seen=seen)


def test_a_flag_that_comes_with_another_answer_is_kept_whichever_answer_is_chosen() -> None:
    attempt = begin(sit())
    first = answers(attempt)[0]
    save(attempt, 1, right(first))
    with pytest.raises(actions.Conflict) as conflict:
        actions.save_answer(
            attempt=attempt, position=1, raw=wrong(first), seen_sequence=0, now=NOW, flagged=True
        )
    row = stored(attempt)
    assert conflict.value.answer.is_flagged
    assert (row.is_flagged, row.response, row.sequence) == (True, {"chosen": [0]}, 1)


@pytest.mark.parametrize("says", ["nothing", "the same", "something else"])
def test_a_flag_that_lost_the_race_in_the_last_moment_is_kept(says: str) -> None:
    attempt = begin(sit())
    loaded = answers(attempt)[0]
    posted: dict[str, Any] = {
        "attempt": attempt,
        "position": 1,
        "raw": {"nothing": {}, "the same": right(loaded), "something else": wrong(loaded)}[says],
        "seen_sequence": 0,
        "now": NOW,
        "flagged": True,
        "answer": loaded,
    }
    save(attempt, 1, right(loaded))
    if says == "something else":
        with pytest.raises(actions.Conflict):
            actions.save_answer(**posted)
    else:
        assert actions.save_answer(**posted).answer.is_flagged
    row = stored(attempt)
    assert (row.is_flagged, row.response, row.sequence) == (True, {"chosen": [0]}, 1)


def test_a_save_that_lost_the_race_in_the_last_moment_is_a_conflict() -> None:
    attempt = begin(sit())
    loaded = answers(attempt)[0]
    save(attempt, 1, right(loaded))
    with pytest.raises(actions.Conflict):
        actions.save_answer(
            attempt=attempt,
            position=1,
            raw=wrong(loaded),
            seen_sequence=0,
            now=NOW,
            answer=loaded,
        )
    assert stored(attempt).response == {"chosen": [0]}


def test_an_answer_can_be_taken_back() -> None:
    attempt = begin(sit())
    save(attempt, 1, right(answers(attempt)[0]))
    assert save(attempt, 1, {}, seen=1).response == {}
    assert stored(attempt).sequence == 2


def test_a_flag_alone_does_not_make_another_tab_stale() -> None:
    attempt = begin(sit())
    raw = right(answers(attempt)[0])
    save(attempt, 1, raw)
    actions.save_answer(
        attempt=attempt, position=1, raw=raw, seen_sequence=0, now=NOW, flagged=True
    )
    row = stored(attempt)
    assert (row.is_flagged, row.sequence) == (True, 1)


def test_confidence_that_nobody_asked_for_is_not_kept() -> None:
    attempt = begin(sit())
    raw = right(answers(attempt)[0])
    saved = actions.save_answer(
        attempt=attempt, position=1, raw=raw, seen_sequence=0, now=NOW, confidence=3
    )
    assert (saved.sequence, stored(attempt).confidence) == (1, None)
    # Nor does it make an old page a conflict.
    again = actions.save_answer(
        attempt=attempt, position=1, raw=raw, seen_sequence=0, now=NOW, confidence=1
    )
    assert again.sequence == 1


def test_what_does_not_count_yet_is_kept_all_the_same() -> None:
    attempt = begin(sit(types=("ordering",)))
    answer = answers(attempt)[0]
    twice = dict.fromkeys(fields(answer, {"positions": {"0": 1, "1": 2}}), "1")
    saved = save(attempt, 1, twice)
    assert saved.problem is not None
    assert saved.problem.code == "position_twice"
    assert not saved.is_lost
    assert stored(attempt).response["positions"] == {"0": 1, "1": 1}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"q1": ["nothing-of-ours"]}, "unknown_choice"),
        ({"q1": [["nested"]]}, "malformed"),
        ({"q1": ["x" * 2_001]}, "too_long"),
        ({"q1": ["a"] * 101}, "too_many"),
        ({"q1": ["a", "b"]}, "only_one"),
        ({"q1": [7]}, "malformed"),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_the_answer(
    raw: dict[str, object], code: str
) -> None:
    attempt = begin(sit())
    save(attempt, 1, right(answers(attempt)[0]))
    saved = save(attempt, 1, raw, seen=1)
    assert saved.problem is not None
    assert saved.problem.code == code
    assert saved.is_lost
    assert stored(attempt).response == {"chosen": [0]}


def test_a_token_of_another_attempt_is_no_choice_here() -> None:
    first = begin(sit("Alice"))
    second = begin(sit("Toni", slug="another"))
    token = right(answers(first)[0])
    saved = save(second, 1, token)
    assert saved.problem is not None


def test_control_characters_are_dropped() -> None:
    attempt = begin(sit(types=("short",)))
    save(attempt, 1, {"q1": "pre\x00ser\x1bvation\r\norder\x7f"})
    assert stored(attempt).response == {"text": "preservation  order"}


@pytest.mark.parametrize("late", [timedelta(seconds=-1), timedelta(0), GRACE])
def test_taken_until_the_deadline_and_its_grace(
    late: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="quizzes")
    attempt = begin(sit(time_limit_minutes=30))
    saved = save(attempt, 1, right(answers(attempt)[0]), now=attempt.deadline_at + late)
    assert saved.sequence == 1
    said = f"answer taken within the grace: attempt {attempt.pk}, {late} late"
    assert (said in caplog.text) == (late > timedelta(0))


def test_refused_a_millisecond_after_the_grace(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="quizzes")
    attempt = begin(sit(time_limit_minutes=30))
    too_late = attempt.deadline_at + GRACE + timedelta(milliseconds=1)
    with pytest.raises(actions.Closed) as closed:
        save(attempt, 1, right(answers(attempt)[0]), now=too_late)
    assert closed.value.is_late
    assert stored(attempt).response == {}
    assert f"answer refused: attempt {attempt.pk}, 0:00:10.001000 late" in caplog.text


@pytest.mark.parametrize(
    ("zone", "night", "wall_at_the_deadline"),
    [
        # At 01:00 UTC the clocks of Madrid and Brussels go back from 03:00 to 02:00 in October…
        ("Europe/Madrid", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30"),
        ("Europe/Brussels", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02:30"),
        # … and forward from 02:00 to 03:00 in March.
        ("Europe/Madrid", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "03:30"),
        ("Atlantic/Canary", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "02:30"),
    ],
)
def test_the_hour_that_comes_twice_or_never_gives_and_takes_nothing(
    zone: str, night: datetime, wall_at_the_deadline: str
) -> None:
    """The deadline is stored in UTC: an hour is an hour, whatever the clock on the wall says."""
    attempt = begin(sit(time_limit_minutes=60), now=night)
    assert attempt.deadline_at == night + timedelta(minutes=60)
    assert f"{attempt.deadline_at.astimezone(ZoneInfo(zone)):%H:%M}" == wall_at_the_deadline
    last = right(answers(attempt)[0])
    assert save(attempt, 1, last, now=night + timedelta(minutes=60)).sequence == 1
    with pytest.raises(actions.Closed):
        save(attempt, 1, {}, now=night + timedelta(minutes=61))


def test_a_window_of_days_over_the_end_of_summer_time_is_as_long_as_any() -> None:
    friday = datetime(2026, 10, 23, 12, 0, tzinfo=UTC)
    attempt = begin(sit(window_days=7), now=friday)
    assert attempt.deadline_at - attempt.started_at == timedelta(days=7)


@pytest.mark.parametrize("back", [timedelta(minutes=20), timedelta(hours=2)])
def test_a_clock_that_is_set_back_loses_no_answer_and_moves_no_deadline(back: timedelta) -> None:
    attempt = begin(sit(time_limit_minutes=45))
    deadline = attempt.deadline_at
    later = NOW + timedelta(minutes=30)
    first = answers(attempt)[0]
    look: dict[str, Any] = {
        "attempt": attempt,
        "position": 1,
        "raw": wrong(first),
        "shown_at": later,
    }
    actions.save_answer(**look, seen_sequence=0, now=later)
    now = later - back
    look |= {"raw": right(first), "shown_at": now - timedelta(minutes=1)}
    actions.save_answer(**look, seen_sequence=1, now=now)
    row = stored(attempt)
    assert (row.response, row.sequence, row.seconds) == ({"chosen": [0]}, 2, 0)
    actions.finish_attempt(attempt=attempt, now=now)
    attempt.refresh_from_db()
    assert attempt.submitted_at == max(attempt.started_at, now)
    assert (attempt.deadline_at, attempt.state) == (deadline, Attempt.State.GRADED)


def test_a_clock_that_is_put_right_again_closes_at_the_stored_moment() -> None:
    """Two hours back and forth: the deadline is where it was, for saving and for the sweep."""
    attempt = begin(sit(time_limit_minutes=45))
    first = answers(attempt)[0]
    save(attempt, 1, right(first), now=NOW - timedelta(hours=2))
    assert actions.close_overdue(now=NOW - timedelta(hours=1)) == 0
    with pytest.raises(actions.Closed):
        save(attempt, 1, wrong(first), seen=1, now=NOW + timedelta(minutes=46))
    assert actions.close_overdue(now=NOW + timedelta(minutes=46)) == 1
    attempt.refresh_from_db()
    assert attempt.submitted_at == attempt.deadline_at


def test_nothing_is_saved_after_handing_in() -> None:
    attempt = begin(sit())
    loaded = answers(attempt)[0]
    actions.finish_attempt(attempt=attempt, now=NOW)
    with pytest.raises(actions.Closed):
        save(attempt, 1, right(loaded))
    # Even when the page was loaded while it was open, and nobody looked again.
    with pytest.raises(actions.Closed):
        actions.save_answer(
            attempt=loaded.attempt,
            position=1,
            raw=right(loaded),
            seen_sequence=0,
            now=NOW,
            answer=loaded,
        )
    assert stored(attempt).response == {}


def test_saves_write_no_audit_event() -> None:
    attempt = begin(sit())
    before = AuditEvent.objects.count()
    save(attempt, 1, right(answers(attempt)[0]))
    assert AuditEvent.objects.count() == before


def test_parts_of_a_case_are_final_once_the_learner_goes_on() -> None:
    attempt = begin(sit(types=("scenario",)))
    answer = answers(attempt)[0]
    name = "q1"
    option = queries.shown(answer)["public"]["parts"][0]["options"][0]["token"]
    first = {f"{name}-a": option, f"{name}-open": "a", f"{name}-final": "a"}
    saved = save(attempt, 1, first)
    assert saved.response["final"] == ["a"]
    # The same form again changes nothing; so does an old tab in which nothing was chosen.
    assert save(attempt, 1, first, seen=0).response == saved.response
    assert save(attempt, 1, {f"{name}-open": "a"}, seen=0).response == saved.response


@pytest.mark.parametrize("seen", [0, 1])
@pytest.mark.parametrize("is_last", [False, True])
def test_another_answer_to_a_final_part_is_handed_back_beside_the_stored_one(
    seen: int, is_last: bool
) -> None:
    attempt = begin(sit(types=("scenario",)))
    fresh = answers(attempt)[0]
    one, other = (
        {"q1-a": option["token"], "q1-open": "a", "q1-final": "a"}
        for option in queries.shown(fresh)["public"]["parts"][0]["options"][:2]
    )
    save(attempt, 1, one)
    if is_last:
        last = queries.shown(answers(attempt)[0])["public"]["parts"][1]["options"][0]["token"]
        save(attempt, 1, {"q1-b": last, "q1-open": "b", "q1-final": "b"}, seen=1)
    before = stored(attempt).response
    with pytest.raises(actions.Conflict) as conflict:
        save(attempt, 1, other, seen=seen)
    assert conflict.value.is_final
    assert conflict.value.answer.response == stored(attempt).response == before
    offered = conflict.value.offered["parts"]
    assert offered == before["parts"] | {"a": offered["a"]}
    assert offered["a"] != before["parts"]["a"]


def test_a_text_that_no_part_could_keep_is_handed_back_too() -> None:
    attempt = begin(sit(types=("scenario",)))
    option = queries.shown(answers(attempt)[0])["public"]["parts"][0]["options"][0]["token"]
    first = {"q1-a": option, "q1-open": "a", "q1-final": "a"}
    save(attempt, 1, first)
    saved = save(attempt, 1, first | {"q1-a": "x" * 2_001}, seen=0)
    assert saved.is_lost
    assert saved.problem is not None
    assert saved.problem.code == "too_long"


def test_another_language_on_the_page_changes_no_answer() -> None:
    sitting = sit(languages=("en", "es"))
    attempt = begin(sitting)
    first, second = answers(attempt)[:2]
    save(attempt, 1, right(first))
    sitting.person.language = "es"
    sitting.person.save()
    save(attempt, 2, right(second))
    assert [a.response for a in answers(attempt)[:2]] == [{"chosen": [0]}, {"chosen": [0]}]
    assert "(en)" in queries.shown(answers(attempt)[0])["public"]["stem"]
