"""Answers every type of question through the inputs of its page.

    plan = right_plan(attempt)                   in a process that sees the database
    answer(page, plan[position])                 in the browser, on the page of that question

A plan is plain values, so that it can be printed by one process and read by another: for each
position the type and the steps, each step the fields a browser posts. A case has a step per part.

Owns: how a person gives an answer. Must not: post anything itself.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:  # the engine may be imported only once Django is set up
    from quizzes.models import Answer, Attempt

Fields = Mapping[str, Any]
UP, DOWN = (
    "[data-move='-1']",
    "[data-move='1']",
)  # not by their names, which change with the language
SAVED = re.compile(r"^\s*Saved \d\d:\d\d:\d\d$")


class Plan(TypedDict):
    type: str
    steps: list[dict[str, Any]]


# ------------------------------------------------------------------ what to answer
def right_plan(attempt: "Attempt") -> dict[int, Plan]:
    """What is right, question by question, read from the bank as it was frozen."""
    from quizzes.contents import content_of, kind_of, with_content
    from quizzes.models import Answer

    answers = with_content(Answer.objects.filter(attempt=attempt)).order_by("position")
    return {
        answer.position: _plan(answer, kind_of(answer).right_response(content_of(answer)))
        for answer in answers
    }


def _plan(answer: "Answer", response: dict[str, Any]) -> Plan:
    from quizzes import queries
    from quizzes.contents import content_of, kind_of

    name = queries.field_name(answer.position)
    kind = kind_of(answer)
    public = kind.public(content_of(answer), answer.arrangement, response, name=name)
    parts = public.get("parts", [public])
    return {"type": public["type"], "steps": [_posted(part) for part in parts]}


def _posted(public: Mapping[str, Any]) -> dict[str, Any]:
    name = public["name"]
    if "options" in public:
        return {name: [option["token"] for option in public["options"] if option["chosen"]]}
    if "steps" in public:
        return {step["name"]: str(step["position"]) for step in public["steps"]}
    if "lefts" in public:
        return {left["name"]: left["chosen"] for left in public["lefts"]}
    return {name: public["value"]}


# ------------------------------------------------------------------ giving it in the page
def answer(page: Page, plan: Plan) -> None:
    """Give the answer and wait until the page says that it is saved."""
    if plan["type"] != "scenario":
        give(page, plan["steps"][0])
        expect_saved(page)
        return
    for number, step in enumerate(plan["steps"], start=1):
        give(page, step)
        expect_saved(page)
        page.get_by_role("button", name=re.compile("^This part is final")).click()
        expect(page.get_by_text(f"Part {number} of {len(plan['steps'])} · final")).to_be_visible()


def expect_saved(page: Page) -> None:
    """Every change takes the word away at once, so it is the save of this change."""
    saved = page.locator("#saved")
    expect(saved).to_have_class("saved is-saved")
    expect(saved).to_have_text(SAVED)


def give(page: Page, step: Fields, *, by_buttons: bool = True) -> None:
    """Fill the inputs of one step. Where steps are put in order, by the buttons or the selects."""
    first = page.locator(f'[name="{next(iter(step))}"]').first
    if by_buttons and first.evaluate("input => !!input.closest('[data-ordering]')"):
        _put_in_order(page, step)
        return
    for name, value in step.items():
        _fill(page, name, value)


def _fill(page: Page, name: str, value: Any) -> None:
    inputs = page.locator(f'[name="{name}"]')
    if isinstance(value, list):
        for token in value:
            page.locator("label.option").filter(
                has=page.locator(f'[name="{name}"][value="{token}"]')
            ).click()
    elif inputs.evaluate("input => input.tagName") == "SELECT":
        inputs.select_option(value)
    else:
        inputs.fill(value)


def _put_in_order(page: Page, step: Fields) -> None:
    rows = page.locator("[data-ordering] > li")
    moved = False
    for wanted, name in enumerate(sorted(step, key=lambda name: int(step[name]))):
        row = rows.filter(has=page.locator(f'[name="{name}"]'))
        while _index(row) > wanted:
            row.locator(UP).click()
            moved = True
    if not moved:  # it stood right by chance: one move and back says so
        rows.nth(1).locator(UP).click()
        rows.nth(0).locator(DOWN).click()


def _index(row: Locator) -> int:
    return int(row.evaluate("row => [...row.parentElement.children].indexOf(row)"))
