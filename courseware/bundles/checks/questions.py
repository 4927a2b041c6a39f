"""Checklist 45 and 47: the pool of the final test, and options that give nothing away."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.folder import QuestionSource
from courseware.bundles.schema.findings import Finding
from quizzes.engine import lint

MIN_TYPES, MIN_POOL = 6, 42
MAX_TRUEFALSE, MAX_NEGATIVE = 2, 1
MAX_LONGEST = 0.30
MAX_POSITION, FROM_ITEMS = 0.40, 12
MIN_WORDS_GIVEN_AWAY = 4


class Item(NamedTuple):
    """A question or a part of a scenario."""

    source: QuestionSource
    path: tuple[str | int, ...]
    type: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        part = self.content.get("key") if self.path else None
        return f"{self.source.envelope.key}{f' part {part}' if part else ''}"

    @property
    def options(self) -> list[dict[str, Any]]:
        return list(self.content.get("options", []))


def items(subject: Subject) -> Iterator[Item]:
    for question in subject.folder.questions:
        yield Item(question, (), question.envelope.type, question.content)
        for index, part in enumerate(question.content.get("parts", [])):
            yield Item(question, ("parts", index), str(part.get("type")), part)


def _finding(subject: Subject, item: Item, hint: lint.Hint) -> Finding:
    file = item.source.file
    line = subject.line(item.source.index, *item.path, *hint.place, file=file)
    return Finding(file, line, hint.code, f"{item.name}: {hint}")


def the_pool_is_wide(subject: Subject) -> Iterator[Finding]:
    """42 questions, six types, caps on true/false and on negative stems."""
    questions = subject.folder.questions
    line = subject.line("final_test")
    if len(questions) < MIN_POOL:
        message = f"The pool has {len(questions)} questions; {MIN_POOL} at least."
        yield Finding("course.yaml", line, "small-pool", message)
    types = {question.envelope.type for question in questions}
    if len(types) < MIN_TYPES:
        message = f"The pool has {len(types)} types of question; {MIN_TYPES} at least."
        yield Finding("course.yaml", line, "few-types", message)
    caps = subject.course.final_test.caps
    if caps.get("truefalse", MAX_TRUEFALSE + 1) > MAX_TRUEFALSE and "truefalse" in types:
        message = f"The test must cap true/false questions at {MAX_TRUEFALSE}."
        yield Finding("course.yaml", line, "cap", message)
    negative = any(question.envelope.negative_stem for question in questions)
    if negative and caps.get("negative_stem", MAX_NEGATIVE + 1) > MAX_NEGATIVE:
        message = f"The test must cap negative stems at {MAX_NEGATIVE}."
        yield Finding("course.yaml", line, "cap", message)


def the_key_is_not_the_longest(subject: Subject) -> Iterator[Finding]:
    """Strictly the longest option in at most 30 % of the single-choice items."""
    single = [item for item in items(subject) if item.type == "single"]
    longest = [item.name for item in single if lint.key_is_longest(item.options)]
    if single and len(longest) > MAX_LONGEST * len(single):
        yield Finding(
            "questions",
            1,
            "key-is-longest",
            f"The right option is the longest in {len(longest)} of {len(single)} single-choice "
            f"items; at most {MAX_LONGEST:.0%}: {', '.join(longest)}.",
        )


def key_positions_are_balanced(subject: Subject) -> Iterator[Finding]:
    """Paper copies and reviewers see the written order, whatever the player shuffles."""
    places: Counter[int] = Counter()
    for item in items(subject):
        if item.type == "single":
            places[[bool(option["correct"]) for option in item.options].index(True) + 1] += 1
    for place, count in sorted(places.items()):
        if places.total() >= FROM_ITEMS and count > MAX_POSITION * places.total():
            yield Finding(
                "questions",
                1,
                "key-position",
                f"The right option is number {place} in {count} of {places.total()} single-choice "
                f"items; at most {MAX_POSITION:.0%}.",
            )


def options_are_alike(subject: Subject) -> Iterator[Finding]:
    """Of like length; none that speaks of the others."""
    for item in items(subject):
        for hint in lint.of_options(item.type, item.content):
            yield _finding(subject, item, hint)


def negative_stems_are_marked(subject: Subject) -> Iterator[Finding]:
    """A stem that asks for the exception says so in its field, and in bold."""
    for item in items(subject):
        marked = item.source.envelope.negative_stem
        for hint in lint.of_stem(item.content, is_marked=marked, is_part=bool(item.path)):
            yield _finding(subject, item, hint)


def no_question_gives_another_away(subject: Subject) -> Iterator[Finding]:
    """No stem holds the right answer of another question word for word."""
    keys: list[tuple[str, str]] = []
    for item in items(subject):
        right = [str(option["text"]) for option in item.options if option["correct"]]
        if item.type == "single":
            keys += [(item.source.envelope.key, lint.plain(text)) for text in right]
        elif item.type == "short":
            keys.append((item.source.envelope.key, lint.plain(str(item.content["model_answer"]))))
    long_keys = [(key, text) for key, text in keys if len(text.split()) >= MIN_WORDS_GIVEN_AWAY]
    for item in items(subject):
        stem = lint.plain(str(item.content.get("stem", "")))
        for key, text in long_keys:
            if key != item.source.envelope.key and text in stem:
                hint = lint.Hint(("stem",), "gives-away", f"The stem holds the answer of {key}.")
                yield _finding(subject, item, hint)


QUESTIONS: tuple[Check, ...] = (
    the_pool_is_wide,
    the_key_is_not_the_longest,
    key_positions_are_balanced,
    options_are_alike,
    negative_stems_are_marked,
    no_question_gives_another_away,
)
