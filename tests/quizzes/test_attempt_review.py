"""What a trainee sees when, how sure they say they are, and how long they looked at a question."""

import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courseware.enrolments.actions import enrol
from quizzes import actions
from quizzes.actions import saving
from quizzes.models import Answer, Attempt
from tests.courses_made import CANARY, TEST_KEY, make_course
from tests.quizzes.sitting import (
    NOW,
    Sitting,
    answer_all,
    answers,
    begin,
    next_period,
    right,
    save,
    sit,
    wrong,
)

pytestmark = pytest.mark.django_db
JSON = "application/json"
LEARN, EXAM = {"review": "learn"}, {"review": "exam"}


@pytest.fixture(autouse=True)
def at_the_time() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def browser(sitting: Sitting) -> Client:
    client = Client()
    client.force_login(sitting.person)
    return client


def address(attempt: Attempt, name: str, *numbers: int) -> str:
    return reverse(f"quizzes:{name}", args=[attempt.pk, *numbers])


def page(client: Client, url: str) -> str:
    return unescape(client.get(url).content.decode())


# ------------------------------------------------------------------ exam
def test_an_exam_keeps_its_questions_until_no_attempt_is_left() -> None:
    sitting = sit(rules=EXAM)
    client = browser(sitting)
    first = begin(sitting)
    answer_all(first, wrong_at=(1, 2))
    actions.finish_attempt(attempt=first, now=NOW)
    said = page(client, address(first, "result"))
    assert "50 %" in said
    assert CANARY not in said
    assert "shown when you have passed or your last attempt is over" in said
    second = begin(sitting)
    # No attempt is left from here on, and its questions are in front of the person.
    assert CANARY not in page(client, address(first, "result"))
    actions.submit(attempt=second, now=NOW)
    assert CANARY not in page(client, address(first, "result"))
    actions.grade(attempt_id=second.pk, now=NOW)
    assert CANARY in page(client, address(first, "result"))


def test_an_exam_keeps_its_questions_while_the_next_period_sits_it() -> None:
    sitting = sit(rules=EXAM)
    client = browser(sitting)
    passed = begin(sitting)
    answer_all(passed)
    actions.finish_attempt(attempt=passed, now=NOW)
    assert CANARY in page(client, address(passed, "result"))
    again = begin(next_period(sitting))
    assert CANARY not in page(client, address(passed, "result"))
    actions.finish_attempt(attempt=again, now=NOW)
    assert CANARY in page(client, address(passed, "result"))


def test_sitting_the_test_of_another_course_hides_nothing_of_this_one() -> None:
    """Both tests have the same key, as most courses' have."""
    sitting = sit()
    attempt = begin(sitting)
    answer_all(attempt)
    actions.finish_attempt(attempt=attempt, now=NOW)
    another = make_course(slug="another", lessons=0)
    enrolment = enrol(person=sitting.person, course=another.course, by=None, now=NOW)
    begin(Sitting(sitting.person, another, enrolment))
    assert CANARY in page(browser(sitting), address(attempt, "result"))


def test_an_exam_that_is_passed_shows_everything() -> None:
    sitting = sit(rules=EXAM)
    attempt = begin(sitting)
    answer_all(attempt)
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert CANARY in page(browser(sitting), address(attempt, "result"))


@pytest.mark.parametrize("preset", ["check", "learn"])
def test_keys_of_an_earlier_attempt_do_not_help_the_one_that_is_open(preset: str) -> None:
    """A pool as large as the draw: the second attempt asks the same questions."""
    sitting = sit(per_objective=2, attempts=3, rules={"review": preset})
    client = browser(sitting)
    first = begin(sitting)
    answer_all(first, wrong_at=(1, 2))
    actions.finish_attempt(attempt=first, now=NOW)
    assert CANARY in page(client, address(first, "result"))
    second = begin(sitting)
    assert {a.question_id for a in answers(first)} == {a.question_id for a in answers(second)}
    said = page(client, address(first, "result"))
    assert (CANARY in said) == (preset == "learn")
    assert ("You are sitting another attempt" in said) == (preset == "check")
    assert "50 %" in said
    actions.submit(attempt=second, now=NOW)
    assert (CANARY in page(client, address(first, "result"))) == (preset == "learn")
    actions.grade(attempt_id=second.pk, now=NOW)
    said = page(client, address(first, "result"))
    assert CANARY in said
    assert "You are sitting another attempt" not in said


# ------------------------------------------------------------------ learning
def test_a_checked_answer_shows_its_feedback_and_no_longer_changes() -> None:
    sitting = sit(rules=LEARN)
    client = browser(sitting)
    attempt = begin(sitting)
    url = address(attempt, "question", 1)
    assert "Check my answer" in page(client, url)
    assert CANARY not in page(client, url)
    first = answers(attempt)[0]
    fields = {**wrong(first), "q1-sequence": "0", "check": "1"}
    response = client.post(address(attempt, "save", 1), fields)
    assert response["Location"] == f"{url}#feedback"
    shown = page(client, url)
    assert CANARY in shown
    assert "Not right" in shown
    assert "Check my answer" not in shown
    assert CANARY not in page(client, address(attempt, "question", 2))

    later = client.post(address(attempt, "save", 1), {**right(first), "q1-sequence": "1"})
    assert later.status_code == 422
    assert "it no longer changes" in unescape(later.content.decode())
    stored = Answer.objects.get(attempt=attempt, position=1)
    assert (stored.response, stored.sequence) == ({"chosen": [1]}, 1)
    # The inputs are switched off: going on sends nothing and loses nothing.
    on = client.post(address(attempt, "save", 1), {"q1-sequence": "1", "go": "2"})
    assert on["Location"] == address(attempt, "question", 2)
    stored.refresh_from_db()
    assert stored.response == {"chosen": [1]}


def test_a_checked_question_can_still_be_flagged() -> None:
    sitting = sit(rules=LEARN)
    client = browser(sitting)
    attempt = begin(sitting)
    first = answers(attempt)[0]
    url = address(attempt, "save", 1)
    client.post(url, {**right(first), "q1-sequence": "0", "check": "1"})
    for flag in ({"q1-flag": "on"}, {}):
        form = {"q1-sequence": "1", "q1-flag-seen": "" if flag else "on", **flag}
        said = client.post(url, form, headers={"accept": JSON}).json()
        assert said["flagged"] is bool(flag)
        stored = Answer.objects.get(attempt=attempt, position=1)
        assert (stored.is_flagged, stored.response) == (bool(flag), {"chosen": [0]})


def test_an_answer_that_was_changed_meanwhile_is_not_checked() -> None:
    """The feedback would be on another answer than the one that was in front of the person."""
    attempt = begin(sit(rules=LEARN))
    save(attempt, 1, wrong(answers(attempt)[0]))
    seen = answers(attempt)[0]
    save(attempt, 1, right(seen), seen=1)
    assert not actions.check_answer(answer=seen, now=NOW)
    assert Answer.objects.get(attempt=attempt, position=1).checked_at is None
    assert actions.check_answer(answer=answers(attempt)[0], now=NOW)


def test_an_answer_on_its_way_while_it_is_checked_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was read before the feedback was shown and is written after it."""
    sitting = sit(rules=LEARN)
    attempt = begin(sitting)
    save(attempt, 1, wrong(answers(attempt)[0]))
    write = saving._stored

    def checked_first(answer: Answer, *rest: Any, **named: Any) -> bool:
        assert actions.check_answer(answer=answers(attempt)[0], now=NOW)
        monkeypatch.setattr(saving, "_stored", write)
        return write(answer, *rest, **named)

    monkeypatch.setattr(saving, "_stored", checked_first)
    said = save(attempt, 1, right(answers(attempt)[0]), seen=1)
    assert said.is_lost
    assert Answer.objects.get(attempt=attempt, position=1).response == {"chosen": [1]}


def test_nothing_is_checked_before_it_is_answered() -> None:
    sitting = sit(rules=LEARN)
    attempt = begin(sitting)
    response = browser(sitting).post(
        address(attempt, "save", 1), {"q1-sequence": "0", "check": "1"}
    )
    assert response.status_code == 422
    assert "Answer the question first" in response.content.decode()
    assert not Answer.objects.filter(checked_at__isnull=False).exists()


@pytest.mark.parametrize("preset", ["check", "exam"])
def test_no_other_test_checks_an_answer(preset: str) -> None:
    sitting = sit(rules={"review": preset})
    client = browser(sitting)
    attempt = begin(sitting)
    fields = {**right(answers(attempt)[0]), "q1-sequence": "0", "check": "1"}
    response = client.post(address(attempt, "save", 1), fields)
    assert CANARY not in response.content.decode()
    Answer.objects.update(checked_at=NOW)
    assert CANARY not in page(client, address(attempt, "question", 1))


# ------------------------------------------------------------------ how sure
def test_confidence_is_asked_kept_and_shown() -> None:
    sitting = sit(rules={"asks_confidence": True})
    client = browser(sitting)
    attempt = begin(sitting)
    assert "How sure are you?" in page(client, address(attempt, "question", 1))
    first = answers(attempt)[0]
    fields = {**right(first), "q1-sequence": "0", "q1-confidence": "3"}
    client.post(address(attempt, "save", 1), fields)
    assert Answer.objects.get(attempt=attempt, position=1).confidence == 3
    # Alone it is saved too, and it counts on as an answer does.
    fields["q1-sequence"] = "1"
    client.post(address(attempt, "save", 1), fields | {"q1-confidence": "1"})
    stored = Answer.objects.get(attempt=attempt, position=1)
    assert (stored.confidence, stored.sequence) == (1, 2)
    client.post(address(attempt, "save", 1), fields | {"q1-confidence": "9"})
    stored.refresh_from_db()
    assert stored.confidence == 1
    actions.finish_attempt(attempt=attempt, now=NOW)
    assert "I guess" in page(client, address(attempt, "result"))


def test_an_old_page_does_not_make_anybody_less_sure() -> None:
    """The same answer, and another confidence: both are shown, and the person chooses."""
    sitting = sit(rules={"asks_confidence": True})
    client = browser(sitting)
    attempt = begin(sitting)
    url = address(attempt, "save", 1)
    fields = {**right(answers(attempt)[0]), "q1-sequence": "0"}
    client.post(url, fields | {"q1-confidence": "3"})
    stale = fields | {"q1-confidence": "1"}
    said = client.post(url, stale, headers={"accept": JSON})
    assert said.status_code == 409
    both = said.json()
    assert (both["stored"][-1], both["yours"][-1]) == ("I am certain", "I guess")
    response = client.post(url, stale)
    assert response.status_code == 409
    shown = unescape(response.content.decode())
    assert "I am certain" in shown
    assert "I guess" in shown
    assert Answer.objects.get(attempt=attempt, position=1).confidence == 3
    hidden = dict(re.findall(r'<input type="hidden" name="(q1[^"]*)" value="([^"]*)">', shown))
    assert client.post(url, hidden).status_code == 302
    stored = Answer.objects.get(attempt=attempt, position=1)
    assert (stored.confidence, stored.response) == (1, {"chosen": [0]})
    # An old page on which nothing was said of it changes nothing and asks nothing.
    assert client.post(url, fields).status_code == 302
    stored.refresh_from_db()
    assert stored.confidence == 1


def test_a_test_that_does_not_ask_shows_nothing_of_it() -> None:
    sitting = sit()
    assert "How sure" not in page(browser(sitting), address(begin(sitting), "question", 1))


# ------------------------------------------------------------------ how long
def test_time_in_front_of_a_question_is_counted_up_to_the_last_change() -> None:
    sitting = sit()
    attempt = begin(sitting)
    first = answers(attempt)[0]

    def saved(raw: Mapping[str, object], seen: int, after: int, shown: int) -> int:
        actions.save_answer(
            attempt=attempt,
            position=1,
            raw=raw,
            seen_sequence=seen,
            now=NOW + timedelta(seconds=after),
            shown_at=NOW + timedelta(seconds=shown),
        )
        return Answer.objects.get(attempt=attempt, position=1).seconds

    assert saved(wrong(first), 0, 30, 0) == 30
    assert saved(right(first), 1, 40, 0) == 40
    assert saved(right(first), 2, 90, 0) == 40
    assert saved(wrong(first), 2, 200, 190) == 50
    assert saved(right(first), 3, 300, 400) == 50  # from a page of the future
    assert saved(wrong(first), 4, 310, -5) == 50  # from before the attempt
    assert saved(right(first), 5, 90_000, 320) == 50 + 1_800


def test_the_page_says_when_it_was_made_and_nonsense_counts_nothing() -> None:
    sitting = sit()
    attempt = begin(sitting)
    client = browser(sitting)
    stamp = int(NOW.timestamp())
    assert f'name="q1-shown" value="{stamp}"' in page(client, address(attempt, "question", 1))
    first = answers(attempt)[0]
    fields = {**right(first), "q1-sequence": "0", "q1-shown": "99999999999999"}
    assert client.post(address(attempt, "save", 1), fields).status_code == 302
    assert save(attempt, 1, right(first), seen=1).answer.seconds == 0


def test_the_page_before_says_what_is_shown_when() -> None:
    for preset, words in (
        ("learn", "have each answer checked at once"),
        ("check", "Afterwards you see what is right"),
        ("exam", "shown when you have passed or your last attempt is over"),
    ):
        sitting = sit(preset.title(), slug=preset, rules={"review": preset})
        url = reverse("quizzes:start", args=[preset, TEST_KEY])
        assert words in page(browser(sitting), url)
