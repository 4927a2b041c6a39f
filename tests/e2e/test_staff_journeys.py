"""Whoever answers for others, at work in a browser: HR of two units, supervisor, auditor.

Instructor and reviewer: test_from_draft_to_edition.py. Administrator: test_administrator.py.

Norland ─┬─ Unit A   Alice, done with alpha;  Sam, supervisor;  Carol, HR
         │    └─ Station A1   Stan, late with alpha;  Susan, put on beta
         └─ Unit B   Toni, done with alpha;  Charlie, HR
"""

import csv
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Locator, Page, expect

from courseware.accounts.access import today
from courseware.accounts.actions import create_unit
from courseware.accounts.models import Unit, User
from courseware.audit.actions import seal_events
from courseware.courses.models import Edition
from courseware.enrolments.actions import draft_assignment, enrol
from courseware.enrolments.models import AssignmentBatch, Enrolment
from tests.cast import Cast, person
from tests.certificates.completed import complete, issued
from tests.courses_made import make_course
from tests.e2e.conftest import OpenPage
from tests.e2e.stage import (
    away_from_the_browser,
    confirm_who_one_is,
    follow,
    press,
    staff_page,
)

COMPLETIONS, TRAIL = "/reports/completions/", "/reports/trail/"
OF_UNIT_A = ("Alice", "Stan", "Susan", "Sam", "Carol", "Station A1", "Unit A", "N-ALICE")


@dataclass(frozen=True)
class Force:
    station: Unit
    stan: User
    susan: User
    alpha: Edition
    beta: Edition


@pytest.fixture
def force(cast: Cast, settings: LazySettings, _own_files: None) -> Force:
    settings.SECOND_FACTOR_REQUIRED = False
    return away_from_the_browser(lambda: _built(cast))


def _built(cast: Cast) -> Force:
    now = timezone.now()
    station = create_unit(name="Station A1", code="a1", parent=cast.unit_a, by=None, now=now)
    alpha, beta = (make_course(slug=slug, lessons=0) for slug in ("alpha", "beta"))
    made = Force(station, person("Stan", station), person("Susan", station), alpha, beta)
    for one in (cast.alice, cast.toni):
        issued(complete(one, alpha, now=now), now=now)
    late, later = today() - timedelta(days=1), today() + timedelta(days=30)
    enrol(person=made.stan, course=alpha.course, by=cast.carol, now=now, due_on=late)
    enrol(person=made.susan, course=beta.course, by=cast.carol, now=now, due_on=later)
    return made


def lines(page: Page) -> list[list[str]]:
    """The cells of the people on a report's page, row by row, as they are read."""
    rows = page.locator(".table-people tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def names(page: Page) -> list[str]:
    return [cells[0].splitlines()[0] for cells in lines(page)]


def table_in(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))


def downloaded(page: Page, button: str) -> Path:
    with page.expect_download() as download:
        press(page, button)
    return Path(download.value.path())


# ------------------------------------------------------------------ HR of unit A
def test_hr_filters_reads_a_record_and_takes_the_same_rows_away(
    force: Force, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.carol)
    staff_page(page, "Completions")
    assert names(page) == ["Stan Example", "Susan Example", "Alice Example"]
    _filter(page, Unit=str(force.station.pk))
    assert names(page) == ["Stan Example", "Susan Example"]
    _filter(page, Course="alpha", State="overdue")
    assert names(page) == ["Stan Example"]
    _filter_days(page)

    page.get_by_role("link", name="Stan Example").click()
    expect(page.get_by_role("heading", level=1, name="Stan Example")).to_be_visible()
    expect(page.locator("dl.facts")).to_contain_text("by Carol Example")
    expect(page.locator(".record-period .pill")).to_have_text("Overdue")

    staff_page(page, "Completions")
    shown = lines(page)
    follow(page, "Export")
    confirm_who_one_is(page)
    expect(page.locator(".lead")).to_contain_text("3 entries: Unit A, all courses, any state")
    assert [_as_shown(row) for row in table_in(downloaded(page, "Download the file"))] == shown


def _filter(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label, exact=True).select_option(value)
    _show(page)


def _show(page: Page) -> None:
    """And wait for the answer: what is read next has no patience of its own."""
    with page.expect_navigation():
        press(page, "Show")


def _filter_days(page: Page) -> None:
    """Whoever completed it in a span of days; then whoever is due in one."""
    follow(page, "Take all filters off")
    page.locator(".filter-days summary").click()
    page.get_by_label("Completed from").fill(str(today() - timedelta(days=7)))
    page.get_by_label("Completed until").fill(str(today()))
    _show(page)
    assert names(page) == ["Alice Example"]
    page.get_by_label("Completed from").fill("")
    page.get_by_label("Completed until").fill("")
    page.get_by_label("Due until").fill(str(today()))
    _show(page)
    assert names(page) == ["Stan Example"]


def _as_shown(row: dict[str, str]) -> list[str]:
    """A row of the file in the words of the page."""

    def under(first: str, second: str) -> str:
        return f"{first}\n{second}" if second else first

    def day(written: str) -> str:
        return date_format(date.fromisoformat(written), "SHORT_DATE_FORMAT") if written else "–"

    edition = f"Edition {row['Edition']}" if row["Edition"] else ""
    return [
        under(f"{row['Given name']} {row['Family name']}", row["Service number"]),
        under(row["Unit"], row["Rank"]),
        under(row["Course key"], edition),
        row["State"],
        day(row["Due"]),
        day(row["Completed"]),
        day(row["Valid until"]),
        row["Certificate"] or "–",
    ]


def test_hr_puts_a_person_and_a_list_on_a_course(
    force: Force, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.carol)
    due = today() + timedelta(days=60)
    staff_page(page, "Assign training")
    _ask_for(page, "alpha", due)
    page.get_by_label("Name, e-mail address or service number").fill("susan")
    press(page, "Look at it first")
    expect(page.get_by_text("Nothing has happened yet")).to_be_visible()
    assert not Enrolment.objects.filter(person=force.susan, course=force.alpha.course).exists()
    press(page, "Put 1 person on the course")
    expect(_line(page, "Susan Example")).to_contain_text("Put on the course")
    assert Enrolment.objects.get(person=force.susan, course=force.alpha.course).due_on == due

    own = today() + timedelta(days=90)
    follow(page, "Assign more training")
    _ask_for(page, "beta", due)
    page.get_by_label("A list from a file or the clipboard").check()
    pasted = f"alice@example.org\nN-STAN;{own}\nnobody@example.org\ntoni@example.org\nN-SUSAN"
    page.get_by_label("Or paste the lines here").fill(pasted)
    press(page, "Look at it first")
    nobody = "Nobody you can assign has this e-mail address or service number"
    for number, (what, said) in enumerate(
        (
            ("Alice Example", "Will be put on the course"),
            ("Stan Example", "Will be put on the course"),
            ("nobody@example.org", nobody),
            ("toni@example.org", nobody),  # of another unit: the same words
            ("Susan Example", "Is on the course already"),
        ),
        start=1,
    ):
        expect(_line(page, what).locator("td").first).to_have_text(str(number))
        expect(_line(page, what)).to_contain_text(said)
    press(page, "Put 2 people on the course")
    expect(_line(page, "Alice Example")).to_contain_text("Put on the course")
    expect(_line(page, "nobody@example.org")).to_contain_text(nobody)
    dates = dict(Enrolment.objects.filter(course=force.beta.course).values_list("person", "due_on"))
    assert (dates[cast.alice.pk], dates[force.stan.pk]) == (due, own)
    assert cast.toni.pk not in dates


def _ask_for(page: Page, slug: str, due: date) -> None:
    page.get_by_role("combobox", name="Course").select_option(slug)
    page.get_by_label("To be completed by").fill(str(due))


def _line(page: Page, words: str) -> Locator:
    return page.locator(".table-people tbody tr", has_text=words)


# ------------------------------------------------------------------ HR of unit B
def test_hr_of_another_unit_finds_nobody_of_unit_a(
    force: Force, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.charlie)
    staff_page(page, "Completions")
    assert names(page) == ["Toni Example"]
    _says_nothing_of_unit_a(page)
    follow(page, "Export")
    confirm_who_one_is(page)
    _says_nothing_of_unit_a(page)
    file = downloaded(page, "Download the file")
    assert [row["Given name"] for row in table_in(file)] == ["Toni"]
    page.goto("/search/?q=Alice")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "Example" not in page.locator("main").inner_text()

    staff_page(page, "Assign training")
    _ask_for(page, "beta", today())
    _says_nothing_of_unit_a(page)
    for typed in ("Alice", "alice@example.org", "N-STAN"):
        page.get_by_label("Name, e-mail address or service number").fill(typed)
        press(page, "Look at it first")
        expect(page.get_by_text("Nobody you can assign is called so").first).to_be_visible()
    page.get_by_label("A list from a file or the clipboard").check()
    page.get_by_label("Or paste the lines here").fill("alice@example.org\nN-STAN\nN-NOBODY")
    press(page, "Look at it first")
    expect(page.locator(".what-became")).to_have_text(
        [re.compile("Nobody you can assign has this")] * 3
    )
    expect(page.get_by_text("There is nothing to do")).to_be_visible()


def test_what_hr_of_another_unit_guesses_does_not_exist(
    force: Force, cast: Cast, browser_page: OpenPage
) -> None:
    """The body is the same, letter for letter, as for an id that nobody has."""
    page = browser_page(cast.charlie)
    batch = draft_assignment(
        course=force.beta.course,
        source=AssignmentBatch.Source.UNIT,
        unit=cast.unit_a,
        candidates=[],
        due_on=None,
        by=cast.carol,
        now=timezone.now(),
    )
    enrolment = Enrolment.objects.get(person=force.susan)
    own = browser_page(cast.carol)
    for name, real, unreal in (
        ("training_record", cast.alice.pk, uuid4()),
        ("training_record", force.stan.pk, uuid4()),
        ("assignment", batch.pk, uuid4()),
        ("assignment_rows", batch.pk, uuid4()),
        ("withdraw_enrolment", enrolment.pk, uuid4()),
        ("completions", cast.unit_a.pk, 987_654),
        ("completions", force.station.pk, 987_654),
        ("completions_export", cast.unit_a.pk, 987_654),
    ):
        guessed, invented = (_address(name, one) for one in (real, unreal))
        assert _answer(own, guessed)[0] == 200, guessed  # whoever may sees something there
        found = _answer(page, guessed)
        assert found[0] == 404, guessed
        assert found == _answer(page, invented), guessed
    page.goto(f"{reverse('assign')}?person={cast.alice.pk}&unit={cast.unit_a.pk}")
    expect(page.get_by_role("heading", level=1, name="Assign training")).to_be_visible()
    _says_nothing_of_unit_a(page)


def _says_nothing_of_unit_a(page: Page) -> None:
    found = [word for word in OF_UNIT_A if word in page.content()]
    assert not found, page.url


def _address(name: str, key: object) -> str:
    if name.startswith("completions"):
        return f"{reverse(name)}?unit={key}"
    return reverse(name, args=[key])


_OF_THE_ADDRESS = re.compile(r'name="(?:csrfmiddlewaretoken|next)" value="[^"]*"')


def _answer(page: Page, address: str) -> tuple[int, str]:
    """Status and page, without the token against forged forms and the page's own address."""
    response = page.goto(address)
    assert response is not None
    return response.status, _OF_THE_ADDRESS.sub("", response.text())


# ------------------------------------------------------------------ supervisor
def test_a_supervisor_sees_their_own_people_and_takes_nothing_away(
    force: Force, cast: Cast, browser_page: OpenPage
) -> None:
    page = browser_page(cast.sam, width=390)
    page.goto(COMPLETIONS)
    assert names(page) == ["Stan Example", "Susan Example", "Alice Example"]
    assert "Toni" not in page.content()
    expect(page.get_by_role("link", name="Export")).to_have_count(0)
    page.get_by_role("link", name="Alice Example").click()
    expect(page.locator(".record-period .pill").first).to_have_text("Done")
    expect(page.get_by_role("link", name="Take off the course")).to_have_count(0)
    for address in (
        reverse("completions_export"),
        reverse("assign"),
        reverse("trail"),
        reverse("training_record", args=[cast.toni.pk]),
        reverse("admin:index"),
    ):
        assert _answer(page, address)[0] == 404, address


# ------------------------------------------------------------------ auditor
def test_an_auditor_searches_the_trail_and_takes_it_away(
    force: Force, cast: Cast, browser_page: OpenPage, tmp_path: Path
) -> None:
    page = browser_page(cast.audrey)
    staff_page(page, "Audit trail")
    page.get_by_label("Person").fill("Stan")
    press(page, "Find")
    expect(page.get_by_text("By or about Stan Example")).to_be_visible()
    assert "Stan" not in page.url
    page.get_by_label("What happened").select_option("enrolment.created")
    page.get_by_label("From", exact=True).fill(str(today()))
    _show(page)
    row = page.locator(".table-trail tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Carol Example")

    follow(page, "Export")
    confirm_who_one_is(page)
    [event] = table_in(downloaded(page, "Download the rows"))
    assert (event["Verb"], event["Actor"]) == ("enrolment.created", "Carol Example")

    seal_events(now=timezone.now(), limit=10_000)
    chain = downloaded(page, "Download the sealed trail").read_text()
    assert "Stan" not in chain
    (tmp_path / "trail.jsonl").write_text(chain)
    with page.expect_download() as download:
        follow(page, "The script that checks it")
    script = Path(download.value.path()).rename(tmp_path / "verify_trail.py")
    judged = subprocess.run(
        [sys.executable, "-I", script, tmp_path / "trail.jsonl"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout + judged.stderr

    page.goto(f"{TRAIL}?verb=trail.exported")  # what an auditor does is in it, too
    expect(page.locator(".table-trail tbody tr", has_text="Audrey Example")).to_have_count(2)
