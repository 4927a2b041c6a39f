"""The attempts at a test, counted: the one way from stored answers to the numbers of statistics.

Attempts are read once, answers in slices of `SLICE` attempts, so memory holds a few numbers per
answer however many there are, and no cursor stays open while progress is written. The marks are
those that were given when an attempt was marked: they say how a question worked as it was worded.

Must not: decide who may see it, or keep anything.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from math import fsum
from typing import Any
from uuid import UUID

from django.utils import timezone

from courseware.courses.models import Course
from quizzes.engine import registry
from quizzes.engine.content import Content
from quizzes.engine.contract import QuestionType
from quizzes.engine.statistics import samples
from quizzes.engine.statistics.confidence import Confidence
from quizzes.engine.statistics.drift import Drift
from quizzes.engine.statistics.findings import Level
from quizzes.engine.statistics.items import ItemNumbers, item_numbers
from quizzes.engine.statistics.marks import Marks
from quizzes.engine.statistics.options import OptionTally
from quizzes.engine.statistics.stored import (
    QuestionNumbers,
    TestNumbers,
    Wording,
    bins,
)
from quizzes.engine.statistics.thirds import Thirds
from quizzes.engine.statistics.timing import Timing
from quizzes.engine.statistics.verdicts import verdicts_of
from quizzes.engine.statistics.whole import whole_numbers
from quizzes.models import Answer, Attempt, QuestionText
from quizzes.queries.earned import NOTHING, Earned, earned, regraded
from quizzes.queries.sure import Sure, units_of

SLICE = 500
FIRST, ALL = "first", "all"

#: Attempts read so far, of how many. False: stop, somebody else has taken over.
Progress = Callable[[int, int], bool]


class Stopped(Exception):
    """Progress said to stop."""


@dataclass(frozen=True)
class Counted:
    """`basis` says what the numbers rest on; every question that was asked has its numbers."""

    basis: dict[str, Any]
    test: TestNumbers
    questions: dict[Wording, QuestionNumbers]


@dataclass(frozen=True)
class _Sat:
    """What is needed of an attempt while its answers are read."""

    share: float
    third: int
    month: str
    edition: int
    language: str
    unit: int | None


@dataclass
class _Question:
    """One wording while it is counted."""

    kind: QuestionType[Any]
    content: Content
    objective: str
    tally: OptionTally
    last: int = 0  # the newest edition with these words
    editions: set[int] = field(default_factory=set)
    drift: Drift = field(default_factory=Drift)
    timing: Timing = field(default_factory=Timing)
    confidence: Confidence = field(default_factory=Confidence)


@dataclass(frozen=True)
class _Row:
    """An attempt as it is read."""

    pk: UUID
    person: UUID
    state: str
    submitted_at: datetime
    earned: Earned
    has_errata: bool
    language: str
    edition: int
    pass_percent: int

    @property
    def reached(self) -> bool:
        """The pass mark, whatever of must-pass points."""
        return self.earned.reaches(self.pass_percent)

    @property
    def passed(self) -> bool:
        return self.reached and not self.earned.has_missed_a_point


def count(
    course: Course, activity_key: str, which: str, progress: Progress = lambda _done, _total: True
) -> Counted:
    """Read everything there is about a test. Raises Stopped."""
    rows = list(_attempts(course, activity_key))
    kept = [row for row in rows if row.state == Attempt.State.GRADED]
    if which == FIRST:
        firsts = {row.pk for row in _firsts(rows)}
        kept = [row for row in kept if row.pk in firsts]
    units = units_of({row.pk: (row.person, row.submitted_at) for row in kept})
    thirds = Thirds(row.earned.share for row in kept)
    sat = {
        row.pk: _Sat(
            row.earned.share,
            thirds.third_of(row.earned.share),
            timezone.localtime(row.submitted_at).strftime("%Y-%m"),
            row.edition,
            row.language,
            units.get(row.pk),
        )
        for row in kept
    }
    counting = _Counting(_questions(course, activity_key))
    ids = sorted(sat)
    for start in range(0, len(ids), SLICE):
        if not progress(start, len(ids)):
            raise Stopped
        counting.read(_answers(ids[start : start + SLICE], sat))
    progress(len(ids), len(ids))
    return counting.result(
        _basis(course, activity_key, which, rows, kept, counting.marks.answers), kept
    )


# ------------------------------------------------------------------ reading
def _attempts(course: Course, activity_key: str) -> Iterator[_Row]:
    """Everything that was handed in, in the order it was begun; what it earned is by the marks
    as they were given, with no erratum in it.
    """
    earnings = earned(course, activity_key)
    values = (
        Attempt.objects.filter(
            quiz__activity__key=activity_key, quiz__activity__edition__course=course
        )
        .exclude(state=Attempt.State.OPEN)
        .order_by("started_at", "pk")
        .values_list(
            "pk",
            "enrolment__person",
            "state",
            "submitted_at",
            "started_at",
            "errata",
            "language",
            "quiz__activity__edition__number",
            "quiz__pass_percent",
        )
    )
    for pk, person, state, handed_in, began, errata, language, edition, percent in values:
        yield _Row(
            pk,
            person,
            state,
            handed_in or began,
            earnings.get(pk, NOTHING),
            bool(errata),
            language,
            edition,
            percent,
        )


def _firsts(rows: Sequence[_Row]) -> Iterator[_Row]:
    """Each person's first attempt ever; whose first does not count has none."""
    seen: set[UUID] = set()
    for row in rows:
        if row.person not in seen:
            seen.add(row.person)
            yield row


def _questions(course: Course, activity_key: str) -> dict[Wording, _Question]:
    """Every wording that any edition has; the same words stand in many, and are read once."""
    found: dict[Wording, _Question] = {}
    texts = QuestionText.objects.filter(
        question__quiz__activity__key=activity_key,
        question__quiz__activity__edition__course=course,
        question__quiz__activity__edition__published_at__isnull=False,
    ).values_list(
        "question__key",
        "language",
        "content_hash",
        "question__type",
        "question__objective",
        "content",
        "question__quiz__activity__edition__number",
    )
    for key, language, content_hash, type_name, objective, raw, number in texts.iterator(
        chunk_size=200
    ):
        wording = Wording(key, language, content_hash)
        if wording not in found:
            kind = registry.get(type_name)
            content = kind.validate(raw)
            found[wording] = _Question(kind, content, objective, OptionTally(kind.choices(content)))
        found[wording].last = max(found[wording].last, number)
    return found


@dataclass(frozen=True)
class _Given:
    """An answer as it is read."""

    wording: Wording
    response: dict[str, Any]
    mark: float
    confidence: int | None
    seconds: int


def _answers(ids: Sequence[UUID], sat: dict[UUID, _Sat]) -> Iterator[tuple[_Sat, list[_Given]]]:
    values = (
        Answer.objects.filter(attempt__in=ids, mark_denominator__gt=0)
        .order_by("attempt", "position")
        .values_list(
            "attempt",
            "question__key",
            "content_hash",
            "response",
            "mark_numerator",
            "mark_denominator",
            "confidence",
            "seconds",
        )
    )
    for attempt, group in groupby(values, key=lambda row: row[0]):
        own = sat[attempt]
        yield (
            own,
            [
                _Given(
                    Wording(key, own.language, content_hash),
                    response,
                    (top or 0) / (bottom or 1),
                    confidence,
                    seconds,
                )
                for _, key, content_hash, response, top, bottom, confidence, seconds in group
            ],
        )


# ------------------------------------------------------------------ counting
class _Counting:
    """Everything that grows while answers are read."""

    def __init__(self, questions: dict[Wording, _Question]) -> None:
        self.marks: Marks[Wording] = Marks()
        self._questions = questions
        self._sure = Sure()

    def read(self, attempts: Iterator[tuple[_Sat, list[_Given]]]) -> None:
        for sat, given in attempts:
            # A wording that is gone cannot be counted; an attempt holds what is left of it.
            known = [own for own in given if own.wording in self._questions]
            self.marks.add([(own.wording, own.mark) for own in known])
            total = fsum(own.mark for own in known)
            for own in known:
                rest = (total - own.mark) / (len(known) - 1) if len(known) > 1 else None
                self._add(sat, own, rest)

    def _add(self, sat: _Sat, own: _Given, rest: float | None) -> None:
        question = self._questions[own.wording]
        is_right = own.mark == 1
        question.editions.add(sat.edition)
        question.tally.add(sat.third, question.kind.chosen(question.content, own.response))
        if rest is not None:
            question.drift.add(sat.month, own.mark, rest, sat.share)
        question.timing.add(own.seconds, is_right=is_right)
        question.confidence.add(own.confidence, is_right=is_right)
        self._sure.add(own.wording, sat.unit, own.confidence, is_right=is_right)

    def result(self, basis: dict[str, Any], kept: Sequence[_Row]) -> Counted:
        items = item_numbers(self.marks)
        questions = {
            wording: _numbers(self._questions[wording], item)
            for wording, item in sorted(items.items())
        }
        shares = self.marks.shares()
        asked = self.marks.answers
        guesses = fsum(own.guess * own.item.n for own in questions.values())
        medians = [own.time.median for own in questions.values() if own.time]
        pass_share = kept[-1].pass_percent / 100 if kept else 0.0
        usual = samples.median(medians) if medians else None
        current = max((own.last for own in self._questions.values()), default=0)
        test = TestNumbers(
            whole=whole_numbers(
                self.marks,
                passed=sum(row.passed for row in kept),
                reached=sum(row.reached for row in kept),
                pass_share=pass_share,
            ),
            guess=guesses / asked if asked else 0.0,
            pass_share=pass_share,
            pass_percents=tuple(sorted({row.pass_percent for row in kept})),
            usual_seconds=usual,
            scores=bins(shares),
            # Of all attempts, a person may be counted twice: then ten are not ten people.
            units=self._sure.released() if basis["which"] == FIRST else (),
            to_check=sum(
                verdicts_of(own, usual)[0].level is Level.ACT
                for wording, own in questions.items()
                if self._questions[wording].last == current
            ),
        )
        return Counted(basis, test, questions)


def _numbers(question: _Question, item: ItemNumbers) -> QuestionNumbers:
    return QuestionNumbers(
        type=question.kind.name,
        objective=question.objective,
        editions=tuple(sorted(question.editions)),
        item=item,
        guess=float(question.kind.random_guess(question.content)),
        options=question.tally.counts(),
        months=tuple(question.drift.months()),
        change=question.drift.change(),
        time=question.timing.numbers(),
        confidence=question.confidence.numbers(),
    )


def _basis(
    course: Course,
    activity_key: str,
    which: str,
    rows: Sequence[_Row],
    kept: Sequence[_Row],
    answers: int,
) -> dict[str, Any]:
    """What the numbers rest on, to be said on every page."""
    moments = [row.submitted_at for row in kept]
    again = regraded(course, activity_key)
    return {
        "which": which,
        "attempts": len(kept),
        "people": len({row.person for row in kept}),
        "answers": answers,
        "left_out": len(rows) - len(kept),
        "first": min(moments).isoformat() if moments else "",
        "last": max(moments).isoformat() if moments else "",
        "editions": sorted({row.edition for row in kept}),
        "languages": sorted({row.language for row in kept}),
        "with_errata": sum(row.has_errata or row.pk in again for row in kept),
    }
