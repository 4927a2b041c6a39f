"""What the pages of statistics show: a test's numbers, a question's numbers.

Numbers are read as a job left them (queries.counting); nothing is computed here but sentences.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from courseware.courses.models import Course
from courseware.courses.queries import Outline
from courseware.jobs import queries as jobs
from courseware.jobs.registry import expect
from quizzes.engine import registry
from quizzes.engine.choices import ChoiceGroup
from quizzes.engine.content import Content
from quizzes.engine.statistics.findings import Level, Verdict
from quizzes.engine.statistics.offered import Place, placed
from quizzes.engine.statistics.options import GroupCount, OptionCount
from quizzes.engine.statistics.stored import (
    QuestionNumbers,
    TestNumbers,
    Wording,
    read_question,
    read_test,
)
from quizzes.engine.statistics.verdicts import urgency, verdicts_of
from quizzes.engine.statistics.whole_verdicts import whole_verdicts
from quizzes.models import Erratum, ItemStatistics, Question, StatisticsRun
from quizzes.queries.counting import FIRST
from quizzes.queries.worded import texts_of, worded

JOB = expect("quizzes.statistics")


def has_stopped(run: StatisticsRun) -> bool:
    """Whether nobody will finish it any more."""
    return jobs.has_stopped(kind=JOB, key=str(run.pk))


def title_of(words: Outline, key: str) -> str:
    item = words.item(key)
    return item.title if item else key


# ------------------------------------------------------------------ one test
@dataclass(frozen=True)
class Basis:
    """What the numbers rest on."""

    which: str
    attempts: int
    people: int
    answers: int
    left_out: int
    first: datetime | None
    last: datetime | None
    editions: tuple[int, ...]
    languages: tuple[str, ...]
    with_errata: int

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> "Basis":
        return cls(
            which=raw.get("which", ""),
            attempts=raw.get("attempts", 0),
            people=raw.get("people", 0),
            answers=raw.get("answers", 0),
            left_out=raw.get("left_out", 0),
            first=parse_datetime(raw.get("first") or "") if raw.get("first") else None,
            last=parse_datetime(raw.get("last") or "") if raw.get("last") else None,
            editions=tuple(raw.get("editions", ())),
            languages=tuple(raw.get("languages", ())),
            with_errata=raw.get("with_errata", 0),
        )


@dataclass(frozen=True)
class ItemRow:
    """One wording of one question: its numbers, and what is to be said of it."""

    wording: Wording
    numbers: QuestionNumbers
    verdicts: tuple[Verdict, ...]
    stem: str
    last: int | None  # the newest edition with these words, where the current one has others

    @property
    def worst(self) -> Verdict:
        return self.verdicts[0]

    @property
    def level(self) -> Level:
        return self.worst.level

    @property
    def question(self) -> str:
        return self.wording.question

    @property
    def language(self) -> str:
        return self.wording.language

    @property
    def name(self) -> str:
        return self.wording.name

    @property
    def is_asked(self) -> bool:
        """In the current edition: what is no longer asked is in nobody's way."""
        return self.last is None

    @property
    def needs_somebody(self) -> bool:
        """Now: to check or to look at, with the words that are asked."""
        return self.is_asked and self.level >= Level.LOOK


@dataclass(frozen=True)
class WholePage:
    """A test with the newest numbers of one basis: the most urgent question first, what is no
    longer asked last.
    """

    __test__ = False

    run: StatisticsRun
    basis: Basis
    numbers: TestNumbers
    verdicts: tuple[Verdict, ...]
    items: tuple[ItemRow, ...]

    @property
    def to_check(self) -> int:
        return sum(item.is_asked and item.level is Level.ACT for item in self.items)

    @property
    def to_look_at(self) -> int:
        return sum(item.is_asked and item.level is Level.LOOK for item in self.items)


@dataclass(frozen=True)
class CurrentRuns:
    """Of a test: the newest finished run of each basis, and the one that waits, of either."""

    done: Mapping[str, StatisticsRun]
    waiting: StatisticsRun | None


def current_runs(course: Course, activity_key: str) -> CurrentRuns:
    runs = StatisticsRun.objects.filter(course=course, activity_key=activity_key)
    return sorted_runs(runs.select_related("asked_by").order_by("asked_at"))


def sorted_runs(runs: Iterable[StatisticsRun]) -> CurrentRuns:
    """Of the runs of one test, the oldest first."""
    done: dict[str, StatisticsRun] = {}
    waiting = None
    for run in runs:
        if run.state == StatisticsRun.State.DONE:
            done[run.basis.get("which", FIRST)] = run
        elif run.state == StatisticsRun.State.WAITING:
            waiting = run
    return CurrentRuns(done, waiting)


def whole_page(run: StatisticsRun) -> WholePage | None:
    """None where the numbers are of a release that kept others: compute them again."""
    numbers = read_test(run.numbers)
    if numbers is None:
        return None
    items = item_rows(run, numbers)
    if items is None:
        return None
    whole = numbers.whole
    said = (
        whole_verdicts(whole, guess=numbers.guess, pass_share=numbers.pass_share) if whole else []
    )
    return WholePage(run, Basis.of(run.basis), numbers, tuple(said), tuple(items))


def item_rows(
    run: StatisticsRun, test: TestNumbers, question: str | None = None
) -> list[ItemRow] | None:
    """The wordings of a run, or of one question; the most urgent first."""
    rows = ItemStatistics.objects.filter(run=run)
    if question is not None:
        rows = rows.filter(question_key=question)
    words = worded(run, question)
    found = []
    for row in rows:
        numbers = read_question(row.numbers)
        if numbers is None:
            return None
        wording = Wording(row.question_key, row.language, row.content_hash)
        found.append(
            ItemRow(
                wording,
                numbers,
                tuple(verdicts_of(numbers, test.usual_seconds)),
                words.stem(wording),
                words.last_of_older(wording),
            )
        )
    return sorted(found, key=_by_urgency)


def _by_urgency(item: ItemRow) -> tuple[bool, tuple[int, ...], Wording]:
    return not item.is_asked, tuple(-n for n in urgency(item.verdicts)), item.wording


# ------------------------------------------------------------------ one question
@dataclass(frozen=True)
class ShownGroup:
    """What was offered together, in words and numbers."""

    offered: ChoiceGroup
    counts: GroupCount
    place: Place
    lines: tuple[tuple[str, OptionCount], ...]  # what it says, and who chose it


@dataclass(frozen=True)
class QuestionPage:
    """A question: the wording that is looked at, its other wordings, its errata."""

    item: ItemRow
    others: tuple[ItemRow, ...]
    content: Content | None
    groups: tuple[ShownGroup, ...]
    errata: tuple[Erratum, ...]
    in_bank: int | None  # the newest published question of this key


def question_page(
    run: StatisticsRun, test: TestNumbers, question: str, wording: str
) -> QuestionPage | None:
    """None where the run has no such question. Without a wording, or with one that is gone, the
    one most people answered of those that are asked now, if any is.
    """
    items = item_rows(run, test, question)
    if not items:
        return None
    by_n = max(items, key=lambda item: (item.is_asked, item.numbers.item.n))
    item = next((own for own in items if own.name == wording), by_n)
    text = (
        texts_of(run)
        .filter(
            question__key=question,
            content_hash=item.wording.content_hash,
            language=item.language,
        )
        .first()
    )
    kind = registry.get(item.numbers.type)
    content = kind.validate(text.content) if text else None
    return QuestionPage(
        item=item,
        others=tuple(own for own in items if own is not item),
        content=content,
        groups=tuple(_groups(kind.choices(content) if content else (), item.numbers)),
        errata=tuple(
            Erratum.objects.filter(
                course=run.course_id, activity_key=run.activity_key, question_key=question
            ).exclude(state=Erratum.State.DROPPED)
        ),
        in_bank=_newest(run, question),
    )


def _groups(offered: Sequence[ChoiceGroup], numbers: QuestionNumbers) -> list[ShownGroup]:
    counted = {group.key: (place, group) for place, group in placed(numbers.options.groups)}
    shown = []
    for group in offered:
        if group.key in counted:
            place, counts = counted[group.key]
            texts = {choice.key: choice.text for choice in group.choices}
            lines = tuple((texts.get(option.key, ""), option) for option in counts.options)
            shown.append(ShownGroup(group, counts, place, lines))
    return shown


def _newest(run: StatisticsRun, question: str) -> int | None:
    return (
        Question.objects.filter(
            key=question,
            quiz__activity__key=run.activity_key,
            quiz__activity__edition__course=run.course_id,
            quiz__activity__edition__published_at__isnull=False,
        )
        .order_by("-quiz__activity__edition__number")
        .values_list("pk", flat=True)
        .first()
    )
