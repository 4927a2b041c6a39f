"""Reads for putting people on a course: who is meant, where they stand, how far the work is.

People outside the scope of whoever asks are people who do not exist.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Lower

from courseware.accounts.access import people_in_scope, postings_on
from courseware.accounts.models import Unit, User
from courseware.accounts.queries import serving_on
from courseware.courses.models import Course
from courseware.courses.queries import current_editions, outline
from courseware.enrolments import rules
from courseware.enrolments.access import ASSIGN
from courseware.enrolments.models import AssignmentBatch, AssignmentRow, Enrolment
from courseware.enrolments.queries.journeys import dates_of
from courseware.enrolments.schema import Line
from courseware.jobs.models import Job
from courseware.jobs.registry import expect

#: The job that carries an assignment out; its handler is in handlers.py.
JOB = expect("enrolments.assign")
Finding, Outcome = AssignmentRow.Finding, AssignmentRow.Outcome
#: What can be carried out; every other finding is said and left.
CAN_BE_DONE = (Finding.NEW, Finding.ON_IT, Finding.HOLDS)
#: SQLite and PostgreSQL both take so many values in one condition.
AT_ONCE = 1_000


# ------------------------------------------------------------------ courses
@dataclass(frozen=True)
class CourseOffer:
    """A course that people can be put on, by its title in the reader's language."""

    slug: str
    label: str


def courses_on_offer(language: str) -> list[CourseOffer]:
    """One query."""
    editions = current_editions().filter(course__retired_at__isnull=True)
    return [
        CourseOffer(
            edition.course.slug,
            f"{edition.course.key} {outline(edition.pk, language).title}",
        )
        for edition in editions.order_by("course__position", "course__key")
    ]


# ------------------------------------------------------------------ people
def people_matching(user: User, words: str, *, today: date, limit: int) -> list[User]:
    """Whom `words` can mean, within reach: an address, a service number, or parts of a name.

    An exact address or number means one person. `unit_name` says where they serve. At most
    `limit`, by name.
    """
    people = (
        people_in_scope(user, ASSIGN)
        .filter(is_active=True)
        .annotate(
            unit_name=Subquery(
                serving_on(today).filter(person=OuterRef("pk")).values("unit__name")[:1]
            )
        )
        .order_by("family_name", "given_name", "pk")
    )
    exact = list(_by_login(people, [words.strip().lower()]))
    if exact:
        return exact
    for word in words.split():
        people = people.filter(
            Q(given_name__icontains=word)
            | Q(family_name__icontains=word)
            | Q(service_number__icontains=word)
            | Q(email__icontains=word)
        )
    return list(people[:limit])


def _by_login(people: QuerySet[User], logins: Sequence[str]) -> QuerySet[User]:
    """`logins` in small letters."""
    return people.alias(low_email=Lower("email"), low_number=Lower("service_number")).filter(
        Q(low_email__in=logins) | Q(low_number__in=logins)
    )


def people_of_unit(user: User, unit: Unit, *, today: date) -> QuerySet[User]:
    """Who serves today in the unit or below it, within reach, and may sign in."""
    serving = postings_on(today).filter(unit__path__startswith=unit.path)
    return (
        people_in_scope(user, ASSIGN)
        .filter(is_active=True, pk__in=serving.values("person_id"))
        .order_by("family_name", "given_name", "pk")
    )


# ------------------------------------------------------------------ where they stand
@dataclass(frozen=True)
class Stand:
    """What putting a person on the course would meet; the open enrolment where there is one."""

    placing: rules.Placing
    enrolment: Enrolment | None = None
    last_period: int = 0


def stands(people: Iterable[UUID], course: Course, today: date) -> dict[UUID, Stand]:
    """By person. One query for every AT_ONCE people."""
    wanted = list(people)
    periods: dict[UUID, list[Enrolment]] = {person: [] for person in wanted}
    for some in batched(wanted, AT_ONCE):
        rows = Enrolment.objects.filter(course=course, person__in=some).order_by("period")
        for enrolment in rows:
            periods[enrolment.person_id].append(enrolment)
    return {person: _stand(found, today) for person, found in periods.items()}


def _stand(periods: Sequence[Enrolment], today: date) -> Stand:
    placing = rules.placing([dates_of(period) for period in periods], today)
    is_open = placing is rules.Placing.ON_IT
    current = next(
        (p for p in periods if is_open and not p.completed_on and not p.withdrawn_at), None
    )
    return Stand(placing, current, max((period.period for period in periods), default=0))


# ------------------------------------------------------------------ what a list says
@dataclass(frozen=True)
class Candidate:
    """A row of an assignment before it is written."""

    line: int
    finding: AssignmentRow.Finding
    given: str = ""
    person_id: UUID | None = None
    due_on: date | None = None
    enrolment_id: UUID | None = None


def of_people(
    people: Iterable[UUID], course: Course, *, due_on: date | None, today: date
) -> list[Candidate]:
    """People who were chosen, in their order."""
    found = stands(people, course, today)
    return [
        _candidate(at, "", person, stand, due_on)
        for at, (person, stand) in enumerate(found.items(), 1)
    ]


def _candidate(line: int, given: str, person: UUID, stand: Stand, due_on: date | None) -> Candidate:
    enrolment = stand.enrolment.pk if stand.enrolment is not None else None
    return Candidate(line, Finding(stand.placing.value), given, person, due_on, enrolment)


def of_lines(
    user: User, lines: Sequence[Line], course: Course, *, due_on: date | None, today: date
) -> list[Candidate]:
    """What every line of a list comes to. Queries by the thousand lines, not by the line."""
    by_login = _people_by_login(user, [line.given.lower() for line in lines])
    found = stands({person.pk for person in by_login.values()}, course, today)
    claimed = set[UUID]()
    candidates = []
    for line in lines:
        person = by_login.get(line.given.lower())
        finding = _wrong(line, person, claimed, today)
        if finding is not None or person is None:
            candidates.append(Candidate(line.number, finding or Finding.NOBODY, line.given))
            continue
        claimed.add(person.pk)
        if not person.is_active:
            candidates.append(Candidate(line.number, Finding.CLOSED, line.given, person.pk))
            continue
        due = line.due_on or due_on
        candidates.append(_candidate(line.number, line.given, person.pk, found[person.pk], due))
    return candidates


def _people_by_login(user: User, logins: Sequence[str]) -> dict[str, User]:
    """By e-mail address and by service number, both in small letters."""
    reach = people_in_scope(user, ASSIGN).only("pk", "email", "service_number", "is_active")
    found: dict[str, User] = {}
    for some in batched(sorted(set(logins) - {""}), AT_ONCE):
        for person in _by_login(reach, some):
            for login in (person.email, person.service_number):
                if login:
                    found[login.lower()] = person
    return found


def _wrong(
    line: Line, person: User | None, claimed: set[UUID], today: date
) -> AssignmentRow.Finding | None:
    """Why a line is left. A line with a wrong date does not take the person from a better one."""
    if line.is_unreadable:
        return Finding.UNREADABLE
    if not line.given:
        return Finding.NO_ONE_NAMED
    if person is None:
        return Finding.NOBODY
    if line.is_date_wrong:
        return Finding.BAD_DATE
    if line.due_on is not None and line.due_on < today:
        return Finding.PAST_DATE
    return Finding.AGAIN if person.pk in claimed else None


# ------------------------------------------------------------------ an assignment
@dataclass(frozen=True)
class Tally:
    """An assignment in figures."""

    findings: dict[str, int]
    outcomes: dict[str, int]  # of what can be done
    would_move: int  # are on the course with another date than the one given

    @property
    def can_be_done(self) -> int:
        return sum(self.findings.get(finding, 0) for finding in CAN_BE_DONE)

    @property
    def left(self) -> int:
        """Lines that come to nothing, whatever is confirmed."""
        return sum(self.findings.values()) - self.can_be_done

    @property
    def to_do(self) -> int:
        return self.outcomes.get(Outcome.TO_DO, 0)

    @property
    def done(self) -> int:
        return self.can_be_done - self.to_do


def tally(batch: AssignmentBatch) -> Tally:
    """Two queries."""
    findings: dict[str, int] = {}
    outcomes: dict[str, int] = {}
    for finding, outcome, number in (
        batch.rows.order_by().values_list("finding", "outcome").annotate(number=Count("pk"))
    ):
        findings[finding] = findings.get(finding, 0) + number
        if finding in CAN_BE_DONE:
            outcomes[outcome] = outcomes.get(outcome, 0) + number
    return Tally(findings, outcomes, _would_move(batch).count())


def _would_move(batch: AssignmentBatch) -> QuerySet[AssignmentRow]:
    return batch.rows.filter(
        Q(enrolment__due_on__isnull=True) | ~Q(enrolment__due_on=F("due_on")),
        finding=Finding.ON_IT,
        due_on__isnull=False,
    )


def rows_of(batch: AssignmentBatch, only: Iterable[str] = ()) -> QuerySet[AssignmentRow]:
    """As they are shown, by line; `only` these findings or, once it is confirmed, outcomes."""
    rows = batch.rows.select_related("person", "enrolment").order_by("line")
    wanted = list(only)
    if not wanted:
        return rows
    if batch.confirmed_at is None:
        return rows.filter(finding__in=wanted)
    left = Q(finding__in=wanted) & ~Q(finding__in=CAN_BE_DONE)
    return rows.filter(Q(finding__in=CAN_BE_DONE, outcome__in=wanted) | left)


def is_stopped(batch: AssignmentBatch) -> bool:
    """The job that carries it out waits for staff who look after the platform."""
    return (
        batch.confirmed_at is not None
        and batch.finished_at is None
        and Job.objects.filter(kind=JOB, key=str(batch.pk), state__in=Job.STOPPED).exists()
    )


def recent_batches(user: User, limit: int = 10) -> list[AssignmentBatch]:
    """The last assignments that `user` confirmed, with how many people. One query."""
    return list(
        AssignmentBatch.objects.filter(made_by=user, confirmed_at__isnull=False)
        .select_related("course", "unit")
        .annotate(people=Count("rows", filter=Q(rows__finding__in=CAN_BE_DONE)))
        .order_by("-confirmed_at")[:limit]
    )
