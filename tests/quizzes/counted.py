"""A finished run of statistics with something in every state, without hundreds of attempts.

    run = counted_run(course, by=cast.ingrid, unit=cast.force, now=now)

The numbers come from the engine, from marks made up here. Question 1 has a wrong key, question 2
is easy, question 3 has leaked; a second run waits.
"""

import random
from datetime import datetime, timedelta

from courseware.accounts.models import Unit, User
from courseware.courses.models import Course
from quizzes.actions import ask_statistics
from quizzes.engine import registry
from quizzes.engine.statistics.confidence import Confidence
from quizzes.engine.statistics.drift import Drift
from quizzes.engine.statistics.items import ItemNumbers, item_numbers
from quizzes.engine.statistics.marks import Marks
from quizzes.engine.statistics.options import OptionTally
from quizzes.engine.statistics.stored import (
    QuestionNumbers,
    SureInUnit,
    TestNumbers,
    Wording,
    bins,
    kept,
)
from quizzes.engine.statistics.thirds import Thirds
from quizzes.engine.statistics.timing import Timing
from quizzes.engine.statistics.whole import whole_numbers
from quizzes.models import ItemStatistics, QuestionText, StatisticsRun
from tests.courses_made import TEST_KEY

PEOPLE = 120
_MONTHS = [f"2025-{month:02}" for month in range(1, 11)]


def counted_run(
    course: Course, *, by: User, unit: Unit, now: datetime, is_again: bool = True
) -> StatisticsRun:
    texts = list(
        QuestionText.objects.filter(
            question__quiz__activity__edition__course=course,
            question__quiz__activity__edition__published_at__isnull=False,
            language="en",
        )
        .select_related("question")
        .order_by("question__position")
    )
    marks = _marks(len(texts))
    items = item_numbers(marks)
    thirds = Thirds(marks.shares())
    run = StatisticsRun.objects.create(
        course=course,
        activity_key=TEST_KEY,
        asked_by=by,
        asked_at=now - timedelta(hours=2),
        finished_at=now - timedelta(hours=2),
        state=StatisticsRun.State.DONE,
        done=PEOPLE,
        total=PEOPLE,
        basis={
            "which": "first",
            "attempts": PEOPLE,
            "people": PEOPLE,
            "answers": marks.answers,
            "left_out": 9,
            "first": (now - timedelta(days=300)).isoformat(),
            "last": (now - timedelta(days=1)).isoformat(),
            "editions": [1],
            "languages": ["en"],
            "with_errata": 1,
        },
        numbers=kept(
            TestNumbers(
                whole=whole_numbers(
                    marks, passed=PEOPLE // 2, reached=PEOPLE // 2 + 11, pass_share=0.8
                ),
                guess=0.2,
                pass_share=0.8,
                pass_percents=(80,),
                usual_seconds=40,
                scores=bins(marks.shares()),
                units=tuple(SureInUnit(unit.pk, wording_of(text), 40, 12) for text in texts),
                to_check=1,
            )
        ),
    )
    ItemStatistics.objects.bulk_create(
        ItemStatistics(
            run=run,
            question_key=text.question.key,
            content_hash=text.content_hash,
            language="en",
            numbers=kept(_question(number, text, marks, thirds, items[number])),
        )
        for number, text in enumerate(texts)
    )
    if is_again:
        ask_statistics(course=course, activity_key=TEST_KEY, which="first", by=by, now=now)
    return run


def wording_of(text: QuestionText) -> Wording:
    return Wording(text.question.key, text.language, text.content_hash)


def _marks(questions: int) -> Marks[int]:
    rng = random.Random(11)
    marks: Marks[int] = Marks()
    for person in range(PEOPLE):
        ability = rng.random()
        row = []
        for number in range(questions):
            chance = 1 - 0.8 * ability if number == 0 else 0.98 if number == 1 else ability
            if number == 2:
                chance = 0.2 + 0.7 * (person > PEOPLE * 0.6)
            row.append((number, float(rng.random() < chance)))
        marks.add(row)
    return marks


def _question(
    number: int, text: QuestionText, marks: Marks[int], thirds: Thirds, item: ItemNumbers
) -> QuestionNumbers:
    kind = registry.get(text.question.type)
    content = kind.validate(text.content)
    groups = kind.choices(content)
    tally, drift, timing, sure = OptionTally(groups), Drift(), Timing(), Confidence()
    right = kind.chosen(content, kind.right_response(content))
    wrong = {g.key: (next(c.key for c in g.choices if not c.is_right),) for g in groups}
    for person, ((asked, earned), share) in enumerate(
        zip(marks.rows(), marks.shares(), strict=True)
    ):
        mark = dict(zip(asked, earned, strict=True))[number]
        rest = (sum(earned) - mark) / (len(earned) - 1)
        tally.add(thirds.third_of(share), right if mark else wrong)
        drift.add(_MONTHS[person * len(_MONTHS) // PEOPLE], mark, rest, share)
        timing.add(20 + person, is_right=bool(mark))
        sure.add(1 + person % 3, is_right=bool(mark))
    return QuestionNumbers(
        type=kind.name,
        objective=text.question.objective,
        editions=(1,),
        item=item,
        guess=float(kind.random_guess(content)),
        options=tally.counts(),
        months=tuple(drift.months()),
        change=drift.change(),
        time=timing.numbers(),
        confidence=sure.numbers(),
    )
