"""What the numbers of a whole test mean, and what to do about it.

A test with a pass mark is not made to rank people: a high mean is what teaching is for. What
must hold is that the decision at the pass mark does not rest on chance.
"""

from __future__ import annotations

from collections.abc import Iterator

from quizzes.engine.messages import gettext_noop
from quizzes.engine.statistics.findings import Level, Verdict, percent
from quizzes.engine.statistics.verdicts import too_few
from quizzes.engine.statistics.whole import WholeNumbers

SATISFACTORY = 0.75
UNSATISFACTORY = 0.64
NARROW = 0.05
NEAR = 0.25
UNEVEN = 0.05


def whole_verdicts(numbers: WholeNumbers, *, guess: float, pass_share: float) -> list[Verdict]:
    """The most urgent first; never nothing. `guess` is what blind guessing earns on average."""
    if not numbers.is_enough:
        return [too_few(numbers.n)]
    found = [
        *_consistency(numbers),
        *_decision(numbers),
        *_luck(numbers),
        *_level(numbers, guess, pass_share),
    ]
    return sorted(found, key=lambda one: -one.level)


def _consistency(numbers: WholeNumbers) -> Iterator[Verdict]:
    found = numbers.consistency
    if found is None:
        yield Verdict(
            "no_spread", Level.NOTE, gettext_noop("Everybody earned the same: nothing to compare.")
        )
        return
    params = {"coefficient": percent(found), "spread": percent(numbers.deviation or 0)}
    if found < 0:
        yield Verdict(
            "inconsistent",
            Level.ACT,
            gettext_noop("The questions run against each other (coefficient %(coefficient)s %%)."),
            gettext_noop("Look at the questions that strong people get wrong: check their keys."),
            params,
        )
    elif found >= SATISFACTORY:
        yield Verdict(
            "consistent",
            Level.GOOD,
            gettext_noop("The questions measure one thing (coefficient %(coefficient)s %%)."),
            params=params,
        )
    elif (numbers.deviation or 0) < NARROW:
        yield Verdict(
            "narrow",
            Level.NOTE,
            gettext_noop(
                "Scores lie close together (deviation %(spread)s points), so consistency cannot "
                "show (coefficient %(coefficient)s %%)."
            ),
            gettext_noop("Judge by how many scores lie near the pass mark."),
            params,
        )
    elif found < UNSATISFACTORY:
        yield Verdict(
            "loose",
            Level.LOOK,
            gettext_noop(
                "Much of the difference between scores is chance (coefficient %(coefficient)s %%)."
            ),
            gettext_noop("Mend the questions that need checking; more questions help too."),
            params,
        )
    else:
        yield Verdict(
            "fair",
            Level.NOTE,
            gettext_noop("The questions hold together fairly (coefficient %(coefficient)s %%)."),
            params=params,
        )


def _decision(numbers: WholeNumbers) -> Iterator[Verdict]:
    if numbers.near_pass is None or numbers.standard_error is None:
        return
    share = numbers.near_pass / numbers.n
    params = {
        "count": numbers.near_pass,
        "share": percent(share),
        "error": percent(numbers.standard_error),
    }
    finding = gettext_noop(
        "%(count)s scores (%(share)s %%) lie within one standard error (%(error)s points) of the "
        "pass mark: there, chance has a say."
    )
    advice = gettext_noop("A second attempt with other questions is the fair answer.")
    yield Verdict("near_pass", Level.LOOK if share > NEAR else Level.NOTE, finding, advice, params)


def _luck(numbers: WholeNumbers) -> Iterator[Verdict]:
    if numbers.luck is not None and numbers.luck > UNEVEN:
        yield Verdict(
            "uneven",
            Level.LOOK,
            gettext_noop("Draws differ in difficulty by %(points)s points."),
            gettext_noop("Give each objective questions of like difficulty."),
            {"points": percent(numbers.luck)},
        )


def _level(numbers: WholeNumbers, guess: float, pass_share: float) -> Iterator[Verdict]:
    params = {"mean": percent(numbers.mean), "pass": percent(pass_share), "guess": percent(guess)}
    if numbers.mean_interval.high < pass_share:
        yield Verdict(
            "below_pass",
            Level.LOOK,
            gettext_noop("The mean (%(mean)s %%) lies below the pass mark (%(pass)s %%)."),
            gettext_noop("Does the course teach what is asked? Begin with the hardest questions."),
            params,
        )
    if guess and numbers.mean_interval.low <= guess + 0.05:
        yield Verdict(
            "guessed",
            Level.ACT,
            gettext_noop("The mean is near what blind guessing earns (%(guess)s %%)."),
            gettext_noop("Check whether people read the lessons, and the keys."),
            params,
        )
