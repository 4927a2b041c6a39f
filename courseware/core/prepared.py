"""Hot queries whose SQL is made once in a process.

Django makes the SQL of a queryset anew at every use, and on the pages that trainees open most that
costs several times what the database needs. A prepared query is written as a queryset with slots
in place of values; only the values travel afterwards:

    @prepared
    def _attempt() -> QuerySet[Attempt]:
        return Attempt.objects.filter(pk=Slot("pk", UUIDField())).select_related("quiz")

    found = _attempt(pk=attempt_id)  # a list of attempts

Owns: compiling, running, making rows into models as Django does. Must not: hold a query whose
shape depends on its values, or one that is not asked at every turn: those stay plain querysets.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, connections
from django.db.models import AutoField, Expression, Field, Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler


class Slot(Expression):
    """Stands for a value of `field`'s kind that is given by `name` when the query is run."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


def slots(model: type[Model], names: Iterable[str]) -> dict[str, Slot]:
    """A slot for each of these columns, by its name."""
    return {name: Slot(name, _field(model, name)) for name in names}


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field


_everything: list[dict[str, Any]] = []


def _kept() -> dict[str, Any]:
    """What a query is compiled to, by the kind of database."""
    _everything.append({})
    return _everything[-1]


def forget() -> None:
    """Compile everything anew at its next use: for tests that change how querysets are built."""
    for kept in _everything:
        kept.clear()


class _Compiled:
    """The SQL of a query and its parameters, slots among them."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.compiler = compiler
        sql, parameters = compiler.as_sql()
        self.sql, self.parameters = sql, tuple[Any, ...](parameters)
        self.slots = {slot.name for slot in self.parameters if isinstance(slot, Slot)}

    def filled(self, values: dict[str, object]) -> list[Any]:
        if values.keys() != self.slots:
            raise TypeError(f"This query takes {sorted(self.slots)}, not {sorted(values)}.")
        database = connections[connection.alias]  # not through its proxy, value by value
        return [
            parameter.output_field.get_db_prep_value(values[parameter.name], database)
            if isinstance(parameter, Slot)
            else parameter
            for parameter in self.parameters
        ]

    def fetched(self, values: dict[str, object]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.filled(values))
            return list(cursor.fetchall())

    def changed(self, values: dict[str, object]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.filled(values))
            return int(cursor.rowcount)


class Prepared[M: Model]:
    """A select: call it with a value for every slot, get the rows as models."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._selects: dict[str, _Select] = _kept()

    def __call__(self, **values: object) -> list[M]:
        select = self._selects.get(connection.vendor)
        if select is None:
            select = self._selects[connection.vendor] = _Select(self._build())
        return [select.model_of(row) for row in select.compiled.fetched(values)]


def prepared[M: Model](build: Callable[[], QuerySet[M]]) -> Prepared[M]:
    return Prepared(build)


class _Select:
    """What it takes to make rows into models, as django.db.models.query.ModelIterable does."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # not in the stubs
            raise TypeError("A prepared query cannot prefetch.")
        self._mode = queryset._fetch_mode  # type: ignore[attr-defined]  # not in the stubs
        self.compiled = _Compiled(queryset.query.get_compiler(connection.alias))
        compiler: Any = self.compiled.compiler
        columns = compiler.klass_info["select_fields"]
        self._columns = slice(columns[0], columns[-1] + 1)
        self._names = [c[0].target.attname for c in compiler.select[self._columns]]
        self._from_db = compiler.klass_info["model"].from_db
        self._related = get_related_populators(
            compiler.klass_info, compiler.select, connection.alias, self._mode
        )
        self._annotations = list((compiler.annotation_col_map or {}).items())
        self._converters = list(
            compiler.get_converters([column[0] for column in compiler.select]).items()
        )

    def model_of(self, fetched: Sequence[Any]) -> Any:
        row = list(fetched)
        for position, (converters, expression) in self._converters:
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        model = self._from_db(
            connection.alias, self._names, row[self._columns], fetch_mode=self._mode
        )
        for related in self._related:
            related.populate(row, model)
        for name, position in self._annotations:
            setattr(model, name, row[position])
        return model


class PreparedUpdate:
    """An update: call it with a value for every slot, get the number of rows changed."""

    def __init__(self, build: Callable[[], QuerySet[Any]], **changes: object) -> None:
        self._build, self._changes = build, changes
        self._compiled: dict[str, _Compiled] = _kept()

    def __call__(self, **values: object) -> int:
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            query: Any = self._build().query.chain(UpdateQuery)
            query.add_update_values(self._changes)
            compiled = _Compiled(query.get_compiler(connection.alias))
            self._compiled[connection.vendor] = compiled
        return compiled.changed(values)


class PreparedInsert:
    """An insert: call it with rows of values for the named fields, in their order; every other
    column takes its default. Returns how many were written. Ids that the database gives are not
    handed back.
    """

    def __init__(self, model: type[Model], *names: str, or_ignore: bool = False) -> None:
        self._model, self._names, self._or_ignore = model, names, or_ignore
        self._tails: dict[str, list[object]] = {}  # the defaults, by the kind of database
        self._sql_of: dict[tuple[str, int], str] = {}

    def __call__(self, rows: Iterable[Sequence[object]]) -> int:
        database = connections[connection.alias]
        given = [_field(self._model, name) for name in self._names]
        tail = self._tails.get(connection.vendor)
        if tail is None:
            tail = self._tails[connection.vendor] = [_default(f) for f in self._others()]
        values: list[Any] = []
        count = 0
        for row in rows:
            values += [
                field.get_db_prep_save(value, database)
                for field, value in zip(given, row, strict=True)
            ]
            values += tail
            count += 1
        if not count:
            return 0
        sql = self._sql_of.get((connection.vendor, count))
        if sql is None:
            sql = self._sql_of[connection.vendor, count] = self._sql(count)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.rowcount)

    def _others(self) -> list[Any]:
        return [
            field
            for field in self._model._meta.local_concrete_fields
            if field.name not in self._names and not isinstance(field, AutoField)
        ]

    def _sql(self, count: int) -> str:
        conflict = OnConflict.IGNORE if self._or_ignore else None
        quote, operations = connection.ops.quote_name, connection.ops
        fields = [*(_field(self._model, name) for name in self._names), *self._others()]
        columns = ", ".join(quote(field.column) for field in fields)
        row = "(" + ", ".join(["%s"] * len(fields)) + ")"
        return (
            f"{operations.insert_statement(on_conflict=conflict)} "
            f"{quote(self._model._meta.db_table)} ({columns}) VALUES {', '.join([row] * count)} "
            f"{operations.on_conflict_suffix_sql(fields, conflict, [], [])}"
        )


def _default(field: "Field[Any, Any]") -> object:
    value = field.get_default()
    if value != field.get_default():
        raise TypeError(f"{field} is new in every row: it has to be given.")
    return field.get_db_prep_save(value, connection)
