"""Totals, matrix, people and file say the same of any force; and invariant I9 notices when not."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courseware.accounts.models import Unit
from courseware.enrolments.models import Enrolment
from courseware.enrolments.queries import with_state
from courseware.enrolments.rules import State
from courseware.reports.access import EXPORT, report_scope, whole_force
from courseware.reports.actions.exports import export_completions
from courseware.reports.forms import FilterForm
from courseware.reports.queries import completions
from courseware.reports.queries.completions import PAGE_SIZE, Filters, counts, page_of_rows
from courseware.reports.queries.courses import taught_courses
from courseware.reports.queries.integrity import disagreements
from courseware.reports.queries.matrix import matrix
from tests.effort import examples
from tests.reports.conftest import table_of
from tests.reports.worlds import NOW, SLUGS, TODAY, Somebody, Spell, Term, World, hr_of, settle

pytestmark = pytest.mark.django_db
UNITS = ("N", "A", "A1", "A2", "B", "B1", "E")

days = st.integers(-500, 500)
open_spell = st.builds(
    Spell,
    course=st.integers(0, 1),
    started=st.booleans(),
    talk=st.booleans(),
    due=st.none() | days,
)
done_spell = st.builds(
    Spell, course=st.integers(0, 1), completed=st.integers(-900, 0), expires=st.none() | days
)
withdrawn_spell = st.builds(
    Spell, course=st.integers(0, 1), started=st.booleans(), withdrawn=st.just(True), due=days
)


def _one_open(spells: list[Spell]) -> list[Spell]:
    """At most one open period of a course, and that the last."""
    is_open = [s.completed is None and not s.withdrawn for s in spells]
    return [
        spell
        for number, spell in enumerate(spells)
        if not is_open[number] or all(s.course != spell.course for s in spells[number + 1 :])
    ]


closed_term = st.builds(
    Term, unit=st.sampled_from(UNITS), days_ago=st.integers(-30, 900), days=st.integers(0, 900)
)
open_term = st.builds(Term, unit=st.sampled_from(UNITS), days_ago=st.integers(-30, 900))
people = st.lists(
    st.builds(
        Somebody,
        terms=st.tuples(st.lists(closed_term, max_size=2), st.lists(open_term, max_size=1)).map(
            lambda two: two[0] + two[1]
        ),
        spells=st.lists(open_spell | done_spell | withdrawn_spell, max_size=5).map(_one_open),
    ),
    max_size=8,
)
asked = st.fixed_dictionaries(
    {},
    optional={
        "unit": st.sampled_from(UNITS),
        "course": st.sampled_from(SLUGS),
        "state": st.sampled_from([state.value for state in State]),
        "completed_from": days.map(lambda n: (TODAY + timedelta(n)).isoformat()),
        "completed_to": days.map(lambda n: (TODAY + timedelta(n)).isoformat()),
        "due_from": days.map(lambda n: (TODAY + timedelta(n)).isoformat()),
        "due_to": days.map(lambda n: (TODAY + timedelta(n)).isoformat()),
    },
)


def test_whatever_the_force_and_the_filters(frame: World) -> None:
    answering = hr_of(frame.units["N"], frame.units["E"])

    @settings(
        max_examples=examples(60),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(people=people, asked=asked)
    def agree(people: list[Somebody], asked: dict[str, str]) -> None:
        if "unit" in asked:
            asked = asked | {"unit": str(frame.units[asked["unit"]].pk)}
        with transaction.atomic():
            settle(frame, people)
            _all_agree(asked)
            assert list(disagreements(TODAY)) == []
            transaction.set_rollback(True)

    def _all_agree(asked: dict[str, str]) -> None:
        scope, courses = report_scope(answering, EXPORT), taught_courses("en")
        filters = FilterForm(asked, scope=scope, courses=courses).filters(TODAY)
        found = [one for one in counts(filters) if filters.state in {None, one.state}]
        total = sum(one.rows for one in found)
        grid = matrix(scope, filters.unit, found)
        assert grid.total.total == total
        assert sum(row.total.total for row in grid.rows) == total
        assert sum(c.total for row in grid.rows for c in row.cells.values()) == total
        assert sum(cell.total for cell in grid.courses.values()) == total
        pages = [page_of_rows(filters, wanted=str(n), total=total) for n in range(1, 3)]
        on_pages = [row for page in pages[: pages[0].pages] for row in page.rows]
        table = table_of(
            export_completions(filters=filters, courses=courses, by=answering, now=NOW)
        )
        assert [row["Service number"] for row in table] == [r.service_number for r in on_pages]
        assert len(table) == total <= 2 * PAGE_SIZE

    agree()


def test_the_current_period_is_the_last_that_was_not_taken_back(frame: World) -> None:
    done = Spell(0, completed=-100, expires=20)
    settle(
        frame,
        [
            Somebody(spells=[done, Spell(0, withdrawn=True)]),
            Somebody(spells=[done, Spell(0, due=-1)]),
            Somebody(spells=[Spell(0, withdrawn=True), Spell(0, withdrawn=True, started=True)]),
        ],
    )
    filters = Filters(today=TODAY, paths=(frame.units["A1"].path,))
    rows = sorted((row.state, row.period) for row in completions.every_row(filters, chunk_size=9))
    assert rows == [("expiring", 1), ("overdue", 2), ("withdrawn", 2)]


def test_whoever_moved_counts_where_they_serve_today(frame: World) -> None:
    spells = [Spell(0, completed=-300, expires=400)]
    settle(
        frame,
        [
            Somebody([Term("A1", 400, 390), Term("B1", 9)], spells),
            Somebody([Term("A1", 400, 390)], spells),  # left
            Somebody([Term("A1", -1)], spells),  # comes tomorrow
            Somebody([Term("A1", 400, 400)], spells),  # the last day
            Somebody([Term("A1", 0)], spells),  # the first day
            Somebody([], spells),
        ],
    )
    found = {
        code: sum(c.rows for c in counts(Filters(today=TODAY, paths=(frame.units[code].path,))))
        for code in ("N", "A", "A1", "B")
    }
    assert found == {"N": 3, "A": 2, "A1": 2, "B": 1}


# ------------------------------------------------------------------ I9 can fail
def _somebody_everywhere(frame: World) -> None:
    settle(
        frame,
        [
            Somebody([Term(code, 100)], [Spell(0, withdrawn=True), Spell(0, due=5)])
            for code in UNITS
        ],
    )
    assert list(disagreements(TODAY)) == []


def test_a_unit_in_the_wrong_place_is_noticed(frame: World) -> None:
    _somebody_everywhere(frame)
    Unit.objects.filter(code="a1").update(path="/elsewhere/")
    said = dict(disagreements(TODAY))
    assert said["all units"].endswith("count 6, one by one there are 7.")
    assert f"unit {frame.units['A'].pk}" in said
    assert f"unit {frame.units['B'].pk}" not in said


def test_a_report_that_counts_old_periods_is_noticed(
    frame: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _somebody_everywhere(frame)
    monkeypatch.setattr(completions, "current_periods", Enrolment.objects.all)
    said = dict(disagreements(TODAY))
    assert said["all units"] == "The rows of the report count 14, one by one there are 7."
    assert len(said) == 5  # everything, and each of the four units on top and below


def test_a_report_with_wrong_states_is_noticed(
    frame: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _somebody_everywhere(frame)
    monkeypatch.setattr(
        completions, "with_state", lambda rows, today: with_state(rows, today - timedelta(100))
    )
    said = dict(disagreements(TODAY))
    assert said["all units"].endswith("but not in the same courses and states.")


def test_the_scope_of_the_check_is_everything(frame: World) -> None:
    assert len(whole_force().units) == len(UNITS)
    assert [unit.name for unit in whole_force().tops] == ["Elsewhere", "Norland"]
