"""A course out of the database is the folder that went in, byte for byte."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as configured
from django.core.management import CommandError, call_command

from courseware.bundles import writing
from courseware.bundles.actions import load_folder
from courseware.bundles.reading import read_folder
from courseware.courses.models import Edition
from courseware.health.freezing import wanted
from tests.bundles.folders import copy_of, edit
from tests.courses_made import PUBLISHED

pytestmark = pytest.mark.django_db
COURSES = sorted(path.parent for path in configured.LIBRARY_DIR.glob("*/course.yaml"))


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small course in canonical form."""
    made = copy_of(tmp_path)
    writing.fix(read_folder(made))
    return made


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def dump(slug: str, target: Path, *more: str) -> dict[str, bytes]:
    call_command("dump_course", slug, target, *more, verbosity=0)
    return contents(target)


def test_the_whole_library_comes_back_byte_for_byte(tmp_path: Path) -> None:
    for course in COURSES:
        load_folder(course, now=PUBLISHED)
    for course in COURSES:
        assert dump(course.name, tmp_path / "out" / course.name) == contents(course), course.name


def test_a_picture_that_no_lesson_shows_and_odd_file_names_come_back(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "figures/pot.svg").write_bytes((folder / "figures/teapot.svg").read_bytes())
    (folder / "questions/o1.yaml").rename(folder / "questions/zz-first.yaml")
    (folder / "lessons/01-making-tea.md").rename(folder / "lessons/00-making-tea.md")
    load_folder(folder, now=PUBLISHED)
    assert dump("level-two", tmp_path / "out") == contents(folder)


def test_what_was_dumped_loads_as_unchanged(folder: Path, tmp_path: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    target = tmp_path / "out" / "level-two"
    dump("level-two", target)
    assert load_folder(target, now=PUBLISHED).outcome == "unchanged"


def test_an_edition_that_came_from_no_folder_gets_the_formats_own_names(
    folder: Path, tmp_path: Path
) -> None:
    edition = load_folder(folder, now=PUBLISHED).edition
    copied = Edition.objects.get(pk=edition.pk)
    assert copied.bundle["lessons"]["making-tea"] == "lessons/01-making-tea.md"
    # The database refuses the change, so the row is read with an empty bundle.
    from courseware.bundles import dumping

    copied.bundle = {}
    files = writing.all_files(dumping.folder_of(copied, copied.languages.get()))
    assert set(files) == set(contents(folder))


def test_an_older_edition_by_its_number(
    folder: Path, tmp_path: Path, settings: LazySettings
) -> None:
    settings.DEMO = True
    load_folder(folder, now=PUBLISHED)
    before = contents(folder)
    edit(folder, "course.yaml", "First edition", "Second edition")
    load_folder(folder, now=PUBLISHED)
    assert dump("level-two", tmp_path / "new") == contents(folder)
    assert dump("level-two", tmp_path / "old", "--edition=1") == before


def test_what_cannot_be_dumped_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no course level-two"):
        dump("level-two", tmp_path / "out")
    load_folder(folder, now=PUBLISHED)
    with pytest.raises(CommandError, match="is not empty"):
        dump("level-two", folder)
    with pytest.raises(CommandError, match="no such edition"):
        dump("level-two", tmp_path / "out", "--edition=7")
    with pytest.raises(CommandError, match="Choose a language with --language: en"):
        dump("level-two", tmp_path / "out", "--language=es")


def test_it_says_what_it_wrote(folder: Path, tmp_path: Path) -> None:
    load_folder(folder, now=PUBLISHED)
    out = StringIO()
    call_command("dump_course", "level-two", tmp_path / "out", stdout=out)
    assert out.getvalue() == f"level-two, edition 1: {len(contents(folder))} files\n"


def test_where_things_stood_is_frozen_with_the_edition() -> None:
    [update] = [
        trigger
        for trigger in wanted("sqlite").values()
        if trigger.table == "courses_edition" and "UPDATE" in trigger.create[0].upper()
    ]
    assert "bundle" in " ".join(update.create)
