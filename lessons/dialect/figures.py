"""The figures a text names, and the text that shows a figure.

Owns: both directions of `/// figure | name`. Must not: know which pictures there are.
"""

import json
from typing import NamedTuple

from lessons.dialect.directives.figure import FigureOptions
from lessons.dialect.scan import scan


class FigureWords(NamedTuple):
    """What a text says of a figure."""

    alt: str = ""
    caption: str = ""
    description: str = ""


def figures_named(*sources: str) -> dict[str, FigureWords]:
    """Names of the figures that the texts show, with what is said of each where it is first shown.

    Raises MarkupError where directives are nested too deep or are too many.
    """
    named: dict[str, FigureWords] = {}
    for source in sources:
        for directive in scan(source.replace("\r\n", "\n")).directives:
            if directive.name == "figure" and directive.argument:
                options = directive.options
                words = FigureWords()
                if isinstance(options, FigureOptions):
                    words = FigureWords(options.alt, options.caption, directive.text())
                named.setdefault(directive.argument, words)
    return named


def figure_text(name: str, words: FigureWords) -> str:
    """What to paste into a lesson so that it shows the picture."""
    return (
        f"/// figure | {name}\n"
        # A JSON string of one line is a YAML string too.
        f"    alt: {json.dumps(' '.join(words.alt.split()), ensure_ascii=False)}\n"
        f"    caption: {json.dumps(' '.join(words.caption.split()), ensure_ascii=False)}\n"
        f"\n{words.description.strip()}\n///\n"
    )
