"""What the numbers of a question mean, in a sentence, and what to do about it.

A verdict needs evidence: where an interval reaches over a limit, the limit is not crossed. The
limits are common ones of test theory for the correlation of a question with the rest:

    below 0 strong people do worse; to 10 % hardly separates; to 20 % weakly; above is good

Owns: findings, their order and their words. Must not: see answers or who gave them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from quizzes.engine.messages import gettext_noop
from quizzes.engine.statistics.confidence import ConfidenceNumbers
from quizzes.engine.statistics.drift import Change
from quizzes.engine.statistics.findings import Level, Verdict, percent
from quizzes.engine.statistics.intervals import wilson
from quizzes.engine.statistics.items import ENOUGH, ItemNumbers
from quizzes.engine.statistics.key_verdicts import key_verdicts
from quizzes.engine.statistics.offered import Shape, letter, placed
from quizzes.engine.statistics.options import OptionCounts
from quizzes.engine.statistics.stored import QuestionNumbers
from quizzes.engine.statistics.timing import TimeNumbers

TOO_EASY = 0.95
TOO_HARD = 0.30
WEAK_INDEX = 0.20
POOR_INDEX = 0.10
UNUSED = 0.05
LOST = 5  # marks that must be lost before it is asked who loses them
SURE_AND_WRONG = 0.15
SLOW = 3.0


@dataclass(frozen=True)
class Evidence:
    """All that is known of a question."""

    item: ItemNumbers
    guess: float
    options: OptionCounts | None = None
    change: Change | None = None
    time: TimeNumbers | None = None
    usual_seconds: float | None = None
    confidence: ConfidenceNumbers | None = None


def verdicts(known: Evidence) -> list[Verdict]:
    """What is to be said of a question, the most urgent first; never nothing."""
    if not known.item.is_enough:
        return [too_few(known.item.n)]
    found = [
        *(key_verdicts(known.options) if known.options else ()),
        *_index(known.item),
        *_facility(known),
        *_unused(known),
        *_drift(known.change),
        *_confidence(known.confidence),
        *_time(known),
    ]
    if not any(one.level >= Level.LOOK for one in found):
        found.insert(0, _at_peace(known.item))  # before what is only noted
    return sorted(found, key=lambda one: -one.level)


def _at_peace(item: ItemNumbers) -> Verdict:
    """Of what nobody need look at now: sound, but for an index below 0 that may be chance."""
    if not item.is_against and (item.discrimination is None or item.discrimination >= 0):
        return Verdict(
            "sound", Level.GOOD, gettext_noop("Nothing in its numbers speaks against it.")
        )
    return Verdict(
        "chance_against",
        Level.NOTE,
        gettext_noop(
            "Who does well in the rest does no better here (index %(index)s %%), but with so few "
            "answers this may be chance."
        )
        if _loses_enough(item)
        else gettext_noop(
            "Who does well in the rest does no better here (index %(index)s %%), but with so few "
            "wrong answers this may be chance."
        ),
        gettext_noop("Look again when more people have answered."),
        {"index": percent(item.discrimination or 0.0)},
    )


def verdicts_of(numbers: QuestionNumbers, usual_seconds: float | None) -> list[Verdict]:
    """The same of numbers as they are kept."""
    return verdicts(
        Evidence(
            numbers.item,
            numbers.guess,
            numbers.options,
            numbers.change,
            numbers.time,
            usual_seconds,
            numbers.confidence,
        )
    )


def urgency(found: Sequence[Verdict]) -> tuple[int, int]:
    """For sorting questions: the worst finding, then how many there are of it."""
    worst = max((one.level for one in found), default=Level.NOTE)
    return int(worst), sum(one.level == worst for one in found)


def too_few(n: int) -> Verdict:
    return Verdict(
        "too_few",
        Level.NOTE,
        gettext_noop(
            "Only %(n)s so far: too few to say anything. Numbers appear from %(enough)s answers on."
        ),
        params={"n": n, "enough": ENOUGH},
    )


# ------------------------------------------------------------------ telling strong from weak
def _index(item: ItemNumbers) -> Iterator[Verdict]:
    if item.discrimination is None or item.discrimination_interval is None:
        yield Verdict(
            "no_spread",
            Level.NOTE,
            gettext_noop("Everybody earned the same, so it cannot tell strong from weak."),
        )
        return
    params = {"index": percent(item.discrimination)}
    low, high = item.discrimination_interval
    if high < 0:
        yield Verdict(
            "against",
            Level.ACT,
            gettext_noop("Who does well in the rest does worse here (index %(index)s %%)."),
            gettext_noop(
                "Check the key. If it is right, the question misleads: word it anew or take it out."
            ),
            params,
        )
    elif item.discrimination < 0 and high < WEAK_INDEX and _loses_enough(item):
        yield Verdict(
            "perhaps_against",
            Level.LOOK,
            gettext_noop(
                "Who does well in the rest does no better here (index %(index)s %%), though this "
                "may be chance."
            ),
            gettext_noop("Read it with a colleague; look again when more people have answered."),
            params,
        )
    elif item.discrimination >= 0 and high < WEAK_INDEX and _loses_enough(item):
        yield Verdict(
            "weak",
            Level.LOOK,
            gettext_noop("It hardly tells strong from weak (index %(index)s %%)."),
            gettext_noop("Is there a second reading, or does everyday sense answer it?"),
            params,
        )
    elif low > POOR_INDEX:
        yield Verdict(
            "separates",
            Level.GOOD,
            gettext_noop("It tells strong from weak (index %(index)s %%)."),
            params=params,
        )


def _loses_enough(item: ItemNumbers) -> bool:
    """Whether enough marks are lost for who loses them to mean something."""
    return item.n * (1 - item.facility) >= LOST


def _facility(known: Evidence) -> Iterator[Verdict]:
    item = known.item
    params = {"share": percent(item.facility), "guess": percent(known.guess)}
    low, high = item.facility_interval
    if known.guess and item.facility <= known.guess + 0.05 and low <= known.guess:
        yield Verdict(
            "guessing",
            Level.ACT,
            gettext_noop("People earn %(share)s %%, no more than blind guessing (%(guess)s %%)."),
            gettext_noop("Does the lesson teach it? If so, check key and wording."),
            params,
        )
    elif high < TOO_HARD:
        yield Verdict(
            "hard",
            Level.LOOK,
            gettext_noop("Very hard: people earn %(share)s %% of the mark."),
            gettext_noop("Does the lesson teach it, and is the key right?"),
            params,
        )
    elif low > TOO_EASY:
        yield Verdict(
            "easy",
            Level.NOTE,
            gettext_noop("Nearly everybody is right (%(share)s %%)."),
            gettext_noop("Right for what all must know; otherwise it measures nothing."),
            params,
        )


def _unused(known: Evidence) -> Iterator[Verdict]:
    """Of lists only: in a line the sides of other lines are wrong, and few need take them."""
    if known.options is None or known.item.facility_interval.low > TOO_EASY:
        return
    everybody = sum(known.options.people)
    for place, group in placed(known.options.groups):
        unused = [
            letter(number)
            for number, option in enumerate(group.options)
            if not option.is_right and wilson(option.total / everybody, everybody).high < UNUSED
        ]
        if unused and place.shape is Shape.LIST:
            yield Verdict(
                "unused",
                Level.NOTE,
                gettext_noop("Hardly anybody chooses: %(options)s."),
                gettext_noop("Replace it with a mistake that people really make."),
                {"options": ", ".join(unused), **place.params},
                place.words,
            )


# ------------------------------------------------------------------ time, drift, confidence
def _drift(change: Change | None) -> Iterator[Verdict]:
    if change is None or not change.is_alarm:
        return
    params = {
        "points": percent(abs(change.rise)),
        "month": change.month,
        "was": percent(change.was),
        "now": percent(change.now),
    }
    if change.rise > 0:
        yield Verdict(
            "leak",
            Level.ACT,
            gettext_noop(
                "Easier since %(month)s: people earn %(now)s %% of its mark, before %(was)s %%; "
                "people with the same whole score %(points)s points more than before."
            ),
            gettext_noop("Has it leaked? Replace it, and ask what changed in that month."),
            params,
        )
    else:
        yield Verdict(
            "harder",
            Level.LOOK,
            gettext_noop(
                "Harder since %(month)s: people earn %(now)s %% of its mark, before %(was)s %%; "
                "people with the same whole score %(points)s points less than before."
            ),
            gettext_noop("Did the lesson, the law or the wording change, so that the key is old?"),
            params,
        )


def _confidence(numbers: ConfidenceNumbers | None) -> Iterator[Verdict]:
    if numbers is None or not numbers.is_enough or numbers.interval.low < SURE_AND_WRONG:
        return
    yield Verdict(
        "sure_and_wrong",
        Level.LOOK,
        gettext_noop("%(share)s %% are sure of a wrong answer."),
        gettext_noop("A misconception people act on: take it up in the lesson and in training."),
        {"share": percent(numbers.share)},
    )


def _time(known: Evidence) -> Iterator[Verdict]:
    time, usual = known.time, known.usual_seconds
    if time is None or not time.is_enough or not usual or time.median < usual * SLOW:
        return
    yield Verdict(
        "slow",
        Level.LOOK,
        gettext_noop(
            "It takes %(seconds)s seconds, %(times)s times as long as the usual question."
        ),
        gettext_noop("Shorten it, unless its case needs the time."),
        {"seconds": round(time.median), "times": round(time.median / usual)},
    )
