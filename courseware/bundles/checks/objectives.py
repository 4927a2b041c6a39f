"""Checklist 1 and 3: objectives that can be seen, questions at their level.

Point 2 (taught, and asked often enough) stands in `structure`: a test cannot be drawn without it.
"""

import re
from collections.abc import Iterator

from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding

#: What somebody can watch a trainee do. An objective begins with one of these.
OBSERVABLE = frozenset(
    """
    act apply arrange calculate carry choose classify collect combine compare complete compose
    construct decide defend define demonstrate describe design distinguish document draft
    evaluate explain find give guide identify judge justify keep list match measure name order
    organise outline perform place plan preserve prioritise protect put recognise record refer
    refuse replace report respond route say select separate sequence set show solve sort state
    summarise take tell test trace use write
    """.split()
)
_HIDDEN = re.compile(
    r"\b(know|knows|understand|understands|be aware|is aware|are aware|be familiar|appreciate|"
    r"gain insight|learn about)\b",
    re.IGNORECASE,
)
LEVELS = ("remember", "understand", "apply", "analyse", "evaluate", "create")
_APPLY = LEVELS.index("apply")


def objectives_can_be_seen(subject: Subject) -> Iterator[Finding]:
    """An observable verb first; no "know", "understand" or "be aware" anywhere."""
    for index, objective in enumerate(subject.course.objectives):
        line = subject.line("objectives", index, "text")
        first = re.split(r"\W", objective.text.casefold(), maxsplit=1)[0]
        if first not in OBSERVABLE:
            yield Finding(
                "course.yaml",
                line,
                "objective-verb",
                f"{objective.key} begins with {first!r}, which is not on the list of verbs that "
                "can be observed.",
            )
        if hidden := _HIDDEN.search(objective.text):
            yield Finding(
                "course.yaml",
                line,
                "objective-verb",
                f"{objective.key} says {hidden[0]!r}: nobody can see it. Name the task.",
            )


def questions_reach_the_level(subject: Subject) -> Iterator[Finding]:
    """An objective of apply or above: half of its questions at apply or above, one at its own."""
    for index, objective in enumerate(subject.course.objectives):
        wanted = LEVELS.index(objective.bloom)
        levels = [
            LEVELS.index(question.envelope.bloom)
            for question in subject.folder.questions
            if question.envelope.objective == objective.key
        ]
        if wanted < _APPLY or not levels:
            continue
        line = subject.line("objectives", index)
        high = sum(level >= _APPLY for level in levels)
        if 2 * high < len(levels):
            yield Finding(
                "course.yaml",
                line,
                "bloom",
                f"{objective.key} asks to {objective.bloom}; only {high} of its {len(levels)} "
                "questions ask to apply or more.",
            )
        if max(levels) < wanted:
            yield Finding(
                "course.yaml",
                line,
                "bloom",
                f"{objective.key} asks to {objective.bloom}; no question of it does.",
            )


OBJECTIVES: tuple[Check, ...] = (objectives_can_be_seen, questions_reach_the_level)
