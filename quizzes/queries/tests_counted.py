"""The list of the tests that have statistics: what is known of each, and what waits."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Max, QuerySet

from courseware.courses.models import Course
from courseware.courses.queries import outline
from quizzes.models import Attempt, Quiz, StatisticsRun
from quizzes.queries.counting import FIRST
from quizzes.queries.statistics import CurrentRuns, sorted_runs, title_of


@dataclass(frozen=True)
class ShownTest:
    """A test of a course that was ever published, with what is known of it."""

    __test__ = False

    course: Course
    key: str
    title: str
    language: str
    attempts: int
    done: StatisticsRun | None  # over first attempts
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
        own = runs.get((course, key), sorted_runs(()))
        done = own.done.get(FIRST)
        rows.append(
            ShownTest(
                by_id[course],
                key,
                title_of(words, key),
                words.language,
                attempts.get((course, key), 0),
                done,
                own.waiting,
                int(done.numbers.get("to_check", 0)) if done else 0,
            )
        )
    return rows


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


def _runs_by_test(courses: QuerySet[Course]) -> dict[tuple[UUID, str], CurrentRuns]:
    runs = StatisticsRun.objects.filter(course__in=courses).order_by("asked_at")
    by_test: dict[tuple[UUID, str], list[StatisticsRun]] = {}
    for run in runs:
        by_test.setdefault((run.course_id, run.activity_key), []).append(run)
    return {test: sorted_runs(own) for test, own in by_test.items()}
