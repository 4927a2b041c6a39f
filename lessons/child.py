"""The process in which an author's text is rendered: one request a line in, one answer a line out.

Started and ended by `lessons.bounded`. Whatever a text does to the parser, it does it here, under a
limit of memory and until somebody runs out of patience.

Owns: the answer to one request. Must not: know Django, a database or a file.
"""

import json
import resource
import sys
import traceback
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from lessons.dialect import (
    FigureFile,
    MappingResolver,
    MarkupError,
    SourceRecord,
    TermRecord,
    lint,
    render,
)
from lessons.dialect.records import english_day

MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True)
class _Resolver(MappingResolver):
    """Days come along in words, because only the parent speaks every language."""

    days: dict[str, str] = field(default_factory=dict)

    def day(self, day: date) -> str:
        return self.days.get(day.isoformat()) or english_day(day)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The text as HTML with its findings, or why there is none."""
    resolver = _Resolver(
        sources={key: SourceRecord(**values) for key, values in request["sources"].items()},
        terms={key: TermRecord(**values) for key, values in request["terms"].items()},
        figures={key: FigureFile(**values) for key, values in request["figures"].items()},
        labels=request["labels"],
        mode=request["mode"],
        days=request["days"],
    )
    try:
        lesson = render(request["text"], resolver)
        problems = lint(request["text"], resolver)
    except MarkupError as error:
        return {"refused": error.message, "line": error.line, "params": error.params}
    except Exception as error:
        # The parser met something nobody foresaw. Type and place only; never words of the text.
        place = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
        return {"refused": "", "line": None, "fault": fault}
    return {
        "html": lesson.html,
        "words": lesson.word_count,
        "sources": lesson.sources,
        "problems": problems,
    }


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for line in sys.stdin.buffer:
        sys.stdout.buffer.write(json.dumps(answer(json.loads(line))).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
