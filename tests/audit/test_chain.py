"""The chain verifies as it was made, and says what is wrong with it after each kind of change."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courseware.audit import queries, schema
from courseware.audit.keys import seal_key
from courseware.audit.models import AuditDetail, AuditEvent, Seal, SealEntry
from courseware.audit.queries import verify_chain
from courseware.audit.signing import SealKey, generate_key
from courseware.health import freezing
from courseware.jobs.models import Heartbeat
from tests.audit.trail_made import happened, sealed

pytestmark = pytest.mark.django_db


class TakeBack(Exception):
    """Ends the savepoint."""


def problems() -> list[str]:
    found = verify_chain(now=timezone.now())
    return [f"{problem.subject}: {problem.message}" for problem in found]


def after(change: Callable[[], object]) -> list[str]:
    """What is said after somebody with power over the database did this to it."""
    said: list[str] = []
    try:
        with transaction.atomic():
            freezing.remove()
            change()
            said = problems()
            raise TakeBack
    except TakeBack:
        return said


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def event_of(number: int, position: int = 1) -> AuditEvent:
    return SealEntry.objects.get(seal__number=number, position=position).event


def resealed_with(key: SealKey) -> None:
    """The whole chain again, consistent in itself, signed by somebody else."""
    root = schema.NOTHING_BEFORE
    for seal, entries in list(queries.sealed_events()):
        hashes = [schema.event_hash(queries.facts_of(entry.event)) for entry in entries]
        for entry, one in zip(entries, hashes, strict=True):
            SealEntry.objects.filter(pk=entry.pk).update(event_hash=one)
        new = schema.root_hash(number=seal.number, at=seal.at, previous=root, event_hashes=hashes)
        Seal.objects.filter(pk=seal.pk).update(
            previous_hash=root,
            root_hash=new,
            key_id=key.key_id,
            signature=key.sign(schema.signed_bytes(new)),
        )
        root = new


def test_each_change_is_named() -> None:
    sealed(3, 2, 2)
    assert problems() == []
    events = AuditEvent.objects
    changed = event_of(2)
    detailed, bare = (
        events.filter(seal_entry__seal__number=1, detail__isnull=is_bare).earliest("pk")
        for is_bare in (False, True)
    )

    def verb_changed() -> None:
        events.filter(pk=changed.pk).update(verb="unit.moved")

    def moved_in_time() -> None:
        events.filter(pk=changed.pk).update(at=changed.at + timedelta(seconds=1))

    def actor_removed() -> None:
        events.filter(pk=changed.pk).update(actor_id=None, subject_id="9")

    def details_reworded() -> None:
        AuditDetail.objects.filter(pk=detailed.pk).update(data={"fields": ["email"]})

    def details_added() -> None:
        AuditDetail.objects.create(event=bare, data={"fields": ["email"]})

    def covered_up() -> None:
        """The event and its entry agree again; the seal does not."""
        verb_changed()
        facts = queries.facts_of(events.get(pk=changed.pk))
        SealEntry.objects.filter(pk=changed.pk).update(event_hash=schema.event_hash(facts))

    def event_removed() -> None:
        SealEntry.objects.filter(pk=changed.pk).delete()

    def two_exchanged() -> None:
        SealEntry.objects.filter(pk=changed.pk).update(position=99)
        SealEntry.objects.filter(seal__number=2, position=2).update(position=1)
        SealEntry.objects.filter(pk=changed.pk).update(position=2)

    def seal_removed() -> None:
        SealEntry.objects.filter(seal__number=2).delete()
        Seal.objects.filter(number=2).delete()

    def seal_moved_in_time() -> None:
        Seal.objects.filter(number=3).update(at=timezone.now() - timedelta(days=400))

    def foreign_signature() -> None:
        key = SealKey.load(generate_key())
        signature = key.sign(schema.signed_bytes(Seal.objects.get(number=3).root_hash))
        Seal.objects.filter(number=3).update(signature=signature)

    changes: dict[Callable[[], None], list[str]] = {
        verb_changed: [f"event {changed.pk}: It was changed after seal 2 was made."],
        moved_in_time: [f"event {changed.pk}: It was changed after seal 2 was made."],
        actor_removed: [f"event {changed.pk}: It was changed after seal 2 was made."],
        details_reworded: [f"event {detailed.pk}: Its details are not those that were recorded."],
        details_added: [f"event {bare.pk}: Its details are not those that were recorded."],
        covered_up: ["seal 2: Its hash is not that of its events."],
        event_removed: [
            "seal 2: It covers 2 events, of which some are missing.",
            "seal 2: Its hash is not that of its events.",
        ],
        two_exchanged: ["seal 2: Its hash is not that of its events."],
        seal_removed: [
            "seal 3: It follows seal 1: those between are missing.",
            "seal 3: It does not stand on the seal before it.",
        ],
        seal_moved_in_time: ["seal 3: Its hash is not that of its events."],
        foreign_signature: ["seal 3: Its signature is wrong."],
    }
    assert {change.__name__: after(change) for change in changes} == {
        change.__name__: said for change, said in changes.items()
    }
    assert problems() == [], "each was taken back"


def test_a_chain_made_again_with_another_key_is_not_ours() -> None:
    sealed(2, 1)
    stranger = SealKey.load(generate_key())

    def forged() -> None:
        AuditEvent.objects.filter(pk=event_of(1).pk).update(verb="unit.moved")
        resealed_with(stranger)

    assert after(forged) == [
        f"seal {number}: Its key {stranger.key_id} is none of ours." for number in (1, 2)
    ]
    assert after(lambda: resealed_with(seal_key())) == []


def test_erased_details_leave_the_proof_whole() -> None:
    sealed(4)
    AuditDetail.objects.all().delete()
    assert problems() == []


def test_another_key_for_details_is_noticed(settings: LazySettings) -> None:
    sealed(2)
    settings.AUDIT_KEY = "another"
    assert [line.partition(": ")[2] for line in problems()] == [
        "Its details are not those that were recorded."
    ]


def test_a_broken_key_is_said_once(settings: LazySettings) -> None:
    sealed(2)
    settings.SEAL_OLD_KEYS = "-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----"
    [said] = problems()
    assert said.startswith("seal key: SEAL_OLD_KEYS holds something")


def test_queries_do_not_grow_with_events() -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert problems() == []
        return len(seen)

    sealed(1)
    few = count()
    sealed(30, 1)
    assert count() == few


# ------------------------------------------------------------------ waiting for a seal
@pytest.mark.parametrize(
    ("worker_seen", "minutes", "is_late"),
    [
        (None, 60, False),  # nobody works: /readyz says so
        (0, 9, False),
        (0, 11, True),
        (-5, 11, False),  # the worker stopped before ten minutes were over
    ],
)
def test_what_waits_too_long(worker_seen: int | None, minutes: int, is_late: bool) -> None:
    [event] = happened(1)
    now = timezone.now() + timedelta(minutes=minutes)
    if worker_seen is not None:
        Heartbeat.objects.create(name="worker", at=now + timedelta(minutes=worker_seen))
    said = [problem.subject for problem in verify_chain(now=now)]
    assert said == ([f"event {event.pk}"] if is_late else [])
