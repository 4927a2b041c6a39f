"""Headers are read without a decoder, and say what the decoder would say."""

import pytest

from courseware.core.pictures import MAX_SCANS, Header, NotAPicture, read_header
from tests.lessons.pictures_made import STRANGE, claiming, file_of, moving, often_scanned


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"}),
    ],
)
def test_kind_and_size(kind: str, options: dict[str, object]) -> None:
    header = read_header(file_of(kind, size=(37, 21), **options))
    assert (header.kind, header.width, header.height) == (kind.lower(), 37, 21)
    assert header.is_within_limits
    assert not header.is_animated


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_moves(kind: str) -> None:
    assert read_header(moving(kind)).is_animated


def test_a_small_file_may_claim_a_huge_picture() -> None:
    file = claiming(13_000, 13_000)
    assert len(file) < 25_000
    assert read_header(file) == Header("png", 13_000, 13_000)
    assert not read_header(file).is_within_limits


@pytest.mark.parametrize(
    ("width", "height", "is_within"),
    [(5_000, 4_000, True), (5_001, 4_000, False), (6_000, 10, True), (6_001, 10, False)],
)
def test_the_limits(width: int, height: int, is_within: bool) -> None:
    assert Header("png", width, height).is_within_limits is is_within


def test_nobody_scans_a_picture_for_minutes() -> None:
    assert read_header(often_scanned(MAX_SCANS - 10)).width == 64
    with pytest.raises(NotAPicture):
        read_header(often_scanned(MAX_SCANS))


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_anything_else_is_no_picture(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        read_header(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_cut_anywhere_is_read_or_refused(kind: str) -> None:
    whole = file_of(kind)
    for length in range(len(whole)):
        try:
            header = read_header(whole[:length])
        except NotAPicture:
            continue
        assert (header.width, header.height) == (40, 30)
