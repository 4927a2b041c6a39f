"""What the numbers of a question mean, in a sentence, and what to do about it.

A verdict needs evidence: where an interval reaches over a limit, the limit is not crossed. The
limits are common ones of test theory for the correlation of a question with the rest:

    below 0 strong people do worse; to 10 % hardly separates; to 20 % weakly; above is good

Owns: findings, their order and their words. Must not: see answers or who gave them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from quizzes.engine.messages import gettext_noop
from quizzes.engine.statistics.confidence import ConfidenceNumbers
from quizzes.engine.statistics.drift import Change
from quizzes.engine.statistics.intervals import wilson
from quizzes.engine.statistics.items import ENOUGH, ItemNumbers
from quizzes.engine.statistics.options import GroupCount, OptionCount, OptionCounts
from quizzes.engine.statistics.stored import QuestionNumbers
from quizzes.engine.statistics.thirds import STRONG, WEAK
from quizzes.engine.statistics.timing import TimeNumbers

TOO_EASY = 0.95
TOO_HARD = 0.30
WEAK_INDEX = 0.20
POOR_INDEX = 0.10
UNUSED = 0.05
DRAWS_STRONG = 0.25
CHANCE_OF_STRONG = 0.10
FEW = 10  # of a third
LOST = 5  # marks that must be lost before it is asked who loses them
SURE_AND_WRONG = 0.15
SLOW = 3.0


class Level(IntEnum):
    """How much it needs somebody; sorts the worst last."""

    NOTE = 0
    GOOD = 1
    LOOK = 2
    ACT = 3


@dataclass(frozen=True)
class Verdict:
    """A finding, and what to do. Both are sentences with places for `params`."""

    code: str
    level: Level
    finding: str
    advice: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


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


def percent(share: float) -> int:
    """For reading: the nearest whole number."""
    return round(share * 100)


def letter(place: int) -> str:
    """Options are named A, B, C … by their place in the content."""
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place] if 0 <= place < 26 else str(place + 1)


def has_letters(group: str, options: Iterable[str]) -> bool:
    """Plain lists of options; lines of a matching question and known slips have none. By keys."""
    return group == "" and all(key.isdigit() for key in options)


def verdicts(known: Evidence) -> list[Verdict]:
    """What is to be said of a question, the most urgent first; never nothing."""
    if not known.item.is_enough:
        return [too_few(known.item.n)]
    found = [
        *_key(known),
        *_index(known.item),
        *_facility(known),
        *_unused(known),
        *_drift(known.change),
        *_confidence(known.confidence),
        *_time(known),
    ]
    if not any(one.level >= Level.LOOK for one in found):
        found.append(
            Verdict("sound", Level.GOOD, gettext_noop("Nothing in its numbers speaks against it."))
        )
    return sorted(found, key=lambda one: -one.level)


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


# ------------------------------------------------------------------ the key and the options
_MORE_THAN_THE_KEY = gettext_noop(
    "%(share)s %% of the strongest third choose option %(option)s, more than choose the right one."
)
_AS_MANY_AS_THE_KEY = gettext_noop(
    "%(share)s %% of the strongest third choose option %(option)s, as many as choose the right one."
)


def _key(known: Evidence) -> Iterator[Verdict]:
    for group, option, place in _wrong_options(known.options):
        assert known.options is not None
        strong = known.options.share(option, STRONG)
        weak = known.options.share(option, WEAK)
        right = max(
            (known.options.share(o, STRONG) or 0.0 for o in group.options if o.is_right), default=0
        )
        people = known.options.people[STRONG]
        if strong is None or weak is None or people < FEW:
            continue
        if wilson(strong, people).low < CHANCE_OF_STRONG:
            continue
        params = {"share": percent(strong), "weak": percent(weak), "option": letter(place)}
        if strong >= right and not group.takes_several and strong >= DRAWS_STRONG:
            yield Verdict(
                "key",
                Level.ACT,
                _MORE_THAN_THE_KEY if strong > right else _AS_MANY_AS_THE_KEY,
                gettext_noop("Check the key first. If it is right, the wording misleads."),
                params,
            )
        elif strong >= DRAWS_STRONG and strong > weak:
            yield Verdict(
                "draws_strong",
                Level.ACT if strong >= 0.4 else Level.LOOK,
                gettext_noop(
                    "%(share)s %% of the strongest third choose option %(option)s, of the weakest "
                    "third %(weak)s %%."
                ),
                gettext_noop(
                    "Check the key, and whether this option can be right in some reading."
                ),
                params,
            )


def _wrong_options(
    counts: OptionCounts | None,
) -> Iterator[tuple[GroupCount, OptionCount, int]]:
    for group in counts.groups if counts else ():
        if has_letters(group.key, (option.key for option in group.options)):
            for place, option in enumerate(group.options):
                if not option.is_right:
                    yield group, option, place


def _unused(known: Evidence) -> Iterator[Verdict]:
    if known.options is None or known.item.facility_interval.low > TOO_EASY:
        return
    everybody = sum(known.options.people)
    unused = [
        letter(place)
        for _, option, place in _wrong_options(known.options)
        if wilson(option.total / everybody, everybody).high < UNUSED
    ]
    if unused:
        yield Verdict(
            "unused",
            Level.NOTE,
            gettext_noop("Hardly anybody chooses: %(options)s."),
            gettext_noop("Replace it with a mistake that people really make."),
            {"options": ", ".join(unused)},
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
