"""The share image: its size, what it shows, and above all what it never holds."""

import io
from dataclasses import fields, replace
from typing import Any

import pytest
from PIL import Image, ImageChops, features

from courseware.certificates.rendering import (
    FontSet,
    RenderError,
    ShareFacts,
    UnprintableText,
    render_share_image,
)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def ink(png: bytes, area: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The box around everything in ``area`` that is not paper."""
    part = opened(png).convert("RGB").crop(area)
    paper = Image.new("RGB", part.size, part.getpixel((0, 0)))
    return ImageChops.difference(part, paper).getbbox()


def chunks(png: bytes) -> set[bytes]:
    kinds, at = set(), 8
    while at < len(png):
        kinds.add(png[at + 4 : at + 8])
        at += 12 + int.from_bytes(png[at : at + 4])
    return kinds


def test_there_is_no_place_for_a_name() -> None:
    assert not [field.name for field in fields(ShareFacts) if "name" in field.name]
    assert not [field.name for field in fields(ShareFacts) if "holder" in field.name]


def test_it_is_a_small_png_without_metadata(
    share_facts: ShareFacts, certificate_fonts: FontSet
) -> None:
    png = render_share_image(share_facts, certificate_fonts)
    image = opened(png)
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(png) <= 60_000
    assert chunks(png) == {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    assert not image.getexif()
    assert image.info == {}


def test_the_same_facts_give_the_same_bytes(
    share_facts: ShareFacts, certificate_fonts: FontSet
) -> None:
    first = render_share_image(share_facts, certificate_fonts)
    assert render_share_image(share_facts, certificate_fonts) == first


@pytest.mark.parametrize("field", ["heading", "course_title", "completed", "issued_by"])
def test_every_text_shows(field: str, share_facts: ShareFacts, certificate_fonts: FontSet) -> None:
    changed: dict[str, Any] = {field: "Something else"}
    other = replace(share_facts, **changed)
    shown = render_share_image(share_facts, certificate_fonts)
    assert render_share_image(other, certificate_fonts) != shown


@pytest.mark.parametrize(
    "title",
    [
        "Drugs",
        "Technology-enabled crime, end-to-end encryption and virtual currencies " * 4,
        "Ŵ" * 200,
        "Τεχνολογία και έγκλημα: το τοπίο και τα βασικά",
        "Технології та злочинність: основи для першого реагування",
        "Տեխնոլոգիա და ტექნოლოგია",
    ],
)
def test_any_title_stays_inside_its_space(
    title: str, share_facts: ShareFacts, certificate_fonts: FontSet
) -> None:
    png = render_share_image(replace(share_facts, course_title=title), certificate_fonts)
    assert ink(png, (80, 150, 1120, 455)) is not None
    assert ink(png, (0, 20, 78, 630)) is None
    assert ink(png, (1123, 20, 1200, 630)) is None
    assert ink(png, (80, 432, 1120, 453)) is None, "no line runs into the state below"


def test_a_demonstration_shows_its_band(
    share_facts: ShareFacts, certificate_fonts: FontSet
) -> None:
    marked = replace(share_facts, demonstration="DEMONSTRATION – not a real certificate")
    band = (0, 20, 70, 60)
    paper = opened(render_share_image(share_facts, certificate_fonts)).convert("RGB").crop(band)
    amber = opened(render_share_image(marked, certificate_fonts)).convert("RGB").crop(band)
    assert paper.getpixel((5, 5)) != amber.getpixel((5, 5))


def test_arabic_is_shaped_and_mirrored_or_refused(
    share_facts: ShareFacts, certificate_fonts: FontSet
) -> None:
    facts = replace(share_facts, course_title="التقنية", direction="rtl")
    if not features.check("fribidi"):
        with pytest.raises(RenderError, match="FriBiDi"):
            render_share_image(facts, certificate_fonts)
        return
    png = render_share_image(facts, certificate_fonts)
    title = ink(png, (0, 150, 1200, 455))
    assert title is not None
    assert title[0] > 600


def test_an_unknown_script_is_refused(share_facts: ShareFacts, certificate_fonts: FontSet) -> None:
    with pytest.raises(UnprintableText):
        render_share_image(replace(share_facts, course_title="王"), certificate_fonts)
