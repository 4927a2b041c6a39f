"""The figures a text names, and the text that shows a figure.

Owns: both directions of `/// figure | name`. Must not: know which pictures there are.
"""

import json

from lessons.dialect.directives.figure import FigureOptions
from lessons.dialect.scan import scan


def figures_named(*sources: str) -> dict[str, str]:
    """Names of the figures that the texts show, with the first alternative text of each.

    Raises MarkupError where directives are nested too deep or are too many.
    """
    named: dict[str, str] = {}
    for source in sources:
        for directive in scan(source.replace("\r\n", "\n")).directives:
            if directive.name != "figure" or not directive.argument:
                continue
            options = directive.options
            alt = options.alt if isinstance(options, FigureOptions) else ""
            named[directive.argument] = named.get(directive.argument, "") or alt
    return named


def figure_text(*, name: str, alt: str, caption: str, description: str) -> str:
    """What to paste into a lesson so that it shows the picture."""
    return (
        f"/// figure | {name}\n"
        # A JSON string of one line is a YAML string too.
        f"    alt: {json.dumps(' '.join(alt.split()), ensure_ascii=False)}\n"
        f"    caption: {json.dumps(' '.join(caption.split()), ensure_ascii=False)}\n"
        f"\n{description.strip()}\n///\n"
    )
