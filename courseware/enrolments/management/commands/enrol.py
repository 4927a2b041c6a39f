"""Puts one person on one course from a terminal, by the same rule as the pages.

Owns: reading and judging the words of the command. Must not: write; `actions.assign` does.
"""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courseware.accounts.access import people_in_scope, today
from courseware.accounts.models import User
from courseware.accounts.queries import person_by_login
from courseware.courses.models import Course
from courseware.courses.queries import current_editions
from courseware.enrolments import actions, mails
from courseware.enrolments.access import ASSIGN, current_enrolments
from courseware.enrolments.models import AssignmentRow, Enrolment

Outcome = AssignmentRow.Outcome


class Command(BaseCommand):
    help = "Put a person on a course. Doing it twice changes nothing but a new due date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("person", metavar="PERSON", help="e-mail address or service number")
        parser.add_argument("course", metavar="COURSE", help="its key or slug: C0, c0-landscape")
        parser.add_argument("--due", metavar="YYYY-MM-DD", help="the last day to complete it")
        parser.add_argument("--by", metavar="ADMIN", help="who decided it; stands in the trail")

    def handle(self, *args: object, **options: object) -> None:
        person = _person(str(options["person"]))
        course = _course(str(options["course"]))
        due_on = _due(options["due"])
        said = _put(person, course, by=_assigner(options["by"], person), due_on=due_on)
        if options["verbosity"]:
            self.stdout.write(said)


@transaction.atomic
def _put(person: User, course: Course, *, by: User | None, due_on: date | None) -> str:
    """Assign, tell the person if it is new to them; the sentence that says what became of it."""
    now = timezone.now()
    try:
        placed = actions.assign(
            due={person.pk: due_on},
            course=course,
            moves_due=due_on is not None,
            by=by,
            now=now,
            today=today(),
        )[person.pk]
    except actions.EnrolmentError as error:
        raise CommandError(str(error)) from error
    if placed.outcome is Outcome.HOLDS:
        held = current_enrolments(person).get(course=course)
        return f"{person} has completed {course.key}, valid until {held.expires_on}."
    enrolment = Enrolment.objects.select_related("person", "course").get(
        person=person, course=course, completed_on__isnull=True, withdrawn_at__isnull=True
    )
    is_new = placed.outcome is Outcome.PUT
    if is_new:
        mails.post_assigned(enrolment=enrolment, now=now)
    due = f"due {enrolment.due_on}" if enrolment.due_on else "without a due date"
    return f"{person} is {'' if is_new else 'already '}on {course.key}, {due}."


def _person(login: str) -> User:
    person = person_by_login(login)
    if person is None:
        raise CommandError(f"Nobody has the e-mail address or service number {login}.")
    if not person.is_active:
        raise CommandError(f"The account of {login} is closed.")
    return person


def _course(name: str) -> Course:
    course = Course.objects.filter(Q(slug=name.lower()) | Q(key__iexact=name)).first()
    if course is None:
        there = current_editions().filter(course__retired_at__isnull=True).order_by("course__key")
        known = ", ".join(there.values_list("course__key", flat=True))
        raise CommandError(f"There is no course {name}. There are: {known or 'none yet'}.")
    return course


def _due(text: object) -> date | None:
    if text is None:
        return None
    try:
        due_on = date.fromisoformat(str(text))
    except ValueError as error:
        raise CommandError(f"{text} is not a date: write YYYY-MM-DD, as 2027-01-31.") from error
    if due_on < today():
        raise CommandError(f"{due_on} has passed: choose a later day.")
    return due_on


def _assigner(login: object, person: User) -> User | None:
    if login is None:
        return None
    by = _person(str(login))
    if not people_in_scope(by, ASSIGN).filter(pk=person.pk).exists():
        raise CommandError(f"{login} has no role that may put {person} on a course.")
    return by
