"""Each role's walk through the demo force, with the pictures it leaves. In this order.

A walk is what the guide of the same name says; where a step no longer works, the walk stops.
"""

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from courseware.demo.people import PASSWORD
from tests.pictures.camera import Camera

COURSES = "/admin/courses/course/"
_SENTENCE = "Your night shift ends."
_BETTER = "Your night shift ends, and you go home in an hour."
_NOTES = {
    "en": "The opening case says how much time there is.",
    "es": "El caso inicial dice de cuánto tiempo se dispone.",
}
_LIST = """trainee@norland.example; 31.1.2027
halfway@norland.example
nobody@norland.example
trainee@norland.example; soon
"""


_GIFT = """\
A caller says that the bank's system is blocked and asks for a code from your phone. You: {
=End the call and ring the bank yourself#You choose the number, so you know who answers.
~Read out the code, because the caller knows your name#Names are easy to come by.
~Ask the caller for a number to ring back#It leads to the same caller.
}

Write down what you would do in the first hour. {}
"""


# ------------------------------------------------------------------ what several do
def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).last.click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def confirm_who(page: Page) -> None:
    """Asked where something important follows and the sign-in is not fresh."""
    page.wait_for_load_state()
    if page.get_by_role("heading", name="Confirm that it is you").is_visible():
        page.locator("#id_password").fill(PASSWORD)
        press(page, "Confirm")
        page.wait_for_load_state()


def addresses(page: Page, links: str) -> list[str]:
    """Each once, in the order of the page."""
    found: list[str] = page.locator(links).evaluate_all("all => all.map(link => link.pathname)")
    return list(dict.fromkeys(found))


def write(page: Page, text: str) -> None:
    """Into the text of a lesson, at once: typing thousands of letters takes a browser long."""
    page.locator("#id_markdown").evaluate(
        """(area, text) => {
            area.value = text;
            area.dispatchEvent(new Event("input", {bubbles: true}));
            area.scrollTop = 0;
        }""",
        text,
    )
    page.wait_for_timeout(2_000)


# ------------------------------------------------------------------ the walks
def trainee(camera: Camera) -> None:
    """The pictures of the README: what is next, a lesson, a test and a certificate."""
    camera.take(camera.sign_in("trainee"), "my-training", height=560)
    page = camera.sign_in("halfway")
    page.goto("/courses/c0-landscape/lessons/two-families/")
    camera.take(page, "lesson", height=860, top=page.locator(".then-now").first)
    _choices_of_a_test(page).first.check()
    expect(page.get_by_text(re.compile(r"Saved \d"))).to_be_visible()
    camera.take(page, "test", height=860)
    page = camera.sign_in("certified")
    page.goto("/certificates/")
    page.locator("main a[href*='/certificates/']").first.click()
    page.wait_for_load_state()
    camera.take(page, "certificate", height=860)


def _choices_of_a_test(page: Page) -> Locator:
    """Read all that is left, begin the test, and stop at a question with at least four options."""
    page.goto("/courses/c0-landscape/")
    for lesson in addresses(page, "main a[href*='/lessons/']"):
        page.goto(lesson)
        if page.get_by_role("button", name="Finish and go on").count():
            press(page, "Finish and go on")
            page.wait_for_load_state()
    page.goto("/courses/c0-landscape/")
    page.locator("main a[href*='/tests/']").first.click()
    page.locator("main button.btn-primary, main a.btn-primary").first.click()
    page.wait_for_url("**/attempts/**")
    choices = page.locator("main fieldset input:is([type=radio], [type=checkbox])")
    attempt = page.url.rstrip("/").rpartition("/")[0]
    for position in range(1, 21):  # which questions come is chance
        page.goto(f"{attempt}/{position}/")
        if choices.count() > 3:
            break
    return choices


def windows(camera: Camera) -> None:
    """One question open twice, answered differently; then handing in what could not be sent."""
    page = camera.sign_in("trainee")
    _choices_of_a_test(page)
    other = page.context.new_page()
    other.goto(page.url)
    _choose(other, 1)
    expect(other.get_by_text(re.compile(r"Saved \d"))).to_be_visible()
    _choose(page, 0)
    panel = page.get_by_role("alert").filter(has_text="Nothing was overwritten")
    expect(panel).to_be_visible()
    camera.take(page, "trainee-two-answers", height=700)
    panel.get_by_role("button", name="Use my answer here").click()
    expect(page.get_by_text(re.compile(r"Saved \d"))).to_be_visible()
    page.context.set_offline(True)
    _choose(page, 2)
    expect(page.get_by_text("Not saved.")).to_be_visible()
    page.close()
    summary = page.context.new_page()
    page.context.set_offline(False)
    summary.route(re.compile(r"/save$"), lambda route: route.abort())
    summary.goto(f"{page.url.rstrip('/').rpartition('/')[0]}/summary/")
    summary.locator("#hand-in").click()
    expect(summary.get_by_role("button", name="Try again")).to_be_visible()
    camera.take(summary, "trainee-not-sent", height=480, top=summary.locator("#not-sent"))


def _choose(page: Page, number: int) -> None:
    page.locator("label.option").nth(number).click()


def instructor(camera: Camera) -> None:
    page = camera.sign_in("instructor")
    page.goto(COURSES)
    page.locator("table a").first.click()
    press(page, "Start a draft")
    camera.take(page, "instructor-draft", height=660)
    draft = page.url
    page.get_by_role("link", name=re.compile(r"^English\s?: Counting")).click()
    _lesson(camera, page)
    _question(camera, page, draft)
    _picture(camera, page, draft)
    page.goto(draft)
    for words in addresses(page, "a[href*='/words/']"):
        page.goto(words)
        page.get_by_label("What changed").fill(_NOTES[words.rstrip("/").rpartition("/")[2]])
        press(page, "Save")
    page.goto(f"{draft}submit/")
    page.get_by_label("A note to the reviewer").fill("One sentence and one feedback.")
    for tick in page.locator("main form input[type=checkbox]").all():
        tick.check()  # translations that wait are sent on purpose
    press(page, "Send for review")
    expect(page.get_by_text("The draft waits for a reviewer.")).to_be_visible()


def _lesson(camera: Camera, page: Page) -> None:
    kept = page.locator("#id_markdown").input_value()
    write(page, kept.replace(_SENTENCE, f"{_BETTER} ![Papers](papers.png)", 1))
    expect(page.locator("#problems li")).to_have_count(1)
    camera.take(page, "instructor-lesson", height=720, top=page.locator("#lesson-editor"))
    write(page, kept.replace(_SENTENCE, _BETTER, 1))
    press(page, "Save")
    expect(page.locator("#status")).to_contain_text("Saved")


def _question(camera: Camera, page: Page, draft: str) -> None:
    page.goto(f"{draft}questions/C0-Q01/en/")
    page.get_by_label("Feedback").first.fill(
        "Extortion is old. But this act attacks the system, and could not exist without it."
    )
    page.locator("#beside").get_by_label("Cyber-dependent crime", exact=False).check()
    page.get_by_role("button", name="Show the result").click()
    expect(page.locator("#beside").get_by_text("Your answer")).to_be_visible()
    camera.take(page, "instructor-question", height=980)
    press(page, "Save")
    expect(page.get_by_text("C0-Q01 is saved.")).to_be_visible()


def _picture(camera: Camera, page: Page, draft: str) -> None:
    page.goto(f"{draft}pictures/")
    file = io.BytesIO()
    Image.new("RGB", (900, 500), "#88aacc").save(file, "PNG")
    page.locator("input[type=file]").set_input_files(
        {"name": "sea.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    page.get_by_label("What it shows").fill("An even blue field.")
    press(page, "Upload the picture")
    expect(page.locator("article.pic", has_text="An even blue field.")).to_be_visible(
        timeout=60_000
    )


def reviewer(camera: Camera) -> None:
    page = camera.sign_in("reviewer")
    page.goto(COURSES)
    follow(page, "Draft 2")
    follow(page, "Review this draft")
    camera.take(page, "reviewer-changes", height=1000)
    camera.take(page, "reviewer-decision", height=560, top=page.locator("#decision"))
    page.goto(COURSES)
    page.get_by_role("row", name=re.compile("C1")).get_by_role("link", name="Edition 1").click()
    follow(page, "Confirm for your force")
    page.get_by_role("button", name=re.compile("^Confirm")).first.click()
    expect(page.get_by_text(re.compile("Confirmed by Fenna Granite"))).to_be_visible()


def questions(camera: Camera) -> None:
    """The bank, the numbers, a file of another system, and a question that was wrong."""
    page = camera.sign_in("instructor")
    page.goto("/admin/quizzes/statistics/")
    page.locator("main table a").first.click()
    if page.get_by_role("button", name="Compute the numbers").count():
        press(page, "Compute the numbers")
    expect(page.locator("#work-left")).to_have_count(0, timeout=300_000)
    camera.take(page, "instructor-statistics", height=900, top=page.locator("#items"))
    page.goto("/admin/quizzes/question/")
    camera.take(page, "instructor-bank", height=760)
    _brought_in(camera, page)
    _said_to_be_wrong(camera, page, "C0-Q01")


def _brought_in(camera: Camera, page: Page) -> None:
    page.goto(COURSES)
    page.get_by_role("row", name=re.compile("C5")).get_by_role("link").first.click()
    press(page, "Start a draft")
    page.goto(f"{page.url}questions/")
    follow(page, "Bring in")
    page.get_by_label("Or paste the questions").fill(_GIFT)
    press(page, "Look at it first")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at what comes in")
    camera.take(page, "instructor-import", height=900)


def _said_to_be_wrong(camera: Camera, page: Page, key: str) -> None:
    page.goto("/admin/quizzes/erratum/new/")
    page.goto(f"{addresses(page, 'main a[href*="/new/"]')[0]}{key}/")
    page.get_by_label("give everybody the full mark", exact=False).check()
    for wording in page.locator("input[name=wordings]").all():
        wording.check()
    page.locator("#id_reason").fill("Two of its options can be right, as two stations wrote.")
    press(page, "Propose")
    shown = page.url
    expect(page.locator("#work-left")).to_have_count(0, timeout=120_000)
    page = camera.sign_in("reviewer")
    page.goto(f"{shown}decide/")
    confirm_who(page)
    expect(page.locator("#decision")).to_be_visible()
    camera.take(page, "reviewer-erratum", height=960)


def hr(camera: Camera) -> None:
    page = camera.sign_in("hr")
    page.goto("/reports/completions/")
    camera.take(page, "hr-completions", height=860)
    page.get_by_role("link", name=re.compile("Done")).first.click()
    person = page.locator(".table-people th a").first
    person.click()
    camera.take(page, "hr-record", height=860)
    page.goto("/reports/completions/?state=done")
    follow(page, "Export")
    confirm_who(page)
    with page.expect_download() as download:
        press(page, "Download the file")
    assert download.value.suggested_filename.endswith(".csv")
    page.goto("/training/assign/")
    page.locator("#id_course").select_option(index=2)
    page.get_by_label("A list from a file or the clipboard").check()
    page.get_by_label("Or paste the lines here").fill(_LIST)
    press(page, "Look at it first")
    expect(page.get_by_text("Nothing has happened yet")).to_be_visible()
    camera.take(page, "hr-assign", height=900)


def supervisor(camera: Camera) -> None:
    page = camera.sign_in("supervisor")
    page.goto("/reports/completions/")
    expect(page.get_by_role("link", name="Export", exact=True)).to_have_count(0)
    camera.take(page, "supervisor-completions", height=900)


def administrator(camera: Camera) -> None:
    page = camera.sign_in("admin")
    page.goto("/admin/accounts/user/add/")
    page.locator("#id_given_name").fill("Kaia")
    page.locator("#id_family_name").fill("Wren")
    page.locator("#id_email").fill("kaia.wren@norland.example")
    page.locator("#id_service_number").fill("N-3001")
    press(page, "Save")
    camera.take(page, "administrator-people", height=620)
    page.goto("/admin/accounts/user/?q=N-3001")
    follow(page, "Wren")
    follow(page, "Give a role")
    confirm_who(page)
    page.locator("#id_role").select_option("supervisor")
    camera.take(page, "administrator-role", height=840)
    page.goto("/admin/accounts/user/?q=trainee@norland.example")
    follow(page, "Birch")
    camera.take(page, "administrator-person", height=620, top=page.locator(".field-time_zone"))


def auditor(camera: Camera) -> None:
    page = camera.sign_in("auditor")
    page.goto("/reports/trail/")
    page.get_by_label("Person", exact=True).fill("N-3001")
    press(page, "Find")
    page.wait_for_load_state()
    if (meant := page.locator(".trail-people a")).count():
        meant.first.click()
    expect(page.locator(".trail-person")).to_be_visible()
    camera.take(page, "auditor-trail", height=800)
    page.goto("/reports/trail/export/")
    confirm_who(page)
    camera.take(page, "auditor-export", height=820)
    for name in ("Download the rows", "Download the sealed trail"):
        with page.expect_download():
            press(page, name)


#: In this order: a later walk sees what an earlier one did.
WALKS: dict[str, Callable[[Camera], None]] = {
    walk.__name__: walk
    for walk in (
        trainee,
        windows,
        instructor,
        reviewer,
        questions,
        hr,
        supervisor,
        administrator,
        auditor,
    )
}
