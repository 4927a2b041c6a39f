"""What a marked attempt shows. It holds the key: call it for a graded attempt only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import floor

from django.db.models import CharField, Exists, OuterRef, QuerySet, UUIDField
from django.utils.formats import get_format

from courseware.accounts.models import User
from courseware.accounts.queries import instructors_for
from courseware.core.prepared import Slot, prepared
from courseware.courses.queries import Outline, OutlineItem, outline
from courseware.enrolments.models import ActivityProgress
from quizzes.contents import content_of, kind_of, with_content
from quizzes.engine import review
from quizzes.engine.errata import corrected
from quizzes.engine.explanation import Explanation
from quizzes.engine.marking import Result
from quizzes.models import Answer, Attempt, Erratum, Quiz, Regrade
from quizzes.queries.marks import mark_of
from quizzes.queries.regrading import (
    Paper,
    asked_of,
    corrections_of,
    in_force,
    result_now,
    standing_errata,
)
from quizzes.queries.sittings import answers_of
from quizzes.queries.terms import Terms, day_of, last_ended_at, plain_terms, terms_now, undecided


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question with what was given, what is right and where it is taught."""

    position: int
    explanation: Explanation
    points: str
    lesson: OutlineItem | None
    is_must_pass: bool
    points_now: str = ""  # where an erratum made it another number
    confidence: int | None = None
    is_left_out: bool = False


@dataclass(frozen=True)
class Remark:
    """What an erratum did to the attempt: when, to which question; `is_kept`: not to the result;
    `is_carried`: because of what an earlier one kept.
    """

    at: datetime
    remedy: str
    position: int
    is_kept: bool
    is_carried: bool
    is_anew: bool  # it had been marked before


@dataclass(frozen=True)
class ObjectiveShare:
    text: str
    points: str
    maximum: int
    percent: int


@dataclass(frozen=True)
class ResultPage:
    attempt: Attempt
    outline: Outline
    result: Result
    points: str
    failed_points: list[str]
    objectives: list[ObjectiveShare]
    questions: list[ReviewedQuestion]  # none where the review does not show them yet
    is_questions_shown: bool
    is_sitting: bool  # another attempt of this test
    attempts_left: int
    opens_at: datetime | None  # when the next may begin, if that is later than now
    is_test_closed: bool  # an exception's last moment has passed, attempts or not
    needs_talk: bool
    instructors: list[User]
    remarks: list[Remark]

    @property
    def is_awaited(self) -> bool:
        """The questions are hidden only until the other attempt is handed in."""
        is_shown_otherwise = self.result.passed or self.attempt.quiz.review == Quiz.Review.CHECK
        return self.is_sitting and is_shown_otherwise and not self.is_questions_shown

    @property
    def is_course_complete(self) -> bool:
        enrolment = self.attempt.enrolment
        return self.result.passed and enrolment.completed_on is not None


def in_points(mark: Fraction) -> str:
    """A sum of marks for reading, rounded down to two places: "17", "17.66", in Spanish "17,66"."""
    hundredths = floor(mark * 100)
    digits = f"{hundredths % 100:02d}".rstrip("0")
    whole = str(hundredths // 100)
    return f"{whole}{get_format('DECIMAL_SEPARATOR')}{digits}" if digits else whole


def result_page(attempt: Attempt, *, language: str, now: datetime) -> ResultPage:
    """Four queries, one more after a failed attempt, two after the last of them; one or two more
    where an erratum reaches it.
    """
    if attempt.state != Attempt.State.GRADED:
        raise ValueError("Only a graded attempt is reviewed.")
    answers = answers_of(attempt)
    words = outline(attempt.quiz.activity.edition_id, language)
    paper = Paper(attempt, asked_of(answers), _regrades(attempt=attempt.pk))
    errata = list(standing_errata().filter(pk__in=paper.errata)) if paper.errata else []
    corrections = corrections_of(errata)
    result = result_now(paper, corrections)
    # Where the result was kept, the question counts on as it did.
    rests_on = in_force(paper)
    counted = [own for erratum, own in corrections.items() if erratum in rests_on]
    now_worth = {own.key: own.mark for own in corrected(paper.asked, counted)}
    key = attempt.quiz.activity.key
    (progress,) = _progress(enrolment=attempt.enrolment_id, key=key)
    assert attempt.submitted_at is not None
    today = day_of(attempt.enrolment.person, attempt.submitted_at)
    terms = _terms(attempt, progress, result, now=now)
    left = terms.left(progress.attempts_used, now=now)
    needs_talk = progress.state == ActivityProgress.State.EXHAUSTED and not left
    # Attempts count from their start: the last one may be the one in front of the person.
    is_sitting = getattr(progress, "is_sitting", True)
    when = review.moment(
        graded_at=attempt.graded_at,
        now=now,
        is_closed=progress.state == ActivityProgress.State.DONE or not left,
        is_sitting=is_sitting,
    )
    is_shown = review.shows_questions(attempt.quiz.review, when)
    return ResultPage(
        attempt=attempt,
        outline=words,
        result=result,
        points=in_points(result.score),
        failed_points=_titles(attempt, result, words.language),
        objectives=_objectives(words, result),
        questions=[reviewed(answer, words, now_worth) for answer in answers] if is_shown else [],
        is_questions_shown=is_shown,
        is_sitting=is_sitting,
        attempts_left=left,
        opens_at=_opens_at(attempt, progress, terms, now=now) if left else None,
        is_test_closed=terms.is_closed(now),
        needs_talk=needs_talk,
        instructors=instructors_for(words.course_slug, today) if needs_talk else [],
        remarks=_remarks(paper, errata, answers),
    )


def instructors_after_void(attempt: Attempt, *, now: datetime) -> list[User] | None:
    """Who talks to the person whose last attempt does not count; None: no talk is waited for."""
    enrolment, key = attempt.enrolment, attempt.quiz.activity.key
    progress = ActivityProgress.objects.filter(
        enrolment=enrolment, activity_key=key, state=ActivityProgress.State.EXHAUSTED
    ).first()
    if progress is None:
        return None
    progress.enrolment = enrolment
    terms = terms_now(progress, now=now)
    if terms is not None and terms.left(progress.attempts_used, now=now):
        return None
    return instructors_for(enrolment.course.slug, day_of(enrolment.person, now))


@prepared
def _regrades() -> QuerySet[Regrade]:
    return Regrade.objects.filter(attempt=Slot("attempt", UUIDField())).order_by("pk")


@prepared
def _progress() -> QuerySet[ActivityProgress]:
    """With whether the person sits the test now, in whatever period: its questions may be asked
    again.
    """
    sitting = undecided().filter(
        enrolment__person=OuterRef("enrolment__person"),
        enrolment__course=OuterRef("enrolment__course"),
        quiz__activity__key=OuterRef("activity_key"),
    )
    return ActivityProgress.objects.filter(
        enrolment=Slot("enrolment", UUIDField()), activity_key=Slot("key", CharField())
    ).annotate(is_sitting=Exists(sitting))


def _terms(attempt: Attempt, progress: ActivityProgress, result: Result, *, now: datetime) -> Terms:
    """What holds for the next attempt, in the edition that the person is on by now; exceptions
    matter to who has not passed.
    """
    plain = plain_terms(attempt.quiz, progress.attempts_granted)
    if result.passed:
        return plain
    progress.enrolment = attempt.enrolment
    return terms_now(progress, now=now) or plain


def _opens_at(
    attempt: Attempt, progress: ActivityProgress, terms: Terms, *, now: datetime
) -> datetime | None:
    ended = attempt.submitted_at
    if terms.cooldown and attempt.number < progress.attempts_used:
        ended = last_ended_at(attempt.enrolment, progress.activity_key)
    opens_at = terms.next_from(ended)
    return opens_at if opens_at is not None and opens_at > now else None


def checked_question(attempt: Attempt, position: int, *, language: str) -> ReviewedQuestion | None:
    """A question of an open attempt whose feedback was asked for; None where it was not, or where
    the test does not show it yet.
    """
    if not review.shows_questions(attempt.quiz.review, review.When.DURING):
        return None
    answer = with_content(
        Answer.objects.filter(attempt=attempt, position=position, checked_at__isnull=False)
    ).first()
    if answer is None:
        return None
    answer.attempt = attempt
    mark = mark_of(answer)
    answer.mark_numerator, answer.mark_denominator = mark.numerator, mark.denominator
    return reviewed(answer, outline(attempt.quiz.activity.edition_id, language))


def _remarks(paper: Paper, errata: list[Erratum], answers: list[Answer]) -> list[Remark]:
    """In the order in which they took effect, and only what the attempt was asked."""
    rows = {str(row.erratum_id): row for row in paper.regrades}
    graded_at = paper.attempt.graded_at
    assert graded_at is not None
    found = []
    for erratum in errata:
        row = rows.get(str(erratum.pk))
        at = row.at if row is not None else graded_at
        is_kept, is_carried = (row.was_kept, row.is_carried) if row is not None else (False, False)
        found += [
            Remark(at, erratum.remedy, answer.position, is_kept, is_carried, row is not None)
            for answer in answers
            if answer.content_hash in erratum.content_hashes
        ]
    return sorted(found, key=lambda remark: remark.at)


def _titles(attempt: Attempt, result: Result, language: str) -> list[str]:
    points = attempt.quiz.activity.edition.must_pass_points
    titles = [points.get(key, {}) for key in result.failed_points]
    return [
        own.get(language) or next(iter(own.values()), key)
        for key, own in zip(result.failed_points, titles, strict=True)
    ]


def _objectives(words: Outline, result: Result) -> list[ObjectiveShare]:
    texts = {objective.key: objective.text for objective in words.objectives}
    return [
        ObjectiveShare(texts.get(key, key), in_points(s.score), s.maximum, s.percent)
        for key, s in sorted(result.by_objective.items())
    ]


def reviewed(
    answer: Answer, words: Outline, now_worth: Mapping[str, Fraction] | None = None
) -> ReviewedQuestion:
    """`now_worth`: what counts by the question's key, where errata may have changed it; a question
    that is not in it is left out.
    """
    mark = answer.mark or Fraction(0)
    counts = mark if now_worth is None else now_worth.get(answer.question.key)
    explanation = kind_of(answer).explain(content_of(answer), answer.arrangement, answer.response)
    return ReviewedQuestion(
        position=answer.position,
        explanation=explanation,
        points=in_points(mark),
        points_now=in_points(counts) if counts not in {None, mark} else "",
        lesson=words.item(answer.question.lesson_key),
        is_must_pass=bool(answer.question.must_pass),
        confidence=answer.confidence,
        is_left_out=counts is None,
    )
