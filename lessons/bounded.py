"""An author's text rendered with a bound on time: for previews, and before a text is saved.

Python-Markdown cannot be stopped from inside. The caps of `core.markup` keep its known slow paths
out, but a search over texts within the caps still found one that takes six seconds (a table of a
single column and thousands of rows), and tighter caps would refuse honest tables. So the text goes
to a process of its own, kept between requests because starting one takes a quarter of a second,
and ended when it does not answer in time.

    rendered(text, resolver)        Shown, or MarkupError with a sentence for the author

Owns: that process. Must not: know who asks or keep what was rendered.
"""

import atexit
import json
import logging
import os
import re
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop

from courseware.core.markup import MarkupError, stored
from lessons.dialect import MappingResolver, Problem
from lessons.dialect.records import Level

logger = logging.getLogger(__name__)

#: An ordinary lesson takes less than a tenth of a second.
SECONDS = 4.0
_DAY = re.compile(r"\b([12]\d{3})-(\d{1,2})-(\d{1,2})\b")
_MOST_DAYS = 500
_SLOW = gettext_noop("The text takes too long to be shown. Split long tables and passages.")


class TooSlow(MarkupError):
    """No answer in time. Nothing is known about the text but that."""


@dataclass(frozen=True)
class Shown:
    """A text as a learner sees it, and what its author should know. `sources`: keys it cites."""

    html: SafeString
    words: int
    sources: tuple[str, ...]
    problems: tuple[Problem, ...]


def rendered(
    text: str,
    resolver: MappingResolver,
    *,
    seconds: float = SECONDS,
    renderer: "Renderer | None" = None,
) -> Shown:
    """Raises MarkupError where nothing can be shown, TooSlow where nobody waits any longer."""
    answer = (renderer or _renderer).ask(_request(text, resolver), seconds)
    if "fault" in answer:
        logger.warning("a text could not be rendered: %s", answer["fault"])
        raise MarkupError(gettext_noop("This text cannot be shown. Take out what you wrote last."))
    if "refused" in answer:
        raise MarkupError(answer["refused"], answer["line"], **answer["params"])
    return Shown(
        html=stored(answer["html"]),  # the sanitiser's, from our own process
        words=answer["words"],
        sources=tuple(answer["sources"]),
        problems=tuple(_problem(*problem) for problem in answer["problems"]),
    )


def _problem(line: int, code: str, message: str, level: Level, params: list[Any]) -> Problem:
    return Problem(line, code, message, level, tuple((name, value) for name, value in params))


def _request(text: str, resolver: MappingResolver) -> bytes:
    def plain(records: Mapping[str, Any]) -> dict[str, Any]:
        return {key: vars(record) for key, record in records.items()}

    request = {
        "text": text,
        "mode": resolver.mode,
        "labels": dict(resolver.labels),
        "sources": plain(resolver.sources),
        "terms": plain(resolver.terms),
        "figures": plain(resolver.figures),
        "days": _days(text, resolver),
    }
    return json.dumps(request).encode() + b"\n"


def _days(text: str, resolver: MappingResolver) -> dict[str, str]:
    """Every day that the text writes as a date, in words."""
    days: dict[str, str] = {}
    for year, month, number in _DAY.findall(text)[:_MOST_DAYS]:
        try:
            day = date(int(year), int(month), int(number))
        except ValueError:
            continue
        days[day.isoformat()] = resolver.day(day)
    return days


class Renderer:
    """One process, one text at a time. `module` is what it runs."""

    def __init__(self, module: str = "lessons.child") -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, request: bytes, seconds: float) -> dict[str, Any]:
        until = time.monotonic() + seconds
        if not self._lock.acquire(timeout=seconds):
            raise TooSlow(_SLOW)
        try:
            return self._asked(request, until)
        except (OSError, EOFError) as error:  # it ran out of memory, or somebody ended it
            self.end()
            raise TooSlow(_SLOW) from error
        except TooSlow:
            self.end()
            raise
        finally:
            self._lock.release()

    def _asked(self, request: bytes, until: float) -> dict[str, Any]:
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(request)
        process.stdin.flush()
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise TooSlow(_SLOW)
                part = os.read(process.stdout.fileno(), 1 << 16)
                if not part:
                    raise EOFError
                line += part
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        # A process that was forked since must not read its parent's answers.
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self.end()
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no user input
                [sys.executable, "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=settings.BASE_DIR,
                # Nothing that the text could get at: no keys, no addresses.
                env={"PYTHONUTF8": "1"},
            )
            self._owner = os.getpid()
        return self._process

    def end(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.communicate()


_renderer = Renderer()
atexit.register(_renderer.end)
