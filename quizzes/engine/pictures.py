"""Pictures in the texts of a question.

    ![A map of the harbour](map.webp)       as an author writes it, by the name in the edition
    content["pictures"]["map.webp"]         which file that is: its hash, its ending and its size

The names stay as they were written; the files beside them make the content's hash change with the
picture, and let a page show it without asking for it.

Owns: which names a content shows, and the files beside them. Must not: know which pictures an
edition has; that is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from courseware.core.markup import PICTURE, address

FIELD = "pictures"
type Files = Mapping[str, Mapping[str, Any]]
"""By name: {"file": "<sha256>.webp", "width": 640, "height": 480}."""

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FILE = re.compile(r"[0-9a-f]{64}\.[a-z]{3,4}")
# What is compared with an answer, or is no text at all.
NO_TEXT = frozenset({FIELD, "accept", "unit", "key", "type"})

type Place = tuple[str | int, ...]


def shown_in(content: Mapping[str, Any]) -> Iterator[tuple[Place, str, str]]:
    """Where every picture stands, its words and what stands for its name."""
    for place, text in _texts(content, ()):
        for found in PICTURE.finditer(text) if "![" in text else ():
            yield place, found["alt"].strip(), found["target"].strip()


def names_in(content: Mapping[str, Any]) -> frozenset[str]:
    """The pictures that a content names."""
    return frozenset(name for _, _, name in shown_in(content) if NAME.fullmatch(name))


def missing_in(content: Mapping[str, Any]) -> frozenset[str]:
    """Names that lead to no file."""
    return names_in(content) - set(files_beside(content))


def without_files(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as its author wrote it."""
    return {name: value for name, value in content.items() if name != FIELD}


def with_files(content: Mapping[str, Any], known: Files) -> dict[str, Any]:
    """The content with the files of the names that it shows, and no others."""
    made = without_files(content)
    files = {name: dict(known[name]) for name in sorted(names_in(made)) if name in known}
    return {**made, FIELD: files} if files else made


def hashes_in(content: Mapping[str, Any]) -> dict[str, str]:
    """Hashes of the files that a content shows, by name."""
    return {
        name: str(file["file"]).partition(".")[0] for name, file in files_beside(content).items()
    }


def files_beside(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Of what stands there only what can be shown: a file may say anything of itself."""
    files = content.get(FIELD)
    if not isinstance(files, Mapping):
        return {}
    return {
        str(name): file
        for name, file in files.items()
        if isinstance(file, Mapping)
        and _FILE.fullmatch(str(file.get("file")))
        and isinstance(file.get("width"), int)
        and isinstance(file.get("height"), int)
    }


def addressed(text: str, files: Files) -> str:
    """A text with the address of each picture in the place of its name."""

    def put(found: re.Match[str]) -> str:
        file = files.get(found["target"].strip())
        if file is None:
            return found[0]
        return f"![{found['alt']}]({address(file['file'], file['width'], file['height'])})"

    return PICTURE.sub(put, text) if files and "![" in text else text


def stem_of(content: Mapping[str, Any]) -> str:
    """The stem of a stored content, as a page shows it."""
    return addressed(str(content.get("stem", "")), files_beside(content))


def in_words(value: Any, say: Callable[[str], str] = str, *, but: Collection[str] = ()) -> Any:
    """A text or a whole content with words in the place of every picture; `but` names others."""
    if isinstance(value, str):
        return _words_of(value, say, but)
    if isinstance(value, Mapping):
        return {
            name: entry if name in NO_TEXT else in_words(entry, say, but=but)
            for name, entry in value.items()
            if name != FIELD
        }
    if isinstance(value, list | tuple):
        return [in_words(entry, say, but=but) for entry in value]
    return value


def _words_of(text: str, say: Callable[[str], str], but: Collection[str]) -> str:
    """The words of one picture may make another of what stands around them."""

    def put(found: re.Match[str]) -> str:
        return found[0] if found["target"].strip() in but else say(found["alt"].strip())

    while (made := PICTURE.sub(put, text)) != text:
        text = made
    return text


def _texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            if name not in NO_TEXT:
                yield from _texts(entry, (*place, str(name)))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _texts(entry, (*place, index))
