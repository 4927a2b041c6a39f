"""Which glossary terms a lesson's Markdown uses."""

from lessons.dialect.inline import TERM
from lessons.dialect.scan import without_code


def terms_in(markdown: str) -> tuple[str, ...]:
    """Keys in the order of their first use."""
    found = (
        match.group(1)
        for line in markdown.splitlines()
        for match in TERM.finditer(without_code(line))
    )
    return tuple(dict.fromkeys(found))
