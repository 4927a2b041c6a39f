"""What is wrong with a message catalogue, entry by entry.

A sentence without a translation is shown in English in the middle of another language; one that
lost a placeholder fails when its page is shown, or leaves out the one number that mattered.

Owns: the judgement. Must not: collect or compile.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from polib import POEntry, pofile

#: Named and plain places of both kinds of formatting, and tags of mails and pages.
_PLACES = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}|</?\w+[^<>]*>")


def faults_of(path: Path) -> Iterator[str]:
    """A sentence per fault, with the message it is about."""
    for entry in pofile(str(path)):
        if entry.obsolete:
            continue
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        texts = _texts(entry)
        if not all(text.strip() for text in texts):
            yield f"not translated: {entry.msgid!r}"
            continue
        for text in texts:
            if not _fits(entry, text):
                yield f"other placeholders or tags: {entry.msgid!r} → {text!r}"
            elif _ends(text) != _ends(entry.msgid):
                yield f"begins or ends with another space: {entry.msgid!r}"


def _texts(entry: POEntry) -> list[str]:
    plural: dict[int, str] = entry.msgstr_plural
    return list(plural.values()) if entry.msgid_plural else [entry.msgstr]


def _fits(entry: POEntry, text: str) -> bool:
    """As the original; of a plural, as either form: "one lesson" needs no number."""
    wanted = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
    return any(_places(text) == _places(one) for one in wanted)


def _places(text: str) -> Counter[str]:
    return Counter(_PLACES.findall(text))


def _ends(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
