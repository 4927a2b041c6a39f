"""What cannot be kept as it was sent stays before its sender: too long, too late, signed out, or
with a token of before.
"""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from quizzes import actions, queries
from quizzes.actions.settings import MAX_DRAWN
from quizzes.engine.responses import CHARACTER_LIMIT
from quizzes.models import Answer
from tests import courses_made
from tests.cast import person
from tests.courses_made import content_of
from tests.quizzes.pages import JSON, address, body, browser, posted
from tests.quizzes.sitting import NOW, Sitting, answers, begin, right, save, sit, wrong

FORM = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_the_time() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


# ------------------------------------------------------------------ too long
def test_a_text_too_long_to_keep_is_still_on_the_page() -> None:
    sitting = sit(types=("short",))
    client, attempt = browser(sitting), begin(sitting)
    long = "word " * 500
    data = posted(attempt, 1, {"q1": long}) | {"go": "2"}
    response = client.post(address(attempt, "save", 1), data)
    assert response.status_code == 422
    assert long.strip() in body(response)
    assert "2000 characters" in body(response)


def test_a_text_too_long_to_keep_is_still_on_the_page_with_all_questions() -> None:
    sitting = sit(types=("short",))
    client, attempt = browser(sitting), begin(sitting)
    save(attempt, 3, {"q3": "from another window"})
    long = "word " * 500
    data = (
        posted(attempt, 1, {"q1": long})
        | posted(attempt, 2, {"q2": "short enough"})
        | posted(attempt, 3, {"q3": "from this one"})
        | {"go": "summary"}
    )
    response = client.post(address(attempt, "save_all"), data)
    assert response.status_code == 422
    page = body(response)
    assert long.strip() in page
    assert page.count("2000 characters") == 1
    assert [a.response for a in answers(attempt)[:2]] == [{}, {"text": "short enough"}]
    # What another window answered meanwhile is asked about next, with nothing lost till then.
    assert 'value="from this one"' in page
    sequences = {f"q{n}-sequence": s for n, s in re.findall(r'"q(\d)-sequence" value="(\d)"', page)}
    assert [sequences[f"q{n}-sequence"] for n in (1, 2, 3, 4)] == ["0", "1", "0", "0"]
    again = client.post(address(attempt, "save_all"), data | sequences | {"q1": "shorter"})
    assert again.status_code == 409
    assert "from this one" in body(again)
    assert answers(attempt)[0].response == {"text": "shorter"}


def test_a_text_in_a_case_that_is_too_long_is_still_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def with_a_text(kind: str, number: int, language: str) -> dict[str, Any]:
        content = content_of(kind, number, language)
        text = {**content_of("short", number, language), "key": "a", "type": "short"}
        return {**content, "parts": [text, *content["parts"][1:]]}

    monkeypatch.setattr(courses_made, "content_of", with_a_text)
    sitting = sit(types=("scenario",))
    client, attempt = browser(sitting), begin(sitting)
    long = "word " * 500
    data = {"q1-a": long, "q1-open": "a", "q1-sequence": "0"}
    response = client.post(address(attempt, "save", 1), data)
    assert response.status_code == 422
    assert long.strip() in body(response)


# ------------------------------------------------------------------ too late
def test_what_came_too_late_is_shown_to_whoever_typed_it(
    at_the_time: time_machine.Traveller,
) -> None:
    sitting = sit(time_limit_minutes=30, types=("short",))
    client, attempt = browser(sitting), begin(sitting)
    save(attempt, 2, {"q2": "in time"})
    at_the_time.move_to(attempt.deadline_at + timedelta(minutes=1))
    late = posted(attempt, 1, {"q1": "typed in the tunnel"})
    for _turn in range(2):  # the first closes it, the second finds it closed
        said = client.post(address(attempt, "save", 1), late, headers=JSON)
        assert said.status_code == 410
        assert said.json()["yours"] == ["typed in the tunnel"]
        assert "The deadline has passed" in said.json()["message"]
        assert said.json()["url"] == address(attempt, "result")
    both = late | posted(attempt, 2, {"q2": "in time"}, 1)
    for url in (address(attempt, "save", 1), address(attempt, "save_all")):
        response = client.post(url, both)
        assert response.status_code == 410
        assert "The deadline has passed" in body(response)
        assert "typed in the tunnel" in body(response)
        assert "in time" not in body(response)
        assert f'href="{address(attempt, "result")}"' in body(response)
    # What is saved anyway is nothing to show: one is led on.
    same = posted(attempt, 2, {"q2": "in time"}, 1)
    assert client.post(address(attempt, "save", 2), same, headers=JSON).json()["yours"] == []
    led = client.post(address(attempt, "save", 2), same, follow=True)
    assert led.redirect_chain[-1][0] == address(attempt, "result")
    assert "The deadline has passed" in body(led)
    assert [a.response for a in answers(attempt)[:2]] == [{}, {"text": "in time"}]


# ------------------------------------------------------------------ signed out
def sign_in(client: Client, sitting: Sitting, url: str) -> Any:
    """As a browser does after the sign-in page: same session, back to the address."""
    client.force_login(sitting.person)
    return client.get(url)


def test_an_answer_sent_after_the_session_has_ended_is_saved_after_signing_in() -> None:
    sitting = sit()
    attempt = begin(sitting)
    client = Client()
    url = address(attempt, "save", 1)
    data = posted(attempt, 1, right(answers(attempt)[0])) | {"go": "2"}
    turned_away = client.post(url, data)
    assert turned_away.status_code == 302
    assert turned_away["Location"].startswith("/accounts/login/")
    assert "What you sent is kept." in body(client.get(turned_away["Location"]))
    assert not Answer.objects.exclude(response={}).exists()
    assert sign_in(client, sitting, url)["Location"] == address(attempt, "question", 2)
    saved = Answer.objects.get(attempt=attempt, position=1)
    assert (saved.response, saved.sequence) == ({"chosen": [0]}, 1)
    # It is sent once: coming back again only leads to the question.
    assert client.get(url)["Location"] == address(attempt, "question", 1)
    saved.refresh_from_db()
    assert saved.sequence == 1


def test_all_answers_of_the_page_with_all_questions_wait_too() -> None:
    sitting = sit()
    attempt = begin(sitting)
    client = Client()
    data: dict[str, Any] = {}
    for answer in answers(attempt):
        data |= posted(attempt, answer.position, right(answer))
    client.post(address(attempt, "save_all"), data)
    sign_in(client, sitting, address(attempt, "save_all"))
    assert Answer.objects.filter(attempt=attempt, response={}).count() == 0


def test_the_longest_answers_of_the_longest_test_wait_too() -> None:
    """A hundred texts, each at its limit, in a script of four bytes a character."""
    sitting = sit(types=("short",), objectives=4, per_objective=25, quota=25)
    attempt = begin(sitting)
    client, url = Client(), address(attempt, "save_all")
    long = "𐍈" * CHARACTER_LIMIT
    data: dict[str, object] = {"csrfmiddlewaretoken": "x" * 64, "go": "summary"}
    for position in range(1, MAX_DRAWN + 1):
        data |= posted(attempt, position, {f"q{position}": long})
        data |= {f"q{position}-flag": "on", f"q{position}-flag-seen": ""}
    turned_away = client.post(url, urlencode(data), content_type=FORM)
    assert "What you sent is kept." in body(client.get(turned_away["Location"]))
    assert sign_in(client, sitting, url)["Location"] == address(attempt, "summary")
    stored = Answer.objects.filter(attempt=attempt, is_flagged=True)
    assert {a.response["text"] for a in stored} == {long}
    assert stored.count() == MAX_DRAWN


def test_who_sent_what_cannot_wait_is_told_before_signing_in() -> None:
    attempt = begin(sit())
    client, url = Client(), address(attempt, "save", 1)
    turned_away = client.post(url, posted(attempt, 1, {"q1": "x" * 260_000}))
    assert turned_away["Location"].startswith("/accounts/login/")
    page = body(client.get(turned_away["Location"]))
    assert "could not be kept. Before you sign in, go back in your browser" in page
    assert "is kept." not in page
    # Whoever has sent nothing is told nothing.
    assert "could not be kept" not in body(Client().get(url, follow=True))


def test_what_waits_is_a_conflict_if_somebody_answered_meanwhile() -> None:
    sitting = sit()
    attempt = begin(sitting)
    client = Client()
    url = address(attempt, "save", 1)
    first = answers(attempt)[0]
    client.post(url, posted(attempt, 1, wrong(first)))
    save(attempt, 1, right(first))
    assert sign_in(client, sitting, url).status_code == 409
    assert Answer.objects.get(attempt=attempt, position=1).response == {"chosen": [0]}


def test_somebody_else_who_signs_in_there_saves_nothing() -> None:
    sitting = sit()
    attempt = begin(sitting)
    client = Client()
    url = address(attempt, "save", 1)
    client.post(url, posted(attempt, 1, right(answers(attempt)[0])))
    client.force_login(person("Other"))
    assert client.get(url).status_code == 404
    assert not Answer.objects.exclude(response={}).exists()


@pytest.mark.parametrize("case", ["made up", "closed", "script", "too long", "late"])
def test_nothing_waits_that_should_not(case: str, at_the_time: Any) -> None:
    sitting = sit()
    attempt = begin(sitting)
    client = Client()
    url = address(attempt, "save", 1)
    data = posted(attempt, 1, right(answers(attempt)[0]))
    if case == "made up":
        url = reverse("quizzes:save", args=["01a20e05-066f-71f1-9cc4-8f66ffed440e", 1])
    if case == "closed":
        actions.submit(attempt=attempt, now=NOW)
    if case == "too long":
        data |= {"q1-more": "x" * 260_000}
    client.post(url, data, headers=JSON if case == "script" else {})
    assert bool(client.session.get("kept_post")) is (case == "late")
    if case == "late":
        at_the_time.shift(timedelta(hours=2))
        assert sign_in(client, sitting, url)["Location"] == address(attempt, "question", 1)
        assert not Answer.objects.exclude(response={}).exists()


# ------------------------------------------------------------------ a token of before
STRICT: dict[str, Any] = {"enforce_csrf_checks": True}


def signed_in_again(sitting: Sitting) -> Client:
    """Somebody whose pages still carry the token of the session before."""
    client = Client(**STRICT)
    client.force_login(sitting.person)
    client.get(reverse("home"))  # sets the cookie
    return client


def test_a_form_from_before_signing_in_again_is_shown_and_not_taken() -> None:
    sitting = sit(types=("short",), rules={"asks_confidence": True})
    client, attempt = signed_in_again(sitting), begin(sitting)
    url = address(attempt, "save", 1)
    data = posted(attempt, 1, {"q1": "typed before"}) | {"q1-flag": "on", "q1-confidence": "2"}
    response = client.post(url, data | {"csrfmiddlewaretoken": "a" * 64, "go": "2"})
    assert response.status_code == 403
    page = response.content.decode()
    assert "press the button once more" in page
    assert not Answer.objects.exclude(response={}).exists()
    assert 'value="typed before"' in page
    assert re.search(r'name="q1-flag" checked', page)
    assert re.search(r'name="q1-confidence" value="2" checked', page)
    assert 'name="q1-sequence" value="0"' in page
    token = re.search(r'id="attempt-form".*?csrfmiddlewaretoken" value="(\w+)"', page, re.DOTALL)
    assert token is not None
    pressed = client.post(url, data | {"csrfmiddlewaretoken": token[1], "go": "2"})
    assert pressed["Location"] == address(attempt, "question", 2)
    stored = Answer.objects.get(attempt=attempt, position=1)
    assert (stored.response, stored.is_flagged, stored.confidence) == (
        {"text": "typed before"},
        True,
        2,
    )


def test_all_answers_of_before_are_shown_again_with_the_numbers_they_were_typed_against() -> None:
    sitting = sit()
    client, attempt = signed_in_again(sitting), begin(sitting)
    first, second = answers(attempt)[:2]
    data = posted(attempt, 1, wrong(first)) | posted(attempt, 2, right(second))
    save(attempt, 1, right(first))
    response = client.post(address(attempt, "save_all"), data)
    assert response.status_code == 403
    page = response.content.decode()
    for raw in (wrong(first), right(second)):
        ((_name, tokens),) = raw.items()
        assert isinstance(tokens, list)
        assert re.search(rf'value="{tokens[0]}" checked', page)
    assert 'name="q1-sequence" value="0"' in page
    assert Answer.objects.get(pk=second.pk).response == {}
    token = re.search(r'id="attempt-form".*?csrfmiddlewaretoken" value="(\w+)"', page, re.DOTALL)
    assert token is not None
    pressed = client.post(address(attempt, "save_all"), data | {"csrfmiddlewaretoken": token[1]})
    assert pressed.status_code == 409  # the first was answered elsewhere; the second is saved
    assert Answer.objects.get(pk=second.pk).response == {"chosen": [0]}


def test_a_part_of_a_case_is_not_final_before_it_is_stored() -> None:
    sitting = sit(types=("scenario",))
    client, attempt = signed_in_again(sitting), begin(sitting)
    part = queries.shown(answers(attempt)[0])["public"]["parts"][0]
    data = {part["name"]: part["options"][0]["token"], "q1-open": "a", "q1-final": "a"}
    page = client.post(address(attempt, "save", 1), data | {"q1-sequence": "0"}).content.decode()
    assert re.search(rf'value="{part["options"][0]["token"]}" checked', page)
    assert "Part b?" not in page
    assert "disabled" not in page.partition("question-part")[2].partition("</fieldset>")[0]


@pytest.mark.parametrize("case", ["theirs", "absent", "signed out", "other site", "script"])
def test_what_nobody_may_see_is_not_shown_again(case: str) -> None:
    attempt = begin(sit(types=("short",)))
    client = signed_in_again(Sitting(person("Toni"), None, None))  # type: ignore[arg-type]  # on no course
    headers: dict[str, str] = {}
    url = address(attempt, "save", 1)
    if case == "absent":
        url = reverse("quizzes:save", args=["0190a0a0-0000-7000-8000-000000000000", 1])
    elif case == "signed out":
        client = Client(**STRICT)
    elif case == "other site":
        client.force_login(attempt.enrolment.person)
        headers = {"Origin": "https://elsewhere.example"}
    elif case == "script":
        client.force_login(attempt.enrolment.person)
        headers = JSON
    response = client.post(url, {"q1": "typed before", "q1-sequence": "0"}, headers=headers)
    assert response.status_code == 403
    page = body(response)
    assert "Please send that again" in page
    assert "typed before" not in page
    assert "Question 1" not in page
    assert not Answer.objects.exclude(response={}).exists()


def test_a_form_from_before_that_is_too_late_is_shown_as_such(
    at_the_time: time_machine.Traveller,
) -> None:
    sitting = sit(time_limit_minutes=30, types=("short",))
    client, attempt = signed_in_again(sitting), begin(sitting)
    at_the_time.move_to(attempt.deadline_at + timedelta(minutes=1))
    data = posted(attempt, 1, {"q1": "typed before"})
    for url in (address(attempt, "save", 1), address(attempt, "save_all")):
        response = client.post(url, data)
        assert response.status_code == 410
        assert "typed before" in body(response)
