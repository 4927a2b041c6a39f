"""What hostile files of questions cost to read: CPU seconds of the slowest."""

import time
from contextlib import suppress

from quizzes.interchange.completing import Fillers, checked
from quizzes.interchange.decoding import decode
from quizzes.interchange.formats import read
from quizzes.interchange.records import Unreadable
from tests.quizzes.interchange.hostile import EVERYTHING, ONE_THING

_FILLERS = Fillers(
    right="Right.",
    wrong="Not right.",
    general="See the lesson.",
    true="True",
    false="False",
)
_SHOWN = 5


def seconds(form: str, text: str) -> float:
    began = time.process_time()
    with suppress(Unreadable):
        checked(read(form, decode(text.encode()).text), _FILLERS)
    return time.process_time() - began


def report() -> None:
    files = [*ONE_THING, *EVERYTHING]
    slowest = sorted(((seconds(*file), file) for file in files), reverse=True)[:_SHOWN]
    print(f"\nhostile files of questions, the slowest of {len(files)} (CPU seconds):")
    for cost, (form, text) in slowest:
        print(f"{cost:8.2f}  {form:7}{len(text) / 1e6:6.1f} MB  {text[:40]!r}")
