"""What several pages of one browser keep of one question: each its own, none taken for another's;
what was settled on a page stays settled; what is shown is what is stored.
"""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from quizzes.models import Attempt
from tests.cast import Cast
from tests.e2e.answering import DOWN, expect_saved
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import begin, eight_types, position_of, put_on, stored
from tests.faults.harness import wait_for

KEPT = "Object.keys(localStorage).filter(key => /^attempt:/.test(key)).length"
WITHOUT_ITS_END = """() => {
  const [[key, raw]] = Object.entries(localStorage).filter(([key]) => /^attempt:/.test(key));
  localStorage.setItem(key, JSON.stringify({ ...JSON.parse(raw), until: undefined }));
}"""
NOT_SAVED = "Not saved."
FIELD = ".question input[type=text]"
FIRST, SECOND = "typed in the first tab", "typed in the second tab"


def _open(page: Page, attempt: Attempt, place: object) -> Page:
    page.goto(f"/attempts/{attempt.pk}/{place}/")
    return page


def _away(page: Page) -> None:
    """No save arrives from any tab. Not by set_offline, which ends for a page that is being left a
    moment before it is gone."""
    page.context.route("**/save", lambda route: route.abort())


def _back(page: Page) -> None:
    """Every open tab learns that the network is back."""
    page.context.unroute_all()
    page.context.set_offline(True)
    page.context.set_offline(False)


def _type_in_vain(page: Page, words: str) -> None:
    page.locator(FIELD).fill(words)
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED)


def _is_flagged(attempt: Attempt, position: int, wanted: bool) -> bool:
    return stored(attempt, position).is_flagged is wanted


def _both(page: Page) -> Locator:
    return page.locator(".question").get_by_role("alert").filter(has_text="Nothing was overwritten")


def test_a_tab_in_which_nothing_was_typed_sends_what_a_closed_one_kept(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    first = _open(browser_page(cast.alice), attempt, position)
    second = _open(first.context.new_page(), attempt, position)
    _away(first)
    _type_in_vain(second, SECOND)
    second.close()
    _back(first)
    expect_saved(first)
    expect(first.locator(FIELD)).to_have_value(SECOND)
    assert stored(attempt, position).response["text"] == SECOND
    assert first.evaluate(KEPT) == 0


def test_two_tabs_that_kept_an_answer_each_lose_neither(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    first = _open(browser_page(cast.alice), attempt, position)
    second = _open(first.context.new_page(), attempt, position)
    _away(first)
    _type_in_vain(second, SECOND)
    _type_in_vain(first, FIRST)
    second.close()
    assert first.evaluate(KEPT) == 2
    _back(first)
    expect(_both(first)).to_contain_text(f"Saved in the other window: {FIRST}")
    expect(_both(first)).to_contain_text(f"Your answer here: {SECOND}")
    _both(first).get_by_role("button", name="Use my answer here").click()
    expect_saved(first)
    assert stored(attempt, position).response["text"] == SECOND
    assert first.evaluate(KEPT) == 0


def test_a_flag_set_in_a_tab_that_was_left_empty_stays_and_costs_no_answer(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    first = _open(browser_page(cast.alice), attempt, position)
    empty = _open(first.context.new_page(), attempt, position)
    first.locator(FIELD).fill(FIRST)
    expect_saved(first)
    flag = empty.get_by_label("Come back to this one")
    flag.check()
    expect_saved(empty)
    assert stored(attempt, position).is_flagged
    flag.uncheck()
    expect_saved(empty)
    flag.check()
    expect_saved(empty)
    row = stored(attempt, position)
    assert (row.is_flagged, row.response["text"], row.sequence) == (True, FIRST, 1)
    empty.reload()
    expect(flag).to_be_checked()
    expect(empty.locator(FIELD)).to_have_value(FIRST)


def test_a_flag_set_beside_another_answer_stays_with_the_saved_one(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    old = _open(browser_page(cast.alice), attempt, position)
    new = _open(old.context.new_page(), attempt, position)
    new.locator(FIELD).fill(FIRST)
    expect_saved(new)
    flag = old.get_by_label("Come back to this one")
    old.locator(FIELD).fill(SECOND)
    for is_set in (True, False, True):  # each taken while both answers are shown
        flag.set_checked(is_set)
        wait_for(partial(_is_flagged, attempt, position, is_set), "the flag is as it was set", 10)
        expect(_both(old)).to_be_visible()
    _both(old).get_by_role("button", name="Keep the saved answer").click()
    expect(old.locator(FIELD)).to_have_value(FIRST)
    expect(flag).to_be_checked()
    row = stored(attempt, position)
    assert (row.is_flagged, row.response["text"]) == (True, FIRST)


def test_what_was_typed_on_is_one_answer_and_not_two(
    browser_page: OpenPage, cast: Cast, attempt: Attempt, position: int
) -> None:
    """A page that took over what another had kept goes on with it, and is closed in its turn."""
    page = _open(browser_page(cast.alice), attempt, position)
    page.route(re.compile(r"/save$"), lambda route: route.fulfill(status=503, body="{}"))
    _type_in_vain(page, FIRST)
    page.reload()
    expect(page.locator(FIELD)).to_have_value(FIRST)
    _type_in_vain(page, f"{FIRST}, and on")
    assert page.evaluate(KEPT) == 1
    page.unroute_all()
    page.reload()
    expect_saved(page)
    expect(_both(page)).to_have_count(0)
    assert stored(attempt, position).response["text"] == f"{FIRST}, and on"


def test_what_was_rejected_on_the_page_of_both_answers_does_not_come_back(
    browser_page: OpenPage, cast: Cast, attempt: Attempt
) -> None:
    position = position_of(attempt, "single")
    old = _open(browser_page(cast.alice), attempt, position)
    new = _open(old.context.new_page(), attempt, position)
    new.locator("label.option").nth(0).click()
    expect_saved(new)
    new.close()
    chosen = stored(attempt, position).response
    # Pressed at once: the form is what tells the server, before the script does.
    old.clock.install()
    old.clock.pause_at("2050-01-01")
    old.locator("label.option").nth(1).click()
    old.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(old.get_by_role("heading", level=1)).to_have_text("Two answers to the same question")
    old.get_by_role("link", name="Keep the saved answer").click()
    old.clock.resume()
    expect(old.locator("label.option input").nth(0)).to_be_checked()
    assert old.evaluate(KEPT) == 0
    _open(old, attempt, "summary")
    expect(old.get_by_role("alert").filter(has_text="Nothing was overwritten")).to_have_count(0)
    assert stored(attempt, position).response == chosen


def test_of_several_questions_only_what_was_rejected_is_forgotten(
    browser_page: OpenPage, cast: Cast, attempt: Attempt
) -> None:
    """The page of both answers with a script: what was chosen is not asked about again, and what
    the browser kept of the answers that were chosen is settled by the next page.
    """
    places = [position_of(attempt, kind) for kind in ("single", "truefalse")]
    old = _open(browser_page(cast.alice), attempt, "all")
    new = _open(old.context.new_page(), attempt, "all")
    for position in places:
        new.locator(f"#question-{position} label.option").nth(0).click()
        expect_saved(new)
    new.close()
    before = [stored(attempt, position).response for position in places]
    old.clock.install()
    old.clock.pause_at("2050-01-01")  # the form is what tells the server
    for position in places:
        old.locator(f"#question-{position} label.option").nth(1).click()
    old.get_by_role("button", name="Save all", exact=True).last.click()
    expect(old.get_by_role("heading", level=1)).to_have_text("Two answers to the same questions")
    assert old.evaluate(KEPT) == len(places)
    old.clock.resume()
    for position, choice in zip(places, ("Keep the saved", "Use my"), strict=True):
        question = old.get_by_role("region", name=f"Question {position}")
        question.get_by_label(f"{choice} answer").check()
    old.get_by_role("button", name="Go on with the chosen answers").click()
    for position, option in zip(places, (0, 1), strict=True):
        inputs = old.locator(f"#question-{position} label.option input")
        expect(inputs.nth(option)).to_be_checked()
    wait_for(lambda: old.evaluate(KEPT) == 0, "nothing is kept any more", 10)
    expect(old.get_by_role("alert").filter(has_text="Nothing was overwritten")).to_have_count(0)
    now = [stored(attempt, position).response for position in places]
    assert [one == other for one, other in zip(before, now, strict=True)] == [True, False]


@pytest.mark.parametrize(
    ("window_days", "later", "is_old_row", "is_kept"),
    [
        (30, timedelta(days=29), False, True),
        (30, timedelta(days=30, hours=23), False, True),  # to be read, although it came too late
        (30, timedelta(days=31, hours=1), False, False),
        (2, timedelta(days=7, hours=23), False, True),
        (2, timedelta(days=8, hours=1), False, False),
        (30, timedelta(days=7), True, True),
    ],
)
def test_what_is_kept_is_kept_as_long_as_the_test_may_be_open(
    browser_page: OpenPage,
    cast: Cast,
    window_days: int,
    later: timedelta,
    is_old_row: bool,
    is_kept: bool,
) -> None:
    attempt = begin(put_on(cast.alice, eight_types(window_days=window_days)))
    position = position_of(attempt, "short")
    page = _open(browser_page(cast.alice), attempt, position)
    _away(page)
    _type_in_vain(page, FIRST)
    if is_old_row:  # kept before the end was written beside it
        page.evaluate(WITHOUT_ITS_END)
    page.close()
    page = page.context.new_page()
    page.clock.install(time=timezone.now() + later)  # the browser's alone
    _back(page)
    _open(page, attempt, position)
    expect(page.locator(FIELD)).to_have_value(FIRST if is_kept else "")
    if is_kept:
        expect_saved(page)
    assert stored(attempt, position).response.get("text", "") == (FIRST if is_kept else "")
    assert page.evaluate(KEPT) == 0


# ------------------------------------------------------------------ in order
def _order(page: Page) -> list[str]:
    """The steps by the numbers beside them."""
    rows = page.locator("[data-ordering] > li").all()
    numbered = [
        (row.locator("select").input_value(), str(row.locator(".order-text").text_content()))
        for row in rows
    ]
    return [words for _number, words in sorted(numbered)]


def _as_listed(page: Page) -> list[str]:
    return page.locator("[data-ordering] .order-text").all_text_contents()


def test_an_order_that_was_kept_stands_as_it_was_and_a_move_goes_on_from_it(
    browser_page: OpenPage, cast: Cast, attempt: Attempt
) -> None:
    position = position_of(attempt, "ordering")
    page = _open(browser_page(cast.alice), attempt, position)
    _away(page)
    page.locator("[data-ordering] > li").nth(0).locator(DOWN).click()
    page.locator("[data-ordering] > li").nth(1).locator(DOWN).click()
    moved = _as_listed(page)
    assert _order(page) == moved
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED)
    page.close()

    again = page.context.new_page()
    _back(page)
    _open(again, attempt, position)
    expect_saved(again)
    assert (_as_listed(again), _order(again)) == (moved, moved)
    again.reload()  # as the server has it
    assert (_as_listed(again), _order(again)) == (moved, moved)
    again.locator("[data-ordering] > li").nth(0).locator(DOWN).click()
    expect_saved(again)
    assert _order(again) == [moved[1], moved[0], *moved[2:]]


def test_a_move_goes_on_from_the_numbers_that_were_chosen(
    browser_page: OpenPage, cast: Cast, attempt: Attempt
) -> None:
    page = _open(browser_page(cast.alice), attempt, position_of(attempt, "ordering"))
    rows = page.locator("[data-ordering] > li")
    count = rows.count()
    words = _as_listed(page)
    for index in range(count):
        rows.nth(index).locator("select").select_option(str(count - index))
    rows.filter(has_text=words[-1]).locator(DOWN).click()
    backwards = words[::-1]
    assert _order(page) == [backwards[1], backwards[0], *backwards[2:]]


# ------------------------------------------------------------------ the summary
def test_the_summary_says_what_was_sent_from_it(
    browser_page: OpenPage, cast: Cast, attempt: Attempt
) -> None:
    position = position_of(attempt, "single")
    page = _open(browser_page(cast.alice), attempt, position)
    _away(page)
    page.locator("label.option").nth(0).click()
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED)
    page.close()
    page = page.context.new_page()
    _back(page)
    row = page.get_by_role("row").filter(has=page.get_by_text(f"Question {position}", exact=True))
    held: list[Route] = []  # until the page was looked at
    page.route(re.compile(r"/save$"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/save$")):
        _open(page, attempt, "summary")
    expect(row).to_contain_text("Empty")
    expect(page.locator("main")).to_contain_text("0 of 8 questions are answered")
    row.get_by_role("link").focus()
    held[0].continue_()
    expect_saved(page)
    expect(row).to_contain_text("Answered")
    expect(row.get_by_role("link")).to_be_focused()
    expect(page.locator("main")).to_contain_text("1 of 8 questions are answered")
    expect(page.locator("main")).to_contain_text("7 questions have no answer")


@pytest.mark.parametrize("keeps", ["Use my answer here", "Keep the saved answer"])
def test_how_sure_one_was_of_a_part_that_is_final_by_now_is_asked_once(
    browser_page: OpenPage, cast: Cast, keeps: str
) -> None:
    """The same answer on both devices, less sure of it here: the page asks the next part."""
    attempt = begin(put_on(cast.alice, eight_types(rules={"asks_confidence": True})))
    position = position_of(attempt, "scenario")
    page = _open(browser_page(cast.alice), attempt, position)
    _away(page)
    page.locator("label.option").first.click()
    page.locator(f"[name=q{position}-confidence][value='1']").check()
    expect(page.locator("#saved")).to_contain_text(NOT_SAVED)
    page.close()
    device = _open(browser_page(cast.alice), attempt, position)
    device.locator("label.option").first.click()
    device.locator(f"[name=q{position}-confidence][value='3']").check()
    device.get_by_role("button", name="This part is final").click()
    expect(device.get_by_text("Part 2 of 2")).to_be_visible()

    page = page.context.new_page()
    page.context.unroute_all()
    _open(page, attempt, position)
    expect(page.get_by_text("Part 2 of 2")).to_be_visible()
    _both(page).get_by_role("button", name=keeps).click()
    expect(_both(page)).to_have_count(0)
    expect(page.locator("#saved")).not_to_have_class("saved is-failed")
    wait_for(lambda: page.evaluate(KEPT) == 0, "nothing is kept any more", 10)
    assert stored(attempt, position).confidence == (1 if keeps.startswith("Use") else 3)
