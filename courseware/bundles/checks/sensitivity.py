"""Checklist 18: the sensitivity of a lesson is set and fits what it says.

That level 3 is absent is held by the schema (0 to 2) and by tables of the database; the topic of
the warning by the front matter's schema; the light version by `structure`.
"""

import re
from collections.abc import Iterator

from courseware.bundles.checks.passages import light_name
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding
from lessons.dialect.scan import scan

# Named in general words, these ask for a lesson of level 2; one passing mention does not.
_HARD = re.compile(
    r"\b(sexual abuse|sexually (?:abused|exploited)|sexual exploitation|child sexual abuse material"
    r"|suicid\w+|self-harm|beheading\w*|tortur\w+|forced prostitution)\b",
    re.IGNORECASE,
)
MENTIONS = 12


def hard_words_ask_for_a_warning(subject: Subject) -> Iterator[Finding]:
    """A lesson that keeps speaking of abuse or self-harm is of level 2."""
    for version, page in subject.shown:
        if version.is_light or version.lesson.front.sensitivity == 2:
            continue
        mentions = len(_HARD.findall(page.plain_text))
        if mentions > MENTIONS:
            yield Finding(
                version.file,
                1,
                "sensitivity-too-low",
                f"The lesson names abuse, exploitation or self-harm {mentions} times and is of "
                f"level {version.lesson.front.sensitivity}.",
            )


def a_topic_belongs_to_a_warning(subject: Subject) -> Iterator[Finding]:
    for lesson in subject.folder.lessons:
        if lesson.front.topic and lesson.front.sensitivity < 2:
            yield Finding(
                lesson.file, 1, "topic", "A topic is named, but the lesson gives no warning."
            )


def light_versions_are_light(subject: Subject) -> Iterator[Finding]:
    """Not longer than the full text, no sensitive section, and its own references hold."""
    for version, page in subject.shown:
        if not version.is_light:
            continue
        full = subject.renderings[version.lesson.file]
        if getattr(full, "word_count", page.word_count) < page.word_count:
            yield Finding(
                version.file, 1, "light-version", "The light version is longer than the lesson."
            )
        for found in scan(version.body, first_line=version.first_line).directives:
            if found.name == "sensitive":
                yield Finding(
                    version.file,
                    found.line,
                    "light-version",
                    "A light version has no sensitive section.",
                )
        extra = set(page.sources) - set(version.lesson.front.sources)
        for key in sorted(extra):
            yield Finding(
                light_name(version.lesson),
                1,
                "source-not-named",
                f"{key} is cited but not named on top of the lesson.",
            )


SENSITIVITY: tuple[Check, ...] = (
    hard_words_ask_for_a_warning,
    a_topic_belongs_to_a_warning,
    light_versions_are_light,
)
