"""Bytes to text. Owns: which encodings are read, and which characters never come in.

A byte order mark decides; then UTF-16 by what it would read as, UTF-8 by its form, and windows-1252
for what is left, which is said. Must not: guess further; whoever has another encoding saves anew.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.records import MAX_BYTES, Finding, Unreadable

#: Characters of our own in a text that is being read; no file may hold them.
RESERVED = "\U0010ff00-\U0010ff7f"
_REFUSED = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff{RESERVED}]")
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_KNOWN = frozenset("utf-8 utf8 utf-16 us-ascii ascii windows-1252 cp1252 iso-8859-1".split())
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4_000
_ONE_BYTE = re.compile(rb"[\t\n\r -~]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ASCII = re.compile(r"[\t\n\r -~]")


@dataclass(frozen=True)
class Decoded:
    text: str
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text with plain line ends. Raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(
            gettext_noop("The file is larger than %(limit)s MB. Split it."),
            limit=MAX_BYTES // 1024 // 1024,
        )
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable(gettext_noop("The file is in UTF-32. Save it as UTF-8."))
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(checked(_exactly(data[len(mark) :], encoding)), encoding)
    if encoding := _wide(data):
        return Decoded(checked(_exactly(data, encoding)), encoding)
    try:
        return Decoded(checked(data.decode("utf-8")), "utf-8")
    except UnicodeDecodeError as error:
        return _as_windows(data, data.count(b"\n", 0, error.start) + 1)


def checked(text: str) -> str:
    """A text that was pasted or decoded, with plain line ends. Raises Unreadable."""
    if len(text) > MAX_BYTES:
        raise Unreadable(
            gettext_noop("The file is larger than %(limit)s MB. Split it."),
            limit=MAX_BYTES // 1024 // 1024,
        )
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if found := _REFUSED.search(plain):
        raise Unreadable(
            gettext_noop("An invisible control character (%(code)s) stands here. Take it out."),
            line=plain.count("\n", 0, found.start()) + 1,
            code=f"U+{ord(found[0]):04X}",
        )
    return plain


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: the order of bytes in which it reads as a file of questions, or "".

    Whatever its script, such a file has blanks and signs of ASCII, whose other byte is zero; the
    wrong order has hardly any. Bytes that are no characters of ASCII are rare in any other file
    with a zero byte; in UTF-16 they are a third and more.
    """
    sample = data[: _SAMPLE - _SAMPLE % 2]
    strange = len(_ONE_BYTE.sub(b"", sample))
    if 0 not in sample or strange * 5 < len(sample):
        return ""
    if _is_utf8(data) and len(_CONTROLS.findall(sample)) * 5 < len(sample):
        return ""
    # Both orders are judged: 一 is N, and 开 is _, where its bytes are the other way round.
    orders = [encoding for encoding in ("utf-16-le", "utf-16-be") if _may_be(sample, encoding)]
    return max(orders, key=lambda encoding: _counts(sample, encoding), default="")


def _may_be(sample: bytes, encoding: str) -> bool:
    likely, plain = _counts(sample, encoding)
    units = len(sample) // 2
    return plain * 50 >= units and likely * 100 >= units * 95


def _counts(sample: bytes, encoding: str) -> tuple[int, int]:
    """How much of it would be likely characters, and how much ASCII; in units of two bytes."""
    text = sample.decode(encoding, "ignore")
    likely = sum(_width(char) for char in text if _is_likely(char))
    return likely, len(_ASCII.findall(text))


def _width(char: str) -> int:
    """Of a character, in units of UTF-16."""
    return 2 if char > "\uffff" else 1


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_likely(char: str) -> bool:
    return char in "\r\n\t" or unicodedata.category(char)[0] in "LMNPSZ"


def _exactly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable(
            gettext_noop("The file says it is %(encoding)s, but it is damaged. Save it anew."),
            encoding=encoding.upper(),
        ) from None


def _as_windows(data: bytes, line: int) -> Decoded:
    declared = _DECLARED.search(data[:400])
    name = declared[1].decode("ascii").lower() if declared else ""
    if name and name not in _KNOWN:
        raise Unreadable(
            gettext_noop("The file is in %(encoding)s, which is not read. Save it as UTF-8."),
            encoding=name.upper(),
        )
    try:
        text = data.decode("windows-1252")
    except UnicodeDecodeError as error:
        raise Unreadable(
            gettext_noop("The file is neither UTF-8 nor windows-1252. Save it as UTF-8."),
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None
    message = gettext_noop(
        "The file is not UTF-8; it was read as windows-1252. Look at letters with accents."
    )
    return Decoded(checked(text), "windows-1252", (Finding(line, "warning", message),))
