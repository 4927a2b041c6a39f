"""The cast of every permission test, built through the actions.

    def test_hr_of_another_unit_sees_nothing(cast: Cast) -> None:
        assert not may_see_person(cast.charlie, cast.alice)

Norland (the force)
├── Unit A   Alice (trainee), Sam (supervisor), Carol (HR)
└── Unit B   Toni (trainee), Charlie (HR)
Ingrid (instructor) and Rafael (reviewer) for every course, Audrey (auditor), Adam (administrator).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from courseware.accounts import actions
from courseware.accounts.models import Unit, User

PASSWORD = "a long sentence for tests"
SINCE = date(2025, 1, 1)
NOW = datetime(2025, 1, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    force: Unit
    unit_a: Unit
    unit_b: Unit
    alice: User  # trainee, unit A
    sam: User  # her supervisor
    carol: User  # HR officer, unit A
    toni: User  # trainee, unit B
    charlie: User  # HR officer, unit B: must see nothing of A
    ingrid: User  # instructor of every course
    rafael: User  # reviewer of every course
    audrey: User  # auditor
    adam: User  # administrator


def person(name: str, unit: Unit | None = None, role: str = "", scope: Unit | None = None) -> User:
    """A person called `name`, posted and granted since 2025."""
    made = actions.create_person(
        given_name=name,
        family_name="Example",
        email=f"{name.lower()}@example.org",
        service_number=f"N-{name.upper()}",
        password=PASSWORD,
        by=None,
        now=NOW,
    )
    if unit is not None:
        actions.post_person(person=made, unit=unit, from_on=SINCE, by=None, now=NOW)
    if role:
        actions.grant_role(person=made, role=role, unit=scope, from_on=SINCE, by=None, now=NOW)
    return made


def build_cast() -> Cast:
    force = actions.create_unit(name="Norland", code="norland", parent=None, by=None, now=NOW)
    unit_a = actions.create_unit(name="Unit A", code="a", parent=force, by=None, now=NOW)
    unit_b = actions.create_unit(name="Unit B", code="b", parent=force, by=None, now=NOW)
    return Cast(
        force=force,
        unit_a=unit_a,
        unit_b=unit_b,
        alice=person("Alice", unit_a, "trainee"),
        sam=person("Sam", unit_a, "supervisor", unit_a),
        carol=person("Carol", unit_a, "hr", unit_a),
        toni=person("Toni", unit_b, "trainee"),
        charlie=person("Charlie", unit_b, "hr", unit_b),
        ingrid=person("Ingrid", force, "instructor"),
        rafael=person("Rafael", force, "reviewer"),
        audrey=person("Audrey", force, "auditor"),
        adam=person("Adam", force, "administrator"),
    )
