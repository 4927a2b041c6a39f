"""What the worker makes of an uploaded file: the pixels, and nothing else of it."""

import io

import pytest
from PIL import Image

from courseware.core.pictures import MAX_BYTES, read_header
from lessons.encoding import MAX_WIDTH, Refused, encode
from lessons.models import Upload
from tests.lessons.pictures_made import (
    POLYGLOTS,
    STRANGE,
    claiming,
    file_of,
    moving,
    often_scanned,
    with_places,
)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=["WEBP"])


def refusal(content: bytes) -> str:
    with pytest.raises(Refused) as refused:
        encode(content)
    assert refused.value.reason in Upload.Reason.values
    return refused.value.reason


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_out_as_webp(kind: str) -> None:
    made = encode(file_of(kind))
    header = read_header(made.content)
    assert (header.kind, header.width, header.height) == ("webp", 40, 30)
    assert (made.width, made.height) == (40, 30)
    red, green, blue = opened(made.content).convert("RGB").getpixel((20, 15))  # type: ignore[misc]  # a number only where there is one band
    assert abs(red - 200) < 8
    assert max(abs(green - 30), abs(blue - 30)) < 8


def test_the_same_file_gives_the_same_bytes() -> None:
    assert encode(file_of("JPEG")) == encode(file_of("JPEG"))


def test_nothing_is_left_of_places_and_cameras() -> None:
    before = with_places()
    for secret in (b"Secret Camera", b"safe house", b"secret profile"):
        assert secret in before
    with Image.open(io.BytesIO(before)) as photo:
        assert photo.getexif().get_ifd(0x8825)
    made = encode(before).content
    with opened(made) as picture:
        assert not picture.getexif()
        assert set(picture.info) & {"exif", "icc_profile", "xmp", "comment"} == set()
    for secret in (b"Secret", b"safe house", b"profile", b"EXIF", b"ICCP", b"XMP "):
        assert secret not in made


def test_texts_in_a_png_are_left_behind() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_itxt("Author", "somebody by name")
    before = file_of("PNG", pnginfo=notes, exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
    assert b"somebody by name" in before
    made = encode(before).content
    assert b"somebody" not in made
    assert b"EXIF" not in made


def test_a_photograph_on_its_side_stands_up() -> None:
    made = encode(with_places(turned=True))
    assert (made.width, made.height) == (30, 40)


def test_a_wide_picture_is_made_narrower() -> None:
    made = encode(file_of("JPEG", size=(3_200, 1_000)))
    assert (made.width, made.height) == (MAX_WIDTH, 500)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_way_to_keep_colours(mode: str) -> None:
    target = io.BytesIO()
    Image.new(mode, (30, 20)).save(target, "JPEG" if mode == "CMYK" else "PNG")
    made = encode(target.getvalue())
    assert (made.width, made.height) == (30, 20)


def test_sixteen_bits_stay_grey_and_do_not_turn_white() -> None:
    target = io.BytesIO()
    Image.new("I;16", (30, 20), 0x8000).save(target, "PNG")
    assert opened(encode(target.getvalue()).content).convert("L").getpixel((5, 5)) == 0x80


def test_holes_stay_holes() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(target, "PNG")
    assert opened(encode(target.getvalue()).content).mode == "RGBA"


@pytest.mark.parametrize("tail", POLYGLOTS.values(), ids=POLYGLOTS)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_hangs_on_behind_is_gone(kind: str, tail: bytes) -> None:
    made = encode(file_of(kind) + tail).content
    assert tail[:12] not in made
    assert made == encode(file_of(kind)).content


@pytest.mark.parametrize("content", STRANGE.values(), ids=STRANGE)
def test_strange_files_are_no_pictures(content: bytes) -> None:
    assert refusal(content) == "not-a-picture"


def test_huge_pictures_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(Image, "open", explode)
    assert refusal(claiming(13_000, 13_000)) == "too-many-pixels"
    assert refusal(claiming(6_001, 8)) == "too-many-pixels"
    assert refusal(often_scanned(100)) == "not-a-picture"
    assert refusal(moving("PNG")) == "animated"
    assert refusal(moving("WEBP")) == "animated"
    assert refusal(bytes(MAX_BYTES + 1)) == "too-large"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_file_that_breaks_off_is_damaged(kind: str) -> None:
    whole = file_of(kind, size=(200, 200), **({"lossless": True} if kind == "WEBP" else {}))
    assert refusal(whole[: len(whole) * 2 // 3]) == "damaged"


def test_a_header_that_does_not_fit_its_pixels_is_damaged() -> None:
    content = claiming(80, 80).replace(b"\x00\x00\x00\x50\x00\x00\x00\x50", b"\x00\x00\x00\x51" * 2)
    assert refusal(content) == "damaged"


def test_only_the_decoder_that_was_announced_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = Image.open

    def noting(file: io.BytesIO, formats: list[str]) -> Image.Image:
        asked.append(formats)
        return real(file, formats=formats)

    monkeypatch.setattr(Image, "open", noting)
    encode(file_of("PNG"))
    assert asked == [["PNG"]]
