"""What many tests begin with: made through the actions once, and put back as it was.

    cast = remembered(build_cast)
    draft = remembered(open_small_draft, cast.ingrid)

The first call of a process makes the rows and files; every later one with the same arguments, in a
database as bare as that of the first, puts the same in and hands out the same objects anew. It is
for what looks at no settings and is still true when the tests end. Where a row stands in the way,
or a commit would be seen, it is made again.

Owns: seeing what was made, putting it back. Must not: know what the rows mean.
"""

import pickle
import sqlite3
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings

type Row = tuple[Any, ...]
#: Folders of the installation, by their settings.
FOLDERS = ("MEDIA_ROOT", "KEYS_DIR")


class _Kept(NamedTuple):
    bare: dict[str, int]  # how many rows each table had before
    rows: dict[str, list[Row]]  # what was put into it
    files: dict[Path, tuple[int, bytes]]  # by setting and name: mode and content
    made: bytes


_kept: dict[tuple[Hashable, ...], _Kept] = {}


def remembered[**P, T](make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `make` makes. PostgreSQL counts ids even when rows are taken back: there it is made."""
    if connection.vendor != "sqlite" or not connection.in_atomic_block:
        return make(*args, **kwargs)
    key = (make, *args, *kwargs.items())
    if (kept := _kept.get(key)) is None:
        made, _kept[key] = _first(lambda: make(*args, **kwargs))
        return made
    if _counts(list(kept.bare)) != kept.bare:
        return make(*args, **kwargs)
    cache.clear()  # what was counted of these people in another test
    _insert(kept.rows)
    _put(kept.files)
    again: T = pickle.loads(kept.made)
    return again


def _first[T](make: Callable[[], T]) -> tuple[T, _Kept]:
    with connection.cursor() as cursor:
        tables = [info.name for info in connection.introspection.get_table_list(cursor)]
    before = {table: _rows(table) for table in tables}
    # Ids sort by the clock: one that a test has stopped would shuffle them for all later tests.
    with TemporaryDirectory() as home, time_machine.travel(_true_time(), tick=True):
        with override_settings(**{folder: Path(home) / folder for folder in FOLDERS}):
            made = make()
        files = {
            file.relative_to(home): (file.stat().st_mode, file.read_bytes())
            for file in Path(home).rglob("*")
            if file.is_file()
        }
    _put(files)
    new: dict[str, list[Row]] = {}
    for table in tables:
        old, now = set(before[table]), _rows(table)
        assert old <= set(now), f"{table}: a row that stood there was changed"
        if rows := [row for row in now if row not in old]:
            new[table] = rows
    bare = {table: len(before[table]) for table in new}
    return made, _Kept(bare, new, files, pickle.dumps(made))


def _true_time() -> float:
    clock = time_machine.escape_hatch
    return clock.time.time() if clock.is_travelling() else time.time()


def _put(files: dict[Path, tuple[int, bytes]]) -> None:
    for name, (mode, content) in files.items():
        folder, *rest = name.parts
        file = Path(getattr(settings, folder), *rest)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(mode)


def _insert(new: dict[str, list[Row]]) -> None:
    """Past Django's cursor: values that went out raw come back raw. Past the triggers: they let the
    rows in when they were made, but nothing more into an edition that is published by now."""
    with connection.cursor() as cursor:
        database = cursor.cursor.connection
        database.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)
        try:
            for table, rows in new.items():
                places = ", ".join(["?"] * len(rows[0]))
                database.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
        finally:
            database.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, True)


def _rows(table: str) -> list[Row]:
    with connection.cursor() as cursor:
        found: list[Row] = cursor.cursor.connection.execute(f'SELECT * FROM "{table}"').fetchall()
        return found


def _counts(tables: list[str]) -> dict[str, int]:
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))
