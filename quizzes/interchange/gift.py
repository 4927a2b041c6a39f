"""GIFT, read: everything that Moodle documents of it.

    ::name:: [format] text { answers } text     a missing word where text follows
    {T#wrong#right}  {=a ~b}  {~%50%a ~%-50%b}  {=a =b}  {=left -> right}  {#5:1}  {#1..3}  {}
    #feedback  ####general feedback  \\: \\# \\= \\{ \\} \\~ \\n  // [id:…] [tag:…]  $CATEGORY: …

Owns: this syntax. What our types cannot hold is noted with its line, never left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.answers import Answer, choice, matching, numeric, short
from quizzes.interchange.contents import decimal_of
from quizzes.interchange.places import Category, Titles, place_of
from quizzes.interchange.records import MAX_ANSWERS, MAX_QUESTIONS, Notes, Question, Reading
from quizzes.interchange.wording import FORMATS, Wording

_ESCAPABLE = "\\:#={}~n"
_HIDDEN = {char: chr(0x10FF40 + place) for place, char in enumerate(_ESCAPABLE)}
_SHOWN = {hidden: "\n" if char == "n" else char for char, hidden in _HIDDEN.items()}
_ESCAPED = re.compile(r"\\([\\:#={}~n])")
_WEIGHT = re.compile(r"%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
_FORMAT = re.compile(r"\[([a-z]+)\]")
_ID = re.compile(r"\[id:((?:[^\\\]]|\\.){1,200})\]")
_TAG = re.compile(r"\[tag:((?:[^\\\]]|\\.){1,200})\]")
_TRUE, _FALSE = frozenset({"T", "TRUE"}), frozenset({"F", "FALSE"})
MISSING_WORD = "_____"
_WORK_OF_AN_ANSWER = 30
_CATEGORY = "$CATEGORY:"
_LONGEST_PLACE = 10_000
_SAYS_A_PLACE = re.compile(r"\[(?:id|tag):")
_SIGNS = re.compile(r"[=~]")


def read_gift(text: str) -> Reading:
    """Every question and everything that is to be said. Raises Unreadable for too much."""
    notes = Notes()
    questions: list[Question] = []
    category, titles, taken = Category(), Titles(), 0
    for chunk in _chunks(text):
        notes.name = ""
        if chunk.is_category:
            category = Category(_plain(chunk.text), chunk.line)
            continue
        if len(questions) >= MAX_QUESTIONS:
            message = gettext_noop("There are more than %(limit)s questions. Split the file.")
            notes.error(chunk.line, message, limit=MAX_QUESTIONS)
            break
        words = Wording(notes, taken)
        question = _question(chunk, category, notes, words)
        if question is not None:
            taken += len(words.pictures)
            questions.append(replace(question, pictures=tuple(words.pictures)))
            titles.add(question, category, is_named=chunk.text.startswith("::"))
    titles.say(notes)
    return Reading(tuple(questions), notes.found)


@dataclass(frozen=True)
class _Chunk:
    """What stands between two blank lines, escapes hidden, comments taken out; or a category."""

    text: str
    line: int
    comments: str = ""
    is_category: bool = False


def _chunks(text: str) -> Iterator[_Chunk]:
    lines: list[str] = []
    comments: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        words = line.strip()
        if words.startswith("//"):
            comments += [words] if _SAYS_A_PLACE.search(words) else []
            if lines:
                lines.append("")
            continue
        # A category is one line: what stands next to it is a question of its own.
        is_category = words.startswith(_CATEGORY)
        if words and not is_category:
            first = first if lines else number
            lines.append(line)
            continue
        if lines:
            yield _Chunk(_hidden("\n".join(lines)), first, "\n".join(comments))
            lines, comments = [], []
        if is_category:
            yield _Chunk(_hidden(words.removeprefix(_CATEGORY)), number, is_category=True)


def _hidden(text: str) -> str:
    return _ESCAPED.sub(lambda found: _HIDDEN[found[1]], text.strip())


def _plain(text: str) -> str:
    """The words with every escaped character as itself."""
    return "".join(_SHOWN.get(char, char) for char in text).strip()


@dataclass(frozen=True)
class _Parts:
    """A question taken apart. `answers` is None for a description."""

    name: str
    stem: str
    form: str
    answers: str | None
    answers_line: int
    general: str
    general_line: int


def _taken_apart(chunk: _Chunk, notes: Notes) -> _Parts | None:
    text, line, name = chunk.text, chunk.line, ""
    if text.startswith("::"):
        end = text.find("::", 2)
        if end > 0:
            name = _plain(text[2:end])
            rest = text[end + 2 :]
            line += text[: end + 2].count("\n") + rest[: len(rest) - len(rest.lstrip())].count("\n")
            text = rest.strip()
    notes.name = name or _plain(text)[:40]
    begin, finish = text.find("{"), text.find("}")
    if begin < 0 and finish < 0:
        return _Parts(notes.name, text, "moodle", None, line, "", line)
    if begin < 0 or finish < begin or "{" in text[begin + 1 : finish]:
        notes.error(
            line,
            gettext_noop(
                "The braces do not match. A question has one { and one }, no blank line between; "
                "write \\{ and \\} for braces of the text."
            ),
        )
        return None
    answers = text[begin + 1 : finish]
    after = text[finish + 1 :]
    if "{" in after or "}" in after:
        message = gettext_noop("There are two groups of answers. Write one question for each.")
        notes.error(line + text[:finish].count("\n"), message)
        return None
    stem = text[:begin] + (MISSING_WORD + after if after.strip() else "")
    general = ""
    if "####" in answers:
        answers, _sep, general = answers.rpartition("####")
    form, stem = _format(stem.strip(), "moodle")
    brace = line + text[:begin].count("\n")
    place = brace + _lines_before(answers)
    general_line = brace + answers.count("\n")
    body = answers.strip()
    return _Parts(name or _plain(stem)[:40], stem, form, body, place, general, general_line)


def _lines_before(text: str) -> int:
    """How many lines a text leaves out before it begins."""
    return text[: len(text) - len(text.lstrip())].count("\n")


def _format(text: str, default: str) -> tuple[str, str]:
    """The format that a text names at its beginning, and the rest."""
    found = _FORMAT.match(text.strip())
    if found is None or found[1] not in FORMATS:
        return default, text
    return found[1], text.strip()[found.end() :]


def _question(chunk: _Chunk, category: Category, notes: Notes, words: Wording) -> Question | None:
    parts = _taken_apart(chunk, notes)
    if parts is None:
        return None
    notes.name = parts.name
    if parts.answers is None:
        message = gettext_noop("A description asks nothing: it is left out.")
        notes.lost(chunk.line, message)
        return None
    body = parts.answers
    if not body:
        message = gettext_noop("An essay cannot be marked by itself: it is left out.")
        notes.lost(chunk.line, message)
        return None
    made = _typed(body, parts, notes, words)
    if made is None:
        return None
    kind, content = made
    place = _place(chunk, category, notes)
    stem = words.turned(_plain(parts.stem), parts.form, chunk.line)
    content = {"stem": stem, **content}
    general = _turned(parts.general, parts.form, parts.general_line, words)
    own = content.pop("feedback", "")
    if feedback := "\n\n".join(part for part in (general, own) if part):
        content["feedback"] = feedback
    return Question(kind, content, place, chunk.line, parts.name)


def _place(chunk: _Chunk, category: Category, notes: Notes) -> dict[str, Any]:
    said = chunk.comments
    if len(said) > _LONGEST_PLACE:
        message = gettext_noop(
            "The comments are too long: tags after %(limit)s signs are left out."
        )
        notes.lost(chunk.line, message, limit=_LONGEST_PLACE)
        said = said[:_LONGEST_PLACE]
    key = _ID.search(said)
    return place_of(
        (_unbracketed(tag) for tag in _TAG.findall(said)),
        key=_unbracketed(key[1]).strip() if key else "",
        category=category,
        notes=notes,
        line=chunk.line,
    )


def _unbracketed(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _turned(text: str, default: str, line: int, words: Wording) -> str:
    """`line` is where the text is parted from what stands before it."""
    form, rest = _format(text, default)
    return words.turned(_plain(rest), form, line + _lines_before(text))


def _typed(
    body: str, parts: _Parts, notes: Notes, words: Wording
) -> tuple[str, dict[str, Any]] | None:
    """The type that the answers say, and the content besides its stem."""
    if len(_SIGNS.findall(body)) > MAX_ANSWERS:
        message = gettext_noop("There are more than %(limit)s answers. Shorten the list.")
        notes.error(parts.answers_line, message, limit=MAX_ANSWERS)
        return None
    if body.startswith("#"):
        return _numeric(body, parts, notes, words)
    if "~" in body:
        answers = list(_split(body, "=~", parts, words, is_marked=True))
        # As Moodle has it: without a "=" there may be several right ones.
        takes_several = not any(answer.is_full for answer in answers)
        return choice(answers, takes_several=takes_several, notes=notes, line=parts.answers_line)
    if "=" in body and "->" in body:
        return _matching(body, parts, notes, words)
    word = body.partition("#")[0].strip()
    if word in _TRUE | _FALSE:
        return _true_false(body, word in _TRUE, parts, notes, words)
    answers = list(_split(body, "=", parts, words, is_text=True))
    return short(answers, notes=notes, line=parts.answers_line)


def _split(
    body: str,
    signs: str,
    parts: _Parts,
    words: Wording,
    *,
    is_marked: bool = False,
    is_text: bool = False,
) -> Iterator[Answer]:
    """The answers of a group, with their weights and what is said to each.

    `is_marked`: each begins with its sign; `is_text`: the answer itself is no Markdown.
    """
    pattern = re.compile(f"[{signs}]")
    starts = [found.start() for found in pattern.finditer(body)]
    if not starts or body[: starts[0]].strip():
        starts = [-1, *starts]
    line, before = parts.answers_line, 0
    for index, start in enumerate(starts):
        piece = body[start + 1 : starts[index + 1] if index + 1 < len(starts) else len(body)]
        sign = body[start] if start >= 0 else "="
        line += body[before : max(start, 0)].count("\n")
        before = max(start, 0)
        words.notes.spend(_WORK_OF_AN_ANSWER, line)
        begin = _lines_before(piece)  # of the answer after its sign
        piece = piece.strip()
        weight = Decimal(100) if sign == "=" else Decimal(0)
        is_full = sign == "=" and is_marked
        if not is_full and (found := _WEIGHT.match(piece)):
            weight, piece = Decimal(found[1].rstrip(".")), piece[found.end() :]
        answer, _hash, feedback = piece.partition("#")
        yield Answer(
            text=_plain(answer) if is_text else _turned(answer, parts.form, line + begin, words),
            weight=weight,
            feedback=_turned(feedback, parts.form, line + begin + answer.count("\n"), words),
            line=line + begin,
            is_full=is_full,
        )


def _true_false(
    body: str, is_true: bool, parts: _Parts, notes: Notes, words: Wording
) -> tuple[str, dict[str, Any]]:
    said: list[tuple[str, int]] = []
    before, *texts = body.split("#")
    line = parts.answers_line + before.count("\n")
    for text in [*texts, "", ""]:
        said.append((text, line))
        line += text.count("\n")
    for text, line in said[2:]:
        if text.strip():
            message = gettext_noop(
                "True and false have two feedbacks. This one is left out: %(text)s"
            )
            notes.lost(line + _lines_before(text), message, text=_plain(text)[:80])
    wrong, right = (_turned(text, parts.form, line, words) for text, line in said[:2])
    return "truefalse", {
        "options": [
            {"text": "", "correct": is_true, "feedback": right if is_true else wrong},
            {"text": "", "correct": not is_true, "feedback": wrong if is_true else right},
        ]
    }


def _matching(
    body: str, parts: _Parts, notes: Notes, words: Wording
) -> tuple[str, dict[str, Any]] | None:
    pairs = []
    line = parts.answers_line
    for number, piece in enumerate(body.split("=")):
        if number == 0 and not piece.strip():
            line += piece.count("\n")
            continue
        left, arrow, right = piece.partition("->")
        if not arrow:
            message = gettext_noop("A pair is written = left -> right. The arrow is missing here.")
            notes.error(line, message)
            return None
        if "#" in right:
            message = gettext_noop("Pairs have no feedback of their own in GIFT.")
            notes.lost(line, message)
            right = right.partition("#")[0]
        pairs.append(
            (_turned(left, parts.form, line, words), words.turned(_plain(right), "plain", line))
        )
        line += piece.count("\n")
    return matching(pairs)


def _numeric(
    body: str, parts: _Parts, notes: Notes, words: Wording
) -> tuple[str, dict[str, Any]] | None:
    rest, wave, wrong = body[1:].partition("~")
    answers = list(_split(rest, "=", parts, words, is_text=True))
    if wave:
        number, _hash, feedback = wrong.partition("#")
        line = parts.answers_line + rest.count("\n")
        text = wrong if number.strip() else feedback
        said = _turned(
            text, parts.form, line + ("" if text is wrong else number).count("\n"), words
        )
        answers.append(Answer("*", Decimal(0), said, line))
    read = []
    for answer in answers:
        value, tolerance = _interval(answer.text)
        if value is None:
            message = gettext_noop(
                "%(text)s is no number. Write 5, 5:0.1 or 4.9..5.1, with a point."
            )
            notes.error(answer.line, message, text=answer.text or "{#}")
            return None
        read.append(replace(answer, text=value, tolerance=tolerance))
    return numeric(read, notes=notes, line=parts.answers_line)


def _interval(text: str) -> tuple[str | None, str]:
    """The number and how far off one may be; None where it is no number."""
    if text.strip() == "*":
        return "*", "0"
    if ".." in text:
        low, high = (decimal_of(part) for part in text.split("..", 1))
        if low is None or high is None or high < low:
            return None, ""
        return str((low + high) / 2), str((high - low) / 2)
    value, _colon, tolerance = text.partition(":")
    number, off = decimal_of(value), decimal_of(tolerance or "0")
    return (None, "") if number is None or off is None else (str(number), str(off))
