"""Reading and answering with scripts off: every step is a form and a page."""

import re

from playwright.sync_api import Locator, Page, expect

from courseware.enrolments.models import ActivityProgress
from quizzes.models import Attempt
from tests.cast import PASSWORD, Cast
from tests.courses_made import TEST_KEY, make_course
from tests.e2e.answering import Plan, give, right_plan
from tests.e2e.conftest import OpenPage
from tests.e2e.houses import sign_in
from tests.e2e.stage import begin, eight_types, position_of, put_on, stored


def test_a_lesson_is_read_and_finished(browser_page: OpenPage, cast: Cast) -> None:
    put_on(cast.alice, make_course())
    page = browser_page(cast.alice, java_script_enabled=False, width=390)
    page.goto("/")
    page.get_by_role("link", name="Start the course").click()
    expect(page.get_by_text("One paragraph of lesson-1.")).to_be_visible()
    page.locator(".lesson-outline summary").click()
    expect(page.get_by_role("navigation", name="Outline")).to_be_visible()
    page.get_by_role("button", name="Finish and go on").click()
    expect(page.get_by_text("One paragraph of lesson-2.")).to_be_visible()
    assert ActivityProgress.objects.get(activity_key="lesson-1").state == "done"


def test_a_whole_attempt_page_by_page(browser_page: OpenPage, cast: Cast) -> None:
    edition = eight_types()
    put_on(cast.alice, edition)
    page = browser_page(cast.alice, java_script_enabled=False, width=390)
    page.goto(f"/courses/{edition.course.slug}/tests/{TEST_KEY}/")
    page.get_by_role("button", name="Start the test").click()
    attempt = Attempt.objects.get()
    plan = right_plan(attempt)
    for position, entry in plan.items():
        expect(page.locator(".question-number").first).to_have_text(f"Question {position} of 8")
        _answer(page, entry)
        if position == 3:
            page.get_by_label("Come back to this one").check()
        last = position == len(plan)
        name = "Save and see the summary" if last else "Save and go on"
        page.get_by_role("button", name=name).last.click()
        assert stored(attempt, position).response
    expect(page.get_by_text("8 of 8 questions are answered.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Question 3 "))).to_contain_text("Flagged")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.locator(".score")).to_contain_text("100 %")
    expect(page.locator(".score")).to_contain_text("Passed")


def _answer(page: Page, entry: Plan) -> None:
    for step in entry["steps"]:
        give(page, step, by_buttons=False)
        if entry["type"] == "scenario":
            page.get_by_role("button", name=re.compile("^This part is final")).click()


def test_an_unfinished_answer_is_kept_and_said(browser_page: OpenPage, cast: Cast) -> None:
    """Positions given twice do not count yet; nothing typed is lost."""
    attempt = begin(put_on(cast.alice, eight_types()))
    position = position_of(attempt, "ordering")
    page = browser_page(cast.alice, java_script_enabled=False)
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    for select in page.locator(".order-list select").all():
        select.select_option("1")
    page.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(page.get_by_role("status").first).to_contain_text(f"Question {position}")
    page.goto(f"/attempts/{attempt.pk}/{position}/")
    for select in page.locator(".order-list select").all():
        expect(select).to_have_value("1")


def test_a_stale_tab_is_shown_both_answers(browser_page: OpenPage, cast: Cast) -> None:
    attempt = begin(put_on(cast.alice, eight_types()))
    position = position_of(attempt, "single")
    old = browser_page(cast.alice, java_script_enabled=False)
    new = old.context.new_page()
    for page in (old, new):
        page.goto(f"/attempts/{attempt.pk}/{position}/")
    options = old.locator("label.option")
    first, second = options.nth(0).inner_text(), options.nth(1).inner_text()
    _choose(new, 0)
    _choose(old, 1)
    expect(old.get_by_role("heading", level=1)).to_have_text("Two answers to the same question")
    both = old.locator(".answers")
    expect(both.locator("li").nth(0)).to_contain_text(first)
    expect(both.locator("li").nth(1)).to_contain_text(second)
    sequence = stored(attempt, position).sequence
    old.get_by_role("button", name="Use my answer here").click()
    expect(old.locator("label.option").nth(1).locator("input")).to_be_checked()
    assert stored(attempt, position).sequence == sequence + 1


def _choose(page: Page, number: int) -> None:
    page.locator("label.option").nth(number).click()
    with page.expect_navigation():  # the other tab comes after this one
        page.get_by_role("button", name=re.compile("^Save and")).last.click()


def test_several_stale_answers_are_chosen_on_one_page_and_none_is_lost(
    browser_page: OpenPage, cast: Cast
) -> None:
    attempt = begin(put_on(cast.alice, make_course(lessons=0)))
    old = browser_page(cast.alice, java_script_enabled=False, width=390)
    new = old.context.new_page()
    for page in (old, new):
        page.goto(f"/attempts/{attempt.pk}/all/")
    for page, option in ((new, 0), (old, 1)):
        for position in (1, 2, 4):
            page.locator(f"#question-{position} label.option").nth(option).click()
        with page.expect_navigation():
            page.get_by_role("button", name="Save all", exact=True).last.click()
    saved = {position: stored(attempt, position).response for position in (1, 2, 4)}
    expect(old.get_by_role("heading", level=1)).to_have_text("Two answers to the same questions")
    expect(old.get_by_text("Your answer here", exact=True)).to_have_count(3)

    def of(position: int) -> Locator:
        return old.get_by_role("region", name=f"Question {position}")

    def go_on() -> None:
        with old.expect_navigation():
            old.get_by_role("button", name="Go on with the chosen answers").click()

    # One is chosen, and the browser would ask for the others; without it the server does.
    of(1).get_by_label("Use my answer here").check()
    old.get_by_role("button", name="Go on with the chosen answers").click()
    expect(old.get_by_text("Your answer here", exact=True)).to_have_count(3)
    of(2).get_by_label("Keep the saved answer").check()
    of(4).get_by_label("Use my answer here").check()
    go_on()
    expect(old).to_have_url(re.compile(f"/attempts/{attempt.pk}/all/$"))
    for position, option in ((1, 1), (2, 0), (4, 1)):
        chosen = old.locator(f"#question-{position} label.option input")
        expect(chosen.nth(option)).to_be_checked()
        kept = stored(attempt, position)
        assert (kept.response == saved[position]) == (position == 2)
        assert kept.sequence == (1 if position == 2 else 2)


def test_signing_in_again_in_another_tab_loses_nothing(browser_page: OpenPage, cast: Cast) -> None:
    attempt = begin(put_on(cast.alice, eight_types()))
    position = position_of(attempt, "short")
    old = browser_page(java_script_enabled=False)
    sign_in(old, "alice@example.org", PASSWORD)
    old.goto(f"/attempts/{attempt.pk}/{position}/")
    old.locator(".question input[type=text]").fill("typed before")
    new = old.context.new_page()
    new.goto("/accounts/logout/")
    new.locator("main").get_by_role("button", name="Sign out").click()
    sign_in(new, "alice@example.org", PASSWORD)
    old.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(old.get_by_text("press the button once more")).to_be_visible()
    expect(old.locator(".question input[type=text]")).to_have_value("typed before")
    assert stored(attempt, position).response == {}
    old.get_by_role("button", name=re.compile("^Save and")).last.click()
    expect(old.get_by_text("press the button once more")).to_have_count(0)
    assert stored(attempt, position).response["text"] == "typed before"
