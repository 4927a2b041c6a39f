"""Checklist 33: the language guide (programme.md 4.3) over every word that is shown.

An old word may be quoted in order to replace it: inside double quotation marks, or in a table
column headed "Old wording", "Before" or "Do not write". Everywhere else it is a finding.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from courseware.bundles.checks.passages import Passage
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')
_OLD_COLUMN = re.compile(r"old word(ing|s)?|before|do not write", re.IGNORECASE)
_VICTIM = r"(?:victims?|she|girls?|boys?|child(?:ren)?|teenagers?|young (?:person|people|woman))"


@dataclass(frozen=True)
class Rule:
    """Words not to write, and what to write. `unless`: words beside which it is right.

    `in_wrong_options`: the word may stand in a wrong option: it is the misconception asked for.
    """

    found: re.Pattern[str]
    write: str
    unless: re.Pattern[str] | None = None
    beside: re.Pattern[str] | None = None
    in_wrong_options: bool = False


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


RULES = (
    Rule(
        _words(r"child(?:ren)?(?:'s|’s)? porn\w*|kiddie\W?porn\w*|kid\W?porn|pornography of"),
        "child sexual abuse material",
    ),
    Rule(_words(r"sex shows?|live shows?"), "live-streamed child sexual abuse"),
    Rule(_words(r"pa?edophil\w*"), "offender, person who offends"),
    Rule(
        _words(r"child prostitut\w+|under-?age lovers?|under-?age (?:girl|boy)friends?"),
        "child who is sexually exploited",
    ),
    Rule(_words(r"revenge porn\w*"), "non-consensual sharing of intimate images"),
    Rule(
        _words(r"f[ae]ll(?:s|en)? for|let (?:her|him|them)sel(?:f|ves)|brought (?:it|this) on"),
        "was deceived, was pressured",
    ),
    Rule(_words(rf"{_VICTIM} (?:has |had |have |then |now )?admit(?:s|ted)?"), "said"),
    Rule(
        _words(r"illegal (?:im)?migra\w+|illegals|illegal (?:aliens?|refugees?)"),
        "person in an irregular situation, migrant, refugee",
    ),
    Rule(
        _words(r"(?:human |people )?traffickers?"),
        "smuggler, unless exploitation is shown",
        unless=_words(r"smuggl\w+|exploit\w+|forced|debt"),
        beside=_words(r"crossings?|boats?|dingh(?:y|ies)|passage|journeys?|2017"),
        in_wrong_options=True,
    ),
    Rule(_words(r"(?:muslim|islamic|islamist) terroris\w+"), "jihadist terrorism"),
    Rule(_words(r"hackers?"), "offender"),
    Rule(_words(r"cyber\W?weapons?|cyber\W?warriors?"), "malware"),
    Rule(
        _words(r"junkies?|druggies?|stoners?|weed|dope|coke|smack|addicts?"),
        "the drug's name, person who uses drugs",
    ),
)


def _unquoted(passage: Passage) -> str:
    return "" if _OLD_COLUMN.search(passage.column) else _QUOTED.sub(" … ", passage.text)


def words_follow_the_guide(subject: Subject) -> Iterator[Finding]:
    for passage in subject.passages:
        text = _unquoted(passage)
        for rule in RULES:
            found = rule.found.search(text)
            if found is None or (rule.in_wrong_options and passage.verdict == "wrong"):
                continue
            if rule.unless and rule.unless.search(passage.text):
                continue
            if rule.beside and not rule.beside.search(passage.text):
                continue
            yield Finding(
                passage.file,
                passage.line,
                "language",
                f"Do not write {found[0]!r}; write: {rule.write}.",
            )


LANGUAGE: tuple[Check, ...] = (words_follow_the_guide,)
