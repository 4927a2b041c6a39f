"""What a question may give away or leave unclear although its format is right: hints to its author.

A hint never refuses anything. The course checks ask the same of a whole pool (a right option that
is the longest once is no flaw; in every second question it is), so the measures are public.

Works on contents as they are written, half-finished ones too. Must not: judge the format; that is
`validate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quizzes.engine.content import path_of
from quizzes.engine.messages import gettext_noop
from quizzes.engine.pictures import in_words
from quizzes.engine.words import normalised

type Written = Mapping[str, Any]

LENGTH_FACTOR, LENGTH_MORE = 3, 20
_CHOICES = frozenset({"single", "multiple"})
_ALL_OR_NONE = re.compile(
    r"^(?:all|none|both|any|neither) of (?:the above|these|them|the others)\b|\ball of the above\b"
    r"|\bnone of the above\b|^(?:both )?[A-D] and [A-D]$",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(
    r"\bwhich\b[^.?!]*\b(?:not|never|except|least|wrong)\b[^.?!]*\?|\bexcept\b[^.?!]*\?",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[*_`]|\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hint:
    """One thing worth a look: where, a code, and a sentence with values for its places."""

    place: tuple[str | int, ...]
    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return path_of(self.place)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


def hints(type_name: str, content: Written, *, negative_stem: bool = False) -> list[Hint]:
    """Everything worth a look in one question, its parts included."""
    found = [
        *of_stem(content, is_marked=negative_stem),
        *of_options(type_name, content),
        *_of_this_question(type_name, content),
        *_of_feedback(content),
    ]
    for index, part in enumerate(content.get("parts", ())):
        own = [
            *of_stem(part, is_marked=negative_stem, is_part=True),
            *of_options(str(part.get("type")), part),
            *_of_this_question(str(part.get("type")), part),
            *_of_feedback(part),
        ]
        found += [
            Hint(("parts", index, *hint.place), hint.code, hint.message, hint.params)
            for hint in own
        ]
    return found


def of_stem(content: Written, *, is_marked: bool, is_part: bool = False) -> Iterator[Hint]:
    """A stem that asks for the exception says so in its field, and in bold."""
    stem = str(content.get("stem", ""))
    if _NEGATIVE.search(stem) and not is_marked:
        message = gettext_noop("The stem asks for the exception, but is not marked as negative.")
        yield Hint(("stem",), "negative-stem", message)
    if is_marked and not is_part and "parts" not in content and "**" not in stem:
        message = gettext_noop("Put the word that turns the stem round in bold: **not**.")
        yield Hint(("stem",), "negative-stem", message)


def of_options(type_name: str, content: Written) -> Iterator[Hint]:
    """Options of like length, and none that speaks of the others."""
    options = _options(content)
    if type_name not in _CHOICES or not options:
        return
    lengths = [written_length(option) for option in options]
    if max(lengths) > LENGTH_FACTOR * min(lengths) + LENGTH_MORE:
        message = gettext_noop("The options have from %(least)s to %(most)s characters.")
        params = {"least": min(lengths), "most": max(lengths)}
        yield Hint(("options",), "option-length", message, params)
    for index, option in enumerate(options):
        if _ALL_OR_NONE.search(_text(option, "text").strip()):
            message = gettext_noop("This option speaks of the others (all or none of the above).")
            yield Hint(("options", index, "text"), "all-or-none", message)


def key_is_longest(options: Sequence[Written]) -> bool:
    """Whether the right option is strictly the longest of a single choice."""
    right = [written_length(option) for option in options if option.get("correct")]
    wrong = [written_length(option) for option in options if not option.get("correct")]
    return bool(right and wrong) and max(right) > max(wrong)


def written_length(option: Written) -> int:
    """Characters of an option's text as they are seen, without marks."""
    return len(_MARKUP.sub(" ", in_words(_text(option, "text"))).strip())


def plain(text: str) -> str:
    """The words of a text as they are compared across questions: without marks and ends."""
    return _MARKUP.sub(" ", in_words(text)).strip(" .!?\"'").casefold()


def _of_this_question(type_name: str, content: Written) -> Iterator[Hint]:
    """What the course checks count over a pool; here it is said of the one that is written."""
    options = _options(content)
    if type_name == "single" and key_is_longest(options):
        index = next(i for i, option in enumerate(options) if option.get("correct"))
        message = gettext_noop("The right option is the longest, which gives it away.")
        yield Hint(("options", index, "text"), "key-is-longest", message)
    if type_name in _CHOICES:
        yield from _alike("options", [_text(option, "text") for option in options])


def _alike(name: str, texts: Sequence[str]) -> Iterator[Hint]:
    """Options of the same words in another order. The same text twice is a fault, not a hint."""
    seen: dict[tuple[str, ...], tuple[int, str]] = {}
    for index, text in enumerate(texts):
        words = tuple(sorted(_WORD.findall(normalised(text))))
        if not words:
            continue
        earlier, same = seen.setdefault(words, (index, text))
        if earlier != index and normalised(same) != normalised(text):
            message = gettext_noop("Has the same words as option %(earlier)s.")
            yield Hint((name, index, "text"), "same-words", message, {"earlier": earlier + 1})


def _of_feedback(content: Written) -> Iterator[Hint]:
    """Feedback is there, says more than its option, and is not one sentence for several."""
    for name, own in (("options", "text"), ("pairs", "right"), ("errors", ""), _SLIPS):
        seen: dict[str, int] = {}
        for index, row in enumerate(_rows(content, name)):
            said = normalised(_text(row, "feedback"))
            place = (name, index, "feedback")
            if not said:
                message = gettext_noop("There is no feedback: say why it is right or wrong.")
                yield Hint(place, "no-feedback", message)
            elif own and said == normalised(_text(row, own)):
                message = gettext_noop("The feedback only repeats the text: say why.")
                yield Hint(place, "feedback-repeats", message)
            elif seen.setdefault(said, index) != index:
                message = gettext_noop("Has the same feedback as entry %(earlier)s.")
                yield Hint(place, "same-feedback", message, {"earlier": seen[said] + 1})


_SLIPS = ("partial_feedback", "")


def _options(content: Written) -> list[Written]:
    return _rows(content, "options")


def _rows(content: Written, name: str) -> list[Written]:
    return [row for row in content.get(name, ()) if isinstance(row, Mapping)]


def _text(row: Written, name: str) -> str:
    return str(row.get(name, ""))
