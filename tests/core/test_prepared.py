"""Prepared queries give what plain querysets give, and make their SQL once."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import CharField, F, IntegerField, QuerySet, UUIDField, Value
from django.db.models.sql.compiler import SQLCompiler

from courseware.accounts.models import Unit, User
from courseware.audit.models import AuditDetail, AuditEvent
from courseware.core.ids import new_id
from courseware.core.prepared import Prepared, PreparedInsert, PreparedUpdate, Slot, slots
from courseware.jobs.models import Job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _jobs() -> QuerySet[Job]:
    return Job.objects.filter(kind=Slot("kind", CharField())).order_by("key")


def _add(kind: str, *keys: str) -> None:
    for key in keys:
        Job.objects.create(kind=kind, key=key, args={"n": key}, created_at=NOW, next_try_at=NOW)


def _fields(row: Job) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in Job._meta.concrete_fields}


def test_the_rows_are_those_of_the_plain_queryset() -> None:
    _add("one", "b", "a")
    _add("two", "c")
    prepared = Prepared(_jobs)

    for kind in ("one", "two", "none"):
        plain = list(Job.objects.filter(kind=kind).order_by("key"))
        assert [_fields(row) for row in prepared(kind=kind)] == [_fields(row) for row in plain]


def test_a_row_can_be_saved_and_knows_where_it_came_from() -> None:
    _add("one", "a")
    (job,) = Prepared(_jobs)(kind="one")
    job.key = "z"
    job.save()

    assert Job.objects.get().key == "z"  # changed, not added


def test_what_is_joined_annotated_or_left_out_arrives_as_usual() -> None:
    event = AuditEvent.objects.create(at=NOW, verb="a.b", subject_type="t", subject_id="1")
    AuditDetail.objects.create(event=event, data={"deep": [1, {"two": None}]})
    prepared = Prepared(
        lambda: (
            AuditDetail.objects.filter(event=Slot("event", UUIDField()))
            .select_related("event")
            .annotate(seven=Value(7, IntegerField()))
            .defer("event__verb")
        )
    )
    (detail,) = prepared(event=event.pk)

    assert detail.data == {"deep": [1, {"two": None}]}
    assert detail.event.at == NOW
    assert getattr(detail, "seven", None) == 7
    assert detail.event.get_deferred_fields() == {"verb"}
    assert detail.event.verb == "a.b"


def test_a_relation_that_is_empty_stays_empty() -> None:
    unit = Unit.objects.create(name="Top", path="/top/")
    prepared = Prepared(
        lambda: Unit.objects.filter(pk=Slot("pk", IntegerField())).select_related("parent")
    )

    (found,) = prepared(pk=unit.pk)
    with connection.execute_wrapper(_never):
        assert found.parent is None


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A line for every SELECT that is made out of a queryset."""
    made: list[str] = []
    as_sql = SQLCompiler.as_sql

    def noted(self: SQLCompiler, *args: object, **kwargs: object) -> object:
        made.append(str(self.query.model))
        return as_sql(self, *args, **kwargs)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(SQLCompiler, "as_sql", noted)
    return made


def test_the_sql_is_made_once(compiled: list[str]) -> None:
    prepared = Prepared(_jobs)
    for kind in ("one", "two", "three"):
        prepared(kind=kind)

    assert len(compiled) == 1


def test_values_must_fit_the_slots() -> None:
    prepared = Prepared(_jobs)
    for values in ({}, {"sort": "one"}, {"kind": "one", "sort": "two"}):
        with pytest.raises(TypeError, match=r"takes \['kind'\]"):
            prepared(**values)


def test_a_value_is_never_taken_for_sql() -> None:
    _add("one", "a")
    assert Prepared(_jobs)(kind="one' OR '1'='1") == []


def test_a_prefetch_is_refused() -> None:
    with pytest.raises(TypeError, match="prefetch"):
        Prepared(lambda: User.objects.prefetch_related("grants"))()


def test_an_update_says_how_many_rows_it_changed() -> None:
    _add("one", "a", "b")
    update = PreparedUpdate(
        lambda: Job.objects.filter(kind=Slot("kind", CharField()), attempts=0),
        attempts=F("attempts") + Slot("more", IntegerField()),
        **slots(Job, ["args"]),
    )

    assert update(kind="one", more=3, args={"new": True}) == 2
    assert update(kind="one", more=3, args={}) == 0
    assert set(Job.objects.values_list("attempts", flat=True)) == {3}
    assert [job.args for job in Job.objects.all()] == [{"new": True}] * 2


def _insert(*, or_ignore: bool = False) -> PreparedInsert:
    names = ("id", "kind", "key", "args", "created_at", "next_try_at")
    return PreparedInsert(Job, *names, or_ignore=or_ignore)


def test_an_insert_fills_the_other_columns_with_their_defaults() -> None:
    rows = [(new_id(), "one", key, {"key": key}, NOW, NOW) for key in "abc"]
    _insert()(rows)

    for (pk, kind, key, args, *_times), job in zip(rows, Job.objects.order_by("key"), strict=True):
        plain = Job(pk=pk, kind=kind, key=key, args=args, created_at=NOW, next_try_at=NOW)
        assert _fields(job) == _fields(plain)


def test_nothing_to_insert_asks_nothing() -> None:
    with connection.execute_wrapper(_never):
        _insert()([])


def _never(*_args: object) -> None:
    raise AssertionError("a statement was run")


def test_or_ignore_leaves_what_is_there() -> None:
    _add("one", "a")
    _insert(or_ignore=True)(
        [(new_id(), "one", key, {"other": True}, NOW, NOW) for key in ("a", "b")]
    )

    assert {job.key: job.args for job in Job.objects.all()} == {
        "a": {"n": "a"},
        "b": {"other": True},
    }


def test_a_column_that_differs_in_every_row_must_be_given() -> None:
    insert = PreparedInsert(Job, "kind", "key", "created_at", "next_try_at")
    with pytest.raises(TypeError, match="has to be given"):
        insert([("one", "a", NOW, NOW)])
    assert not Job.objects.filter(pk=uuid4()).exists()
