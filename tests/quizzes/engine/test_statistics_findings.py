"""Options by thirds, time, confidence, suppression, and what is said of a question."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.engine import registry
from quizzes.engine.choices import OTHER, RIGHT, Choice, ChoiceGroup
from quizzes.engine.statistics.confidence import Confidence
from quizzes.engine.statistics.drift import Change
from quizzes.engine.statistics.findings import Level
from quizzes.engine.statistics.intervals import fisher, wilson
from quizzes.engine.statistics.items import ItemNumbers
from quizzes.engine.statistics.offered import letter
from quizzes.engine.statistics.options import OptionCounts, OptionTally
from quizzes.engine.statistics.suppression import released
from quizzes.engine.statistics.thirds import STRONG, WEAK
from quizzes.engine.statistics.timing import Timing
from quizzes.engine.statistics.verdicts import Evidence, urgency, verdicts

GROUP = ChoiceGroup(
    "", "", tuple(Choice(str(n), f"option {n}", n == 0) for n in range(4)), takes_several=False
)


def counts(*per_option: tuple[int, int, int]) -> OptionCounts:
    """Of options A (right), B, C, D: how many of the weak, middle and strong chose them."""
    tally = OptionTally((GROUP,))
    for option, thirds in enumerate(per_option):
        for third, n in enumerate(thirds):
            for _ in range(n):
                tally.add(third, {"": (str(option),)})
    return tally.counts()


def item(*, n: int = 300, facility: float = 0.7, discrimination: float | None = 0.3) -> ItemNumbers:
    return ItemNumbers(
        n=n,
        facility=facility,
        facility_interval=wilson(facility, n),
        spread=0.4,
        discrimination=discrimination,
        discrimination_interval=None if discrimination is None else fisher(discrimination, n),
        efficiency=discrimination,
        weight=0.05,
        intended_weight=0.05,
        is_against=bool(discrimination and discrimination < 0),
    )


def codes(known: Evidence) -> list[tuple[str, Level]]:
    found = verdicts(known)
    for one in found:
        assert one.finding % one.params, one.code
        assert "%(" not in one.finding % one.params
    return [(one.code, one.level) for one in found]


# ------------------------------------------------------------------ options
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sets(st.sampled_from("0123"), max_size=3)), max_size=60
    )
)
@settings(deadline=None)
def test_every_answer_is_counted_once_per_choice(answers: list[tuple[int, set[str]]]) -> None:
    tally = OptionTally((GROUP,))
    for third, keys in answers:
        tally.add(third, {"": tuple(sorted(keys))} if keys else {})
    found = tally.counts()
    assert list(found.people) == [sum(t == third for t, _ in answers) for third in range(3)]
    (group,) = found.groups
    for option in group.options:
        assert option.total == sum(option.key in keys for _, keys in answers)
    assert sum(group.empty) == sum(not keys for _, keys in answers)


def test_a_strong_crowd_on_a_wrong_option_says_check_the_key() -> None:
    # 41 of 100 strong people choose C, more than the 39 who choose the key.
    options = counts((40, 40, 39), (30, 30, 10), (20, 25, 41), (10, 5, 10))
    found = verdicts(Evidence(item(facility=0.4), 0.25, options))
    assert found[0].code == "key"
    assert found[0].level is Level.ACT
    said = found[0].finding % found[0].params
    assert said.startswith("41 % of the strongest third choose option C")
    assert "more than choose the right one" in said
    assert "key" in found[0].advice


def test_as_many_as_the_key_is_not_called_more() -> None:
    options = counts((40, 40, 40), (30, 30, 10), (20, 25, 40), (10, 5, 10))
    found = verdicts(Evidence(item(facility=0.4), 0.25, options))
    assert found[0].code == "key"
    said = found[0].finding % found[0].params
    assert "as many as choose the right one" in said


def test_an_option_that_draws_the_strong_more_than_the_weak_is_named() -> None:
    options = counts((50, 60, 60), (30, 20, 10), (15, 18, 28), (5, 2, 2))
    assert ("draws_strong", Level.LOOK) in codes(Evidence(item(), 0.25, options))


def test_an_option_nobody_takes_is_named_only_with_enough_people() -> None:
    many = counts((50, 70, 90), (30, 20, 5), (20, 10, 5), (0, 0, 0))
    assert ("unused", Level.NOTE) in codes(Evidence(item(), 0.25, many))
    few = counts((6, 7, 8), (3, 2, 1), (2, 1, 1), (0, 0, 0))
    assert "unused" not in [code for code, _ in codes(Evidence(item(n=31), 0.25, few))]


def test_letters() -> None:
    assert [letter(0), letter(2), letter(30)] == ["A", "C", "31"]


# ------------------------------------------------------------------ what types offer to count
CONTENTS: dict[str, dict[str, Any]] = {
    "single": {
        "stem": "s",
        "options": [
            {"text": "a", "correct": True, "feedback": "f"},
            {"text": "b", "correct": False, "feedback": "f"},
        ],
    },
    "matching": {
        "stem": "s",
        "pairs": [
            {"left": "l1", "right": "r1", "feedback": "f"},
            {"left": "l2", "right": "r2", "feedback": "f"},
        ],
        "distractors": ["d"],
    },
    "ordering": {"stem": "s", "sequence": ["one", "two", "three"], "feedback": "f"},
    "numeric": {
        "stem": "s",
        "answer": 12,
        "feedback": "f",
        "unit": "days",
        "errors": [{"value": 21, "feedback": "f"}],
    },
    "short": {
        "stem": "s",
        "accept": ["hash", "hash value"],
        "model_answer": "hash",
        "feedback": "f",
        "errors": [{"accept": ["cache"], "feedback": "f"}],
    },
}
CONTENTS["scenario"] = {
    "stem": "s",
    "parts": [
        {"key": "p1", "type": "single", **CONTENTS["single"]},
        {"key": "p2", "type": "matching", **CONTENTS["matching"]},
    ],
}


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_a_right_answer_chooses_what_is_right_and_nothing_else(name: str) -> None:
    kind = registry.get(name)
    content = kind.validate(CONTENTS[name])
    groups = kind.choices(content)
    chosen = kind.chosen(content, kind.right_response(content))
    assert groups
    assert len({group.key for group in groups}) == len(groups)
    assert {
        group.key: tuple(c.key for c in group.choices if c.is_right) for group in groups
    } == chosen
    assert kind.chosen(content, {}) == {}


def test_written_answers_are_counted_as_right_known_slip_or_other() -> None:
    numeric, short = registry.get("numeric"), registry.get("short")
    number, term = numeric.validate(CONTENTS["numeric"]), short.validate(CONTENTS["short"])
    assert numeric.chosen(number, {"text": "21", "values": ["21"]}) == {"": ("0",)}
    assert numeric.chosen(number, {"text": "5", "values": ["5"]}) == {"": (OTHER,)}
    assert short.chosen(term, {"text": "Hash Value"}) == {"": (RIGHT,)}
    assert short.chosen(term, {"text": "cache"}) == {"": ("0",)}
    assert short.chosen(term, {"text": "sum"}) == {"": (OTHER,)}


# ------------------------------------------------------------------ chance and change
def test_a_strong_crowd_of_seven_is_chance() -> None:
    options = counts((5, 6, 2), (8, 8, 2), (3, 3, 3), (2, 2, 0))
    assert "key" not in [code for code, _ in codes(Evidence(item(n=44), 0.25, options))]


def test_a_leak_is_said_with_both_facilities() -> None:
    change = Change("2025-05", 240, 240, 0.18, 5, 0.55, 0.8)
    known = Evidence(item(), 0.25, change=change)
    found = verdicts(known)[0]
    assert (found.code, found.level) == ("leak", Level.ACT)
    assert found.finding % found.params == (
        "Easier since 2025-05: people earn 80 % of its mark, before 55 %; people with the same "
        "whole score 18 points more than before."
    )
    harder = replace(change, rise=-0.18, clearness=-5, was=0.8, now=0.55)
    assert ("harder", Level.LOOK) in codes(replace(known, change=harder))


# ------------------------------------------------------------------ time and confidence
def test_time_knows_what_it_does_not_know() -> None:
    timing = Timing()
    assert timing.numbers() is None
    for seconds in (0, 10, 20, 30, 40):
        timing.add(seconds, is_right=seconds > 15)
    found = timing.numbers()
    assert found is not None
    assert (found.n, found.lower, found.median, found.upper) == (4, 17.5, 25, 32.5)


def test_who_is_wrong_has_a_time_from_twenty_of_them_on() -> None:
    timing = Timing()
    for number in range(30):
        timing.add(20 + number, is_right=True)
    for number in range(19):
        timing.add(40 + number, is_right=False)
    few = timing.numbers()
    assert few is not None
    assert (few.right, few.rights, few.wrong, few.wrongs) == (34.5, 30, None, 19)
    timing.add(60, is_right=False)
    enough = timing.numbers()
    assert enough is not None
    assert (enough.wrong, enough.wrongs) == (49.5, 20)


def test_a_slow_question_is_named() -> None:
    timing = Timing()
    for _ in range(30):
        timing.add(200, is_right=True)
    known = Evidence(item(), 0.25, time=timing.numbers(), usual_seconds=50)
    assert ("slow", Level.LOOK) in codes(known)


def test_sure_and_wrong() -> None:
    own = Confidence()
    assert own.numbers() is None
    own.add(None, is_right=False)
    assert own.numbers() is None
    for n in range(60):
        own.add(3, is_right=n % 2 == 0)
    own.add(1, is_right=True)
    found = own.numbers()
    assert found is not None
    assert (found.n, found.sure_and_wrong) == (61, 30)
    assert found.share == 30 / 61
    assert ("sure_and_wrong", Level.LOOK) in codes(Evidence(item(), 0.25, confidence=found))


# ------------------------------------------------------------------ suppression
@st.composite
def forces(take: st.DrawFn) -> tuple[dict[int, int], dict[int, int | None]]:
    """A tree of units and how many people stand in each with all below."""
    size = take(st.integers(1, 9))
    parent: dict[int, int | None] = {0: None}
    for unit in range(1, size):
        parent[unit] = take(st.integers(0, unit - 1))
    own = {unit: take(st.integers(0, 25)) for unit in range(size)}
    people = dict(own)
    for unit in range(size - 1, 0, -1):
        above = parent[unit]
        assert above is not None
        people[above] += people[unit]
    return people, parent


@given(forces())
@settings(deadline=None)
def test_no_sum_or_difference_of_what_is_shown_is_about_a_few(
    force: tuple[dict[int, int], dict[int, int | None]],
) -> None:
    people, parent = force
    shown = released(people, parent, 10)
    for unit in shown:
        assert people[unit] >= 10
        below = [child for child in shown if parent[child] == unit]
        for size in range(len(below) + 1):
            for some in combinations(below, size):
                rest = people[unit] - sum(people[child] for child in some)
                assert rest == 0 or rest >= 10
        assert parent[unit] is None or parent[unit] in shown


def test_all_of_a_force_are_shown_where_all_are_large() -> None:
    people = {"force": 60, "north": 30, "south": 30}
    parent = {"force": None, "north": "force", "south": "force"}
    assert released(people, parent) == {"force", "north", "south"}
    small = {"force": 35, "north": 30, "south": 5}
    assert released(small, parent) == {"force"}


# ------------------------------------------------------------------ what is said of a question
@pytest.mark.parametrize(
    ("numbers", "guess", "wanted"),
    [
        (item(n=19), 0.25, ("too_few", Level.NOTE)),
        (item(discrimination=-0.25), 0.25, ("against", Level.ACT)),
        (item(discrimination=-0.05), 0.25, ("perhaps_against", Level.LOOK)),
        (item(discrimination=0.05), 0.25, ("weak", Level.LOOK)),
        (item(discrimination=0.35), 0.25, ("separates", Level.GOOD)),
        (item(discrimination=0.15), 0.25, ("sound", Level.GOOD)),
        (item(discrimination=None, facility=1.0), 0.25, ("no_spread", Level.NOTE)),
        (item(facility=0.24), 0.25, ("guessing", Level.ACT)),
        (item(facility=0.20), 0.0, ("hard", Level.LOOK)),
        (item(facility=0.99, n=400), 0.25, ("easy", Level.NOTE)),
    ],
)
def test_what_is_said_of_a_question(
    numbers: ItemNumbers, guess: float, wanted: tuple[str, Level]
) -> None:
    assert wanted in codes(Evidence(numbers, guess))


def test_below_twenty_there_is_a_note_and_nothing_else() -> None:
    options = counts((0, 0, 0), (0, 0, 0), (6, 6, 6), (0, 0, 0))
    known = Evidence(item(n=18, facility=0.0, discrimination=-0.9), 0.25, options)
    assert codes(known) == [("too_few", Level.NOTE)]


def test_chance_is_no_finding() -> None:
    """With 25 answers an index of 5 % says nothing, so nothing is said against the question."""
    found = codes(Evidence(item(n=25, discrimination=0.05), 0.25))
    assert found == [("sound", Level.GOOD)]


def test_two_wrong_answers_say_nothing_about_who_gives_them() -> None:
    """44 of 46 were right: that the two who were not are strong people is chance."""
    numbers = item(n=46, facility=44 / 46, discrimination=-0.18)
    (found,) = verdicts(Evidence(numbers, 0.25))
    assert (found.code, found.level) == ("chance_against", Level.NOTE)
    assert "(index -18 %), but with so few wrong answers" in found.finding % found.params


def test_nothing_is_called_sound_beside_an_index_below_zero() -> None:
    """25 answers: the interval reaches over every limit, and the page shows a number below 0."""
    (found,) = verdicts(Evidence(item(n=25, discrimination=-0.1), 0.25))
    assert (found.code, found.level) == ("chance_against", Level.NOTE)
    assert "but with so few answers" in found.finding % found.params
    # Said before what is only noted, and not beside a finding that says more.
    easy = Evidence(item(facility=0.99, n=400, discrimination=-0.01), 0.25)
    assert [code for code, _ in codes(easy)] == ["chance_against", "easy"]
    assert codes(Evidence(item(discrimination=-0.25), 0.25)) == [("against", Level.ACT)]


def test_the_most_urgent_question_comes_first() -> None:
    bad = verdicts(Evidence(item(discrimination=-0.3), 0.25))
    odd = verdicts(Evidence(item(discrimination=0.02), 0.25))
    good = verdicts(Evidence(item(), 0.25))
    few = verdicts(Evidence(item(n=3), 0.25))
    ordered = sorted([few, good, bad, odd], key=urgency, reverse=True)
    assert ordered == [bad, odd, good, few]


def test_weak_and_strong_are_the_ends() -> None:
    assert (WEAK, STRONG) == (0, 2)
