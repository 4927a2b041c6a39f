"""The guides lead somewhere, show pictures that exist and are small, and name what is on a screen.

Pictures are made anew by `make pictures`; every one of docs/pictures is shown somewhere.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
import polib
import pytest
from PIL import Image

from tests.pictures.camera import MOST_BYTES

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
PAGES = [*GUIDES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md"))]
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_HOLE = re.compile(r"%\(\w+\)[sd]")
#: Stressed words of a guide that are on no screen.
_STRESSED = {"with its own feedback"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def links(page: Path) -> Iterator[tuple[bool, str, str]]:
    """(is it a picture, its words, where it leads), of those that stay in the repository."""
    for mark, words, target in _LINK.findall(page.read_text("utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            yield bool(mark), words, target


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for _is_picture, _words, target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_every_picture_says_what_it_shows(guide: Path) -> None:
    for is_picture, words, target in links(guide):
        assert not is_picture or len(words) > 20, target


@pytest.mark.parametrize("picture", sorted(PICTURES.iterdir()), ids=name_of)
def test_a_picture_is_shown_somewhere_small_and_made_by_a_walk(picture: Path) -> None:
    shown = {Path(target).name for page in PAGES for is_one, _, target in links(page) if is_one}
    assert picture.name in shown
    assert picture.stat().st_size <= MOST_BYTES
    with Image.open(picture) as image:
        assert image.format == "PNG"
    walks = (ROOT / "tests" / "pictures" / "walks.py").read_text("utf-8")
    assert f'"{picture.stem}"' in walks


@cache
def on_screen() -> tuple[re.Pattern[str], ...]:
    """Every text of ours and of Django's admin; a hole takes any words."""
    ours = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
    folder = Path(django.__file__).parent / "contrib" / "admin"
    theirs = folder / "locale" / "es" / "LC_MESSAGES" / "django.po"
    texts = [
        text
        for catalogue in (ours, theirs)
        for entry in polib.pofile(str(catalogue))
        if not entry.obsolete
        for text in (entry.msgid, entry.msgid_plural)
        if text and len(_HOLE.sub("", text).strip()) > 2
    ]
    return tuple(
        re.compile(".+".join(re.escape(part) for part in _HOLE.split(text)), re.IGNORECASE)
        for text in texts
    )


def stressed(guide: Path) -> list[str]:
    return [" ".join(words.split()) for words in _BOLD.findall(guide.read_text("utf-8"))]


@pytest.mark.parametrize("guide", GUIDES, ids=name_of)
def test_every_stressed_word_stands_on_a_screen(guide: Path) -> None:
    """Bold is kept for buttons, fields and headings, so that a renamed one is noticed."""
    unknown = [
        words
        for words in stressed(guide)
        if words not in _STRESSED and not any(text.fullmatch(words) for text in on_screen())
    ]
    assert unknown == []


def test_the_guides_name_many_of_them() -> None:
    assert sum(len(stressed(guide)) for guide in GUIDES) > 100
