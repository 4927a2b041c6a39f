"""What attempts earn with the errata decided for them. What one more would change: `impact`.

    corrections_of   errata as the engine applies them, in the order in which they were decided
    papers_of        marked attempts with their marks and regrades, some hundred at a time
    result_now       what holds for one of them
    step             what one more erratum would make of it
    in_force         the errata that its result rests on
    reached_by       attempts that were shown a wording of an erratum

An attempt's own marks never change. Its result is what its errata (decided before it was marked)
and its regrades, one after another, make of them. Must not: write anything.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, UUIDField

from courseware.core.prepared import Slot, prepared
from quizzes.engine import registry
from quizzes.engine.errata import (
    NEWEST,
    Accepted,
    Asked,
    Correction,
    Rule,
    carried,
    held,
    outcome,
)
from quizzes.engine.marking import Marked, Result
from quizzes.engine.responses import Response
from quizzes.models import Answer, Attempt, Erratum, QuestionText, Regrade
from quizzes.queries.marks import marked
from quizzes.queries.standing import marked_at

AT_ONCE = 300
_STANDING = (Erratum.State.DECIDED, Erratum.State.APPLIED)

type Corrections = Mapping[str, Correction]
"""By the erratum's id as text, in the order in which they were decided."""


# ------------------------------------------------------------------ errata
def standing_errata() -> QuerySet[Erratum]:
    """Those that were decided, in that order."""
    return Erratum.objects.filter(state__in=_STANDING).order_by("decided_at", "pk")


def errata_of(course_id: UUID, activity_key: str) -> list[Erratum]:
    """Those that were decided for a test. One query."""
    return _errata_of(course=course_id, key=activity_key)


@prepared
def _errata_of() -> QuerySet[Erratum]:
    return standing_errata().filter(
        course=Slot("course", UUIDField()), activity_key=Slot("key", CharField())
    )


def corrections_of(errata: Iterable[Erratum]) -> Corrections:
    """One query where an erratum accepts another answer, none elsewhere."""
    errata = list(errata)
    contents = _contents_of(key for erratum in errata for key in erratum.accepted)
    return {str(erratum.pk): correction_of(erratum, contents) for erratum in errata}


def correction_of(erratum: Erratum, contents: Mapping[str, QuestionText]) -> Correction:
    rule = rule_of(erratum)
    accepted = {}
    for content_hash, response in erratum.accepted.items():
        kind = registry.get(contents[content_hash].question.type)
        content = kind.validate(contents[content_hash].content)
        accepted[content_hash] = Accepted(kind.name, content, response, rule)
    return Correction(erratum.remedy, frozenset(erratum.content_hashes), accepted)


def rule_of(erratum: Erratum) -> Rule:
    """Those by which it was decided; until then, those by which it would be."""
    return NEWEST if erratum.decided_at is None else Rule(erratum.rule)


def _contents_of(hashes: Iterable[str]) -> dict[str, QuestionText]:
    wanted = set(hashes)
    if not wanted:
        return {}
    texts = QuestionText.objects.filter(content_hash__in=wanted).select_related("question")
    return {text.content_hash: text for text in texts}


# ------------------------------------------------------------------ attempts
@dataclass(frozen=True)
class Paper:
    """A marked attempt: what was asked with its marks, and what it was regraded to."""

    attempt: Attempt
    asked: Sequence[Asked]
    regrades: Sequence[Regrade]

    @cached_property
    def errata(self) -> frozenset[str]:
        """Ids of all whose effect is in the result."""
        return frozenset(self.attempt.errata) | {str(row.erratum_id) for row in self.regrades}

    def earns(self, corrections: Corrections, ids: Collection[str]) -> Result:
        """With these of the corrections."""
        own = [correction for key, correction in corrections.items() if key in ids]
        return outcome(self.asked, own, self.attempt.quiz.pass_percent)


def asked_of(answers: Iterable[Answer]) -> list[Asked]:
    """From stored marks; `question` must have been fetched."""
    return [Asked(marked(answer), answer.content_hash, answer.response) for answer in answers]


def papers_of(attempts: Iterable[UUID], answered: Collection[str]) -> Iterator[Paper]:
    """Three queries for every few hundred attempts, and one more where wordings are `answered`.

    A dry run reads every attempt at a test. So no rows of answers are made,
    only what marks are made of; a response is read for the wordings in `answered` alone.
    """
    rows = Attempt.objects.select_related("quiz__activity", "enrolment__person").order_by("pk")
    known: dict[tuple[Any, ...], Marked] = {}
    for some in batched(attempts, AT_ONCE):
        asked: dict[UUID, list[Asked]] = defaultdict(list)
        responses = _responses(some, answered)
        for pk, attempt, content_hash, *own in (
            Answer.objects.filter(attempt__in=some)
            .order_by("attempt", "position")
            .values_list("pk", "attempt", "content_hash", *_MARKED)
        ):
            mark = known.get(key := tuple(own))
            if mark is None:
                mark = known[key] = _marked(*own)
            asked[attempt].append(Asked(mark, content_hash, responses.get(pk, {})))
        regrades: dict[UUID, list[Regrade]] = defaultdict(list)
        for row in Regrade.objects.filter(attempt__in=some).order_by("pk"):
            regrades[row.attempt_id].append(row)
        for attempt in rows.filter(pk__in=some):
            yield Paper(attempt, asked[attempt.pk], regrades[attempt.pk])


_MARKED = (
    *("question__key", "question__objective", "question__must_pass"),
    *("mark_numerator", "mark_denominator"),
)


def _marked(
    key: str, objective: str, must_pass: str, top: int | None, bottom: int | None
) -> Marked:
    return Marked(key, Fraction(top or 0, bottom or 1), objective, must_pass)


def _responses(attempts: Collection[UUID], answered: Collection[str]) -> dict[int, Response]:
    """By answer, where it is to one of these wordings."""
    if not answered:
        return {}
    rows = Answer.objects.filter(attempt__in=attempts, content_hash__in=answered)
    return dict(rows.values_list("pk", "response"))


def result_now(paper: Paper, corrections: Corrections) -> Result:
    """What holds: its own result, then each regrade; who was kept from falling is not lowered."""
    ids = set(paper.attempt.errata)
    result = paper.earns(corrections, ids)
    for row in paper.regrades:
        ids.add(str(row.erratum_id))
        after = paper.earns(corrections, ids)
        result = held(result, after) if row.was_kept else after
    return result


@dataclass(frozen=True)
class Step:
    """What holds of an attempt, and what would with one more erratum if results may fall."""

    before: Result
    after: Result
    is_carried: bool
    """`after` is not what the marks give: an earlier decision keeps more, and this erratum takes
    nothing."""


def step(paper: Paper, corrections: Corrections, key: str) -> Step:
    before = result_now(paper, corrections)
    marks = paper.earns(corrections, paper.errata | {key})
    is_carried = carried(before, paper.earns(corrections, paper.errata), marks)
    return Step(before, held(before, marks) if is_carried else marks, is_carried)


def in_force(paper: Paper) -> frozenset[str]:
    """Ids of the errata that the score rests on: those up to the last that was not kept away."""
    moved = [place for place, row in enumerate(paper.regrades, start=1) if not row.was_kept]
    counted = paper.regrades[: moved[-1]] if moved else []
    return frozenset(paper.attempt.errata) | {str(row.erratum_id) for row in counted}


def reached_by(erratum: Erratum) -> QuerySet[Attempt]:
    """Marked attempts that were shown one of its wordings, regraded for it or not."""
    shown = Answer.objects.filter(content_hash__in=erratum.content_hashes)
    marked_ones = marked_at(erratum.course_id, erratum.activity_key)
    return marked_ones.filter(pk__in=shown.values("attempt"))


def attempts_waiting(erratum: Erratum) -> list[UUID]:
    """Those of them that were neither marked with it nor regraded for it."""
    rows = reached_by(erratum).exclude(regrades__erratum=erratum).order_by("pk")
    return [pk for pk, known in rows.values_list("pk", "errata") if str(erratum.pk) not in known]


def to_be_decided(erratum: Erratum) -> list[Attempt]:
    """Passed no longer by the marks, but the course is complete: a person has to say."""
    if erratum.lowering != Erratum.Lowering.LOWER:
        return []
    kept = Q(regrades__erratum=erratum, regrades__was_kept=True, regrades__is_carried=False)
    return list(
        Attempt.objects.filter(kept)
        .select_related("enrolment__person")
        .order_by("enrolment__person__family_name", "enrolment__person__given_name", "number")
    )
