"""What the pages of errata show: the list, the questions of a test, a question's wordings, one
erratum with what it did.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from courseware.courses.models import Course
from courseware.courses.queries import outline
from courseware.jobs import queries as jobs
from courseware.jobs.registry import expect
from quizzes.engine import registry
from quizzes.engine.choices import ChoiceGroup
from quizzes.engine.explanation import Explanation
from quizzes.engine.pictures import in_words, stem_of
from quizzes.engine.responses import Response
from quizzes.engine.statistics.offered import has_letters, letter
from quizzes.engine.tokens import generator
from quizzes.models import Answer, Attempt, Erratum, QuestionText, Quiz, Regrade
from quizzes.queries.impact import certified_of

REGRADE = expect("quizzes.regrade")


# ------------------------------------------------------------------ a test and its questions
@dataclass(frozen=True)
class NamedTest:
    """A published test, in the reader's language."""

    __test__ = False

    course: Course
    key: str
    title: str
    language: str


def named_test(course: Course, activity_key: str, language: str) -> NamedTest | None:
    """None where no published edition of the course has such a test."""
    quiz = (
        Quiz.objects.filter(
            activity__edition__course=course,
            activity__edition__published_at__isnull=False,
            activity__key=activity_key,
        )
        .select_related("activity")
        .order_by("-activity__edition__number")
        .first()
    )
    if quiz is None:
        return None
    words = outline(quiz.activity.edition_id, language)
    item = words.item(activity_key)
    return NamedTest(course, activity_key, item.title if item else activity_key, words.language)


def tests_named(found: Iterable[tuple[str, str, str]], language: str) -> list[NamedTest]:
    """Tests by course slug, course key and test key, with their titles."""
    found = list(found)
    courses = {
        course.slug: course
        for course in Course.objects.filter(slug__in={slug for slug, _, _ in found})
    }
    titles = titles_of({(courses[slug].pk, key) for slug, _, key in found}, language)
    return [
        NamedTest(courses[slug], key, titles[courses[slug].pk, key], language)
        for slug, _, key in found
    ]


@dataclass(frozen=True)
class AskedQuestion:
    """A question that trainees were or are asked: its key and the beginning of its words."""

    key: str
    type: str
    stem: str
    language: str


def questions_of(course: Course, activity_key: str, language: str) -> list[AskedQuestion]:
    """Every question of the test in any published edition, as its newest edition words it."""
    found: dict[str, tuple[bool, AskedQuestion]] = {}
    for text in _texts(course, activity_key).order_by(
        "-question__quiz__activity__edition__number", "question__position", "pk"
    ):
        key, is_own = text.question.key, text.language == language
        known = found.get(key)
        if known is None or (is_own and not known[0]):
            stem = in_words(str(text.content.get("stem", "")))
            found[key] = (is_own, AskedQuestion(key, text.question.type, stem, text.language))
    return [row for _, row in found.values()]


def _texts(course: Course, activity_key: str) -> QuerySet[QuestionText]:
    return QuestionText.objects.filter(
        question__quiz__activity__edition__course=course,
        question__quiz__activity__edition__published_at__isnull=False,
        question__quiz__activity__key=activity_key,
    ).select_related("question")


@dataclass
class Wording:
    """One wording of a question: the editions that have it, and how often it was marked."""

    content_hash: str
    type: str
    language: str
    content: dict[str, Any]
    editions: list[int] = field(default_factory=list)
    times: int = 0

    @property
    def explanation(self) -> Explanation:
        """With what is right. It holds the key."""
        return self._explained(None)

    def answered(self, response: Response) -> Explanation:
        """As if somebody had given this answer."""
        return self._explained(response)

    def _explained(self, response: Response | None) -> Explanation:
        kind = registry.get(self.type)
        content = kind.validate(self.content)
        arrangement = kind.arrange(content, generator(0, self.content_hash))
        given = kind.right_response(content) if response is None else response
        return _lettered(kind.explain(content, arrangement, given), kind.choices(content))

    @property
    def stem(self) -> str:
        return stem_of(self.content)


def _lettered(shown: Explanation, groups: Sequence[ChoiceGroup]) -> Explanation:
    """Options in the author's order, with the letters by which statistics speak of them."""
    places = {
        choice.text: place
        for group in groups
        if has_letters(group.key, (choice.key for choice in group.choices))
        for place, choice in enumerate(group.choices)
    }
    if not places:
        return shown
    rows = sorted(shown.rows, key=lambda row: places[row.text])
    return replace(shown, rows=tuple(replace(r, label=letter(places[r.text])) for r in rows))


def wordings_of(course: Course, activity_key: str, question_key: str) -> list[Wording]:
    """All that was ever published of a question, the newest first. Two queries."""
    found: dict[str, Wording] = {}
    texts = (
        _texts(course, activity_key)
        .filter(question__key=question_key)
        .select_related("question__quiz__activity__edition")
        .order_by("-question__quiz__activity__edition__number", "language")
    )
    for text in texts:
        wording = found.setdefault(
            text.content_hash,
            Wording(text.content_hash, text.question.type, text.language, text.content),
        )
        wording.editions.append(text.question.quiz.activity.edition.number)
    times = (
        Answer.objects.filter(
            content_hash__in=found,
            attempt__state=Attempt.State.GRADED,
            attempt__enrolment__course=course,
            attempt__quiz__activity__key=activity_key,
        )
        .values_list("content_hash")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for content_hash, number in times:
        found[content_hash].times = number
    return list(found.values())


# ------------------------------------------------------------------ errata
@dataclass(frozen=True)
class ErratumRow:
    """One erratum in the list."""

    erratum: Erratum
    title: str
    regraded: int


def errata_rows(errata: QuerySet[Erratum], language: str) -> list[ErratumRow]:
    """The newest first; the number of queries does not depend on how many there are."""
    rows = list(
        errata.select_related("course", "proposed_by", "decided_by")
        .annotate(regraded=Count("regrades"))
        .order_by("-proposed_at")
    )
    titles = titles_of({(row.course_id, row.activity_key) for row in rows}, language)
    return [
        ErratumRow(
            row,
            titles.get((row.course_id, row.activity_key), row.activity_key),
            getattr(row, "regraded", 0),
        )
        for row in rows
    ]


def titles_of(tests: Iterable[tuple[UUID, str]], language: str) -> dict[tuple[UUID, str], str]:
    """By course and the test's key, in the reader's language; the key where there is no title."""
    courses = {course for course, _ in tests}
    editions: dict[UUID, UUID] = {}
    for course, edition in (
        Quiz.objects.filter(
            activity__edition__course__in=courses, activity__edition__published_at__isnull=False
        )
        .order_by("activity__edition__number")
        .values_list("activity__edition__course", "activity__edition")
    ):
        editions[course] = edition
    titles = {}
    for course, key in tests:
        item = outline(editions[course], language).item(key) if course in editions else None
        titles[course, key] = item.title if item else key
    return titles


@dataclass(frozen=True)
class Applied:
    """What became of it so far."""

    regraded: int
    won: int
    lost: int
    kept: int
    is_stopped: bool


def applied(erratum: Erratum) -> Applied:
    """Three queries, and one for the rows that differ from the result before."""
    rows = Regrade.objects.filter(erratum=erratum)
    counted = rows.aggregate(
        regraded=Count("pk"), kept=Count("pk", filter=Q(was_kept=True, is_carried=False))
    )
    won, lost = _turned(rows)
    return Applied(counted["regraded"], won, lost, counted["kept"], _is_stopped(erratum))


def _turned(rows: QuerySet[Regrade]) -> tuple[int, int]:
    """How many were passed by it, and are no longer."""
    before = _passed_before(rows)
    won = lost = 0
    for row in rows.only("pk", "attempt", "is_passed"):
        was = before[row.attempt_id]
        won += row.is_passed and not was
        lost += was and not row.is_passed
    return won, lost


def _passed_before(rows: QuerySet[Regrade]) -> Mapping[UUID, bool]:
    """By attempt, what held until its row was made."""
    mine = {row.attempt_id: row.pk for row in rows.only("pk", "attempt")}
    was = {
        pk: bool(passed)
        for pk, passed in Attempt.objects.filter(pk__in=rows.values("attempt")).values_list(
            "pk", "is_passed"
        )
    }
    others = Regrade.objects.filter(attempt__in=rows.values("attempt")).order_by("pk")
    for attempt, pk, passed in others.values_list("attempt", "pk", "is_passed"):
        if pk < mine[attempt]:
            was[attempt] = passed
    return was


def _is_stopped(erratum: Erratum) -> bool:
    """Whether nobody will go on with it."""
    is_under_way = erratum.state == Erratum.State.DECIDED
    return is_under_way and jobs.has_stopped(kind=REGRADE, key=str(erratum.pk))


@dataclass(frozen=True)
class ToDecide:
    """An attempt on which a person has to decide, and what of it the reader may open."""

    attempt: Attempt
    has_record: bool
    is_certified: bool


def to_decide(
    erratum: Erratum, attempts: Sequence[Attempt], records: Collection[UUID]
) -> list[ToDecide]:
    """`records`: people whose training record may be opened. One query, none without attempts."""
    holders = certified_of(erratum) if attempts else frozenset()
    return [
        ToDecide(one, one.enrolment.person_id in records, one.enrolment_id in holders)
        for one in attempts
    ]


def answered_in_words(erratum: Erratum, wordings: Sequence[Wording]) -> dict[str, Explanation]:
    """By wording, the answer that counts too, explained as if somebody had given it."""
    return {
        own.content_hash: own.answered(erratum.accepted[own.content_hash])
        for own in wordings
        if own.content_hash in erratum.accepted
    }
