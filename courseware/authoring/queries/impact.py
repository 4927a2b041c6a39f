"""What publishing a draft does to people, in numbers on the rows of today."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from courseware.courses import kinds
from courseware.courses.models import Activity, Edition
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes.models import Attempt

#: Attempts that are being sat or are still to be marked: their people stay where they are.
UNFINISHED = (Attempt.State.OPEN, Attempt.State.SUBMITTED)


@dataclass(frozen=True)
class Impact:
    """`in_progress`: (number of the edition, how many people are in the middle of it)."""

    complete: int
    in_progress: tuple[tuple[int, int], ...]
    not_begun: int
    busy: int  # of those in progress: in a test, or waiting for its marks
    satisfied: int  # have done all that the new edition asks, and so stay
    again: int  # would have something to do once more

    @property
    def underway(self) -> int:
        return sum(count for _number, count in self.in_progress)

    @property
    def movable(self) -> int:
        return self.underway - self.busy - self.satisfied


def in_progress(edition: Edition) -> QuerySet[Enrolment]:
    """People in the middle of an earlier edition of the course."""
    return Enrolment.objects.filter(
        course=edition.course_id,
        edition__number__lt=edition.number,
        started_at__isnull=False,
        completed_on__isnull=True,
        withdrawn_at__isnull=True,
    )


def hashes_of(edition: Edition) -> dict[str, frozenset[str]]:
    """By activity key, the hashes of its words in every language of the edition.

    Two queries, and those of each test.
    """
    found: dict[str, set[str]] = {}
    tests: list[Activity] = []
    for activity in edition.activities.prefetch_related("lesson__texts"):
        found[activity.key] = set()
        if hasattr(activity, "lesson"):
            found[activity.key] |= {text.content_hash for text in activity.lesson.texts.all()}
        else:
            tests.append(activity)
    languages = list(edition.languages.values_list("language", flat=True))
    for test in tests:
        kind = kinds.get(test.kind)
        spoken = kind.languages(edition)
        found[test.key] |= {
            kind.content_hash(test, language) for language in languages if language in spoken
        }
    return {key: frozenset(hashes) for key, hashes in found.items()}


def impact(edition: Edition) -> Impact:
    """Counts for the draft's course. A fixed number of queries whatever the number of people."""
    people = Enrolment.objects.filter(course=edition.course_id, withdrawn_at__isnull=True)
    counts = people.aggregate(
        complete=Count("pk", filter=Q(completed_on__isnull=False)),
        not_begun=Count("pk", filter=Q(completed_on__isnull=True, started_at__isnull=True)),
    )
    underway = in_progress(edition)
    numbers: dict[int, int] = defaultdict(int)
    for number, count in (
        underway.values_list("edition__number").annotate(Count("pk")).order_by("-edition__number")
    ):
        numbers[number] += count
    hashes = hashes_of(edition)
    busy = underway.filter(attempts__state__in=UNFINISHED).distinct()
    free = underway.exclude(pk__in=busy.values("pk"))
    satisfied = _satisfied(free, edition, hashes)
    return Impact(
        complete=counts["complete"],
        in_progress=tuple(numbers.items()),
        not_begun=counts["not_begun"],
        busy=busy.count(),
        satisfied=satisfied.count(),
        again=_again(free.exclude(pk__in=satisfied.values("pk")), hashes),
    )


def _same(hashes: Mapping[str, frozenset[str]], prefix: str = "") -> Q:
    """Done, and with the words of the new edition."""
    same = Q(pk__in=[])
    for key, own in hashes.items():
        same |= Q(**{f"{prefix}activity_key": key, f"{prefix}content_hash__in": own})
    return same


def _satisfied(
    people: QuerySet[Enrolment], edition: Edition, hashes: Mapping[str, frozenset[str]]
) -> QuerySet[Enrolment]:
    required = {
        key: hashes[key]
        for key in edition.activities.filter(required=True).values_list("key", flat=True)
    }
    done = Q(progress__state=ActivityProgress.State.DONE) & _same(required, "progress__")
    return people.annotate(kept=Count("progress", filter=done)).filter(kept=len(required))


def _again(people: QuerySet[Enrolment], hashes: Mapping[str, frozenset[str]]) -> int:
    return (
        ActivityProgress.objects.filter(
            enrolment__in=people.values("pk"),
            state=ActivityProgress.State.DONE,
            activity_key__in=hashes,
        )
        .exclude(_same(hashes))
        .values("enrolment")
        .distinct()
        .count()
    )
