"""What reports say of certificates: SQL and the rule agree, whatever happened and when."""

from datetime import timedelta
from itertools import product

import pytest
from django.db import transaction

from courseware.certificates import rules
from courseware.certificates.models import Certificate, CertificateEvent
from courseware.certificates.queries import marks_of, with_certificate
from courseware.enrolments.actions import enrol
from courseware.enrolments.certified import certified
from courseware.enrolments.models import CompletionAnnulment, Enrolment
from courseware.health import freezing
from tests.cast import Cast, person
from tests.certificates.completed import DONE_AT, complete, issued
from tests.courses_made import make_course

pytestmark = pytest.mark.django_db
TODAY = DONE_AT.date()
KINDS = (rules.SUPERSEDED, rules.REVOKED, rules.RESTORED, rules.REBUILT)


def _status() -> str:
    enrolment = with_certificate(Enrolment.objects.all(), TODAY).get()
    return str(enrolment.certificate_status)  # type: ignore[attr-defined]  # annotated


def test_sql_says_what_the_rule_says() -> None:
    completion = complete(person("Alice"), make_course(lessons=0))
    certificate = issued(completion)
    freezing.remove()
    seen = set()
    stories = [story for length in range(4) for story in product(KINDS, repeat=length)]
    for story, end in product(stories, (None, -1, 0, 1)):
        valid_until = None if end is None else TODAY + timedelta(end)
        with transaction.atomic():
            Certificate.objects.update(valid_until=valid_until)
            for minutes, kind in enumerate(story, start=1):
                CertificateEvent.objects.create(
                    certificate=certificate, kind=kind, at=DONE_AT + timedelta(minutes=minutes)
                )
            expected = rules.status(["issued", *story], valid_until=valid_until, today=TODAY)
            assert _status() == expected.value, (story, end)
            assert marks_of([completion.pk], TODAY)[completion.pk].status is expected
            counts = expected in {rules.Status.VALID, rules.Status.SUPERSEDED}
            assert certified(Enrolment.objects.all(), TODAY).exists() == counts
            seen.add(expected)
            transaction.set_rollback(True)
    assert seen == set(rules.Status)


def test_no_completion_and_no_certificate_have_no_status() -> None:
    alice, edition = person("Alice"), make_course(lessons=0)
    enrol(person=alice, course=edition.course, by=None, now=DONE_AT)
    assert _status() == ""
    assert not certified(Enrolment.objects.all(), TODAY).exists()
    completion = complete(alice, edition)
    assert _status() == ""
    assert marks_of([completion.pk], TODAY) == {}
    assert not certified(Enrolment.objects.all(), TODAY).exists()


def test_the_certificate_of_an_annulled_completion_does_not_count(cast: Cast) -> None:
    completion = complete(cast.alice, make_course(lessons=0))
    issued(completion)
    assert certified(Enrolment.objects.all(), TODAY).get() == completion.enrolment
    CompletionAnnulment.objects.create(
        completion=completion,
        reason="Sat by somebody else.",
        requested_by=cast.carol,
        approved_by=cast.adam,
        at=DONE_AT,
    )
    assert not certified(Enrolment.objects.all(), TODAY).exists()


def test_a_mark_names_nobody() -> None:
    completion = complete(person("Alice"), make_course(lessons=0))
    issued(completion)
    mark = marks_of([completion.pk], TODAY)[completion.pk]
    assert "Alice" not in repr(mark)
    assert mark.grouped_code == "-".join(mark.code[n : n + 4] for n in (0, 4, 8, 12))
