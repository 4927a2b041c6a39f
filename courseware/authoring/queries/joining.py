"""What a file says of a question that the draft has, joined with what the draft alone knows of it.

    reading = Joiner(format_name, ours, there).joined(reading)

A file that nobody touched changes nothing, whatever its format leaves out. Which question is meant
says its key; where a format has none, its words.

Must not: ask a database, write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from courseware.core.markup import PICTURE
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import NO_TEXT, shown_in
from quizzes.interchange.completing import with_words
from quizzes.interchange.holding import HOLDS_NO_KEY, TYPES, held
from quizzes.interchange.keeping import kept
from quizzes.interchange.recognising import recognised
from quizzes.interchange.records import Finding, Picture, Question, Reading
from quizzes.interchange.wording import MARK_BEGIN, MARK_END

_TAKEN_FOR = gettext_noop(
    "The format has no keys. This says the same as %(key)s but for a few words, so it changes "
    "%(key)s. If it is another question, bring it in another format with a key of its own."
)


@dataclass
class There:
    """Pictures of a file that the draft has: `names` by mark, and the `words` that show them."""

    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)


class Joiner:
    """`ours`: the draft's questions by key. What of their pictures stays is put into `there`."""

    def __init__(self, format_name: str, ours: Mapping[str, Question], there: There) -> None:
        self._format = format_name
        self._ours = ours
        self._there = there
        self._held: dict[str, Question | None] = {}
        self._marks = 0

    def joined(self, reading: Reading) -> Reading:
        findings = list(reading.findings)
        meant = self._meant(reading.questions) if self._format in HOLDS_NO_KEY else {}
        self._marks = sum(len(read.pictures) for read in reading.questions)
        questions = []
        for number, read in enumerate(reading.questions):
            if number in meant:
                key, is_exact = meant[number]
                read = replace(read, place={**read.place, "key": key})
                if not is_exact:
                    params = {"key": key}
                    findings.append(Finding(read.line, "warning", _TAKEN_FOR, params, read.name))
            made, said = self._one(read)
            questions.append(made)
            findings += said
        return Reading(tuple(questions), tuple(findings))

    def _meant(self, brought: Sequence[Question]) -> dict[int, tuple[str, bool]]:
        types = TYPES[self._format]
        bases = {key: self._base(key) for key, one in self._ours.items() if one.type in types}
        return recognised(brought, {key: one for key, one in bases.items() if one is not None})

    def _base(self, key: str) -> Question | None:
        """What a file says of ours while nobody has touched it."""
        if key not in self._held:
            self._held[key] = held(self._format, self._ours[key])[0]
        return self._held[key]

    def _one(self, read: Question) -> tuple[Question, list[Finding]]:
        key = str(read.place.get("key", ""))
        ours = self._ours.get(key)
        base = self._base(key) if ours is not None and ours.type == read.type else None
        if ours is None or base is None:
            return read, []
        # Pictures that the draft has stand under their names, as in ours; new ones stay marks.
        words = {picture.mark: picture.mark for picture in read.pictures} | self._there.words
        made = kept(ours, base, replace(read, content=with_words(read.content, words)))
        return self._marked(read, made.content, ours), made.findings(read)

    def _marked(self, read: Question, content: Mapping[str, Any], ours: Question) -> Question:
        """With marks for the pictures of ours: what else has their form is none, and is said."""
        names = {name for _place, _alt, name in shown_in(ours.content)}
        added: list[Picture] = []

        def mark(found: re.Match[str]) -> str:
            name = found["target"].strip()
            if name not in names:
                return found[0]
            self._marks += 1
            picture = Picture(
                f"{MARK_BEGIN}{self._marks}{MARK_END}", name, b"", found["alt"].strip(), read.line
            )
            added.append(picture)
            self._there.names[picture.mark] = name
            self._there.words[picture.mark] = found[0]
            return picture.mark

        marked = _texts(content, lambda text: PICTURE.sub(mark, text)) if names else content
        return replace(read, content=marked, pictures=(*read.pictures, *added))


def _texts(value: Any, turned: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return turned(value)
    if isinstance(value, Mapping):
        return {
            name: entry if name in NO_TEXT else _texts(entry, turned)
            for name, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return [_texts(entry, turned) for entry in value]
    return value
