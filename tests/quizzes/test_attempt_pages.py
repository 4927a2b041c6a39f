"""The pages of a test through Django's client, as a browser without a script uses them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courseware.enrolments.actions import finish_lesson
from quizzes import actions, queries
from quizzes.engine import registry
from quizzes.models import Answer, Attempt
from quizzes.queries import frozen_hash
from tests.asking import queries_of
from tests.cast import Cast, person
from tests.courses_made import CANARY, TEST_KEY
from tests.quizzes.pages import JSON, address, body, browser, posted
from tests.quizzes.sitting import NOW, Sitting, answer_all, answers, begin, right, save, sit, wrong

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_time() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def field_of(page: Any, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found[1]


def start_url(sitting: Sitting) -> str:
    return reverse("quizzes:start", args=[sitting.edition.course.slug, TEST_KEY])


# ------------------------------------------------------------------ the way through
def test_from_the_start_page_to_the_result_without_a_script() -> None:
    sitting = sit(types=registry.names(), objectives=1, per_objective=8, quota=8, must_pass=1)
    client = browser(sitting)
    page = body(client.get(start_url(sitting)))
    assert "Start the test" in page
    assert "80 %: 7 of 8" in page
    assert "Monday 9 February, 10:00, if you start now" in page
    assert "each wrong one costs its share, never below zero" in page
    assert "Point 1" in page
    response = client.post(start_url(sitting))
    attempt = Attempt.objects.get()
    assert response["Location"] == address(attempt, "question", 1)
    for answer in answers(attempt):
        position = answer.position
        page = body(client.get(address(attempt, "question", position)))
        assert f"Question {position} of 8" in page
        if answer.question.type == "scenario":
            work_through(client, attempt, position)
            continue
        data = posted(attempt, position, right(answer)) | {"go": str(position + 1)}
        response = client.post(address(attempt, "save", position), data)
        assert response.status_code == 302
    page = body(client.get(address(attempt, "summary")))
    assert "8 of 8 questions are answered" in page
    response = client.post(address(attempt, "submit"))
    assert response["Location"] == address(attempt, "result")
    page = body(client.get(address(attempt, "result")))
    assert "100 %" in page
    assert "Passed" in page
    assert CANARY in page


def work_through(client: Client, attempt: Attempt, position: int) -> None:
    """Both parts of a case, each made final; the second is not on the page before."""
    url = address(attempt, "question", position)
    assert "Part b?" not in body(client.get(url))
    for part in "ab":
        page = client.get(url).content.decode()
        sequence = re.search(rf'name="q{position}-sequence" value="(\d+)"', page)
        answer = answers(attempt)[position - 1]
        deck = answer.arrangement["parts"][part]["options"]
        token = next(token for token, index in deck if index == 0)
        assert sequence is not None
        response = client.post(
            address(attempt, "save", position),
            {
                f"q{position}-sequence": sequence[1],
                f"q{position}-open": part,
                f"q{position}-{part}": token,
                f"q{position}-final": part,
            },
        )
        assert response["Location"] == url
    assert "disabled" in client.get(url).content.decode()


def test_the_start_page_says_why_it_is_locked_and_links_to_what_is_missing() -> None:
    sitting = sit(lessons=2)
    client = browser(sitting)
    page = client.get(start_url(sitting)).content.decode()
    assert "This test is still locked" in page
    assert "Start the test" not in page
    for key in ("lesson-1", "lesson-2"):
        assert f"The {key}</a>" in page
    response = client.post(start_url(sitting), follow=True)
    assert "still locked" in body(response)
    assert not Attempt.objects.exists()
    finish_lesson(
        enrolment=sitting.enrolment,
        activity_key="lesson-1",
        content_hash="x",
        language="en",
        now=NOW,
    )
    page = client.get(start_url(sitting)).content.decode()
    assert "The lesson-1</a>" not in page


def test_after_the_last_failed_attempt_the_page_names_the_instructor(cast: Cast) -> None:
    sitting = sit("Nora", attempts=1)
    client = browser(sitting)
    attempt = begin(sitting)
    client.post(address(attempt, "submit"))
    for url in (start_url(sitting), address(attempt, "result")):
        page = body(client.get(url))
        assert "Ingrid Example" in page
        assert "can then allow one more attempt" in page
    assert "Start the test" not in body(client.get(start_url(sitting)))


def test_a_running_attempt_is_continued_and_says_its_deadline() -> None:
    sitting = sit(time_limit_minutes=45)
    begin(sitting)
    page = body(browser(sitting).get(start_url(sitting)))
    assert "Continue the test" in page
    assert "Monday 2 February, 10:45" in page  # 09:45 UTC in Brussels


@pytest.mark.parametrize("is_swept", [False, True], ids=["before the sweep", "after the sweep"])
def test_an_old_page_leads_to_what_became_of_its_attempt(
    is_swept: bool, at_the_time: time_machine.Traveller
) -> None:
    sitting = sit(attempts=2, time_limit_minutes=45)
    client = browser(sitting)
    attempt = begin(sitting)
    button = field_of(client.get(start_url(sitting)), "number")
    at_the_time.move_to(attempt.deadline_at + timedelta(seconds=15))
    if is_swept:
        actions.close_if_over(attempt=attempt, now=attempt.deadline_at + timedelta(seconds=5))
    response = client.post(start_url(sitting), {"number": button}, follow=True)
    assert response.redirect_chain[-1][0] == address(attempt, "result")
    assert "no other was begun" in body(response)
    assert Attempt.objects.count() == 1
    # The page as it is now begins the next, and says until when.
    button = field_of(client.get(start_url(sitting)), "number")
    client.post(start_url(sitting), {"number": button})
    assert Attempt.objects.count() == 2


def test_before_an_attempt_is_marked_the_page_offers_no_other() -> None:
    sitting = sit(attempts=2)
    client = browser(sitting)
    attempt = begin(sitting)
    actions.submit(attempt=attempt, now=NOW)
    page = body(client.get(start_url(sitting)))
    assert "Your attempt is being marked." in page
    assert "Start the test" not in page
    assert address(attempt, "result") in page
    response = client.post(start_url(sitting), {"number": "2"})
    assert response["Location"] == address(attempt, "result")
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("number", ["", "-1", "x", "9" * 30, "٣"])
def test_a_number_that_no_page_says_is_as_good_as_none(number: str) -> None:
    sitting = sit()
    response = browser(sitting).post(start_url(sitting), {"number": number})
    assert response["Location"] == address(Attempt.objects.get(), "question", 1)


def test_a_deadline_names_the_zone_of_whoever_chose_another_one() -> None:
    sitting = sit()
    attempt, client = begin(sitting), browser(sitting)
    pages = (start_url(sitting), address(attempt, "question", 1))
    for url in pages:
        assert "Monday 9 February, 10:00" in body(client.get(url))
        assert "Europe/Brussels" not in body(client.get(url))
    sitting.person.time_zone = "Asia/Tokyo"
    sitting.person.save()
    for url in pages:
        assert "Monday 9 February, 18:00 (Asia/Tokyo)" in body(client.get(url))


def test_whoever_completes_the_course_learns_where_the_certificate_is() -> None:
    only_a_test, with_a_lesson = sit(), sit("Toni", slug="longer", lessons=1, attempts=9)
    said = "The course is complete. Your certificate"
    attempt = begin(only_a_test)
    answer_all(attempt)
    actions.finish_attempt(attempt=attempt, now=NOW)
    page = body(browser(only_a_test).get(address(attempt, "result")))
    assert f"{said} is sent to you by mail" in page
    assert f'href="{reverse("certificates")}">My certificates</a>' in page.partition("<main")[2]
    only_a_test.person.email = None
    only_a_test.person.save()
    page = body(browser(only_a_test).get(address(attempt, "result")))
    assert f"{said} is ready within minutes" in page
    failed = begin_after_lessons(with_a_lesson)
    actions.finish_attempt(attempt=failed, now=NOW)
    assert said not in body(browser(with_a_lesson).get(address(failed, "result")))


def begin_after_lessons(sitting: Sitting) -> Attempt:
    finish_lesson(
        enrolment=sitting.enrolment,
        activity_key="lesson-1",
        content_hash="x",
        language="en",
        now=NOW,
    )
    return begin(sitting)


def test_all_questions_on_one_page_are_saved_together() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    page = body(client.get(address(attempt, "all")))
    assert "Question 4 of 4" in page
    data: dict[str, object] = {"go": "summary"}
    for answer in answers(attempt):
        data |= posted(attempt, answer.position, right(answer))
    response = client.post(address(attempt, "save_all"), data)
    assert response["Location"] == address(attempt, "summary")
    assert [a.sequence for a in answers(attempt)] == [1, 1, 1, 1]


def test_a_flag_and_an_empty_answer_are_named_in_the_summary() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    data = posted(attempt, 1, right(answers(attempt)[0])) | {"q1-flag": "on", "go": "2"}
    client.post(address(attempt, "save", 1), data)
    page = body(client.get(address(attempt, "summary")))
    assert "3 questions have no answer" in page
    assert "Flagged" in page
    assert "is-flagged" in body(client.get(address(attempt, "question", 2)))


def test_the_time_of_the_last_save_is_the_stored_one_in_the_persons_zone() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    save(attempt, 1, right(answers(attempt)[0]), now=NOW + timedelta(seconds=22))
    assert "Saved 10:00:22" in body(client.get(address(attempt, "question", 2)))


# ------------------------------------------------------------------ two tabs
def test_a_stale_form_shows_both_answers_and_lets_the_person_choose() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    first = answers(attempt)[0]
    client.post(address(attempt, "save", 1), posted(attempt, 1, right(first)))
    response = client.post(address(attempt, "save", 1), posted(attempt, 1, wrong(first)))
    assert response.status_code == 409
    page = response.content.decode()
    assert re.search(r"Option \d+ A", page)
    assert re.search(r"Option \d+ B", page)
    assert Answer.objects.get(pk=first.pk).response == {"chosen": [0]}
    hidden = dict(re.findall(r'<input type="hidden" name="(q1[^"]*)" value="([^"]*)">', page))
    response = client.post(address(attempt, "save", 1), hidden)
    assert response.status_code == 302
    assert Answer.objects.get(pk=first.pk).response == {"chosen": [1]}


def test_an_old_tab_with_another_answer_to_a_final_part_is_shown_both() -> None:
    sitting = sit(types=("scenario",))
    client, attempt = browser(sitting), begin(sitting)
    options = queries.shown(answers(attempt)[0])["public"]["parts"][0]["options"]
    one, other = (
        posted(attempt, 1, {"q1-a": option["token"], "q1-open": "a", "q1-final": "a"})
        for option in options[:2]
    )
    url = address(attempt, "save", 1)
    assert client.post(url, one).status_code == 302
    for name in ("save", "save_all"):
        place = address(attempt, name, *([1] if name == "save" else []))
        response = client.post(place, other)
        assert response.status_code == 409
        page = body(response)
        assert all(option["text"] in page for option in options[:2])
        assert "This part was made final in another window" in page
        assert "Use my answer here" not in page
    said = client.post(url, other, headers=JSON)
    assert said.status_code == 409
    assert (said.json()["final"], said.json()["stored"], said.json()["yours"]) == (
        True,
        [options[0]["text"]],
        [options[1]["text"]],
    )
    chosen = Answer.objects.get(attempt=attempt, position=1).response["parts"]["a"]
    assert client.post(url, one, headers=JSON).status_code == 200
    assert Answer.objects.get(attempt=attempt, position=1).response["parts"]["a"] == chosen


def test_an_old_tab_takes_no_flag_away_and_sets_one_where_it_was_told() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    url = address(attempt, "save", 1)
    data = posted(attempt, 1, right(answers(attempt)[0])) | {"q1-flag-seen": ""}

    def flagged(**changes: str) -> bool:
        said = client.post(url, data | {f"q1-{k}": v for k, v in changes.items()}, headers=JSON)
        assert said.status_code == 200
        stored: bool = Answer.objects.get(attempt=attempt, position=1).is_flagged
        assert bool(said.json()["flagged"]) is stored
        return stored

    assert flagged(flag="on")
    assert flagged()  # the same answer from a page that was made before
    page = body(client.get(address(attempt, "question", 1)))
    assert 'name="q1-flag-seen" value="on"' in page
    seen = {"flag-seen": "on"}
    assert flagged(**seen, flag="on")
    assert not flagged(**seen)
    assert not flagged(**seen, flag="on")  # as it was shown, before it was taken away


def test_the_script_gets_both_answers_too_and_can_save_again() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    first = answers(attempt)[0]
    url = address(attempt, "save", 1)
    saved = client.post(url, posted(attempt, 1, right(first)), headers=JSON).json()
    assert saved["saved"] == "Saved 10:00:00"
    assert (saved["sequence"], saved["answered"], saved["complete"]) == (1, True, True)
    response = client.post(url, posted(attempt, 1, wrong(first)), headers=JSON)
    assert response.status_code == 409
    both = response.json()
    assert both["stored"] != both["yours"]
    again = client.post(url, posted(attempt, 1, wrong(first), both["sequence"]), headers=JSON)
    assert (again.status_code, again.json()["sequence"]) == (200, 2)


def test_on_the_page_of_all_questions_only_the_contested_ones_are_asked_about() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    first, second = answers(attempt)[:2]
    save(attempt, 1, right(first))
    data = posted(attempt, 1, wrong(first)) | posted(attempt, 2, right(second))
    response = client.post(address(attempt, "save_all"), data)
    assert response.status_code == 409
    assert [a.response for a in answers(attempt)[:2]] == [{"chosen": [0]}, {"chosen": [0]}]
    assert "conflict-2" not in response.content.decode()


# ------------------------------------------------------------------ time is over
def test_who_comes_after_the_deadline_finds_it_handed_in(
    at_the_time: time_machine.Traveller,
) -> None:
    sitting = sit(time_limit_minutes=30)
    client, attempt = browser(sitting), begin(sitting)
    first = answers(attempt)[0]
    save(attempt, 1, right(first))
    at_the_time.move_to(attempt.deadline_at + timedelta(seconds=10))
    assert client.get(address(attempt, "question", 1)).status_code == 200
    at_the_time.move_to(attempt.deadline_at + timedelta(seconds=10, milliseconds=1))
    response = client.get(address(attempt, "question", 1))
    assert response["Location"] == address(attempt, "result")
    attempt.refresh_from_db()
    assert (attempt.submitted_at, attempt.finished_by) == (attempt.deadline_at, "deadline")
    assert "by the deadline" in body(client.get(address(attempt, "result")))


@pytest.mark.parametrize("touch", ["save", "save_json", "save_all", "summary", "submit", "result"])
def test_every_touch_closes_what_is_over(touch: str, at_the_time: time_machine.Traveller) -> None:
    sitting = sit(time_limit_minutes=30)
    client, attempt = browser(sitting), begin(sitting)
    data = posted(attempt, 1, right(answers(attempt)[0]))
    at_the_time.move_to(attempt.deadline_at + timedelta(days=2))
    client.force_login(sitting.person)  # the session of that day has ended
    calls: dict[str, Callable[[], Any]] = {
        "save": lambda: client.post(address(attempt, "save", 1), data),
        "save_json": lambda: client.post(address(attempt, "save", 1), data, headers=JSON),
        "save_all": lambda: client.post(address(attempt, "save_all"), data),
        "summary": lambda: client.get(address(attempt, "summary")),
        "submit": lambda: client.post(address(attempt, "submit")),
        "result": lambda: client.get(address(attempt, "result")),
    }
    response = calls[touch]()
    assert response.status_code == {"result": 200}.get(
        touch, 410 if touch.startswith("save") else 302
    )
    attempt.refresh_from_db()
    assert (attempt.state, attempt.submitted_at) == (Attempt.State.GRADED, attempt.deadline_at)
    assert not any(a.response for a in answers(attempt))


def test_after_handing_in_an_old_tab_is_told_and_nothing_changes() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    data = posted(attempt, 1, right(answers(attempt)[0]))
    actions.finish_attempt(attempt=attempt, now=NOW)
    response = client.post(address(attempt, "save", 1), data, headers=JSON)
    assert response.status_code == 410
    assert response.json()["url"] == address(attempt, "result")
    assert "handed in before" in body(client.post(address(attempt, "save", 1), data, follow=True))


# ------------------------------------------------------------------ others, and nonsense
def test_a_foreign_attempt_is_as_absent_as_one_that_does_not_exist() -> None:
    attempt = begin(sit())
    stranger = Sitting(person("Toni"), None, None)  # type: ignore[arg-type]  # on no course
    client = browser(stranger)
    missing = "0190a0a0-0000-7000-8000-000000000000"
    for name, args in [
        ("question", [1]),
        ("save", [1]),
        ("all", []),
        ("save_all", []),
        ("summary", []),
        ("submit", []),
        ("result", []),
    ]:
        for method in (client.get, client.post):
            foreign = method(address(attempt, name, *args))
            absent = method(reverse(f"quizzes:{name}", args=[missing, *args]))
            assert foreign.status_code == absent.status_code
            assert foreign.status_code in {404, 405}
            strip = re.compile(rb'name="(?:csrfmiddlewaretoken|next)" value="[^"]+"')
            assert strip.sub(b"", foreign.content) == strip.sub(b"", absent.content)
    assert Attempt.objects.get().state == Attempt.State.OPEN


def test_a_question_the_attempt_does_not_have_does_not_exist() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    for position in (0, 5, 99_999, 10**18 - 1):
        assert client.get(address(attempt, "question", position)).status_code == 404
        assert client.post(address(attempt, "save", position)).status_code == 404


def test_the_result_is_not_there_before_handing_in() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    response = client.get(address(attempt, "result"))
    assert response["Location"] == address(attempt, "question", 1)


def test_a_number_that_no_database_holds_is_no_question() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    for position in (2**63 - 1, 2**63, 10**40):
        page = f"/attempts/{attempt.pk}/{position}/"
        for asked in (client.get(page), client.post(page), client.post(f"{page}save")):
            assert asked.status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"q1": "x"},
        {"q1": ["a", "b"], "q1-sequence": "0"},
        {"q1-sequence": "9" * 40},
        {"q1-sequence": "-1", "q1": "\x00"},
        {"q1-sequence": "٣"},
        {"q1": "x" * 3_000, "q1-sequence": "0"},
        {"score": "1", "state": "graded", "is_passed": "1", "q1-sequence": "0"},
        {"go": "//elsewhere.example", "q1-sequence": "0"},
        {"go": "all-", "q1-sequence": "0"},
        {"go": "all-٣", "q1-sequence": "0"},
        {"go": "all-" + "9" * 5_000, "q1-sequence": "0"},
        {"go": "9" * 50, "q1-sequence": "0"},
    ],
)
def test_nonsense_is_answered_calmly_and_changes_nothing(data: dict[str, object]) -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    for headers in ({}, JSON):
        response = client.post(address(attempt, "save", 1), data, headers=headers)
        assert response.status_code in {200, 302, 409, 422}
        assert not response.get("Location", "/").startswith("//")
    assert Attempt.objects.get().state == Attempt.State.OPEN
    assert not any(a.response for a in answers(attempt))


def test_an_oversized_or_overfull_post_is_refused() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    url = address(attempt, "save", 1)
    assert client.post(url, {"q1": "x" * 2_700_000}).status_code == 413
    assert client.post(url, {f"q{n}": "x" for n in range(2_100)}).status_code == 413


def test_an_unfinished_order_is_saved_and_said() -> None:
    sitting = sit(types=("ordering",))
    client, attempt = browser(sitting), begin(sitting)
    names = list(right(answers(attempt)[0]))
    data = {names[0]: "1", names[1]: "1", "q1-sequence": "0"}
    page = body(client.post(address(attempt, "save", 1), data | {"go": "2"}, follow=True))
    assert "saved but does not count yet" in page
    assert client.post(address(attempt, "save", 1), data).status_code == 422


def test_signing_in_again_at_the_address_of_a_save_leads_to_the_question() -> None:
    sitting = sit()
    client, attempt = browser(sitting), begin(sitting)
    response = client.get(address(attempt, "save", 2))
    assert response["Location"] == address(attempt, "question", 2)
    assert client.get(address(attempt, "submit"))["Location"] == address(attempt, "summary")


# ------------------------------------------------------------------ keys
def test_nothing_of_a_key_leaves_the_server_before_the_attempt_is_marked() -> None:
    sitting = sit(types=registry.names(), objectives=1, per_objective=8, quota=8)
    client, attempt = browser(sitting), begin(sitting)
    pages = [client.get(start_url(sitting)), client.get(address(attempt, "all"))]
    for answer in answers(attempt):
        position = answer.position
        pages.append(client.get(address(attempt, "question", position)))
        url = address(attempt, "save", position)
        if answer.question.type in {"scenario", "short"}:
            continue  # their right answer is the canary, or not all on the page
        for raw in (wrong_fields(answer), right(answer)):
            for headers in ({}, JSON):
                pages.append(client.post(url, posted(attempt, position, raw), headers=headers))
    pages += [client.get(address(attempt, "summary")), client.get(address(attempt, "result"))]
    actions.submit(attempt=attempt, now=NOW)
    pages.append(client.get(address(attempt, "result")))
    for page in pages:
        assert CANARY not in page.content.decode()
        assert '"correct"' not in page.content.decode()
    actions.grade(attempt_id=attempt.pk, now=NOW)
    assert CANARY in client.get(address(attempt, "result")).content.decode()


def wrong_fields(answer: Answer) -> dict[str, object]:
    return dict.fromkeys(right(answer), "nonsense")


def test_a_page_is_as_long_whichever_answer_is_right() -> None:
    sitting = sit(objectives=1, quota=1, per_objective=1)
    client, attempt = browser(sitting), begin(sitting)
    url = address(attempt, "save", 1)
    first = answers(attempt)[0]
    sizes = set()
    for sequence, raw in enumerate((right(first), wrong(first))):
        response = client.post(url, posted(attempt, 1, raw, sequence), headers=JSON)
        sizes.add(len(response.content))
    assert len(sizes) == 1


# ------------------------------------------------------------------ how many queries
@pytest.mark.parametrize("quota", [2, 10])
def test_queries_do_not_grow_with_the_questions(quota: int) -> None:
    sitting = sit(objectives=2, quota=quota, per_objective=quota * 2, attempts=3)
    client = browser(sitting)
    client.get(start_url(sitting))
    assert queries_of(lambda: client.get(start_url(sitting))) == 8
    assert queries_of(lambda: client.post(start_url(sitting))) == 20
    attempt = Attempt.objects.get()
    first = answers(attempt)[0]
    assert queries_of(lambda: client.get(address(attempt, "question", 1))) == 5
    assert queries_of(lambda: client.get(address(attempt, "all"))) == 4
    data = posted(attempt, 1, right(first))
    assert queries_of(lambda: client.post(address(attempt, "save", 1), data, headers=JSON)) == 4
    assert queries_of(lambda: client.get(address(attempt, "summary"))) == 4
    assert queries_of(lambda: client.post(address(attempt, "submit"))) == 12
    assert queries_of(lambda: client.get(address(attempt, "result"))) == 7
    # Passing completes the course as well: ledger, dates, trail and the certificate's job.
    second = begin(sitting)
    answer_all(second)
    frozen_hash(second.quiz, "en")  # read once in a process
    assert queries_of(lambda: client.post(address(second, "submit"))) == 19


@pytest.mark.parametrize("preset", ["check", "exam"])
@pytest.mark.parametrize("is_passed", [True, False])
def test_the_queries_of_a_result_after_which_nothing_follows(preset: str, is_passed: bool) -> None:
    sitting = sit(attempts=1, rules={"review": preset})
    attempt = begin(sitting)
    if is_passed:
        answer_all(attempt)
    actions.finish_attempt(attempt=attempt, now=NOW)
    client = browser(sitting)
    client.get(address(attempt, "result"))
    wanted = 6 if is_passed else 8
    assert queries_of(lambda: client.get(address(attempt, "result"))) == wanted
