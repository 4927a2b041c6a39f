"""The auditor's page: who is found, what is shown, what leaves, and what of that is recorded."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courseware.accounts.actions import end_grant, update_person
from courseware.accounts.models import RoleGrant, User
from courseware.audit.actions import note_search, record, seal_events
from courseware.audit.models import AuditDetail, AuditEvent
from courseware.reports.actions import trail as exports
from courseware.reports.queries import trail as queries
from tests.cast import NOW as CAST_AT
from tests.cast import PASSWORD, Cast, person
from tests.certificates.completed import complete
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
PAGE = "/reports/trail/"
EXPORT = "/reports/trail/export/"


@pytest.fixture(autouse=True)
def _own_installation(settings: LazySettings, tmp_path: Path) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    settings.KEYS_DIR = tmp_path / "keys"
    cache.clear()


def signed_in(user: User, *, is_fresh: bool = False) -> Client:
    client = Client()
    client.force_login(user)
    if is_fresh:
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def audrey(cast: Cast) -> Client:
    return signed_in(cast.audrey)


def shown(client: Client, **query: Any) -> str:
    response = client.get(PAGE, query)
    assert response.status_code == 200
    return response.content.decode()


def rows(client: Client, **query: Any) -> list[queries.Row]:
    response = client.get(PAGE, query)
    return [row for row, _actor, _subject in response.context["rows"]]


def happened(count: int = 1, *, by: User | None = None, **changes: Any) -> None:
    event: dict[str, Any] = {"verb": "unit.updated", "subject": ("unit", 1), "now": timezone.now()}
    with transaction.atomic():
        for _number in range(count):
            record(by=by.pk if by else None, **(event | changes))


def body(response: Any) -> str:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response).decode()


# ------------------------------------------------------------------ who is found
@pytest.mark.parametrize(
    "typed", ["Alice Example", "example alice", "N-ALICE", "n-alice", "alice@example.org"]
)
def test_one_person_is_found_and_named_by_id_only(audrey: Client, cast: Cast, typed: str) -> None:
    response = audrey.post(f"{PAGE}?verb=grant.given", {"who": typed})
    assert response.status_code == 302
    assert response.headers["Location"] == f"{PAGE}?person={cast.alice.pk}&verb=grant.given"
    page = audrey.get(response.headers["Location"]).content.decode()
    assert "By or about Alice Example" in page
    assert [row.verb for row in rows(audrey, person=cast.alice.pk, verb="grant.given")] == [
        "grant.given"
    ]


def test_of_several_one_is_chosen(audrey: Client, cast: Cast) -> None:
    person("Alicia")
    page = audrey.post(PAGE, {"who": "Ali"}).content.decode()
    assert "Whom do you mean?" in page
    assert f'href="{PAGE}?person={cast.alice.pk}"' in page
    assert "N-ALICIA" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Nobody Atall", "Nobody is found under this"),
        ("  ", "Type a name, a service number or an e-mail address"),
        ("x" * 121, "too long to be a name"),
        ("<script>alert(1)</script>", "Nobody is found under this"),
    ],
)
def test_nobody_is_found_and_nothing_typed_is_lost(audrey: Client, typed: str, words: str) -> None:
    response = audrey.post(PAGE, {"who": typed})
    assert words in response.content.decode()
    assert response.context["who"]["who"].value() == typed
    assert "<script>alert" not in response.content.decode()


def test_too_many_people_are_not_listed(audrey: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("courseware.reports.views.trail.MOST_PEOPLE", 3)
    monkeypatch.setattr(queries, "MOST_PEOPLE", 3)
    page = audrey.post(PAGE, {"who": "Example"}).content.decode()
    assert "More than 3 people are called so" in page
    assert "Whom do you mean?" not in page


def test_everything_about_a_person_and_nothing_else(audrey: Client, cast: Cast) -> None:
    edition = make_course(lessons=1)
    complete(cast.alice, edition)
    complete(cast.toni, edition)
    found = rows(audrey, person=cast.alice.pk)
    verbs = {row.verb for row in found}
    assert {"person.created", "grant.given", "enrolment.created", "completion.recorded"} <= verbs
    assert not {row.subject.words for row in found} & {"Toni Example"}
    other = rows(audrey, person=cast.toni.pk)
    assert not {row.id for row in found} & {row.id for row in other}


def test_what_befell_an_attempt_is_found_through_who_began_it(audrey: Client, cast: Cast) -> None:
    attempt = uuid4()
    happened(by=cast.alice, verb="attempt.started", subject=("attempt", attempt))
    happened(verb="attempt.graded", subject=("attempt", attempt))
    happened(verb="attempt.graded", subject=("attempt", uuid4()))
    verbs = [row.verb for row in rows(audrey, person=cast.alice.pk, type="attempt")]
    assert sorted(verbs) == ["attempt.graded", "attempt.started"]


# ------------------------------------------------------------------ what is shown
def test_filters_narrow_what_is_shown(audrey: Client, cast: Cast) -> None:
    happened(by=cast.adam, verb="unit.moved", subject=("unit", cast.unit_a.pk))
    assert {row.verb for row in rows(audrey, verb="unit.moved")} == {"unit.moved"}
    assert {row.subject_type for row in rows(audrey, type="unit")} == {"unit"}
    [moved] = rows(audrey, type="unit", id=cast.unit_a.pk, verb="unit.moved")
    assert (moved.subject.words, moved.what) == ("Unit A", "A unit was moved in the tree")
    assert moved.actor is not None
    assert moved.actor.words == "Adam Example"
    assert "No event fits" in shown(audrey, verb="unit.moved", until="2020-01-01")


def test_days_are_the_reader_s_days(audrey: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.audrey.pk).update(time_zone="Asia/Tokyo")
    late = CAST_AT.replace(year=2026, month=3, day=4, hour=16)  # the fifth, in Tokyo
    happened(verb="unit.moved", now=late)
    assert len(rows(audrey, verb="unit.moved", since="2026-03-05", until="2026-03-05")) == 1
    assert rows(audrey, verb="unit.moved", until="2026-03-04") == []
    page = shown(audrey, verb="unit.moved")
    assert "01:00:00" in page
    assert "Time (JST)" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"verb": "nothing.done"}, "There is no such act"),
        ({"type": "nonsense"}, "There is no such type"),
        ({"since": "tomorrow"}, "Write year-month-day"),
        ({"since": "2026-03-05", "until": "2026-03-04"}, "before the first one"),
        ({"person": "nobody"}, ""),
        ({"id": "x" * 65}, "at most 64"),
        ({"before": "nonsense"}, ""),
        ({"before": f"{10**30}_{uuid4()}", "after": "1_2"}, ""),
    ],
)
def test_what_cannot_be_understood_is_said_and_left_out(
    audrey: Client, query: dict[str, str], words: str
) -> None:
    page = shown(audrey, **query)
    assert words in page
    assert "A role was given" in page


def test_names_are_looked_up_when_somebody_reads(audrey: Client, cast: Cast) -> None:
    update_person(person=cast.alice, by=cast.adam, now=timezone.now(), given_name="Alba")
    page = shown(audrey, person=cast.alice.pk)
    assert "Alba Example" in page
    assert "Alice Example" not in page
    stored = " ".join(f"{e.subject_id} {e.actor_id}" for e in AuditEvent.objects.all())
    assert "Alba" not in stored


def test_what_is_gone_stands_by_its_id(audrey: Client) -> None:
    gone = uuid4()
    happened(verb="edition.discarded", subject=("edition", gone), details={"number": 2})
    [row] = rows(audrey, verb="edition.discarded")
    assert row.subject.words == str(gone)
    happened(verb="of an older release", subject=("thing", "<b>"), details={"a": {"b": ["c", "d"]}})
    page = shown(audrey, id="<b>")
    assert "of an older release" in page
    assert "a, b" in page
    assert "c, d" in page
    assert "<b>" not in page.replace("<b></b>", "")


def test_details_erased_and_details_that_never_were(audrey: Client) -> None:
    happened(verb="unit.moved", details={"from": "/1/"})
    happened(verb="unit.moved")
    AuditDetail.objects.filter(event__verb="unit.moved").delete()
    gone = [row.are_details_gone for row in rows(audrey, verb="unit.moved")]
    assert sorted(gone) == [False, True]
    assert shown(audrey, verb="unit.moved").count("erased; their hash is kept") == 1


def test_seals_are_shown(audrey: Client) -> None:
    assert "Nothing has been sealed yet" in shown(audrey)
    seal_events(now=timezone.now(), limit=10_000)
    page = shown(audrey, verb="grant.given")
    assert "Newest seal: 1" in page
    assert {row.seal for row in rows(audrey, verb="grant.given")} == {1}
    happened(verb="unit.moved")
    assert {row.seal for row in rows(audrey, verb="unit.moved")} == {None}


def test_pages_go_back_and_forth_without_gap_or_double(
    audrey: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 4)
    same_time = timezone.now()
    happened(10, verb="unit.moved", now=same_time)  # ids alone tell them apart
    forth, address = [], f"{PAGE}?verb=unit.moved"
    while address:
        response = audrey.get(address)
        forth.append([row.id for row, *_rest in response.context["rows"]])
        last, address = response, response.context["older_url"]
    assert [len(page) for page in forth] == [4, 4, 2]
    seen = [one for page in forth for one in page]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 10
    back = []
    while last.context["newer_url"]:
        last = audrey.get(last.context["newer_url"])
        back.append([row.id for row, *_rest in last.context["rows"]])
    assert back == forth[1::-1]


def test_it_costs_the_same_for_one_row_and_for_many(audrey: Client, cast: Cast) -> None:
    edition = make_course(lessons=1)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert (
                audrey.get(PAGE, {"type": "enrolment", "before": _now_place()}).status_code == 200
            )
        return len(seen)

    complete(cast.alice, edition, now=timezone.now())
    count()  # the first request of a session writes its roles down
    few = count()
    for name in ("Tara", "Theo", "Tess"):
        complete(person(name), edition, now=timezone.now())
    assert count() == few == 9


def _now_place() -> str:
    return str(queries.Place(timezone.now() + timedelta(hours=1), UUID(int=0)))


# ------------------------------------------------------------------ looking is recorded
def searches() -> list[dict[str, str]]:
    found = AuditDetail.objects.filter(event__verb="trail.searched").order_by("event__id")
    return [detail.data["filters"] for detail in found]


def test_a_search_is_recorded_once_without_names(audrey: Client, cast: Cast) -> None:
    shown(audrey, verb="grant.given")
    shown(audrey, verb="grant.given")
    shown(audrey, verb="grant.given", before=_now_place())
    audrey.post(PAGE, {"who": "Alice Example"}, follow=True)
    expected = [{"verb": "grant.given"}, {"person": str(cast.alice.pk)}]
    assert sorted(map(str, searches())) == sorted(map(str, expected))
    assert AuditEvent.objects.filter(verb="trail.searched", actor_id=cast.audrey.pk).count() == 2


def test_the_same_search_of_another_or_later_is_another(cast: Cast, audrey: Client) -> None:
    shown(audrey)
    shown(signed_in(person("Aude", role="auditor")))
    assert len(searches()) == 2
    later = timezone.now() + timedelta(minutes=11)
    assert not note_search(filters={}, by=cast.audrey.pk, now=timezone.now())
    assert note_search(filters={}, by=cast.audrey.pk, now=later)


# ------------------------------------------------------------------ what leaves
def test_export_asks_for_a_fresh_step(audrey: Client, cast: Cast) -> None:
    assert urlsplit(audrey.get(EXPORT).headers["Location"]).path == "/accounts/reauthenticate/"
    for kind in ("rows", "chain"):
        assert audrey.post(f"{EXPORT}{kind}").headers["Location"].startswith(EXPORT)
    assert not AuditEvent.objects.filter(verb="trail.exported").exists()
    fresh = signed_in(cast.audrey, is_fresh=True)
    page = fresh.get(EXPORT, {"person": str(cast.alice.pk)}).content.decode()
    assert "every event by or about Alice Example" in page
    assert f'action="{EXPORT}rows?person={cast.alice.pk}"' in page


def test_rows_leave_as_they_are_shown_and_no_cell_is_a_formula(cast: Cast) -> None:
    evil = person("=1+1")
    happened(by=evil, verb="unit.moved", subject=("unit", cast.unit_a.pk), details={"a": "=2+2"})
    happened(verb="unit.updated")
    seal_events(now=timezone.now(), limit=10_000)
    client = signed_in(cast.audrey, is_fresh=True)
    response = client.post(f"{EXPORT}rows?verb=unit.moved")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "audit-trail-" in response["Content-Disposition"]
    [header, row] = csv.reader(io.StringIO(body(response).removeprefix("\ufeff")))
    assert header[:4] == ["Time (UTC)", "Verb", "What happened", "Actor"]
    named = dict(zip(header, row, strict=True))
    assert named["Actor"] == "'=1+1 Example"
    assert named["About"] == "Unit A"
    assert named["Details"] == "a: =2+2"
    assert named["Seal"] == "1"
    assert named["Time (UTC)"].endswith("Z")
    event = AuditEvent.objects.get(verb="trail.exported")
    assert (event.actor_id, event.subject_id) == (cast.audrey.pk, "rows")
    assert AuditDetail.objects.get(event=event).data == {"filters": {"verb": "unit.moved"}}


def test_rows_end_with_a_marked_line_when_the_role_is_gone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_ROWS_AT_ONCE", 5)
    happened(12, verb="unit.moved")
    pieces = exports.export_rows(
        filters=queries.TrailFilters(timezone.get_current_timezone(), verb="unit.moved"),
        by=cast.audrey,
        now=timezone.now(),
    )
    looked = iter([True, True])
    monkeypatch.setattr(exports, "may_still_export", lambda _pk: next(looked, False))
    lines = b"".join(pieces).decode().splitlines()
    assert len(lines) == 1 + 10 + 1
    assert "This export ended early: you may no longer export the audit trail." in lines[-1]


def test_a_role_that_ended_exports_nothing(cast: Cast) -> None:
    grant = RoleGrant.objects.get(person=cast.audrey)
    assert exports.may_still_export(cast.audrey.pk)
    end_grant(grant=grant, to_on=grant.from_on, by=cast.adam, now=timezone.now())
    assert not exports.may_still_export(cast.audrey.pk)
    assert not exports.may_still_export(uuid4())


def test_the_chain_leaves_and_the_script_believes_it(cast: Cast, tmp_path: Path) -> None:
    seal_events(now=timezone.now(), limit=10_000)
    client = signed_in(cast.audrey, is_fresh=True)
    response = client.post(f"{EXPORT}chain")
    assert ".jsonl" in response["Content-Disposition"]
    text = body(response)
    assert "Alice" not in text
    (tmp_path / "trail.jsonl").write_text(text)
    script = client.get("/reports/trail/verifier")
    assert script["Content-Disposition"] == 'attachment; filename="verify_trail.py"'
    (tmp_path / "verify_trail.py").write_bytes(b"".join(script))
    done = subprocess.run(
        [sys.executable, "-I", "verify_trail.py", "trail.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert AuditEvent.objects.get(verb="trail.exported").subject_id == "chain"


def test_the_chain_ends_with_a_marked_line_when_the_role_is_gone(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courseware.audit.queries.export._LOOK_AGAIN", 1)
    seal_events(now=timezone.now(), limit=10_000)
    pieces = exports.export_chain(by=cast.audrey, now=timezone.now())
    monkeypatch.setattr(exports, "may_still_export", lambda _pk: False)
    lines = [json.loads(line) for line in b"".join(pieces).splitlines()]
    assert lines[-1]["type"] == "stopped"
    assert not [line for line in lines if line["type"] == "end"]


@pytest.mark.parametrize("name", ["alice", "sam", "carol", "ingrid", "adam"])
def test_nobody_else_finds_it(cast: Cast, name: str) -> None:
    client = signed_in(getattr(cast, name), is_fresh=True)
    for address in (PAGE, EXPORT, "/reports/trail/verifier"):
        assert client.get(address).status_code == 404, address
    for kind in ("rows", "chain"):
        assert client.post(f"{EXPORT}{kind}").status_code == 404
    assert client.post(PAGE, {"who": "Alice"}).status_code == 404
