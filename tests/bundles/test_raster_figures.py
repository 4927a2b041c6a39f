"""Figures of pixels in a course folder: read by their headers, kept as they are, written again."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from courseware.authoring.queries.changes import changes
from courseware.bundles.actions import load_folder
from courseware.bundles.dumping import folder_of
from courseware.bundles.reading import read_folder
from courseware.bundles.writing import all_files, fix, write
from courseware.courses.models import Edition
from lessons.actions import bring_picture, prepare_picture, remove_picture
from lessons.models import LessonText, Media, Picture
from quizzes.engine.pictures import hashes_in
from quizzes.models import QuestionText
from tests.authoring.drafts_made import NOW, drafted
from tests.bundles.folders import codes, copy_of, edit
from tests.cast import Cast
from tests.courses_made import PUBLISHED
from tests.lessons.pictures_made import STRANGE, claiming, file_of, moving

pytestmark = pytest.mark.django_db
LESSON = "lessons/01-making-tea.md"


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def with_figure(tmp_path: Path, name: str, content: bytes) -> Path:
    """The fixture with a picture of pixels in the place of its drawing."""
    folder = copy_of(tmp_path)
    (folder / "figures" / "teapot.svg").unlink()
    (folder / "figures" / name).write_bytes(content)
    edit(folder, LESSON, "figure | teapot.svg", f"figure | {name}")
    return folder


def dumped(edition: Edition) -> dict[str, bytes]:
    return all_files(folder_of(edition, edition.languages.get(language="en")))


@pytest.mark.parametrize(
    ("name", "kind", "content_type"),
    [
        ("teapot.png", "PNG", "image/png"),
        ("teapot.jpg", "JPEG", "image/jpeg"),
        ("teapot.jpeg", "JPEG", "image/jpeg"),
        ("teapot.webp", "WEBP", "image/webp"),
    ],
)
def test_they_come_in_and_out_byte_for_byte(
    tmp_path: Path, name: str, kind: str, content_type: str
) -> None:
    content = file_of(kind, size=(80, 60))
    folder = with_figure(tmp_path, name, content)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    edition = load_folder(folder, now=PUBLISHED).edition
    media = Media.objects.get(content_type=content_type)
    assert (media.width, media.height, media.is_public) == (80, 60, False)
    assert Picture.objects.get(edition=edition).name == name
    assert LessonText.objects.filter(figures={name: media.pk}).exists()
    assert dumped(edition).keys() == there
    assert dumped(edition)[f"figures/{name}"] == content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("teapot.png", file_of("JPEG"), "picture"),  # called otherwise
        ("teapot.webp", moving("WEBP"), "picture"),
        ("teapot.png", claiming(13_000, 13_000), "picture"),
        ("teapot.jpg", bytes(10 * 1024 * 1024 + 1), "too-large"),
        *(("teapot.png", content, "picture") for content in STRANGE.values()),
    ],
)
def test_what_is_no_picture_is_a_finding(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    folder = with_figure(tmp_path, name, content)
    found = [finding for finding in read_folder(folder).findings if finding.code == code]
    assert [(finding.file, finding.line) for finding in found] == [(f"figures/{name}", 1)]
    assert code in codes(folder)


def test_no_words_are_looked_for_among_pixels(tmp_path: Path) -> None:
    folder = with_figure(tmp_path, "teapot.png", file_of() + b"<text>Guaranteed bust</text>")
    assert not codes(folder) & {"language", "picture"}


def test_pictures_of_a_draft_go_into_its_folder(cast: Cast, tmp_path: Path) -> None:
    base = load_folder(copy_of(tmp_path), now=PUBLISHED).edition
    draft = drafted(base, by=cast.ingrid)
    draft.languages.update(change_note="Another picture.")
    assert dumped(draft).keys() == dumped(base).keys()
    made: list[Picture] = []
    for name in ("kept.png", "gone.png"):
        upload = bring_picture(
            edition=draft,
            content=file_of(size=(40, 20 + len(made))),
            original_name=name,
            alt="A",
            caption="",
            description="",
            by=cast.ingrid,
            now=NOW,
        )
        prepare_picture(upload_id=upload.pk, now=NOW)
        made.append(Picture.objects.get(edition=draft, name=name.replace("png", "webp")))
    remove_picture(picture=made[1])
    files = dumped(draft)
    assert files.keys() - dumped(base).keys() == {"figures/kept.webp"}
    write(files, tmp_path / "again" / "level-two")
    again = read_folder(tmp_path / "again" / "level-two")
    assert not again.has_errors
    assert again.figures["kept.webp"].content_type == "image/webp"


# ------------------------------------------------------------------ in questions
_STEM = 'stem: "You make tea. What do you do first?"'


def with_asked_picture(tmp_path: Path) -> Path:
    folder = copy_of(tmp_path)
    (folder / "figures" / "kettle.png").write_bytes(file_of(size=(80, 60)))
    shown = 'stem: "You make tea. ![A kettle](kettle.png) What do you do first?"'
    edit(folder, "questions/o1.yaml", _STEM, shown)
    return folder


def test_a_picture_of_a_question_comes_in_and_out_as_it_was(tmp_path: Path) -> None:
    folder = with_asked_picture(tmp_path)
    fix(read_folder(folder))  # its canonical form
    there = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
    edition = load_folder(folder, now=PUBLISHED).edition
    text = QuestionText.objects.get(question__key="T2-Q01")
    media = Media.objects.get(content_type="image/png")
    assert hashes_in(text.content) == {"kettle.png": media.pk}
    assert edition.pictures.get(name="kettle.png").alt == "A kettle"
    found = dumped(edition)
    for name in ("figures/kettle.png", "questions/o1.yaml", "questions/o2.yaml"):
        assert found[name] == there[name]
    assert load_folder(folder, now=PUBLISHED).outcome == "unchanged"


def test_another_picture_of_the_same_name_is_a_change_of_its_question(
    tmp_path: Path, cast: Cast
) -> None:
    folder = with_asked_picture(tmp_path)
    load_folder(folder, now=PUBLISHED)
    (folder / "figures" / "kettle.png").write_bytes(file_of(size=(60, 60)))
    newer = load_folder(folder, now=PUBLISHED).edition
    found = changes(newer)
    (change,) = found.questions
    assert (change.key, change.touches_key) == ("T2-Q01", False)
    assert [field.where for field in change.fields] == ["kettle.png"]
    assert found.pictures == []
