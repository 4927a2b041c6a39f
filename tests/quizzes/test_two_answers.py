"""Several questions answered differently in two windows: chosen in one form, none is lost."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client

from quizzes import actions
from quizzes.models import Answer, Attempt
from tests.asking import queries_of
from tests.quizzes.pages import address, body, browser, posted
from tests.quizzes.sitting import NOW, Sitting, answers, begin, right, save, sit, wrong

pytestmark = pytest.mark.django_db
KEPT, MINE = {"chosen": [0]}, {"chosen": [1]}


@pytest.fixture(autouse=True)
def at_the_time() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def contested(*places: int, **course: Any) -> tuple[Sitting, Attempt, dict[str, object]]:
    """Right answers are stored; the form of an old page says wrong ones."""
    sitting = sit(**course)
    attempt = begin(sitting)
    old: dict[str, object] = {}
    for answer in answers(attempt):
        if answer.position in places:
            old |= posted(attempt, answer.position, wrong(answer))
            save(attempt, answer.position, right(answer))
    return sitting, attempt, old


def hidden(page: str) -> dict[str, object]:
    """What the form of the page carries besides the choices."""
    main = page[page.index("<main") :]  # the header has forms of its own
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def responses(attempt: Attempt) -> list[Any]:
    return [answer.response for answer in answers(attempt)]


def test_each_is_chosen_in_one_form_and_leads_where_the_button_led() -> None:
    sitting, attempt, old = contested(1, 2, 4)
    client = browser(sitting)
    response = client.post(address(attempt, "save_all"), old | {"go": "summary"})
    assert response.status_code == 409
    page = body(response)
    assert page.count("Saved in the other window") == 3
    assert page.count('type="radio"') == 6
    assert "required checked" not in page  # nothing is decided for anybody
    choices = {"choice-1": "mine", "choice-2": "stored", "choice-4": "mine"}
    response = client.post(address(attempt, "choose"), hidden(page) | choices)
    assert response["Location"] == address(attempt, "summary")
    assert responses(attempt) == [MINE, KEPT, {}, MINE]


def test_what_is_not_decided_is_asked_again_with_every_word_of_it() -> None:
    sitting, attempt, old = contested(1, 2, 4)
    client = browser(sitting)
    form = hidden(body(client.post(address(attempt, "save_all"), old)))
    response = client.post(address(attempt, "choose"), form | {"choice-1": "mine"})
    assert response.status_code == 409
    page = body(response)
    assert page.count("Choose which answer counts.") == 2
    assert responses(attempt) == [MINE, KEPT, {}, KEPT]
    form = hidden(page)
    assert {name: form[name] for name in ("q2", "q4")} == {
        name: old[name][0]  # type: ignore[index]  # a choice is posted as a list
        for name in ("q2", "q4")
    }
    choices = {"choice-2": "mine", "choice-4": "stored"}
    response = client.post(address(attempt, "choose"), form | choices)
    assert response["Location"] == address(attempt, "all")
    assert responses(attempt) == [MINE, MINE, {}, KEPT]


def test_what_was_answered_once_more_meanwhile_is_asked_again() -> None:
    sitting, attempt, old = contested(1, 2)
    client = browser(sitting)
    form = hidden(body(client.post(address(attempt, "save_all"), old)))
    save(attempt, 1, {}, seen=1)
    choices = {"choice-1": "mine", "choice-2": "mine"}
    page = body(client.post(address(attempt, "choose"), form | choices))
    assert "No answer" in page
    assert "conflict-2" not in page
    assert responses(attempt)[:2] == [{}, MINE]
    response = client.post(address(attempt, "choose"), hidden(page) | {"choice-1": "mine"})
    assert response.status_code == 302
    assert responses(attempt)[:2] == [MINE, MINE]


def test_one_question_is_chosen_by_its_button() -> None:
    sitting, attempt, old = contested(2)
    client = browser(sitting)
    page = body(client.post(address(attempt, "save", 2), old | {"go": "3"}))
    assert 'type="radio"' not in page
    response = client.post(address(attempt, "choose"), hidden(page) | {"choice-2": "mine"})
    assert response["Location"] == address(attempt, "question", 2)
    assert responses(attempt)[1] == MINE


def test_what_was_checked_meanwhile_is_shown_and_does_not_count() -> None:
    sitting, attempt, old = contested(1, 2, rules={"review": "learn"})
    client = browser(sitting)
    form = hidden(body(client.post(address(attempt, "save_all"), old)))
    assert actions.check_answer(answer=answers(attempt)[0], now=NOW)
    choices = {"choice-1": "mine", "choice-2": "mine"}
    response = client.post(address(attempt, "choose"), form | choices)
    page = body(response)
    assert response.status_code == 409
    assert "it no longer changes. Your answer here does not count" in page
    assert "Use my answer here" not in page
    assert responses(attempt)[:2] == [KEPT, MINE]


def test_a_part_that_is_final_is_read_beside_what_is_chosen() -> None:
    sitting = sit(types=("scenario", "single"), objectives=1, per_objective=2, quota=2)
    attempt, client = begin(sitting), browser(sitting)
    by_type = {answer.question.type: answer for answer in answers(attempt)}
    case, single = by_type["scenario"].position, by_type["single"].position
    page = body(client.get(address(attempt, "question", case)))
    one, other = re.findall(rf'name="q{case}-a" value="([^"]+)"', page)[:2]
    final = {f"q{case}-open": "a", f"q{case}-final": "a"}
    save(attempt, case, {f"q{case}-a": one, **final})
    save(attempt, single, right(by_type["single"]))
    old = posted(attempt, case, {f"q{case}-a": other, **final}) | posted(
        attempt, single, wrong(by_type["single"])
    )
    page = body(client.post(address(attempt, "save_all"), old))
    assert "This part was made final in another window" in page
    assert page.count('type="radio"') == 2
    form = hidden(page) | {f"choice-{single}": "mine"}
    assert client.post(address(attempt, "choose"), form).status_code == 302
    stored = Answer.objects.get(attempt=attempt, position=single)
    assert stored.response == MINE


def test_what_comes_too_late_is_shown_whether_it_was_chosen_or_not(at_the_time: Any) -> None:
    sitting, attempt, old = contested(1, 2, 4, time_limit_minutes=30)
    client = browser(sitting)
    form = hidden(body(client.post(address(attempt, "save_all"), old)))
    at_the_time.shift(timedelta(minutes=31))
    choices = {"choice-1": "mine", "choice-2": "stored"}
    response = client.post(address(attempt, "choose"), form | choices)
    assert response.status_code == 410
    page = body(response)
    assert [f"<dt>Question {n}</dt>" in page for n in (1, 2, 4)] == [True, False, True]
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.GRADED
    assert responses(attempt) == [KEPT, KEPT, {}, KEPT]


def test_handed_in_meanwhile_nothing_changes() -> None:
    sitting, attempt, old = contested(1, 2)
    client = browser(sitting)
    form = hidden(body(client.post(address(attempt, "save_all"), old)))
    actions.finish_attempt(attempt=attempt, now=NOW)
    response = client.post(address(attempt, "choose"), form | {"choice-1": "mine"})
    assert response.status_code == 410
    assert "handed in before" in body(response)
    assert responses(attempt)[:2] == [KEPT, KEPT]


def test_after_signing_in_again_the_page_comes_back_with_what_was_chosen() -> None:
    sitting, attempt, old = contested(1, 2)
    form = hidden(body(browser(sitting).post(address(attempt, "save_all"), old)))
    client = Client(enforce_csrf_checks=True)
    client.force_login(sitting.person)
    client.get(address(attempt, "all"))  # sets the cookie
    sent = form | {"choice-1": "mine", "choice-2": "stored", "csrfmiddlewaretoken": "a" * 64}
    response = client.post(address(attempt, "choose"), sent)
    assert response.status_code == 403
    page = body(response)
    assert "press the button once more" in page
    for position, choice in ((1, "mine"), (2, "stored")):
        assert f'name="choice-{position}" value="{choice}" required checked' in page
    assert page.count(" checked>") == 2
    assert responses(attempt)[:2] == [KEPT, KEPT]
    assert {n: v for n, v in hidden(page).items() if n != "go"} == {
        n: v for n, v in form.items() if n != "go"
    }


def test_a_choice_waits_for_its_sender_to_sign_in() -> None:
    sitting, attempt, old = contested(1, 2)
    form = hidden(body(browser(sitting).post(address(attempt, "save_all"), old)))
    client, url = Client(), address(attempt, "choose")
    client.post(url, form | {"choice-1": "mine", "choice-2": "stored", "go": "summary"})
    assert responses(attempt)[:2] == [KEPT, KEPT]
    client.force_login(sitting.person)
    assert client.get(url)["Location"] == address(attempt, "summary")
    assert responses(attempt)[:2] == [MINE, KEPT]


def test_queries_do_not_grow_with_the_answers_to_choose_between() -> None:
    counted = []
    for number, places in enumerate(((1,), (1, 2, 4))):
        sitting, attempt, old = contested(*places, slug=f"course-{number}", name=f"N{number}")
        client, url = browser(sitting), address(attempt, "choose")
        form = hidden(body(client.post(address(attempt, "save_all"), old)))
        counted.append(queries_of(partial(client.post, url, form)))
    assert counted == [4, 4]
