"""What is put back is what was made, to the letter."""

import time
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction

from courseware.accounts.actions import create_unit
from courseware.accounts.models import User
from courseware.core.ids import new_id
from tests.authoring.drafts_made import loaded
from tests.cast import NOW, Cast, build_cast
from tests.remembered import remembered

pytestmark = pytest.mark.django_db


def _everything() -> dict[str, list[tuple[str, ...]]]:
    """Every value of every table as it is stored, and how far the ids have been counted."""
    found = {}
    with connection.cursor() as cursor:
        tables = [info.name for info in connection.introspection.get_table_list(cursor)]
        for table in [*tables, "sqlite_sequence"]:
            cursor.execute("SELECT name FROM pragma_table_info(%s)", [table])
            values = ", ".join(f'quote("{name}")' for (name,) in cursor.fetchall())
            cursor.execute(f'SELECT {values} FROM "{table}"')
            found[table] = sorted(cursor.fetchall())
    return found


@pytest.mark.skipif(connection.vendor != "sqlite", reason="made again on PostgreSQL")
def test_the_second_world_is_the_first() -> None:
    calls = []

    def make() -> Cast:
        calls.append(1)
        return build_cast()

    worlds, casts = [], []
    for _ in range(2):
        with transaction.atomic():
            casts.append(remembered(make))
            worlds.append(_everything())
            transaction.set_rollback(True)
    assert len(calls) == 1
    assert worlds[0] == worlds[1]
    assert worlds[0]["accounts_user"]
    assert casts[0] == casts[1]
    assert casts[0].alice is not casts[1].alice  # one test cannot change what the next one gets


def test_where_something_stands_already_it_is_made_beside_it() -> None:
    with transaction.atomic():
        remembered(build_cast)
        transaction.set_rollback(True)
    create_unit(name="Other", code="other", parent=None, by=None, now=NOW)
    cast = remembered(build_cast)
    assert User.objects.get(pk=cast.alice.pk).email == "alice@example.org"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="made again on PostgreSQL")
def test_a_published_course_comes_back_with_its_files_and_its_triggers(
    settings: LazySettings, tmp_path: Path
) -> None:
    folders = []
    for number in range(2):
        settings.MEDIA_ROOT = tmp_path / str(number)
        with transaction.atomic():
            edition = loaded()
            with pytest.raises(DatabaseError), transaction.atomic():
                edition.languages.update(title="Changed after all")
            transaction.set_rollback(True)
        files = [file for file in settings.MEDIA_ROOT.rglob("*") if file.is_file()]
        folders.append({file.relative_to(settings.MEDIA_ROOT): file.read_bytes() for file in files})
    assert folders[0]
    assert folders[0] == folders[1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="made again on PostgreSQL")
def test_a_clock_that_stands_still_does_not_shuffle_what_is_kept() -> None:
    def make() -> list[UUID]:
        ids = []
        for _ in range(5):
            time.sleep(0.002)
            ids.append(new_id())
        return ids

    with time_machine.travel(NOW, tick=False):
        made = remembered(make)
    assert made == sorted(made)
