"""Numbers of statistics in words and figures, and the coordinates of their pictures."""

import itertools
from collections.abc import Callable

import pytest

from quizzes.engine.names import LEVEL_NAMES, LEVEL_STATES
from quizzes.engine.statistics.findings import Level, Verdict
from quizzes.engine.statistics.intervals import Interval
from quizzes.engine.statistics.items import ItemNumbers, item_numbers
from quizzes.engine.statistics.marks import Marks
from quizzes.engine.statistics.options import OptionCounts
from quizzes.engine.statistics.stored import QuestionNumbers
from quizzes.views import drawing, numbers


def test_every_verdict_has_a_state_and_months_are_words() -> None:
    verdict = Verdict("leak", Level.ACT, "Since %(month)s", "Do", {"month": "2026-05"})
    shown = numbers.said(verdict)
    assert (shown.state, shown.finding) == ("check-now", "Since May 2026")
    below = numbers.said(Verdict("against", Level.ACT, "Index %(index)s %%", "", {"index": -7}))
    assert below.finding == "Index \u22127 %"
    assert set(LEVEL_STATES) == set(LEVEL_NAMES) == set(Level)


@pytest.mark.parametrize(
    ("second", "value", "why"),
    [
        # Always right where nobody's score varies; always right beside one that varies.
        (lambda _n: 1.0, "–", "Undefined: scores do not spread along any question"),
        (lambda n: float(n % 2), "0 %", "Its part in the spread of scores"),
    ],
)
def test_a_weight_of_what_everybody_knows(
    second: Callable[[int], float], value: str, why: str
) -> None:
    marks: Marks[str] = Marks()
    for number in range(25):
        marks.add([("T-Q1", 1.0), ("T-Q2", second(number))])
    weight = weight_shown(item_numbers(marks)["T-Q1"])
    assert weight.value == value
    assert weight.meaning.startswith(why)


def test_a_weight_of_what_runs_against_the_whole() -> None:
    marks: Marks[str] = Marks()
    for number in range(25):
        marks.add([("T-Q1", float(number % 2))] + [(f"T-Q{n}", 1 - number % 2) for n in (2, 3, 4)])
    weight = weight_shown(item_numbers(marks)["T-Q1"])
    assert (weight.value, weight.meaning) == ("–", "Undefined: it runs against the whole.")


def weight_shown(item: ItemNumbers) -> numbers.NumberShown:
    question = QuestionNumbers("single", "O1", (1,), item, 0.25, OptionCounts((0, 0, 0), ()))
    return next(n for n in numbers.of_question(question) if n.label == "Effective weight")


def test_figures_are_written_with_a_true_minus() -> None:
    assert numbers.percent(-0.123) == "\u221212 %"
    assert numbers.percent(None) == "–"
    assert numbers.decimal(-1.26) == "\u22121.3"
    assert numbers.between(Interval(-0.1, 0.25)) == "\u221210 to 25 %"
    assert numbers.seconds(61) == "61 seconds"
    assert numbers.seconds(150) == "2 min 30 s"


def test_pictures_stay_in_their_frame_and_labels_apart() -> None:
    shares = [drawing.OptionShares(c, c == "A", (0.5, 0.5, 0.5)) for c in "ABCD"]
    curves = drawing.option_curves(shares, ("w", "m", "s"))
    heights = sorted(line.label_y for line in curves.lines)
    assert all(b - a >= 14 for a, b in itertools.pairwise(heights))
    items = [
        drawing.MappedItem(f, d, "sound", "", "q")
        for f, d in ((0.0, -1.0), (1.0, 1.0), (0.5, 0.0), (0.31, -0.37))
    ]
    drawn = drawing.item_map(items)
    for point in drawn.points:
        assert drawn.frame.left <= point.x <= drawn.frame.right
        assert drawn.frame.top <= point.y <= drawn.frame.bottom
    crowd = drawing.item_map(
        [drawing.MappedItem(0.9, 0.1, "look-at-it", name, name) for name in ("worst", "next")]
    )
    assert [point.label for point in crowd.points] == ["", "worst"]
    bars = drawing.histogram([0, 3, 1], ["a", "b", "c"], 0.5)
    assert [bar.is_marked for bar in bars.bars] == [False, True, True]
    assert bars.bars[0].height == 0
    assert bars.bars[1].y == bars.frame.top
    alone = drawing.months_drawn([drawing.MonthShown("May", 0.5, Interval(0.3, 0.7), 0.5)])
    assert len(alone.own.points) == 1
