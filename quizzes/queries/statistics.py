"""What the pages of statistics show: the tests, a test's numbers, a question's numbers.

Numbers are read as a job left them (queries.counting); nothing is computed here but sentences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, QuerySet
from django.utils.dateparse import parse_datetime

from courseware.accounts.models import Unit
from courseware.courses.models import Course
from courseware.courses.queries import Outline, outline
from courseware.jobs.models import Job
from courseware.jobs.registry import expect
from quizzes.engine import registry
from quizzes.engine.choices import ChoiceGroup
from quizzes.engine.content import Content
from quizzes.engine.statistics.options import GroupCount, OptionCount
from quizzes.engine.statistics.stored import (
    QuestionNumbers,
    TestNumbers,
    read_question,
    read_test,
)
from quizzes.engine.statistics.suppression import LEAST
from quizzes.engine.statistics.verdicts import Level, Verdict, urgency, verdicts_of
from quizzes.engine.statistics.whole_verdicts import whole_verdicts
from quizzes.models import (
    Attempt,
    Erratum,
    ItemStatistics,
    Question,
    QuestionText,
    Quiz,
    StatisticsRun,
)

JOB = expect("quizzes.statistics")


def has_stopped(run: StatisticsRun) -> bool:
    """Whether nobody will finish it any more."""
    job = Job.objects.filter(kind=JOB, key=str(run.pk)).first()
    return job is None or job.state in {Job.State.PARKED, Job.State.CANCELLED}


# ------------------------------------------------------------------ the tests
@dataclass(frozen=True)
class ShownTest:
    """A test of a course that was ever published, with what is known of it."""

    __test__ = False

    course: Course
    key: str
    title: str
    language: str
    attempts: int
    done: StatisticsRun | None
    waiting: StatisticsRun | None
    to_check: int


def tests_shown(courses: QuerySet[Course], language: str) -> list[ShownTest]:
    """Every test of the courses, in teaching order."""
    tests = (
        Quiz.objects.filter(
            activity__edition__course__in=courses, activity__edition__published_at__isnull=False
        )
        .values_list("activity__edition__course", "activity__key")
        .annotate(newest=Max("activity__edition__number"))
        .order_by("activity__edition__course__position", "activity__key")
    )
    found = list(tests)
    editions = {
        (course, number): pk
        for pk, course, number in courses.filter(editions__published_at__isnull=False).values_list(
            "editions__pk", "pk", "editions__number"
        )
    }
    attempts = dict(_attempts_by_test(courses))
    runs = _runs_by_test(courses)
    by_id = {course.pk: course for course in courses}
    rows = []
    for course, key, newest in found:
        words = outline(editions[course, newest], language)
        done, waiting = runs.get((course, key), (None, None))
        rows.append(
            ShownTest(
                by_id[course],
                key,
                title_of(words, key),
                words.language,
                attempts.get((course, key), 0),
                done,
                waiting,
                int(done.numbers.get("to_check", 0)) if done else 0,
            )
        )
    return rows


def title_of(words: Outline, key: str) -> str:
    item = words.item(key)
    return item.title if item else key


def _attempts_by_test(courses: QuerySet[Course]) -> dict[tuple[UUID, str], int]:
    counts = (
        Attempt.objects.filter(
            quiz__activity__edition__course__in=courses, state=Attempt.State.GRADED
        )
        .values_list("quiz__activity__edition__course", "quiz__activity__key")
        .annotate(n=Count("pk"))
        .order_by()
    )
    return {(course, key): n for course, key, n in counts}


def _runs_by_test(
    courses: QuerySet[Course],
) -> dict[tuple[UUID, str], tuple[StatisticsRun | None, StatisticsRun | None]]:
    """The newest finished run, and the one that waits."""
    found: dict[tuple[UUID, str], tuple[StatisticsRun | None, StatisticsRun | None]] = {}
    for run in StatisticsRun.objects.filter(course__in=courses).order_by("asked_at"):
        done, waiting = found.get((run.course_id, run.activity_key), (None, None))
        if run.state == StatisticsRun.State.DONE:
            done = run
        elif run.state == StatisticsRun.State.WAITING:
            waiting = run
        found[run.course_id, run.activity_key] = (done, waiting)
    return found


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
    regraded: int

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
            regraded=raw.get("regraded", 0),
        )


@dataclass(frozen=True)
class ItemRow:
    """One wording of one question: its numbers, and what is to be said of it."""

    question: str
    content_hash: str
    language: str
    numbers: QuestionNumbers
    verdicts: tuple[Verdict, ...]
    stem: str

    @property
    def worst(self) -> Verdict:
        return self.verdicts[0]

    @property
    def level(self) -> Level:
        return self.worst.level

    @property
    def name(self) -> str:
        """Of this wording in an address."""
        return f"{self.language}-{self.content_hash[:12]}"


@dataclass(frozen=True)
class WholePage:
    """A test with the newest numbers, the most urgent question first."""

    __test__ = False

    run: StatisticsRun
    basis: Basis
    numbers: TestNumbers
    verdicts: tuple[Verdict, ...]
    items: tuple[ItemRow, ...]

    @property
    def to_check(self) -> int:
        return sum(item.level is Level.ACT for item in self.items)

    @property
    def to_look_at(self) -> int:
        return sum(item.level is Level.LOOK for item in self.items)


def current_runs(
    course: Course, activity_key: str
) -> tuple[StatisticsRun | None, StatisticsRun | None]:
    """The newest finished run of a test, and the one that waits."""
    done = waiting = None
    runs = StatisticsRun.objects.filter(course=course, activity_key=activity_key)
    for run in runs.select_related("asked_by").order_by("asked_at"):
        if run.state == StatisticsRun.State.DONE:
            done = run
        elif run.state == StatisticsRun.State.WAITING:
            waiting = run
    return done, waiting


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
    stems = _stems(run, question)
    found = []
    for row in rows:
        numbers = read_question(row.numbers)
        if numbers is None:
            return None
        found.append(
            ItemRow(
                row.question_key,
                row.content_hash,
                row.language,
                numbers,
                tuple(verdicts_of(numbers, test.usual_seconds)),
                stems.get((row.question_key, row.content_hash), row.question_key),
            )
        )
    return sorted(
        found, key=lambda item: (tuple(-n for n in urgency(item.verdicts)), item.question)
    )


def _texts(run: StatisticsRun, question: str | None) -> QuerySet[QuestionText]:
    texts = QuestionText.objects.filter(
        question__quiz__activity__key=run.activity_key,
        question__quiz__activity__edition__course=run.course_id,
        question__quiz__activity__edition__published_at__isnull=False,
    )
    return texts if question is None else texts.filter(question__key=question)


def _stems(run: StatisticsRun, question: str | None) -> dict[tuple[str, str], str]:
    stems = _texts(run, question).values_list("question__key", "content_hash", "content__stem")
    return {(key, content_hash): str(stem) for key, content_hash, stem in stems}


# ------------------------------------------------------------------ one question
@dataclass(frozen=True)
class ShownGroup:
    """What was offered together, in words and numbers."""

    offered: ChoiceGroup
    counts: GroupCount
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
    one most people answered.
    """
    items = item_rows(run, test, question)
    if not items:
        return None
    by_n = max(items, key=lambda item: item.numbers.item.n)
    item = next((own for own in items if own.name == wording), by_n)
    text = (
        _texts(run, question).filter(content_hash=item.content_hash, language=item.language).first()
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
    counted = {group.key: group for group in numbers.options.groups}
    shown = []
    for group in offered:
        counts = counted.get(group.key)
        if counts is not None:
            texts = {choice.key: choice.text for choice in group.choices}
            lines = tuple((texts.get(option.key, ""), option) for option in counts.options)
            shown.append(ShownGroup(group, counts, lines))
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


# ------------------------------------------------------------------ confident and wrong
@dataclass(frozen=True)
class SureRow:
    """One question in one unit: how many said how sure they were, and were sure and wrong."""

    question: str
    stem: str
    language: str
    people: int
    sure_and_wrong: int

    @property
    def percent(self) -> int:
        return round(self.sure_and_wrong * 100 / self.people)


@dataclass(frozen=True)
class UnitsPage:
    """`units` are those that may be shown; `rows` of the chosen one, the worst first."""

    units: tuple[Unit, ...]
    unit: Unit | None
    rows: tuple[SureRow, ...]
    least: int = LEAST


def units_page(
    run: StatisticsRun, test: TestNumbers, unit_id: int | None, language: str
) -> UnitsPage:
    shown = {row.unit for row in test.units}
    units = tuple(Unit.objects.filter(pk__in=shown).order_by("path"))
    unit = next((own for own in units if own.pk == unit_id), units[0] if units else None)
    stems = _spoken_stems(run, language)
    rows = [
        SureRow(
            row.question,
            *stems.get(row.question, (row.question, "")),
            row.people,
            row.sure_and_wrong,
        )
        for row in test.units
        if unit is not None and row.unit == unit.pk
    ]
    rows.sort(key=lambda row: (-row.sure_and_wrong / row.people, row.question))
    return UnitsPage(units, unit, tuple(rows))


def _spoken_stems(run: StatisticsRun, language: str) -> dict[str, tuple[str, str]]:
    """Each question's newest words in the reader's language, else in any, with their language."""
    found: dict[str, tuple[str, str]] = {}
    rows = _texts(run, None).order_by("question__quiz__activity__edition__number", "language")
    for key, spoken, stem in rows.values_list("question__key", "language", "content__stem"):
        if spoken == language or found.get(key, ("", ""))[1] != language:
            found[key] = (str(stem), spoken)
    return found
