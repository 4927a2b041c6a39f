"""Aiken, read and written: a question of one line, options with letters, ANSWER: and a letter.

Plain words only: no feedback, no formatting, one right option. As Moodle has it, an option is one
line and letters and ANSWER are capitals; what is written otherwise is an error that says so, since
a line in small letters may as well be words of the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from quizzes.engine.messages import gettext_noop
from quizzes.interchange.markdown import as_markdown, as_plain, formula_in, work_of
from quizzes.interchange.records import MAX_QUESTIONS, Notes, Question, Reading
from quizzes.interchange.wording import say_formula

_OPTION = re.compile(r"([A-Z])[.)]\s+(.*)")
_ANSWER = re.compile(r"ANSWER:\s*([A-Za-z])\s*")
_LIKE_ANSWER = re.compile(r"(?i:ANSWER)\s*:\s*(.*)")
_WRITE_ANSWER = gettext_noop(
    "The right answer is a line of its own: ANSWER: in capitals, then one letter."
)
_NO_OPTIONS = gettext_noop(
    "There is no question with options before this line. Options begin with A. or A) and a blank, "
    "in capitals."
)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_aiken(text: str) -> Reading:
    """Every question and everything that is to be said. Raises Unreadable for too much."""
    notes = Notes()
    questions: list[Question] = []
    stem: list[str] = []
    options: list[str] = []
    first = 0
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.strip()
        if not words:
            continue
        if not first:
            first, notes.name = number, words[:40]
        answer, option = _ANSWER.fullmatch(words), _OPTION.fullmatch(words)
        if answer:
            made = _question(stem, options, answer[1].upper(), first, number, notes)
            if made is not None:
                questions.append(made)
            stem, options, first = [], [], 0
            if len(questions) >= MAX_QUESTIONS:
                message = gettext_noop("There are more than %(limit)s questions. Split the file.")
                notes.error(number, message, limit=MAX_QUESTIONS)
                break
        elif option and stem and option[1] == _LETTERS[len(options) : len(options) + 1]:
            options.append(option[2].strip())
        elif _is_like_an_answer(words, after_options=bool(options)):
            notes.error(number, _WRITE_ANSWER if options else _NO_OPTIONS)
            stem, options, first = [], [], 0
        elif options:
            _say_expected(len(options), number, notes)
            stem, options, first = [words], [], number
            notes.name = words[:40]
        else:
            stem.append(words)
    if first:
        notes.error(first, gettext_noop("The question has no line ANSWER: with a letter."))
    return Reading(tuple(questions), notes.found)


def _is_like_an_answer(words: str, *, after_options: bool) -> bool:
    """A line that can only be meant as the answer, although it is not written as one."""
    found = _LIKE_ANSWER.fullmatch(words)
    return found is not None and (after_options or len(found[1]) < 2)


def _say_expected(count: int, line: int, notes: Notes) -> None:
    if count < len(_LETTERS):
        message = gettext_noop(
            "Expected %(letter)s. or ANSWER: here. Each option stands on one line: join an option "
            "that goes on here to the line before."
        )
        notes.error(line, message, letter=_LETTERS[count])
    else:
        message = gettext_noop("Expected ANSWER: here. There are no letters for more options.")
        notes.error(line, message)


def _question(
    stem: Sequence[str], options: Sequence[str], letter: str, line: int, end: int, notes: Notes
) -> Question | None:
    place = _LETTERS.index(letter)
    if not stem or not options:
        notes.error(end, _NO_OPTIONS)
        return None
    if place >= len(options):
        message = gettext_noop("There is no option %(letter)s.")
        notes.error(end, message, letter=letter)
        return None
    words = " ".join(stem)
    for text in (words, *options):
        if formula := formula_in(text):
            say_formula(formula, line, notes)
    notes.spend(sum(work_of(text) for text in (words, *options)), line)
    content = {
        "stem": as_markdown(words),
        "options": [
            {"text": as_markdown(text), "correct": index == place, "feedback": ""}
            for index, text in enumerate(options)
        ],
    }
    return Question("single", content, {}, line, notes.name)


def write_aiken(questions: Sequence[Question]) -> str:
    """`questions` as `holding.held` left them."""
    blocks = []
    for question in questions:
        options = question.content["options"]
        lines = [_line(question.content["stem"])]
        lines += [
            f"{letter}. {_line(option['text'])}"
            for letter, option in zip(_LETTERS, options, strict=False)
        ]
        right = next(index for index, option in enumerate(options) if option["correct"])
        blocks.append("\n".join([*lines, f"ANSWER: {_LETTERS[right]}", ""]))
    return "\n".join(blocks)


def _line(markdown: str) -> str:
    return " ".join(as_plain(markdown).split())


def fits_aiken(words: str) -> bool:
    """Whether a stem of one line would not be taken for an option or an answer."""
    return not (_OPTION.fullmatch(words) or _is_like_an_answer(words, after_options=False))
