"""A language that nobody speaks, made of everything that is marked for translation.

    build_pseudo(folder)                 folder/ia/LC_MESSAGES/django.mo
    for words in visible(page): …        every text of a page that a person may see or hear
    left_over(words, content)            what is neither pseudo nor content: an unmarked string

Every letter of a marked string is replaced by one with an accent that no page has otherwise; so a
plain letter that is left on a page was not marked, or comes from the content. What libraries say is
made pseudo as well: it is theirs to translate, and they do.

Owns: the language and the reading. Must not: know pages.
"""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

from polib import POEntry, POFile, pofile

CODE = "ia"  # a real code, so that Django accepts it; one without date formats of its own
_LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ",
)
#: Placeholders, tags and entities stay as they are.
_KEPT = re.compile(r"(%\(\w+\)[sd]|%[sd%]|\{\w*\}|<[^>]+>|&#?\w+;)")
#: Addresses, fingerprints, codes of certificates, and whatever has a digit in it.
_NUMBERS = re.compile(
    r"https?://\S+|\S+@\S+|\b[0-9a-f]{2,8}(?:[ :][0-9a-f]{2,8})+\b"
    r"|\b\w{4}(?:-\w{4}){3}\b|\b[\w-]*\d[\w-]*\b",
    re.IGNORECASE,
)
_ROOT = Path(__file__).resolve().parent.parent
#: With these texts a page speaks: to the eye, to a screen reader, and through its script.
_SPOKEN = {"alt", "aria-label", "placeholder", "title", "aria-description"}
_SCRIPTED = re.compile(
    r"^data-(saving|failed|sign-in|minutes|conflict|nothing|keep|use|answered|flagged|empty|left"
    r"|copied-word|confirm)"
)


def pseudo(text: str) -> str:
    parts = _KEPT.split(text)
    return "".join(
        part if number % 2 else part.translate(_LETTERS) for number, part in enumerate(parts)
    )


def _sources() -> Iterator[Path]:
    """Our own messages, and those of the libraries whose words stand on our pages."""
    yield _ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
    for package, language in (("django", "en"), ("allauth", "de")):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        yield from sorted(Path(spec.origin).parent.rglob(f"locale/{language}/**/django.po"))


def build_pseudo(folder: Path) -> None:
    catalogue = POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    seen = set[tuple[str, str | None]]()
    for path in _sources():
        for entry in pofile(str(path)):
            name = (entry.msgid, entry.msgctxt)
            if name in seen or entry.obsolete:
                continue
            seen.add(name)
            catalogue.append(_translated(entry))
    target = folder / CODE / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    catalogue.save_as_mofile(str(target))


def _translated(entry: POEntry) -> POEntry:
    made = POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt)
    if entry.msgid_plural:
        made.msgid_plural = entry.msgid_plural
        made.msgstr_plural = {0: pseudo(entry.msgid), 1: pseudo(entry.msgid_plural)}
    else:
        made.msgstr = pseudo(entry.msgid)
    return made


class _Reader(HTMLParser):
    """Collects texts outside of what is marked as being in a language of its own."""

    _VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use"}
    _SILENT = {"script", "style", "svg", "pre", "code", "iframe"}

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # tag, and whether its inside is not ours

    @property
    def _is_foreign(self) -> bool:
        return bool(self._open) and self._open[-1][1]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        foreign = (
            self._is_foreign
            or tag in self._SILENT
            or ("lang" in given and tag != "html")
            or given.get("name") == "time_zone"  # names of places
        )
        if not foreign:
            self.texts += [
                value for name, value in given.items() if name in _SPOKEN or _SCRIPTED.match(name)
            ]
        if tag not in self._VOID:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            opened, _foreign = self._open.pop()
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._is_foreign and data.strip():
            self.texts.append(" ".join(data.split()))


def visible(page: str) -> list[str]:
    reader = _Reader()
    reader.feed(page)
    return reader.texts


def left_over(words: str, content: Iterable[str]) -> str:
    """What remains when content, addresses and numbers are taken out, if it has plain letters.

    `content` comes with the longest first.
    """
    if re.fullmatch(r"https?://\S+", words.strip()):
        return ""  # as a whole: a word of a course may be a part of an address
    for known in content:
        words = words.replace(known, " ")
    words = _NUMBERS.sub(" ", words)
    return " ".join(words.split()) if re.search(r"[A-Za-z]{2,}", words) else ""
