"""Numbers of statistics in words and figures for a reader: what is shown, with its interval and
what it means. Must not: draw or read anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from quizzes.engine.names import LEVEL_NAMES, LEVEL_STATES
from quizzes.engine.statistics.findings import Verdict
from quizzes.engine.statistics.intervals import Interval
from quizzes.engine.statistics.items import ItemNumbers
from quizzes.engine.statistics.stored import QuestionNumbers, TestNumbers
from quizzes.engine.statistics.whole import WholeNumbers
from quizzes.views.drawing import signed

NOTHING = "–"
_TOO_EARLY = {"too_few", "chance_against"}


@dataclass(frozen=True)
class Said:
    """A verdict in the reader's language."""

    state: str
    finding: str
    advice: str
    word: str = ""  # "": what the state is called


@dataclass(frozen=True)
class NumberShown:
    """One line of a table of numbers."""

    label: str
    value: str
    interval: str
    meaning: str


def said(verdict: Verdict) -> Said:
    params = {name: _written(name, value) for name, value in verdict.params.items()}
    sentences = (_(text) if text else "" for text in (verdict.finding, verdict.advice))
    finding, advice = (text % params if params and text else text for text in sentences)
    if verdict.where:
        where = _(verdict.where) % params
        finding = _("%(where)s: %(finding)s") % {"where": where, "finding": finding}
    # A question of which nothing else can be said is called so, as in the bank.
    word = _(LEVEL_NAMES[verdict.level]) if verdict.code in _TOO_EARLY else ""
    return Said(LEVEL_STATES[verdict.level], finding, advice, word)


def _written(name: str, value: object) -> object:
    if name == "month":
        return month_in_words(str(value))
    return str(value).replace("-", "\u2212") if isinstance(value, int) else value


def month_in_words(month: str) -> str:
    """ "2026-05" as May 2026."""
    year, number = month.split("-")
    return date_format(date(int(year), int(number), 1), "YEAR_MONTH_FORMAT")


def span_in_words(first: str, last: str) -> str:
    if first == last:
        return month_in_words(first)
    return _("%(first)s to %(last)s") % {
        "first": month_in_words(first),
        "last": month_in_words(last),
    }


def month_in_short(month: str) -> str:
    year, number = month.split("-")
    return date_format(date(int(year), int(number), 1), "M Y")


def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{signed(share)} %"


def points(share: float | None) -> str:
    if share is None:
        return NOTHING
    return _("%(number)s points") % {"number": decimal(share * 100)}


def decimal(number: float | None) -> str:
    """One place after the point, as the reader's language writes it."""
    if number is None:
        return NOTHING
    return number_format(round(number, 1) + 0.0, 1).replace("-", "\u2212")


def between(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return _("%(low)s to %(high)s %%") % {
        "low": signed(interval.low),
        "high": signed(interval.high),
    }


def seconds(value: float | None) -> str:
    if value is None:
        return NOTHING
    whole = round(value)
    if whole < 120:
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": whole // 60, "seconds": whole % 60}


def who_passed(whole: WholeNumbers, marks: Sequence[int]) -> list[str]:
    """How many passed, and what else than the pass mark `marks` (one per edition that differs) kept
    others from it.
    """
    written = ", ".join(f"{mark} %" for mark in marks)
    found = [
        (
            _("%(count)s of %(n)s, with a pass mark of %(mark)s.")
            if len(marks) == 1
            else _("%(count)s of %(n)s, each by the pass mark of its edition (%(mark)s).")
        )
        % {"count": whole.passed, "n": whole.n, "mark": written}
    ]
    missed = whole.reached - whole.passed
    if missed:
        found.append(
            ngettext(
                "%(n)s more reached the pass mark and missed a must-pass point.",
                "%(n)s more reached the pass mark and missed a must-pass point.",
                missed,
            )
            % {"n": missed}
        )
    return found


def of_test(numbers: TestNumbers) -> list[NumberShown]:
    """The numbers of a test; none where nobody, or too few, sat it."""
    whole = numbers.whole
    if whole is None or not whole.is_enough:
        return []
    return [
        NumberShown(
            _("Mean"),
            percent(whole.mean),
            between(whole.mean_interval),
            _("What people earn of the full mark. A test with a pass mark may well be high."),
        ),
        NumberShown(_("Median"), percent(whole.median), "", _("Half of the people earn more.")),
        NumberShown(
            _("Passed"),
            percent(whole.pass_rate),
            between(whole.pass_interval),
            " ".join(who_passed(whole, numbers.pass_percents)),
        ),
        NumberShown(
            _("Standard deviation"),
            points(whole.deviation),
            "",
            _("How far scores lie apart."),
        ),
        NumberShown(
            _("Skewness"), decimal(whole.skewness), "", _("Below 0: a tail of low scores.")
        ),
        NumberShown(
            _("Kurtosis"), decimal(whole.kurtosis), "", _("Above 0: more extremes than usual.")
        ),
        NumberShown(
            _("Coefficient of internal consistency"),
            percent(whole.consistency),
            between(whole.consistency_interval),
            _("Do the questions agree about who is strong? From 75 % good, below 64 % not enough."),
        ),
        NumberShown(
            _("Error ratio"),
            percent(whole.error_ratio),
            "",
            _("How much of the standard deviation is chance."),
        ),
        NumberShown(
            _("Standard error"),
            points(whole.standard_error),
            "",
            _("How far a person's score would move with other questions like these."),
        ),
        NumberShown(
            _("Luck of the draw"),
            points(whole.luck),
            "",
            _("How far draws differ in difficulty. It is not part of the standard error."),
        ),
        NumberShown(
            _("Random-guess score"), percent(numbers.guess), "", _("What blind guessing earns.")
        ),
    ]


def _weight_says(item: ItemNumbers) -> str:
    """What the effective weight is, or why there is none."""
    if item.weight is not None:
        return _("Its part in the spread of scores; meant is %(weight)s.") % {
            "weight": percent(item.intended_weight)
        }
    if item.is_against:
        return _("Undefined: it runs against the whole.")
    return _("Undefined: scores do not spread along any question, as when all earn the same.")


def of_question(numbers: QuestionNumbers) -> list[NumberShown]:
    item = numbers.item
    if not item.is_enough:
        return []
    return [
        NumberShown(
            _("Facility"),
            percent(item.facility),
            between(item.facility_interval),
            _("What people earn of its mark: the higher, the easier."),
        ),
        NumberShown(
            _("Random-guess score"), percent(numbers.guess), "", _("What blind guessing earns.")
        ),
        NumberShown(
            _("Discrimination index"),
            percent(item.discrimination),
            between(item.discrimination_interval),
            _("Do those who do well in the rest do well here? From 20 % good, below 0 wrong."),
        ),
        NumberShown(
            _("Discriminative efficiency"),
            percent(item.efficiency),
            "",
            _("The same as a share of what its facility allows at most."),
        ),
        NumberShown(
            _("Effective weight"),
            percent(item.weight),
            "",
            _weight_says(item),
        ),
        NumberShown(
            _("Standard deviation"), points(item.spread), "", _("How far its marks lie apart.")
        ),
    ]
