"""Everybody sees the completions of their own units, whatever they ask for, at a fixed price."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from courseware.accounts import actions as accounts
from courseware.accounts.models import Posting, RoleGrant, Unit
from courseware.accounts.queries import MOST_UNITS
from courseware.enrolments.actions import enrol, set_due, withdraw
from tests.cast import Cast
from tests.certificates.completed import body_of, complete
from tests.courses_made import make_course
from tests.reports.conftest import COMPLETIONS, EXPORT, browser
from tests.reports.worlds import NOW, TODAY, Somebody, Spell, Term, World, hr_of, settle

pytestmark = pytest.mark.django_db


def page(client: Client, **asked: Any) -> str:
    response = client.get(COMPLETIONS, asked)
    assert response.status_code == 200
    return str(response.content.decode())


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


def figures(html: str) -> dict[str, int]:
    """Words → number, from the row of figures."""
    part = html.split('class="figures', 1)[1].split("</ul>", 1)[0]
    links = re.findall(r"<strong>(\d+)</strong><span>(.*?)</span></a>", part, re.DOTALL)
    return {strip_tags(word): int(number) for number, word in links}


def cells(html: str) -> dict[str, list[str]]:
    """Unit → what its cells say, from the matrix."""
    body = html.split("table-matrix", 1)[1].split("<tbody>", 1)[1].split("</tbody>", 1)[0]
    found = {}
    for row in body.split("</tr>")[:-1]:
        head, *rest = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found[words(head)] = [words(cell) for cell in rest]
    return found


@pytest.fixture
def two_units(cast: Cast) -> Cast:
    """Alice is done and Sam overdue in A; Toni is late in B."""
    edition = make_course(slug="first")
    complete(cast.alice, edition, now=NOW - timedelta(days=10))
    for someone, name in ((cast.sam, cast.carol), (cast.toni, cast.charlie)):
        late = enrol(person=someone, course=edition.course, by=name, now=NOW)
        set_due(enrolment=late, due_on=TODAY - timedelta(1), reason="assigned", by=name, now=NOW)
    return cast


# ------------------------------------------------------------------ whose units
def test_hr_of_two_units_see_their_own_and_nothing_of_the_other(two_units: Cast) -> None:
    carol, charlie = page(browser(two_units.carol)), page(browser(two_units.charlie))
    assert figures(carol) == {"In any state": 2, "Overdue": 1, "Done": 1}
    assert figures(charlie) == {"In any state": 1, "Overdue": 1}
    assert cells(carol) == {"Unit A": ["1 of 2 Overdue 1"]}
    assert cells(charlie) == {"Unit B": ["0 of 1 Overdue 1"]}
    for mine, theirs in ((carol, ("Toni", "Unit B")), (charlie, ("Alice", "Sam", "Unit A"))):
        assert not [word for word in (*theirs, "Norland") if word in words(mine)]


def test_an_auditor_sees_the_force_and_exports_nothing(two_units: Cast) -> None:
    html = page(browser(two_units.audrey))
    assert figures(html)["In any state"] == 3
    assert cells(html) == {
        "Unit A": ["1 of 2 Overdue 1"],
        "Unit B": ["0 of 1 Overdue 1"],
        "Together": ["1 of 3 Overdue 2"],
    }
    assert EXPORT not in html


def test_a_supervisor_sees_their_people_and_exports_nothing(two_units: Cast) -> None:
    html = page(browser(two_units.sam))
    assert figures(html)["In any state"] == 2
    assert EXPORT not in html
    assert EXPORT in page(browser(two_units.carol))


def test_whoever_exports_one_unit_and_only_sees_another_is_offered_what_they_may(
    frame: World,
) -> None:
    settle(frame, [Somebody([Term(code, 9)], [Spell(0)]) for code in ("A1", "B1")])
    both = hr_of(frame.units["A"])
    accounts.grant_role(
        person=both, role="supervisor", unit=frame.units["B"], from_on=TODAY, by=None, now=NOW
    )
    client = browser(both)
    assert figures(page(client)) == {"In any state": 2, "Not started": 2}
    assert EXPORT not in page(client)
    assert EXPORT in page(client, unit=frame.units["A"].pk)
    assert EXPORT not in page(client, unit=frame.units["B"].pk)


def test_a_grant_that_has_ended_opens_nothing(two_units: Cast) -> None:
    RoleGrant.objects.filter(person=two_units.carol).update(to_on=TODAY - timedelta(1))
    assert browser(two_units.carol).get(COMPLETIONS).status_code == 404


def test_a_unit_outside_answers_like_one_that_does_not_exist(two_units: Cast) -> None:
    client = browser(two_units.carol)
    bodies = set()
    for unit in (two_units.unit_b.pk, two_units.force.pk, 987654, -1, "x", "1\x00", "9" * 5_000):
        response = client.get(COMPLETIONS, {"unit": unit})
        assert response.status_code == 404
        bodies.add(re.sub(r'name="next" value="[^"]*"', "", body_of(response)))
    assert len(bodies) == 1


# ------------------------------------------------------------------ units taken apart
def test_the_matrix_takes_a_unit_apart_and_adds_up(frame: World) -> None:
    spells = [Spell(0, completed=-9, expires=700), Spell(1, due=3)]
    settle(frame, [Somebody([Term(code, 9)], spells) for code in ("N", "A", "A1", "A1", "B1")])
    client = browser(hr_of(frame.units["N"]))
    assert cells(page(client)) == {
        "Norland itself": ["1 of 1 Done", "0 of 1 Due soon 1", "1 of 2 Due soon 1"],
        "Unit A": ["3 of 3 Done", "0 of 3 Due soon 3", "3 of 6 Due soon 3"],
        "Unit B": ["1 of 1 Done", "0 of 1 Due soon 1", "1 of 2 Due soon 1"],
        "Together": ["5 of 5 Done", "0 of 5 Due soon 5", "5 of 10 Due soon 5"],
    }
    below = page(client, unit=frame.units["A"].pk)
    assert list(cells(below)) == ["Unit A itself", "Academy", "Station", "Together"]
    assert cells(below)["Academy"] == ["–nobody"] * 3
    assert list(cells(page(client, unit=frame.units["A1"].pk))) == ["Station"]


def test_several_granted_units_stand_beside_each_other(frame: World) -> None:
    settle(frame, [Somebody([Term(code, 9)], [Spell(0)]) for code in ("A1", "A", "E")])
    html = page(browser(hr_of(frame.units["A"], frame.units["E"])))
    assert cells(html) == {
        "Elsewhere": ["0 of 1"],
        "Unit A": ["0 of 2"],
        "Together": ["0 of 3"],
    }
    assert '<option value="" selected>all your units</option>' in html


# ------------------------------------------------------------------ filters
def test_filters_narrow_figures_matrix_and_people_alike(frame: World) -> None:
    settle(
        frame,
        [
            Somebody(spells=[Spell(0, completed=-9, expires=700), Spell(1, due=-1)], name="Ada"),
            Somebody(spells=[Spell(0, completed=-99, expires=60)], name="Bo"),
            Somebody(spells=[Spell(0, withdrawn=True)], name="Cy"),
            Somebody(spells=[Spell(0, talk=True, started=True, due=-5)], name="Di"),
        ],
    )
    client = browser(hr_of(frame.units["A"]))

    def names(**asked: Any) -> str:
        html = page(client, **asked).split('id="people"')[1]
        return "".join(sorted(name[0] for name in re.findall(r"(Ada|Bo|Cy|Di) Example", html)))

    assert names() == "AABCD"
    assert names(course="alpha") == "ABCD"
    assert names(state="done") == "A"
    assert names(state="withdrawn") == "C"
    assert names(course="beta", state="done") == ""
    assert names(completed_from=TODAY - timedelta(10)) == "A"
    assert names(completed_to=TODAY - timedelta(10)) == "B"
    assert names(due_from=TODAY - timedelta(2), due_to=TODAY) == "A"
    html = page(client, state="overdue", course="beta")
    assert figures(html) == {"In any state": 1, "Overdue": 1}
    assert cells(html)["Together"] == ["1"]
    assert "1 entry: Unit A, BETA Course beta (en), Overdue, as of 2 March 2026." in words(html)


def test_whoever_was_withdrawn_is_counted_and_not_expected(frame: World) -> None:
    settle(frame, [Somebody(spells=[Spell(0, withdrawn=True)]), Somebody(spells=[Spell(0)])])
    html = page(browser(hr_of(frame.units["A1"])))
    assert figures(html) == {"In any state": 2, "Not started": 1, "Withdrawn": 1}
    assert cells(html) == {"Station": ["0 of 1"]}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("course", "no-such-course", "There is no such course"),
        ("state", "'; drop table", "There is no such state"),
        ("completed_from", "31.2.2026", "This is no date, so it was not used."),
        ("completed_to", "soon", "This is no date, so it was not used."),
        ("due_from", "2026-13-01", "This is no date, so it was not used."),
        ("due_to", "1\x00", "This is no date, so it was not used."),
    ],
)
def test_a_filter_that_cannot_be_understood_is_said_and_left_out(
    frame: World, name: str, value: str, said: str
) -> None:
    settle(frame, [Somebody(spells=[Spell(0)])])
    html = page(browser(hr_of(frame.units["A"])), **{name: value})
    assert said in html
    assert "error-summary" in html
    assert figures(html) == {"In any state": 1, "Not started": 1}


def test_days_in_the_wrong_order_are_said_and_kept(frame: World) -> None:
    settle(frame, [Somebody(spells=[Spell(0, completed=-9, expires=9)])])
    client = browser(hr_of(frame.units["A"]))
    html = page(client, completed_from="2026-03-01", completed_to="2026-02-01")
    assert "before the first one" in html
    assert 'value="2026-03-01"' in html
    assert 'value="2026-02-01"' in html
    assert figures(html)["In any state"] == 1
    assert page(client, completed_from="0001-01-01", due_to="9999-12-31")


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [("2", 2), ("0", 1), ("-7", 1), ("999999999999", 3), ("9" * 6_000, 1), ("x", 1), ("", 1)],
)
def test_any_page_number_leads_to_a_page(
    frame: World, monkeypatch: pytest.MonkeyPatch, wanted: str, shown: int
) -> None:
    monkeypatch.setattr("courseware.reports.queries.completions.PAGE_SIZE", 2)
    settle(frame, [Somebody(spells=[Spell(0)])] * 5)
    html = page(browser(hr_of(frame.units["A"])), page=wanted)
    assert f"Page {shown} of 3" in html
    assert html.count('class="people-state"') == (1 if shown == 3 else 2)


# ------------------------------------------------------------------ people
def test_people_stand_by_unit_and_name_with_what_counts(frame: World) -> None:
    settle(
        frame,
        [
            Somebody([Term("A2", 9)], [Spell(1)], name="Zoe"),
            Somebody([Term("A1", 9)], [Spell(0, completed=-9, expires=700)], name="Yul"),
            Somebody([Term("A1", 9)], [Spell(0)], name="Abe"),
        ],
    )
    html = page(browser(hr_of(frame.units["A"]))).split('id="people"')[1]
    rows = [words(row) for row in html.split("<tbody>")[1].split("</tr>")[:-1]]
    assert rows == [
        "Zoe Example0P-00000 AcademyC BETA Not started – – – –",
        "Yul Example1P-00001 StationC ALPHAEdition 1 Done – 21 Feb 2026 31 Jan 2028 being made",
        "Abe Example2P-00002 StationC ALPHA Not started – – – –",
    ]


def test_names_and_units_are_text_wherever_they_come_from(frame: World) -> None:
    evil = "<script>alert(1)</script>"
    accounts.update_unit(unit=frame.units["A1"], by=hr_of(name="Adm"), now=NOW, name=evil)
    settle(frame, [Somebody(spells=[Spell(0)], name=evil)])
    html = page(browser(hr_of(frame.units["A"])))
    assert evil not in html
    assert "&lt;script&gt;alert(1)" in html


def test_nobody_answers_for_a_unit_without_people(frame: World) -> None:
    html = page(browser(hr_of(frame.units["E"])))
    assert "Nobody is on a course here" in html
    assert EXPORT not in html


def test_an_enrolment_taken_back_shows_the_one_before(two_units: Cast) -> None:
    renewal = enrol(
        person=two_units.alice,
        course=two_units.alice.enrolments.get().course,
        by=two_units.carol,
        now=NOW,
    )
    assert figures(page(browser(two_units.carol))) == {
        "In any state": 2,
        "Not started": 1,
        "Overdue": 1,
    }
    withdraw(enrolment=renewal, reason="too early", by=two_units.carol, now=NOW)
    assert figures(page(browser(two_units.carol)))["Done"] == 1


# ------------------------------------------------------------------ its price
def test_one_row_or_many_cost_the_same(
    frame: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(hr_of(frame.units["N"]))
    settle(frame, [Somebody(spells=[Spell(0), Spell(1)])])
    page(client)  # outlines of the courses are read once for ever
    # session, person, grants; units to see and to export; courses; counts; rows
    with django_assert_num_queries(8):
        page(client)
    settle(
        frame,
        [
            Somebody(
                [Term(code, 9)],
                [Spell(0, completed=-9, expires=800), Spell(0, due=-5), Spell(1, talk=True)],
            )
            for code in ("N", "A", "A1", "A2", "B", "B1") * 12
        ],
    )
    with django_assert_num_queries(8):
        assert figures(page(client))["In any state"] == 146
    with django_assert_num_queries(8):
        page(client, page=3, state="overdue", course="alpha", due_to=date(2026, 12, 31))


# ------------------------------------------------------------------ many units
@pytest.fixture
def desks(two_units: Cast) -> list[Unit]:
    """More below Unit A than a list is good for; Sam serves at one of them."""
    made = [
        accounts.create_unit(
            name=f"Desk {number:02}", code=f"d-{number}", parent=two_units.unit_a, by=None, now=NOW
        )
        for number in range(MOST_UNITS)
    ]
    Posting.objects.filter(person=two_units.sam).update(unit=made[7])
    return made


def test_of_many_units_one_is_looked_for(two_units: Cast, desks: list[Unit]) -> None:
    carol = browser(two_units.carol)
    html = page(carol)
    assert 'name="unit_words"' in html
    assert '<select name="unit"' not in html
    assert figures(html)["In any state"] == 2
    for asked in ("Desk 07", "desk 07", "D-7"):
        html = page(carol, unit_words=asked)
        assert figures(html) == {"In any state": 1, "Overdue": 1}
        assert f'name="unit" value="{desks[7].pk}"' in html
        assert f'name="unit_searched" value="{asked}"' in html, "kept when another filter is set"
    kept = page(carol, unit_words="D-7", unit_searched="D-7", unit=desks[7].pk, state="done")
    assert figures(kept) == {"In any state": 1, "Overdue": 1}
    links = kept.split('class="figures', 1)[1].split("</ul>", 1)[0]
    assert f"unit={desks[7].pk}" in links
    assert "unit_words=" not in links, "an address names the unit, not how it was found"
    cleared = page(carol, unit_words="", unit_searched="D-7", unit=desks[7].pk)
    assert figures(cleared)["In any state"] == 2


def test_a_link_to_a_unit_names_it_in_the_field(two_units: Cast, desks: list[Unit]) -> None:
    html = page(browser(two_units.carol), unit=desks[7].pk)
    assert 'value="Desk 07"' in html
    assert figures(html)["In any state"] == 1
    outside = browser(two_units.carol).get(COMPLETIONS, {"unit": two_units.unit_b.pk})
    assert outside.status_code == 404


@pytest.mark.parametrize(
    ("asked", "said", "offered"),
    [
        ("desk 2", "units match. Choose one. Until then all your units are shown.", "Desk 20"),
        ("desk", "More than 20 units match.", "Desk 00"),
        ("Unit B", "No unit you answer for is called so.", ""),
        ("x" * 201, "at most 200 characters", ""),
    ],
)
def test_words_that_mean_no_one_unit_are_said(
    two_units: Cast, desks: list[Unit], asked: str, said: str, offered: str
) -> None:
    html = page(browser(two_units.carol), unit_words=asked)
    assert said in words(html)
    assert f'value="{asked}"' in html
    assert figures(html)["In any state"] == 2, "all of them"
    assert ("Which unit" in html) is bool(offered)
    assert f"<strong>{offered}</strong>" in html or not offered


def test_the_chosen_one_of_several_is_shown(two_units: Cast, desks: list[Unit]) -> None:
    carol = browser(two_units.carol)
    asked = {"unit_words": "desk 0", "unit_searched": "desk 0", "unit": desks[7].pk}
    assert figures(page(carol, **asked))["In any state"] == 1
    other = page(carol, **{**asked, "unit_words": "d-8"})
    assert "Nobody is on a course here" in words(other), "other words mean another unit"
