"""Shared by the tests of errata: people who sat one test of four questions, one of them wrong.

    ann = sat_four(edition, "Ann", wrong=("T-Q1",))          75 % pass
    erratum = proposed(cast, edition, "T-Q1", "credit")      Ingrid says that this question is wrong
    dry_run(erratum)                                         whom it would change, computed
    applied(decided(cast, erratum, lowering="keep"))         Rafael decides what he was shown

Owns: making it through the actions.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from courseware.courses.actions import publish_edition
from courseware.courses.models import Edition, EditionLanguage
from courseware.enrolments.actions import enrol
from courseware.enrolments.models import ActivityProgress, Enrolment
from quizzes import actions
from quizzes.models import Attempt, DryRun, Erratum, QuestionText
from tests.cast import Cast, person
from tests.courses_made import PUBLISHED, TEST_KEY, make_course, make_lesson
from tests.quizzes.sitting import NOW, answer_all, answers

LATER = NOW + timedelta(days=1)


@dataclass(frozen=True)
class Sat:
    enrolment: Enrolment
    attempt: Attempt

    @property
    def progress(self) -> ActivityProgress:
        return ActivityProgress.objects.get(enrolment=self.enrolment, activity_key=TEST_KEY)

    def fresh(self) -> Attempt:
        return Attempt.objects.select_related("enrolment").get(pk=self.attempt.pk)


def four(**course: Any) -> Edition:
    """A test that asks all of its four questions; 75 % pass."""
    return make_course(
        **{
            "lessons": 0,
            "objectives": 1,
            "per_objective": 4,
            "quota": 4,
            "pass_percent": 75,
            **course,
        }
    )


def sat_four(
    edition: Edition,
    name: str,
    *,
    wrong: tuple[str, ...] = (),
    language: str = "en",
    now: datetime = NOW,
) -> Sat:
    """Somebody new, who answers the questions of the keys `wrong` wrongly."""
    enrolment = enrol(person=person(name), course=edition.course, by=None, now=now)
    return Sat(enrolment, sit_again(enrolment, wrong=wrong, language=language, now=now))


def sit_again(
    enrolment: Enrolment, *, wrong: tuple[str, ...] = (), language: str = "en", now: datetime = NOW
) -> Attempt:
    attempt = actions.start_attempt(
        enrolment=enrolment, activity_key=TEST_KEY, language=language, now=now
    )
    places = tuple(a.position for a in answers(attempt) if a.question.key in wrong)
    answer_all(attempt, wrong_at=places, now=now)
    actions.finish_attempt(attempt=attempt, now=now)
    return Attempt.objects.select_related("enrolment__course").get(pk=attempt.pk)


def with_a_lesson_after(**course: Any) -> Edition:
    """The lesson comes after the test, so that passing does not complete the course."""
    edition = four(is_published=False, **course)
    for words in EditionLanguage.objects.filter(edition=edition):
        words.activity_titles = {**words.activity_titles, "afterwards": "Afterwards"}
        words.save()
    languages = course.get("languages", ("en",))
    make_lesson(edition, key="afterwards", position=9, languages=languages)
    publish_edition(edition=edition, by=None, now=PUBLISHED)
    return edition


def result_of(sat: Sat) -> tuple[Fraction | None, bool | None]:
    """What holds of the attempt: share and pass."""
    attempt = sat.fresh()
    return attempt.score_now, attempt.is_passed_now


def hash_of(edition: Edition, key: str, language: str = "en") -> str:
    return QuestionText.objects.get(
        question__quiz__activity__edition=edition, question__key=key, language=language
    ).content_hash


def proposed(
    cast: Cast,
    edition: Edition,
    key: str,
    remedy: str,
    *,
    accepted: dict[str, Any] | None = None,
    language: str = "en",
    now: datetime = LATER,
) -> Erratum:
    wording = hash_of(edition, key, language)
    return actions.propose_erratum(
        course=edition.course,
        activity_key=TEST_KEY,
        question_key=key,
        content_hashes=[wording],
        remedy=remedy,
        accepted={wording: accepted} if accepted else None,
        reason="Its key is wrong.",
        by=cast.ingrid,
        now=now,
    )


def dry_run(erratum: Erratum, *, now: datetime = LATER) -> DryRun:
    """The numbers as they are at this moment, computed as the job does."""
    run = actions.ask_dry_run(erratum=erratum, now=now)
    actions.compute_dry_run(run=run, now=lambda: now, heartbeat=lambda _done, _total: True)
    return DryRun.objects.get(pk=run.pk)


def decided(
    cast: Cast, erratum: Erratum, *, lowering: str = "keep", now: datetime = LATER
) -> Erratum:
    return actions.decide_erratum(
        erratum=erratum,
        lowering=lowering,
        reason="As the working group says.",
        seen=dry_run(erratum).basis,
        by=cast.rafael,
        now=now,
    )


def applied(erratum: Erratum, *, now: datetime = LATER) -> Erratum:
    assert actions.apply_erratum(erratum=erratum, now=lambda: now)
    return Erratum.objects.get(pk=erratum.pk)
