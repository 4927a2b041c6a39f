"""What must always hold of attempts, for the invariant check (docs/architecture.md names them).

    I4  no answer belongs to a question of another quiz or is later than its attempt allows
    I5  at most one open attempt per enrolment and test; no more attempts than were allowed
    I6  the score recomputed from frozen questions, stored answers and the errata decided for them
        is the stored score: of the marking, and of each regrade; the best score of a person at a
        test is that of the best attempt as it stands
    I7  no attempt is open longer than its deadline, the grace and one sweep

Each yields a Finding for what does not hold; nothing is written.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import groupby
from uuid import UUID

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from courseware.enrolments.actions import percent_of
from courseware.enrolments.models import ActivityProgress
from quizzes.contents import ContentMissing, with_content
from quizzes.engine.errata import Asked, Rule, carried, held, is_lower
from quizzes.engine.marking import Marked, Result
from quizzes.models import Answer, Attempt, Erratum, Quiz, Regrade
from quizzes.queries.marks import mark_of
from quizzes.queries.regrading import (
    Corrections,
    Paper,
    corrections_of,
    rule_of,
    standing_errata,
)
from quizzes.queries.sittings import grace

SWEEP_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Finding:
    """`invariant` (I4…), the id of what is wrong, a sentence without personal data."""

    invariant: str
    subject: str
    message: str


def findings(now: datetime) -> Iterator[Finding]:
    """Everything that does not hold."""
    yield from misplaced_answers()
    yield from too_many_attempts()
    yield from wrong_scores()
    yield from wrong_best_scores()
    yield from open_too_long(now)


def misplaced_answers() -> Iterator[Finding]:
    """I4, as far as the database can say."""
    strangers = Answer.objects.exclude(question__quiz=F("attempt__quiz"))
    for answer in strangers.iterator():
        yield Finding(
            "I4", str(answer.attempt_id), f"Question {answer.position} is of another quiz."
        )
    late = Answer.objects.filter(saved_at__gt=F("attempt__deadline_at") + grace())
    for answer in late.iterator():
        yield Finding("I4", str(answer.attempt_id), f"Answer {answer.position} came too late.")


def too_many_attempts() -> Iterator[Finding]:
    """I5."""
    crowds = (
        Attempt.objects.filter(state=Attempt.State.OPEN)
        .values("enrolment", "quiz__activity__key")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .order_by()
    )
    for row in crowds.iterator():
        yield Finding("I5", str(row["enrolment"]), f"{row['n']} attempts are open at once.")
    allowed = {
        (edition, key): allowed
        for edition, key, allowed in Quiz.objects.values_list(
            "activity__edition", "activity__key", "attempts_allowed"
        )
    }
    used = ActivityProgress.objects.filter(attempts_used__gt=0).select_related("enrolment")
    for progress in used.iterator():
        limit = allowed.get((progress.enrolment.edition_id, progress.activity_key))
        if limit is not None and progress.attempts_used > limit + progress.attempts_granted:
            yield Finding("I5", str(progress.enrolment_id), "More attempts than were allowed.")


def wrong_scores() -> Iterator[Finding]:
    """I6, for every graded attempt, streamed: its own score, then each of its regrades."""
    answers = (
        with_content(Answer.objects.filter(attempt__state=Attempt.State.GRADED))
        .select_related("attempt__quiz")
        .order_by("attempt_id", "position")
    )
    errata = {str(erratum.pk): erratum for erratum in standing_errata()}
    corrections = corrections_of(errata.values())
    regrades: dict[UUID, list[Regrade]] = {}
    for row in Regrade.objects.order_by("pk").iterator():
        regrades.setdefault(row.attempt_id, []).append(row)
    for _pk, group in groupby(answers.iterator(chunk_size=500), key=lambda a: a.attempt_id):
        own = list(group)
        attempt = own[0].attempt
        try:
            paper = Paper(attempt, _asked(own), regrades.get(attempt.pk, []))
        except ContentMissing:
            yield Finding("I6", str(attempt.pk), "A question is no longer what was asked.")
            continue
        result = paper.earns(corrections, attempt.errata)
        if result.share != attempt.score or result.passed != attempt.is_passed:
            yield Finding("I6", str(attempt.pk), "The stored score is not what the answers earn.")
        yield from _wrong_regrades(paper, result, corrections, errata)


def _wrong_regrades(
    paper: Paper, result: Result, corrections: Corrections, errata: Mapping[str, Erratum]
) -> Iterator[Finding]:
    ids = set(paper.attempt.errata)
    for row in paper.regrades:
        key = str(row.erratum_id)
        bare = paper.earns(corrections, ids)
        ids.add(key)
        after = paper.earns(corrections, ids)
        if key not in errata:
            yield Finding("I6", str(row.attempt_id), "Regraded for what was never decided.")
            continue
        is_carried = carried(result, bare, after)
        keeps = errata[key].lowering == Erratum.Lowering.KEEP
        if rule_of(errata[key]) >= Rule.BY_KEY:
            keeps = keeps or is_carried
            if row.is_carried != is_carried:
                yield Finding("I6", str(row.attempt_id), "It says wrongly why it was kept.")
        if is_lower(result, after) and keeps and not row.was_kept:
            yield Finding("I6", str(row.attempt_id), "Lowered, though nobody was to be.")
        result = held(result, after) if row.was_kept else after
        if (result.share, result.passed) != (row.score, row.is_passed):
            yield Finding("I6", str(row.attempt_id), "A regrade is not what the answers earn.")


def wrong_best_scores() -> Iterator[Finding]:
    """I6, of what a completion takes its score from. Streamed in the order of enrolments."""
    newest = Regrade.objects.filter(attempt=OuterRef("pk")).order_by("-pk")
    rows = (
        Attempt.objects.filter(state=Attempt.State.GRADED)
        .order_by("enrolment", "quiz__activity__key")
        .values_list(
            "enrolment",
            "quiz__activity__key",
            Coalesce(Subquery(newest.values("score_numerator")[:1]), "score_numerator"),
            Coalesce(Subquery(newest.values("score_denominator")[:1]), "score_denominator"),
        )
    )
    kept = {
        (enrolment, key): best
        for enrolment, key, best in ActivityProgress.objects.filter(
            best_score__isnull=False
        ).values_list("enrolment", "activity_key", "best_score")
    }
    for test, group in groupby(rows.iterator(chunk_size=500), key=lambda row: row[:2]):
        best = max(Fraction(top, bottom) for *_test, top, bottom in group)
        if kept.get(test) != percent_of(best):
            yield Finding("I6", str(test[0]), f"The best score at {test[1]} is not the best.")


def recomputed_score(attempt: Attempt) -> Fraction:
    """The share of the whole at its marking, from frozen questions and stored answers alone."""
    own = list(with_content(Answer.objects.filter(attempt=attempt)).order_by("position"))
    corrections = corrections_of(standing_errata().filter(pk__in=attempt.errata))
    return Paper(attempt, _asked(own), []).earns(corrections, attempt.errata).share


def _asked(answers: Iterable[Answer]) -> list[Asked]:
    """With marks that were never stored. Raises ContentMissing."""
    return [
        Asked(
            Marked(a.question.key, mark_of(a), a.question.objective, a.question.must_pass),
            a.content_hash,
            a.response,
        )
        for a in answers
    ]


def open_too_long(now: datetime) -> Iterator[Finding]:
    """I7."""
    latest = now - grace() - SWEEP_EVERY
    late = Attempt.objects.alias(closes=Coalesce("hand_in_until", "deadline_at")).filter(
        state=Attempt.State.OPEN, closes__lt=latest
    )
    for attempt in late.iterator():
        yield Finding("I7", str(attempt.pk), "The attempt is open after its deadline.")
