"""`manage.py enrol`: who, on what, by when, decided by whom; twice is once."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from courseware.accounts.models import User
from courseware.audit.models import AuditEvent
from courseware.courses.actions import retire
from courseware.enrolments.actions import withdraw
from courseware.enrolments.models import DateChange, Enrolment
from tests.cast import Cast
from tests.certificates.completed import complete
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ALICE = "alice@example.org"


@pytest.fixture(autouse=True)
def at_the_time() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def enrol(*words: str) -> str:
    said = StringIO()
    call_command("enrol", *words, stdout=said)
    return said.getvalue().strip()


def test_a_person_is_on_the_course_and_the_trail_says_who_decided(cast: Cast) -> None:
    make_course()
    said = enrol(ALICE, "made-course", "--due", "2026-06-30", "--by", "adam@example.org")
    assert said == "Alice Example is on MADE-COU, due 2026-06-30."
    row = Enrolment.objects.get()
    assert (row.person, row.assigned_by, row.due_on) == (cast.alice, cast.adam, date(2026, 6, 30))
    event = AuditEvent.objects.get(verb="enrolment.created")
    assert (event.actor_id, event.subject_id) == (cast.adam.pk, str(row.pk))


def test_service_number_and_key_without_a_date(cast: Cast) -> None:
    make_course()
    assert enrol("n-alice", "made-cou") == "Alice Example is on MADE-COU, without a due date."
    assert Enrolment.objects.get().assigned_by is None


def test_twice_is_once_and_a_new_date_moves_it(cast: Cast) -> None:
    make_course()
    enrol(ALICE, "made-course", "--due", "2026-06-30")
    events = AuditEvent.objects.count()
    assert enrol(ALICE, "made-course", "--due", "2026-06-30").startswith("Alice Example is already")
    assert enrol(ALICE, "made-course").endswith("due 2026-06-30.")
    assert (Enrolment.objects.count(), AuditEvent.objects.count()) == (1, events)
    enrol(ALICE, "made-course", "--due", "2026-07-31")
    assert Enrolment.objects.get().due_on == date(2026, 7, 31)
    assert DateChange.objects.count() == 2


def test_who_holds_it_is_left_alone_until_it_runs_out(
    cast: Cast, at_the_time: time_machine.Traveller
) -> None:
    complete(cast.alice, make_course(validity_months=12), now=NOW)
    assert enrol(ALICE, "made-course").endswith("valid until 2027-03-02.")
    assert Enrolment.objects.count() == 1
    at_the_time.move_to(NOW + timedelta(days=350))
    assert enrol(ALICE, "made-course").startswith("Alice Example is on")
    assert enrol(ALICE, "made-course").startswith("Alice Example is already on")
    assert list(Enrolment.objects.order_by("period").values_list("period", flat=True)) == [1, 2]


def test_who_was_withdrawn_begins_a_new_period(cast: Cast) -> None:
    make_course()
    enrol(ALICE, "made-course")
    withdraw(enrolment=Enrolment.objects.get(), reason="left", by=cast.carol, now=NOW)
    assert enrol(ALICE, "made-course").startswith("Alice Example is on")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nobody@example.org", "made-course"), "Nobody has the e-mail address"),
        (("N-9", "made-course"), "Nobody has the e-mail address or service number N-9"),
        ((ALICE, "other"), "There is no course other. There are: MADE-COU."),
        ((ALICE, "made-course", "--due", "31.1.2027"), "write YYYY-MM-DD"),
        ((ALICE, "made-course", "--due", "2026-03-01"), "has passed"),
        ((ALICE, "made-course", "--by", "toni@example.org"), "no role that may put Alice"),
        ((ALICE, "made-course", "--by", "charlie@example.org"), "no role that may put Alice"),
        ((ALICE, "made-course", "--by", "nobody@example.org"), "Nobody has"),
        (("closed@example.org", "made-course"), "is closed"),
        ((ALICE, "draft"), "no edition that can be taken"),
        ((ALICE, "retired"), "no edition that can be taken"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(
    cast: Cast, words: tuple[str, ...], said: str
) -> None:
    make_course()
    retire(course=make_course(slug="retired").course, by=cast.ingrid, now=NOW)
    make_course(slug="draft", is_published=False)
    User.objects.create_user(
        email="closed@example.org", given_name="C", family_name="D", is_active=False
    )
    with pytest.raises(CommandError, match=said):
        enrol(*words)
    assert not Enrolment.objects.exists()
