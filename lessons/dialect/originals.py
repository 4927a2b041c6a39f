"""What a translation of a lesson is made from.

Owns: which words count. Must not: read them.
"""

from courseware.core.marks import mark_of


def lesson_mark(*, title: str, topic: str, body: str, light: str) -> str:
    """The mark of a lesson's words: title, topic of the warning, and both versions of the text."""
    return mark_of({"title": title, "topic": topic, "body": body, "light": light})
