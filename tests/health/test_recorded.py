"""I8: what the tables say and what the trail says are the same, and each part of it can fail.

Broken as in test_invariants: with the triggers removed, inside a savepoint that is taken back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from courseware.accounts.actions import disable_person, end_grant, grant_role
from courseware.accounts.models import RoleGrant, User
from courseware.audit.actions import seal_events
from courseware.audit.models import AuditDetail, AuditEvent, Seal, SealEntry
from courseware.authoring.actions import (
    approve,
    open_draft,
    send_back,
    submit,
    withdraw_submission,
)
from courseware.authoring.models import Review
from courseware.certificates.actions import restore, revoke
from courseware.courses.actions import confirm_language, retire
from courseware.courses.models import Course, Edition, EditionLanguage
from courseware.enrolments.actions import withdraw
from courseware.enrolments.models import DateChange, Enrolment
from courseware.health import freezing, recorded
from courseware.jobs import registry
from courseware.jobs.models import Heartbeat
from quizzes.models import Attempt
from tests.cast import person
from tests.health.test_invariants import TakeBack, make_world, newest_certificate
from tests.quizzes.sitting import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_installation(
    settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.KEYS_DIR = tmp_path / "keys"
    monkeypatch.setattr(registry, "_periods", {})
    with time_machine.travel(NOW, tick=False):
        yield


def said(minutes: int = 0) -> list[str]:
    found = recorded.findings(NOW + timedelta(minutes=minutes))
    return [f"{subject}: {message}" for subject, message in found]


def after(break_it: Callable[[], object]) -> list[str]:
    lines: list[str] = []
    try:
        with transaction.atomic():
            freezing.remove()
            break_it()
            freezing.install()
            lines = said()
            raise TakeBack
    except TakeBack:
        return lines


@dataclass(frozen=True)
class Crew:
    alice: User  # a trainee by grant
    toni: User  # holds one role that was ended
    carol: User
    rafael: User
    adam: User


@pytest.fixture
def crew() -> Crew:
    """Everything that the tables can say, said once."""
    make_world()
    alice = User.objects.get(given_name="Alice")
    grant_role(person=alice, role="trainee", from_on=TODAY - DAY, by=None, now=NOW)
    crew = Crew(
        alice, person("Tamara"), person("Carol"), person("Rafael"), person("Adam", role="auditor")
    )
    _story(crew)
    return crew


def _story(cast: Crew) -> None:
    edition = Edition.objects.filter(published_at__isnull=False).earliest("pk")
    _review_story(edition.course, author=cast.carol, reviewer=cast.rafael)
    confirm_language(words=edition.languages.get(), by=cast.rafael, now=NOW)
    certificate = newest_certificate()
    revoke(certificate=certificate, by=cast.adam, reason="A test", now=NOW)
    restore(certificate=certificate, by=cast.adam, reason="A test", now=NOW + DAY)
    revoke(certificate=certificate, by=cast.adam, reason="A test", now=NOW + 2 * DAY)
    withdraw(
        enrolment=Enrolment.objects.get(due_on__isnull=False),
        reason="A test",
        by=cast.carol,
        now=NOW,
    )
    retire(course=edition.course, by=cast.adam, now=NOW)
    grant = grant_role(person=cast.toni, role="auditor", from_on=TODAY, by=cast.adam, now=NOW)
    with time_machine.travel(NOW + DAY, tick=False):
        end_grant(grant=grant, to_on=TODAY + DAY, by=cast.adam, now=NOW + DAY)
    early = grant_role(
        person=cast.toni, role="instructor", from_on=TODAY + DAY, by=cast.adam, now=NOW
    )
    end_grant(grant=early, to_on=TODAY, by=cast.adam, now=NOW)  # removed: it never began
    disable_person(person=cast.carol, by=cast.adam, now=NOW)
    User.objects.create_superuser(
        email="root@example.org", given_name="Root", family_name="Example", password="x" * 20
    )
    seal_events(now=NOW, limit=10_000, from_the_beginning=True)


def _review_story(course: Course, *, author: User, reviewer: User) -> None:
    """A draft that is withdrawn, returned and then approved."""
    draft = open_draft(course=course, by=author, now=NOW)
    draft.languages.update(change_note="Better words.")

    def send() -> Review:
        return submit(edition=draft, by=author, note="", now=NOW)

    send()
    withdraw_submission(edition=draft, by=author, now=NOW)
    returned = send()
    send_back(edition=draft, review_id=returned.pk, comment="More", by=reviewer, now=NOW)
    last = send()
    approve(
        edition=draft,
        review_id=last.pk,
        seen_hash=last.draft_hash,
        people="stay",
        comment="",
        by=reviewer,
        now=NOW,
    )


def forget(verb: str) -> Callable[[], None]:
    def forgotten() -> None:
        events = AuditEvent.objects.filter(verb=verb)
        AuditDetail.objects.filter(event__in=events).delete()
        SealEntry.objects.filter(event__in=events).delete()
        events.delete()

    return forgotten


def test_every_event_counts_and_so_does_every_row(crew: Crew) -> None:
    assert said() == []
    told = set(AuditEvent.objects.values_list("verb", flat=True))
    for fact in recorded.FACTS:
        if fact.verb not in told:  # no page or action does these yet, or not in this story
            assert fact.verb in {
                "attempt.granted",
                *("attempt.regraded", "attempt.voided"),
                *("erratum.proposed", "erratum.decided", "erratum.dropped"),
                *("talk.noted", "exception.decided", "exception.taken_back"),
                "enrolment.needs_talk",
                "certificate.rebuilt",
                "certificate.erased",
            }
            continue
        missing = f"The trail knows no {fact.verb} of it."
        assert any(line.endswith(missing) for line in after(forget(fact.verb))), fact.verb


def test_one_event_of_several_is_missed_too(crew: Crew) -> None:
    pk = newest_certificate().pk
    second = AuditEvent.objects.filter(verb="certificate.revoked").latest("at").pk

    def one_forgotten() -> None:
        AuditDetail.objects.filter(pk=second).delete()
        SealEntry.objects.filter(pk=second).delete()
        AuditEvent.objects.filter(pk=second).delete()

    assert f"certificate {pk}: The trail knows no certificate.revoked of it." in after(
        one_forgotten
    )


def test_whoever_has_begun_is_where_the_trail_put_them(crew: Crew) -> None:
    begun = Enrolment.objects.filter(started_at__isnull=False, completed_on__isnull=True).first()
    assert begun is not None
    other = Edition.objects.filter(published_at__isnull=False).exclude(pk=begun.edition_id).first()

    def put_elsewhere() -> None:
        Enrolment.objects.filter(pk=begun.pk).update(edition=other)

    wrong = "It is on another edition than the trail says."
    assert any(line.endswith(wrong) for line in after(put_elsewhere))


def _sql(*statements: str) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return run


def test_what_was_taken_back_behind_the_product_s_back(crew: Crew) -> None:
    def never_started() -> None:
        Enrolment.objects.filter(completed_on__isnull=True).update(started_at=None)

    def reopened() -> None:
        Attempt.objects.filter(is_passed=True).update(
            state="open", graded_at=None, submitted_at=None, is_passed=None
        )

    breaks: dict[Callable[[], object], str] = {
        _sql("DELETE FROM certificates_certificateevent WHERE kind = 'revoked'"): (
            "certificate.revoked"
        ),
        lambda: DateChange.objects.filter(field="due_on").delete(): "enrolment.due_changed",
        lambda: Course.objects.update(retired_at=None): "course.retired",
        lambda: EditionLanguage.objects.update(confirmed_at=None): "edition.confirmed",
        lambda: Enrolment.objects.update(withdrawn_at=None): "enrolment.withdrawn",
        _sql("DELETE FROM enrolments_completion"): "completion.recorded",
        never_started: "enrolment.started",
        reopened: "attempt.graded",
        lambda: AuditEvent.objects.filter(verb="course.retired").update(subject_id="nobody"): (
            "course.retired"
        ),
    }
    for break_it, verb in breaks.items():
        lines = after(break_it)
        assert any(
            line.endswith(f"The trail says {verb}, the table does not.") for line in lines
        ), (
            verb,
            lines,
        )


def test_roles_are_held_as_they_were_given(crew: Crew) -> None:
    ended = RoleGrant.objects.get(role="auditor", person=crew.toni)
    running = RoleGrant.objects.get(person=crew.alice)
    unseen = f"grant {running.pk}: The trail never said so: it was given or changed unseen."
    back = f"grant {ended.pk}: It was changed back, and the trail does not know."

    def given() -> None:
        RoleGrant.objects.create(
            person=crew.alice, role="administrator", from_on=TODAY, granted_at=NOW
        )

    held = RoleGrant.objects.filter(pk=running.pk)
    for change in ({"role": "administrator"}, {"to_on": TODAY}, {"from_on": TODAY}):
        assert after(partial(held.update, **change)) == [unseen]
    assert after(lambda: RoleGrant.objects.filter(pk=ended.pk).update(to_on=None)) == [back]
    assert after(held.delete) == [f"grant {running.pk}: It is gone, and the trail does not know."]
    [line] = after(given)
    assert line.endswith("The trail never said so: it was given or changed unseen.")
    [line] = after(lambda: User.objects.filter(pk=crew.alice.pk).update(is_superuser=True))
    assert line.startswith(f"person {crew.alice.pk}: An administrator without a grant")


def test_erased_details_prove_grants_all_the_same(crew: Crew) -> None:
    AuditDetail.objects.all().delete()
    assert said() == []
    held = RoleGrant.objects.filter(person=crew.alice)
    [line] = after(lambda: held.update(role="administrator"))
    assert "given or changed unseen" in line


def test_the_trail_itself(crew: Crew) -> None:
    event = AuditEvent.objects.filter(verb="edition.opened").earliest("pk")
    assert after(lambda: AuditEvent.objects.filter(pk=event.pk).update(at=NOW + DAY)) == [
        f"event {event.pk}: It was changed after seal 1 was made."
    ]
    assert after(lambda: Seal.objects.update(signature="00")) == ["seal 1: Its signature is wrong."]
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": NOW + timedelta(minutes=11)})
    assert said(minutes=11) == []
    grant_role(person=crew.toni, role="reviewer", from_on=TODAY, by=crew.adam, now=NOW)
    assert said(minutes=10) == []
    [line] = said(minutes=11)
    assert line.endswith("No seal covers it after 11 minutes.")


def test_a_trigger_that_is_missing() -> None:
    freezing.remove()
    lines = said()
    for table in ("audit_auditevent_delete", "audit_seal_update", "audit_sealentry_update"):
        assert f"{table}: The trigger is missing; run manage.py migrate." in lines
    assert not [line for line in lines if line.startswith("enrolments_")]


def test_a_trail_that_was_rewritten_is_said_in_few_lines(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded, "_MOST", 3)
    lines = after(lambda: AuditEvent.objects.update(at=NOW - DAY))
    assert len([line for line in lines if "was changed after" in line]) == 3
    assert "trail: There is more of this: only 3 are shown." in lines


def test_it_asks_as_often_for_one_row_as_for_many(crew: Crew) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            said()
        return len(seen)

    few = count()
    for number in range(5):
        grant_role(
            person=crew.toni,
            role="instructor",
            course_slug=f"c{number}",
            from_on=TODAY,
            by=None,
            now=NOW,
        )
    assert count() == few
