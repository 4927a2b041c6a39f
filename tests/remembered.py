"""Rows that many tests begin with, made through the actions once and put back as they were.

    cast = remembered(build_cast)

The first call of a process makes them; every later one, in a database as bare as that of the first,
puts the same rows in and hands out the same objects anew. It is for what is made without looking at
settings or the clock. Where a row stands in the way, or a commit would be seen, it is made again.

Owns: seeing what was made, putting it back. Must not: know what the rows mean.
"""

import pickle
from collections.abc import Callable
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection

type Row = tuple[Any, ...]


class _Kept(NamedTuple):
    bare: dict[str, int]  # how many rows each table had before
    rows: dict[str, list[Row]]  # what was put into it
    made: bytes


_kept: dict[Callable[[], Any], _Kept] = {}


def remembered[T](make: Callable[[], T]) -> T:
    """What `make` makes. PostgreSQL counts ids even when rows are taken back: there it is made."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return make()
    if (kept := _kept.get(make)) is None:
        return _first(make)
    if _counts(list(kept.bare)) != kept.bare:
        return make()
    cache.clear()  # what was counted of these people in another test
    with connection.cursor() as cursor:
        for table, rows in kept.rows.items():
            places = ", ".join(["?"] * len(rows[0]))
            # Past Django's cursor: values that went out raw come back raw.
            cursor.cursor.connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
    again: T = pickle.loads(kept.made)
    return again


def _first[T](make: Callable[[], T]) -> T:
    with connection.cursor() as cursor:
        tables = [info.name for info in connection.introspection.get_table_list(cursor)]
    before = {table: _rows(table) for table in tables}
    made = make()
    new: dict[str, list[Row]] = {}
    for table in tables:
        old, now = set(before[table]), _rows(table)
        assert old <= set(now), f"{table}: a row that stood there was changed"
        if rows := [row for row in now if row not in old]:
            new[table] = rows
    bare = {table: len(before[table]) for table in new}
    _kept[make] = _Kept(bare, new, pickle.dumps(made))
    return made


def _rows(table: str) -> list[Row]:
    with connection.cursor() as cursor:
        found: list[Row] = cursor.cursor.connection.execute(f'SELECT * FROM "{table}"').fetchall()
        return found


def _counts(tables: list[str]) -> dict[str, int]:
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))
