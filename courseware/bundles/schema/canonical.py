"""The one way to write a course's YAML (docs/reference/library-format.md, "Canonical form").

Keys in the documented order, block style, two spaces, folded at about 100 characters; identifiers,
numbers and dates bare; words in double quotes, and folded (`>-`) where they are long; lists of
identifiers on one line. Writing what was read from canonical text gives the same bytes.

Owns: the form. Must not: judge values, read files or know the database.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import yaml

from courseware.bundles.schema.files import CourseFile, SourceFile, TermFile
from courseware.bundles.schema.translation import CourseWords, LessonWords, TermWords
from lessons.dialect.frontmatter import FrontMatter
from quizzes.engine.envelope import QuestionEnvelope

WIDTH = 100
_FOLD_FROM = 72
_PARTS = re.compile(r"(\D*)(\d*)")

#: The fields of a question and of everything inside it, in the order in which they are written.
QUESTION_ORDER = (
    *(
        "key",
        "translates",
        "type",
        "objective",
        "lesson",
        "seed",
        "bloom",
        "difficulty",
        "must_pass",
    ),
    *("negative_stem", "tags", "stem", "text", "left", "right", "value", "answer"),
    *("before", "after", "credit", "options", "sequence", "pairs", "distractors"),
    *("tolerance", "unit"),
    *("accept", "model_answer", "correct", "feedback", "partial_feedback", "errors", "parts"),
)
_BARE = frozenset("key type objective lesson bloom must_pass language slug credit".split())
_NUMBERS = frozenset({"answer", "tolerance", "value"})


class _Words(str):
    """Text for a reader: always quoted or folded."""


class _Bare(str):
    """An identifier: as plain as YAML allows."""


class _Number(str):
    """A decimal as its digits."""


class _Row(list[Any]):
    """A list that stands on one line."""


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key; quoted text never broken over lines."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        super().write_double_quoted(text, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _words(dumper: yaml.SafeDumper, value: _Words) -> yaml.Node:
    is_long = len(value) >= _FOLD_FROM and not value.startswith((" ", "#", "-"))
    style = ">" if is_long and "\n" not in value else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(value), style=style)


_Dumper.add_representer(_Words, _words)
_Dumper.add_representer(_Bare, lambda d, v: d.represent_scalar("tag:yaml.org,2002:str", str(v)))
_Dumper.add_representer(
    _Number,
    lambda d, v: d.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in v else 'int'}", str(v)),
)
_Dumper.add_representer(
    _Row, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True)
)


def _dump(value: Any) -> str:
    return yaml.dump(
        value,
        Dumper=_Dumper,
        width=WIDTH,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
    )


def _rule(rule: Any) -> Any:
    if isinstance(rule, dict):
        return {_Bare(key): rule[key] for key in sorted(rule)}
    if isinstance(rule, list):
        return _row([_Bare(tag) for tag in sorted(rule)])
    return _Bare(rule) if isinstance(rule, str) else rule


def course_yaml(course: CourseFile) -> str:
    test = course.final_test
    points = sorted(course.must_pass, key=lambda point: by_number(point.key))
    quotas = sorted(test.quotas.items(), key=lambda quota: by_number(quota[0]))
    written: dict[str, Any] = {
        "key": _Bare(course.key),
        "slug": _Bare(course.slug),
        "language": _Bare(course.language),
        "category": _Bare(course.category),
        "title": _Words(course.title),
        "purpose": _Words(course.purpose),
        "audience": _Words(course.audience),
        "sensitivity": course.sensitivity,
        "validity_months": course.validity_months,
        "prerequisites": _row(sorted(course.prerequisites)),
        "change_note": _Words(course.change_note),
        "objectives": [
            {"key": _Bare(o.key), "bloom": _Bare(o.bloom), "text": _Words(o.text)}
            for o in course.objectives
        ],
        "must_pass": [{"key": _Bare(p.key), "title": _Words(p.title)} for p in points],
        "final_test": {
            "key": _Bare(test.key),
            "title": _Words(test.title),
            "draw": test.draw,
            "pass_percent": test.pass_percent,
            "attempts": test.attempts,
            "window_days": test.window_days,
            **({"time_limit_minutes": test.time_limit_minutes} if test.time_limit_minutes else {}),
            "quotas": {_Bare(k): n for k, n in quotas},
            "caps": {
                _Bare(k): test.caps[k] for k in ("truefalse", "negative_stem") if k in test.caps
            },
            **{name: _rule(rule) for name, rule in test.later_rules.items()},
        },
    }
    return _dump(written)


def sources_yaml(sources: Iterable[SourceFile]) -> str:
    """Sorted by key, numbers by their value."""
    written = []
    for source in sorted(sources, key=lambda source: by_number(source.key)):
        entry: dict[str, Any] = {
            "key": _Bare(source.key),
            "title": _Words(source.title),
            "publisher": _Words(source.publisher),
            "year": source.year,
        }
        if source.published_on:
            entry["published_on"] = source.published_on
        entry |= {
            "url": _Words(source.url),
            "seen": _Bare(source.seen),
            "certainty": _Bare(source.certainty),
            "status": _Words(source.status),
        }
        if source.checked_on:
            entry["checked_on"] = source.checked_on
        written.append(entry | {"review_by": source.review_by, "note": _Words(source.note)})
    return _list(written, blank_lines=False)


def glossary_yaml(terms: Iterable[TermFile]) -> str:
    """Sorted by key."""
    return _list(
        [
            {"key": _Bare(t.key), "term": _Words(t.term), "definition": _Words(t.definition)}
            for t in sorted(terms, key=lambda term: term.key)
        ],
        blank_lines=False,
    )


def front_matter(front: FrontMatter) -> str:
    """What stands between a lesson's two `---` lines."""
    return _dump(
        {
            "title": _Words(front.title),
            "objectives": _row(front.objectives),
            "minutes": front.minutes,
            "sensitivity": front.sensitivity,
            "topic": _Words(front.topic),
            "sources": _row(front.sources),
            "seed": _row(front.seed),
            "review_by": front.review_by,
        }
    )


def course_words_yaml(words: CourseWords) -> str:
    """A translation's course.yaml."""
    return _dump(
        {
            "translates": _Words(words.translates),
            "title": _Words(words.title),
            "purpose": _Words(words.purpose),
            "audience": _Words(words.audience),
            "change_note": _Words(words.change_note),
            "objectives": {_Bare(key): _Words(text) for key, text in words.objectives.items()},
            "must_pass": {
                _Bare(key): _Words(words.must_pass[key])
                for key in sorted(words.must_pass, key=by_number)
            },
            "final_test": _Words(words.final_test),
        }
    )


def glossary_words_yaml(terms: Iterable[TermWords]) -> str:
    """A translation's glossary.yaml, sorted by key as the original's."""
    return _list(
        [
            {
                "key": _Bare(t.key),
                "translates": _Words(t.translates),
                "term": _Words(t.term),
                "definition": _Words(t.definition),
            }
            for t in sorted(terms, key=lambda term: term.key)
        ],
        blank_lines=False,
    )


def front_words(words: LessonWords) -> str:
    """What stands between the two `---` lines of a translated lesson."""
    return _dump({name: _Words(value) for name, value in words.model_dump().items()})


def question_words_yaml(questions: Iterable[Mapping[str, Any]]) -> str:
    """Translated questions: key, mark and words, in the order given. What is empty is left out."""
    return _list([_ordered(_filled(words)) for words in questions], blank_lines=True)


def _filled(words: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [_filled(part) for part in entry] if name == "parts" else entry
        for name, entry in words.items()
        if entry or name == "translates"
    }


def questions_yaml(questions: Iterable[tuple[QuestionEnvelope, Mapping[str, Any]]]) -> str:
    """In the order given: it is the order in which a reviewer reads them."""
    return _list([_question(head, content) for head, content in questions], blank_lines=True)


def _question(head: QuestionEnvelope, content: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = head.model_dump()
    if fields["must_pass"] is None:
        del fields["must_pass"]
    if not fields["negative_stem"]:
        del fields["negative_stem"]
    fields["seed"], fields["tags"] = _row(fields["seed"]), _row(fields["tags"])
    return _ordered({**fields, **content})


def _ordered(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _value(name, fields[name])
        for name in sorted(fields, key=lambda name: QUESTION_ORDER.index(name))
    }


def _value(name: str, value: Any) -> Any:
    if isinstance(value, _Row | bool):
        return value
    if name in _NUMBERS:
        return _number(value)
    if isinstance(value, str):
        return _Bare(value) if name in _BARE else _Words(value)
    if isinstance(value, Mapping):
        return _ordered(value)
    if isinstance(value, Sequence):
        return [_value(name, entry) for entry in value]
    return value


def _number(value: object) -> Any:
    """1, 2.5, "2.50" and 2.5000 alike; text that a float would not keep stays text."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return value
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if "." in plain and Decimal(repr(float(plain))) != Decimal(plain):
        return _Words(value)
    return _Number(plain)


def _row(values: Iterable[str]) -> _Row:
    return _Row([_Bare(value) for value in values])


def _list(entries: Sequence[Any], *, blank_lines: bool) -> str:
    if not entries:
        return "[]\n"
    return ("\n" if blank_lines else "").join(_dump([entry]) for entry in entries)


def by_number(key: str) -> list[tuple[int, str]]:
    """Sort key of an identifier: SRC-9 before SRC-13 before SRC-101."""
    return [(int(digits or 0), letters) for letters, digits in _PARTS.findall(key)]
