"""The file has the rows of the page, leaves nobody behind, runs nothing, and is recorded."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from courseware.accounts import actions as accounts
from courseware.accounts.models import RoleGrant, User
from courseware.audit.models import AuditDetail, AuditEvent
from courseware.reports.actions import exports
from courseware.reports.queries.completions import Filters
from courseware.reports.queries.courses import taught_courses
from tests.cast import Cast
from tests.reports.conftest import COMPLETIONS, EXPORT, FILE, browser, table_of
from tests.reports.worlds import NOW, TODAY, Somebody, Spell, Term, World, hr_of, settle

pytestmark = pytest.mark.django_db
ENDED = "This export ended early"


def recorded(verb: str) -> list[dict[str, Any]]:
    return [
        detail.data for detail in AuditDetail.objects.filter(event__verb=verb).order_by("event__at")
    ]


@pytest.fixture
def carol(frame: World) -> User:
    return hr_of(frame.units["A"], name="Carol")


def export(client: Client, **asked: Any) -> Any:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return client.post(f"{FILE}?{query}")


# ------------------------------------------------------------------ who, and how sure
def test_a_supervisor_an_auditor_and_a_trainee_find_no_export(cast: Cast) -> None:
    for person in (cast.sam, cast.audrey, cast.alice, cast.adam):
        client = browser(person, confirmed=True)
        assert client.get(EXPORT).status_code == 404
        assert client.post(FILE).status_code == 404
    assert not AuditEvent.objects.filter(subject_type="export").exists()


def test_an_export_asks_for_a_fresh_second_step_and_goes_on_from_there(
    frame: World, carol: User
) -> None:
    settle(frame, [Somebody(spells=[Spell(0)])])
    client = browser(carol)
    address = f"{EXPORT}?course=alpha"
    asking = client.get(address)
    assert asking.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    assert export(client).headers["Location"].startswith(EXPORT)
    again = client.post(asking.headers["Location"], {"password": "a long sentence for tests"})
    assert again.headers["Location"] == address
    said = client.get(address)
    assert "1 entry: Unit A, ALPHA Course alpha (en)" in said.content.decode()
    assert table_of(export(client, course="alpha"))


def test_an_export_is_not_started_by_following_a_link(carol: User) -> None:
    assert browser(carol, confirmed=True).get(FILE).status_code == 405


def test_a_unit_outside_and_a_wrong_filter_export_nothing(frame: World, carol: User) -> None:
    settle(frame, [Somebody(spells=[Spell(0)])])
    client = browser(carol, confirmed=True)
    for unit in (frame.units["B"].pk, frame.units["N"].pk, 987_654):
        assert export(client, unit=unit).status_code == 404
        assert client.get(EXPORT, {"unit": unit}).status_code == 404
    wrong = export(client, course="nowhere")
    assert (wrong.status_code, wrong.headers["Location"]) == (302, f"{EXPORT}?course=nowhere")
    said = client.get(wrong.headers["Location"], follow=True)
    assert said.request["PATH_INFO"] == COMPLETIONS
    assert "There is no such course" in said.content.decode()
    assert not AuditEvent.objects.filter(subject_type="export").exists()


# ------------------------------------------------------------------ what is in it
def test_the_file_has_the_rows_of_the_page_and_nobody_else(frame: World, carol: User) -> None:
    settle(
        frame,
        [
            Somebody([Term("B1", 9)], [Spell(0)], name="Outsider"),
            Somebody([Term("A2", 9)], [Spell(1, due=-1, started=True)], name="Zoe"),
            Somebody([Term("A1", 9)], [Spell(0, completed=-9, expires=700)], name="Yul"),
        ],
    )
    response = export(browser(carol, confirmed=True))
    assert response["Content-Disposition"] == 'attachment; filename="completions-2026-03-02.csv"'
    assert table_of(response) == [
        {
            "As of": "2026-03-02",
            "Unit": "Academy",
            "Rank": "C",
            "Family name": "Example2",
            "Given name": "Zoe",
            "Service number": "P-00002",
            "Course key": "BETA",
            "Course": "Course beta (en)",
            "Edition": "1",
            "Period": "1",
            "State": "Overdue",
            "Due": "2026-03-01",
            "Completed": "",
            "Valid until": "",
            "Certificate": "",
        },
        {
            "As of": "2026-03-02",
            "Unit": "Station",
            "Rank": "C",
            "Family name": "Example3",
            "Given name": "Yul",
            "Service number": "P-00003",
            "Course key": "ALPHA",
            "Course": "Course alpha (en)",
            "Edition": "1",
            "Period": "1",
            "State": "Done",
            "Due": "",
            "Completed": "2026-02-21",
            "Valid until": "2028-01-31",
            "Certificate": "",
        },
    ]
    [row] = table_of(export(browser(carol, confirmed=True), state="overdue"))
    assert row["Given name"] == "Zoe"


def test_no_name_of_a_person_a_rank_or_a_unit_becomes_a_formula(frame: World, carol: User) -> None:
    settle(frame, [Somebody(spells=[Spell(0)], name='=HYPERLINK("http://x";A1)')])
    accounts.update_unit(unit=frame.units["A1"], by=carol, now=NOW, name="@SUM(1+1)")
    User.objects.filter(service_number__startswith="P-").update(family_name="＝1+1")
    posting = User.objects.get(service_number__startswith="P-").postings.get()
    posting.rank = "+cmd|' /C calc'!A0"
    posting.save()
    [row] = table_of(export(browser(carol, confirmed=True)))
    assert row["Given name"] == '\'=HYPERLINK("http://x";A1)'
    assert row["Unit"] == "'@SUM(1+1)"
    assert row["Family name"] == "'＝1+1"
    assert row["Rank"] == "'+cmd|' /C calc'!A0"


def test_a_certificate_has_its_state_in_the_file(cast: Cast) -> None:
    from tests.certificates.completed import complete, issued
    from tests.courses_made import make_course

    completion = complete(cast.alice, make_course(slug="first"), now=NOW)
    client = browser(cast.carol, confirmed=True)
    assert [row["Certificate"] for row in table_of(export(client))] == [""]
    issued(completion, now=NOW)
    assert [row["Certificate"] for row in table_of(export(client))] == ["Valid"]


# ------------------------------------------------------------------ its trace
def test_an_export_is_recorded_before_and_after(frame: World, carol: User) -> None:
    settle(frame, [Somebody(spells=[Spell(0), Spell(1)])] * 3)
    response = export(
        browser(carol, confirmed=True), unit=frame.units["A1"].pk, state="not-started"
    )
    asked = {
        "as_of": "2026-03-02",
        "units": [frame.units["A1"].path],
        "filters": {"unit": str(frame.units["A1"].pk), "state": "not-started"},
    }
    assert recorded("completions.export_started") == [asked]
    assert recorded("completions.exported") == []
    assert len(table_of(response)) == 6
    assert recorded("completions.exported") == [asked | {"rows": 6, "ended": "complete"}]
    started, over = AuditEvent.objects.filter(subject_type="export").order_by("at", "pk")
    assert started.subject_id == over.subject_id
    assert started.actor_id == over.actor_id == carol.pk


def test_a_reader_who_goes_away_leaves_a_trace(frame: World, carol: User) -> None:
    settle(frame, [Somebody(spells=[Spell(0), Spell(1)])] * 300)
    pieces = _pieces(frame, carol)
    next(pieces), next(pieces)
    pieces.close()  # as the server does
    [over] = recorded("completions.exported")
    assert over["ended"] == "cut off"
    assert over["rows"] == 500


def _pieces(frame: World, carol: User) -> Generator[bytes]:
    return exports.export_completions(
        filters=Filters(today=TODAY, paths=(frame.units["A"].path,)),
        courses=taught_courses("en"),
        by=carol,
        now=NOW,
    )


# ------------------------------------------------------------------ when the permission ends
def _end_after(rows: int, monkeypatch: pytest.MonkeyPatch, end: Any) -> None:
    """`end` happens while the row of that number is on its way."""
    real, seen = exports._cells, iter(range(1, 100_000))

    def cells(*args: Any) -> Any:
        if next(seen) == rows:
            end()
        return real(*args)

    monkeypatch.setattr(exports, "_cells", cells)


@pytest.mark.parametrize("how", ["grant ended", "another unit", "account closed", "role changed"])
def test_a_permission_that_ends_in_the_middle_ends_the_file_with_a_marked_line(
    frame: World, carol: User, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    grants = RoleGrant.objects.filter(person=carol)
    end = {
        "grant ended": lambda: grants.update(to_on=TODAY - timedelta(1)),
        "another unit": lambda: grants.update(unit=frame.units["A1"]),
        "account closed": lambda: accounts.disable_person(person=carol, by=None, now=NOW),
        "role changed": lambda: grants.update(role="supervisor"),
    }[how]
    settle(frame, [Somebody(spells=[Spell(0), Spell(1)])] * 1_100)
    _end_after(1_200, monkeypatch, end)
    table = table_of(export(browser(carol, confirmed=True)))
    assert len(table) == 2_001
    assert table[-1]["As of"].startswith(f"{ENDED}: you may no longer export these units.")
    assert not [row for row in table[:-1] if row["As of"] != "2026-03-02"]
    [over] = recorded("completions.exported")
    assert (over["rows"], over["ended"]) == (2_000, "permission ended")


def test_a_permission_that_has_ended_before_the_first_row_lets_none_out(
    frame: World, carol: User
) -> None:
    settle(frame, [Somebody(spells=[Spell(0)])])
    pieces = _pieces(frame, carol)
    RoleGrant.objects.filter(person=carol).delete()
    [row] = table_of(pieces)
    assert row["As of"].startswith(ENDED)


def test_a_fault_of_the_database_is_marked_in_the_file(
    frame: World, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise DatabaseError("away")

    settle(frame, [Somebody(spells=[Spell(0)])] * 5)
    _end_after(3, monkeypatch, fail)
    table = table_of(export(browser(carol, confirmed=True)))
    assert len(table) == 3
    assert table[-1]["As of"].startswith(f"{ENDED}: the database did not answer.")
    [over] = recorded("completions.exported")
    assert over["ended"] == "fault"


def test_many_rows_cost_no_more_questions_than_looking_again(
    frame: World, carol: User, django_assert_num_queries: Any
) -> None:
    client = browser(carol, confirmed=True)
    table_of(export(client))  # outlines are read once for ever
    settle(frame, [Somebody(spells=[Spell(0)])])
    # session, person, grants, units, courses, three of the fresh step; four of the first event;
    # the rows; person, grants, units once more; four of the second event
    with django_assert_num_queries(20):
        table_of(export(client))
    settle(frame, [Somebody(spells=[Spell(0), Spell(1)])] * 450)
    with django_assert_num_queries(20):
        assert len(table_of(export(client))) == 901
