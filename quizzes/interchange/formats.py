"""The formats, by name: read one, write one.

reading = read("gift", text)              raises Unreadable for the file as a whole
written = write("gift", questions)        text, what it cannot hold, what it holds
guess(text)                               the format a text most likely has
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from quizzes.interchange.aiken import read_aiken, write_aiken
from quizzes.interchange.gift import read_gift
from quizzes.interchange.gift_writing import write_gift
from quizzes.interchange.holding import held
from quizzes.interchange.moodle import read_moodle
from quizzes.interchange.moodle_writing import write_moodle
from quizzes.interchange.records import Finding, Question, Reading, Written
from quizzes.interchange.table import read_table, write_table

_ANSWER = re.compile(r"\n[ \t]{0,20}ANSWER:", re.IGNORECASE)


@dataclass(frozen=True)
class Format:
    title: str
    suffix: str
    content_type: str
    read: Callable[[str], Reading]
    write: Callable[[Sequence[Question]], str]


FORMATS: Mapping[str, Format] = {
    "gift": Format("GIFT", "gift.txt", "text/plain", read_gift, write_gift),
    "moodle": Format("Moodle XML", "xml", "application/xml", read_moodle, write_moodle),
    "aiken": Format("Aiken", "aiken.txt", "text/plain", read_aiken, write_aiken),
    "csv": Format("CSV", "csv", "text/csv", read_table, write_table),
}


def read(format_name: str, text: str) -> Reading:
    """Raises Unreadable."""
    return FORMATS[format_name].read(text)


def write(format_name: str, questions: Sequence[Question]) -> Written:
    """What a format cannot hold is left out and said; the rest is in the file exactly."""
    kept: list[Question] = []
    findings: list[Finding] = []
    for question in questions:
        whole, found = held(format_name, question)
        findings += found
        if whole is not None:
            kept.append(whole)
    return Written(FORMATS[format_name].write(kept), tuple(findings), tuple(kept))


def guess(text: str) -> str:
    """By the first signs of each; GIFT where there are none."""
    head = text[:5_000].lstrip("\ufeff \n\t")
    if head.startswith("<"):
        return "moodle"
    first = head.split("\n", 1)[0].lower()
    if "type" in first and "stem" in first and any(mark in first for mark in ",;\t"):
        return "csv"
    return "aiken" if "{" not in head and _ANSWER.search(text) else "gift"
