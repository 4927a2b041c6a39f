"""Putting people on a course: one, a unit, a list; and what is said of every line."""

from datetime import date
from typing import Any

import pytest
from django.conf import LazySettings

from courseware.accounts import actions as accounts
from courseware.accounts.models import Unit
from courseware.accounts.queries import MOST_UNITS
from courseware.audit.models import AuditEvent
from courseware.courses.models import Course
from courseware.enrolments.actions import enrol
from courseware.enrolments.models import AssignmentBatch, DateChange, Enrolment
from tests.cast import Cast, person
from tests.certificates.completed import complete
from tests.enrolments.assigning import ALICE, ASSIGN, DUE, NOW, SAM, TONI, Officer, crowd, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_time")]


def rows(officer: Officer) -> list[tuple[int, str, str]]:
    return list(officer.batch.rows.values_list("line", "finding", "outcome"))


# ------------------------------------------------------------------ one person
@pytest.mark.parametrize("words", ["Alice", "alice exa", ALICE, "ALICE@example.org", "n-alice"])
def test_one_person_is_found_and_put_on_the_course(cast: Cast, carol: Officer, words: str) -> None:
    page = carol.look(source="person", words=words)
    assert "Alice Example" in page
    assert "Put 1 person on the course" in page
    assert not Enrolment.objects.exists(), "a look changes nothing"
    page = carol.confirm()
    assert "Put on the course" in page
    enrolment = Enrolment.objects.get()
    assert (enrolment.person, enrolment.assigned_by, enrolment.due_on) == (
        cast.alice,
        cast.carol,
        DUE,
    )
    event = AuditEvent.objects.get(verb="enrolment.created")
    assert (event.actor_id, event.subject_id) == (cast.carol.pk, str(enrolment.pk))
    assert DateChange.objects.get().new == DUE
    confirmed = AuditEvent.objects.get(verb="assignment.confirmed")
    assert (confirmed.subject_id, confirmed.actor_id) == (str(carol.batch.pk), cast.carol.pk)


def test_of_several_one_is_chosen(cast: Cast, carol: Officer) -> None:
    person("Alina", cast.unit_a)
    response = carol.ask(source="person", words="ali")
    page = text_of(response)
    assert response.status_code == 400
    assert "2 people match. Choose one." in page
    assert 'value="ali"' in page
    assert "N-ALINA · alina@example.org · Unit A" in page
    page = carol.look(source="person", words="ali", searched="ali", person=str(cast.alice.pk))
    assert "Alice Example" in page


def test_other_words_than_those_of_the_choice_are_looked_for_anew(
    cast: Cast, carol: Officer
) -> None:
    page = carol.look(source="person", words="Sam", searched="ali", person=str(cast.alice.pk))
    assert "Sam Example" in page
    assert "Alice" not in page


def test_too_many_of_one_name_want_a_longer_one(cast: Cast, carol: Officer) -> None:
    crowd(cast, 25)
    page = text_of(carol.ask(source="person", words="crowd"))
    assert "More than 20 people match" in page
    assert page.count('name="person"') == 20


def test_come_from_a_person_s_page_the_person_is_chosen(cast: Cast, carol: Officer) -> None:
    page = text_of(carol.client.get(f"{ASSIGN}?person={cast.alice.pk}&course=made-course"))
    assert f'value="{cast.alice.pk}" checked' in page
    for nobody in (str(cast.toni.pk), "x", ""):
        assert 'name="person"' not in text_of(carol.client.get(f"{ASSIGN}?person={nobody}"))


@pytest.mark.parametrize("words", ["Toni", TONI, "N-TONI", "Nobody Anywhere", "%", "\u202e"])
def test_whom_one_does_not_answer_for_is_as_unknown_as_nobody(
    cast: Cast, carol: Officer, words: str
) -> None:
    page = text_of(carol.ask(source="person", words=words))
    assert "Nobody you can assign is called so." in page
    assert "Toni Example" not in page


def test_nor_can_they_be_named_by_id(cast: Cast, carol: Officer) -> None:
    response = carol.ask(source="person", words="", person=str(cast.toni.pk))
    assert response.status_code == 400
    response = carol.ask(source="unit", unit=str(cast.unit_b.pk))
    assert "Choose one of the units you answer for." in text_of(response)
    assert not AssignmentBatch.objects.exists()


# ------------------------------------------------------------------ a unit
def test_a_unit_with_all_below_it(cast: Cast, course: Course) -> None:
    desk = accounts.create_unit(name="Desk", code="d", parent=cast.unit_a, by=None, now=NOW)
    bea = person("Bea", desk)
    closed = person("Closed", cast.unit_a)
    accounts.disable_person(person=closed, by=None, now=NOW)
    left = person("Left", cast.unit_a)
    accounts.end_posting(posting=left.postings.get(), to_on=date(2026, 3, 1), by=None, now=NOW)
    enrol(person=cast.sam, course=course, by=None, now=NOW)
    complete(cast.carol, course.editions.get(), now=NOW)
    adam = Officer(cast.adam)
    page = adam.look(source="unit", unit=str(cast.unit_a.pk))
    assert "Put 2 people on the course" in page
    found = dict(adam.batch.rows.values_list("person__given_name", "finding"))
    assert found == {"Alice": "new", "Bea": "new", "Sam": "on-it", "Carol": "holds"}
    adam.confirm()
    assert Enrolment.objects.filter(due_on=DUE).count() == 2
    assert Enrolment.objects.filter(person=bea).exists()
    assert Enrolment.objects.filter(person__in=[cast.toni, closed, left]).count() == 0


def test_who_is_on_the_course_keeps_the_date_unless_it_is_asked_for(
    cast: Cast, carol: Officer, course: Course
) -> None:
    first = date(2026, 5, 1)
    enrol(person=cast.alice, course=course, by=None, now=NOW, due_on=first)
    page = carol.look(source="unit", unit=str(cast.unit_a.pk))
    assert "Also move the due date of 1 person who is on the course already" in page
    assert "30 Jun 2026 if you move it" in page
    carol.confirm()
    assert Enrolment.objects.get(person=cast.alice).due_on == first
    page = carol.look(source="person", words=ALICE)
    assert "Move the due date of 1 person" in page
    page = carol.confirm(moves_due="yes")
    assert "the due date was moved" in page
    assert Enrolment.objects.get(person=cast.alice).due_on == DUE
    moved = DateChange.objects.get(enrolment__person=cast.alice, new=DUE)
    assert (moved.old, moved.new, moved.by) == (first, DUE, cast.carol)
    assert "There is nothing to do" in carol.look(source="person", words=ALICE)


# ------------------------------------------------------------------ a list
def test_every_line_of_a_list_is_answered(cast: Cast, carol: Officer, course: Course) -> None:
    complete(cast.carol, course.editions.get(), now=NOW)
    closed = person("Closed", cast.unit_a)
    accounts.disable_person(person=closed, by=None, now=NOW)
    lines = [
        "e-mail;due date;remark",
        f"{ALICE};2026-05-01;her own date",
        f"{TONI};;of another unit",
        "nobody@example.org",
        "N-alice;;the same person by another name",
        "carol@example.org",
        f"{SAM};31.2.2026",
        f"{SAM};2026-01-01",
        f"{SAM};;the third line of his is good",
        "closed@example.org",
        ";;nobody",
        "a\x00b",
    ]
    page = carol.look(source="list", file="\r\n".join(lines).encode())
    new, holds, on_it = "new", "holds", "on-it"
    assert rows(carol) == [
        (2, new, ""),
        (3, "nobody", ""),
        (4, "nobody", ""),
        (5, "again", ""),
        (6, holds, ""),
        (7, "bad-date", ""),
        (8, "past-date", ""),
        (9, new, ""),
        (10, "closed", ""),
        (11, "no-one-named", ""),
        (12, "unreadable", ""),
    ]
    assert "Put 2 people on the course" in page
    assert "Toni Example" not in page
    page = carol.confirm()
    assert Enrolment.objects.get(person=cast.alice).due_on == date(2026, 5, 1)
    assert Enrolment.objects.get(person=cast.sam).due_on == DUE
    assert Enrolment.objects.filter(person=cast.toni).count() == 0
    done = {line: outcome for line, _finding, outcome in rows(carol) if outcome}
    assert done == {2: "put", 6: "holds", 9: "put"}
    assert carol.batch.finished_at == NOW

    events = AuditEvent.objects.count()
    carol.look(source="list", file="\r\n".join(lines).encode())
    assert {finding for _line, finding, _ in rows(carol)} >= {on_it, holds}
    page = carol.page()
    assert "Put" not in page.partition('<form method="post">')[2].partition("</form>")[0]
    assert (Enrolment.objects.count(), AuditEvent.objects.count()) == (3, events), "twice is once"


def test_a_formula_is_shown_as_text_and_taken_away_as_text(
    cast: Cast, carol: Officer, settings: LazySettings
) -> None:
    formula = '=HYPERLINK("http://evil.example")'
    quoted = formula.replace('"', '""')
    page = carol.look(source="list", typed=f'{ALICE}\n"{quoted}"\n<script>alert(1)</script>\n')
    assert formula in page
    assert "<script>alert(1)" not in carol.client.get(f"{ASSIGN}{carol.batch.pk}/").content.decode()
    carol.confirm()
    address = f"{ASSIGN}{carol.batch.pk}/rows.csv"
    assert carol.client.get(address)["Location"].startswith("/accounts/reauthenticate/")
    carol.client.post("/accounts/reauthenticate/", {"password": "a long sentence for tests"})
    response: Any = carol.client.get(address)
    text = b"".join(response).decode("utf-8-sig")
    assert '"1","alice@example.org","Alice Example","N-ALICE","2026-06-30","Put on' in text
    assert "\"'=HYPERLINK" in text
    assert response["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.get(verb="assignment.exported").actor_id == cast.carol.pk


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"typed": ""}, "There is nobody in this list."),
        ({"file": b""}, "There is nobody in this list."),
        ({"file": b"\x00" * 40}, "no text that can be read"),
        ({"file": b"PK\x03\x04" + b"x" * 99}, "This is a spreadsheet's own format."),
        ({"file": b"x" * 1_000_001}, "larger than 1 MB"),
        ({"file": b"x\n" * 5_001}, "more than 5,000 lines"),
        ({"file": b"name,due\nAlice,2026-06-30"}, "No column is called"),
        ({"file": b"x", "typed": "y"}, "Bring one of the two."),
    ],
)
def test_a_list_that_is_none_is_said_and_the_rest_stays(
    carol: Officer, fields: dict[str, Any], words: str
) -> None:
    response = carol.ask(source="list", **fields)
    page = text_of(response)
    assert response.status_code == 400
    assert words in page
    assert 'value="2026-06-30"' in page
    assert "made-course" in page.partition("selected>")[0].rpartition("<option")[2]
    assert not AssignmentBatch.objects.exists()
    if "file" in fields:
        assert "choose it again" in page


def test_a_bad_course_or_day_loses_no_line(carol: Officer) -> None:
    typed = f"{ALICE}\n{SAM}"
    response = carol.ask(source="list", typed=typed, course="nowhere", due_on="2026-03-01")
    page = text_of(response)
    assert "This course can no longer be taken." in page
    assert "This day has passed." in page
    assert f"{ALICE} {SAM}" in page
    assert "Choose how you name the people." in text_of(carol.ask(source="all"))


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "\x00"])
def test_a_day_that_is_none_is_said(carol: Officer, day: str) -> None:
    page = text_of(carol.ask(source="person", words="Alice", due_on=day))
    assert "Write the date as year-month-day" in page


# ------------------------------------------------------------------ many units
@pytest.fixture
def desks(cast: Cast) -> list[Unit]:
    """More below Unit A than a list is good for."""
    return [
        accounts.create_unit(
            name=f"Desk {number:02}", code=f"d-{number}", parent=cast.unit_a, by=None, now=NOW
        )
        for number in range(MOST_UNITS)
    ]


def test_of_many_units_one_is_looked_for(cast: Cast, desks: list[Unit], carol: Officer) -> None:
    page = carol.client.get(ASSIGN).content.decode()
    assert 'name="unit_words"' in page
    assert 'name="unit"' not in page
    assert "Desk 20" not in page
    several = carol.ask(source="unit", unit_words="desk 2")
    assert several.status_code == 400
    said = text_of(several)
    assert f"{len(several.context['form'].unit_matches)} units match. Choose one." in said
    assert "Desk 20" in said
    one = str(desks[20].pk)
    carol.look(source="unit", unit_words="desk 2", unit_searched="desk 2", unit=one)
    assert carol.batch.unit == desks[20]
    other = carol.ask(source="unit", unit_words="desk 3", unit_searched="desk 2", unit=one)
    assert other.status_code == 400, "other words than those of the choice"


@pytest.mark.parametrize("words", ["Desk 07", "desk 07", "D-7"])
def test_a_whole_name_or_code_is_one_unit(desks: list[Unit], carol: Officer, words: str) -> None:
    carol.look(source="unit", unit_words=words)
    assert carol.batch.unit == desks[7]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Write a part of the unit"),
        ("Unit B", "No unit you answer for is called so."),
        ("desk", "More than 20 units match."),
    ],
)
def test_what_is_wrong_with_the_words_of_a_unit(
    desks: list[Unit], carol: Officer, words: str, said: str
) -> None:
    response = carol.ask(source="unit", unit_words=words)
    assert response.status_code == 400
    assert said in text_of(response)
    assert not AssignmentBatch.objects.exists()


def test_a_unit_s_own_link_has_it_chosen(desks: list[Unit], carol: Officer) -> None:
    page = carol.client.get(ASSIGN, {"unit": desks[3].pk}).content.decode()
    assert 'value="Desk 03"' in page
    assert f'name="unit" value="{desks[3].pk}" checked' in page
