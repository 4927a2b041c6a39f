"""Forces for tests of reports.

    world = make_world(people=[Somebody(...), …])      any people on two small courses, bulk-made
    carol = hr_of(world.units["A"])                    whoever answers for a unit

    Norland ─┬─ A ─┬─ Station (A1)          Elsewhere, a second unit on top
             │     └─ A2
             └─ B ─── Station (B1)          two units may share a name

Rows are written in bulk, so that a test may have thousands of them, or hundreds of worlds. Owns:
making. Must not: count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from courseware.accounts.actions import create_unit
from courseware.accounts.models import Posting, Unit, User
from courseware.courses.models import Edition
from courseware.enrolments.models import Enrolment
from tests.cast import person
from tests.courses_made import make_course
from tests.remembered import remembered

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
SLUGS = ("alpha", "beta")


@dataclass(frozen=True)
class Term:
    """A posting: from so many days ago, for so many days; for ever without an end."""

    unit: str
    days_ago: int
    days: int | None = None


@dataclass(frozen=True)
class Spell:
    """A certification period. Days are counted from today; None: not."""

    course: int  # index of SLUGS
    started: bool = False
    withdrawn: bool = False
    talk: bool = False
    due: int | None = None
    completed: int | None = None
    expires: int | None = None


@dataclass(frozen=True)
class Somebody:
    terms: Sequence[Term] = (Term("A1", 400),)
    spells: Sequence[Spell] = ()
    name: str = "Somebody"


@dataclass(frozen=True)
class World:
    units: dict[str, Unit]
    editions: tuple[Edition, ...]


def make_frame() -> World:
    """Units and courses, nobody yet."""
    return remembered(_frame)


def _frame() -> World:
    units: dict[str, Unit] = {}
    tree = (
        ("N", "Norland", ""),
        ("A", "Unit A", "N"),
        ("A1", "Station", "A"),
        ("A2", "Academy", "A"),
        ("B", "Unit B", "N"),
        ("B1", "Station", "B"),
        ("E", "Elsewhere", ""),
    )
    for code, name, above in tree:
        units[code] = create_unit(
            name=name, code=code.lower(), parent=units.get(above), by=None, now=NOW
        )
    return World(units, tuple(make_course(slug=slug, lessons=0) for slug in SLUGS))


def settle(world: World, people: Sequence[Somebody]) -> list[User]:
    already = User.objects.count()
    made = User.objects.bulk_create(
        User(
            email=f"p{number}@example.org",
            service_number=f"P-{number:05}",
            given_name=one.name,
            family_name=f"Example{number % 7}",
            password="!",
        )
        for number, one in enumerate(people, start=already)
    )
    postings, enrolments = [], []
    for user, one in zip(made, people, strict=True):
        postings += [_posting(world, user, term) for term in one.terms]
        periods = dict.fromkeys(range(len(SLUGS)), 0)
        for spell in one.spells:
            periods[spell.course] += 1
            enrolments.append(_enrolment(world, user, spell, periods[spell.course]))
    Posting.objects.bulk_create(postings)
    Enrolment.objects.bulk_create(enrolments)
    return made


def _day(offset: int | None) -> date | None:
    return None if offset is None else TODAY + timedelta(offset)


def _posting(world: World, user: User, term: Term) -> Posting:
    start = TODAY - timedelta(term.days_ago)
    end = None if term.days is None else start + timedelta(term.days)
    return Posting(person=user, unit=world.units[term.unit], rank="C", from_on=start, to_on=end)


def _enrolment(world: World, user: User, spell: Spell, period: int) -> Enrolment:
    edition = world.editions[spell.course]
    is_done = spell.completed is not None
    return Enrolment(
        person=user,
        course=edition.course,
        edition=edition,
        period=period,
        assigned_at=NOW,
        started_at=NOW if spell.started or is_done else None,
        withdrawn_at=NOW if spell.withdrawn else None,
        needs_talk_since=NOW if spell.talk else None,
        due_on=_day(spell.due),
        completed_on=_day(spell.completed),
        expires_on=_day(spell.expires) if is_done else None,
    )


def hr_of(*units: Unit, name: str = "Hara", role: str = "hr") -> User:
    from courseware.accounts.actions import grant_role

    made = person(name)
    for unit in units:
        grant_role(person=made, role=role, unit=unit, from_on=date(2025, 1, 1), by=None, now=NOW)
    return made
