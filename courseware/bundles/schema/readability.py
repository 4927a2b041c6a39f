"""How hard an English text is to read: the Flesch–Kincaid grade with a syllable counter of our own.

Owns one number. Must not: judge it, or know what a lesson is.

The grade is 0.39 x words per sentence + 11.8 x syllables per word - 15.59 (Kincaid et al., 1975).
A sentence ends at . ! ? … or at the end of a line. Lines of
fewer than four words (labels, table cells) are not sentences and are left out.

Syllables of a word: groups of vowels (a e i o u y), less a silent -e, -es or -ed at the end and a
silent e before -ty, -ment, -ly and the like, with one more for vowels that are spoken apart
("video", "trial", "create") and for -sm. A word has at least one; a number counts one per group of
digits, an abbreviation in capitals one per letter. The test holds a list of words on which the
counter must be right in nine of ten; errors go both ways and even out over a lesson.
"""

import re
from typing import NamedTuple

MIN_WORDS = 4

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”’')]*\s+|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d[\d.,]*")
_VOWELS = re.compile(r"[aeiouyàâäéèêëíîïóôöúûü]+")
_SILENT_E = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[aeiouy])e$")
_SILENT_ES_ED = re.compile(
    r"(?<=[^aeiouydtr])ed$|(?<=[aeiou]r)ed$|(?<=[^aeiouysxzcghl])es$|(?<=[aeiou]l)es$"
)
_SILENT_INSIDE = re.compile(
    r"(?<=[^aeioul])e(?=(?:ty|ments?|ly|ful|less|where|thing|times?|body|one|ways?|how)$)"
)
_APART = re.compile(
    r"(?<![tcsg])(?<!ll)i[aou]|\blion|(?<=cl)ie|(?<=qu)ie|\bscie|(?<!p)eo(?!u)|(?<=..)ea$|pean"
    r"|(?<![gq])ua(?!r)|creat(?!u)|[aeiouy]ing$|sm$"
)


class Reading(NamedTuple):
    """What was counted, and the grade. A text without sentences has grade 0."""

    words: int
    sentences: int
    syllables: int
    grade: float


def syllables(word: str) -> int:
    """How many syllables an English word is spoken with, roughly."""
    if word[:1].isdigit():
        return max(1, len(re.findall(r"\d+", word)))
    if len(word) > 1 and word.isupper():
        return len(word)
    plain = word.casefold()
    stem = _SILENT_ES_ED.sub("", plain)
    stem = _SILENT_E.sub("", stem) if stem == plain else stem
    stem = _SILENT_INSIDE.sub("", stem)
    count = len(_VOWELS.findall(stem)) + len(_APART.findall(stem))
    return max(1, count)


def reading(text: str) -> Reading:
    """The Flesch–Kincaid grade of a plain text, one paragraph or list item per line."""
    sentences = [_WORD.findall(part) for part in _SENTENCE_END.split(text)]
    sentences = [words for words in sentences if len(words) >= MIN_WORDS]
    words = sum(len(sentence) for sentence in sentences)
    if not words:
        return Reading(0, 0, 0, 0.0)
    spoken = sum(syllables(word) for sentence in sentences for word in sentence)
    grade = 0.39 * words / len(sentences) + 11.8 * spoken / words - 15.59
    return Reading(words, len(sentences), spoken, round(grade, 1))
