"""The database of the live server as a whole: kept once, put back as often as tests need it.

    with bare_tables():                     once a process; each test leaves bare tables behind
    cast = framed(build_cast)               made by the first who asks, put back for all others
    shown = framed(_exhibition, cast)       where `cast` was framed too: its ids are the same again

It is for what looks at no settings but where files lie and is still true when the tests end.
tests/remembered.py does the same, row by row, within a transaction; here everything is committed.

Owns: copying the database and the files beside it. Must not: know what they mean.
"""

import pickle
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from tests.remembered import FOLDERS

type Files = dict[tuple[str, Path], tuple[int, bytes]]


class _Frame(NamedTuple):
    database: sqlite3.Connection  # in memory
    files: Files  # by setting and name: mode and content
    made: bytes


_frames: dict[tuple[Hashable, ...], _Frame] = {}


@contextmanager
def bare_tables() -> Iterator[None]:
    """After a test the tables are what the migrations left. Django would empty them one by one and
    make what the migrations made anew, with other ids. On PostgreSQL that is still how it is."""
    if connection.vendor != "sqlite":
        yield
        return
    bare = _copy_out()
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _copy_in(bare))
        yield
    for kept in (bare, *(frame.database for frame in _frames.values())):
        kept.close()
    _frames.clear()


def framed[**P, T](make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `make` makes, committed. On PostgreSQL it is made each time."""
    if connection.vendor != "sqlite":
        return make(*args, **kwargs)
    key = (make, *args, *kwargs.items())
    if (frame := _frames.get(key)) is None:
        made = make(*args, **kwargs)
        _frames[key] = _Frame(_copy_out(), _files(), pickle.dumps(made))
        return made
    cache.clear()  # what was counted of these people in another test
    _copy_in(frame.database)
    _put(frame.files)
    again: T = pickle.loads(frame.made)
    return again


def _copy_out() -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:", check_same_thread=False)
    _database().backup(kept)
    return kept


def _copy_in(kept: sqlite3.Connection) -> None:
    kept.backup(_database())


def _database() -> sqlite3.Connection:
    connection.ensure_connection()
    opened: Any = connection.connection
    assert isinstance(opened, sqlite3.Connection)
    return opened


def _files() -> Files:
    return {
        (folder, file.relative_to(root)): (file.stat().st_mode, file.read_bytes())
        for folder in FOLDERS
        for root in [Path(getattr(settings, folder))]
        for file in root.rglob("*")
        if file.is_file()
    }


def _put(files: Files) -> None:
    for (folder, name), (mode, content) in files.items():
        file = Path(getattr(settings, folder), name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(mode)
