"""Corrections of marks: what is left out, credited, accepted; and that nothing falls by holding."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.engine import registry
from quizzes.engine.errata import (
    ACCEPT,
    CREDIT,
    DROP,
    NEWEST,
    Accepted,
    Asked,
    Correction,
    Rule,
    carried,
    corrected,
    held,
    is_lower,
    outcome,
)
from quizzes.engine.marking import Marked, Result, assess
from quizzes.engine.responses import Response
from tests.courses_made import content_of

PASS = 80
CREDITS = ("right_minus_wrong", "proportional", "all_or_nothing")


def asked(*marks: Fraction | int, points: tuple[int, ...] = ()) -> list[Asked]:
    """Questions q0, q1 … with these marks; `points` are must-pass."""
    return [
        Asked(
            Marked(f"q{n}", Fraction(mark), "O1", f"M{n}" if n in points else ""),
            f"h{n}",
            {"chosen": [n]},
        )
        for n, mark in enumerate(marks)
    ]


def said(result: Result) -> tuple[Fraction | int, int, bool]:
    return result.score, result.maximum, result.passed


def correction(remedy: str, *places: int) -> Correction:
    return Correction(remedy, frozenset(f"h{n}" for n in places))


def test_a_question_that_is_left_out_counts_neither_for_nor_against() -> None:
    result = outcome(asked(1, 1, 1, 1, 0), [correction(DROP, 4)], PASS)
    assert said(result) == (4, 4, True)
    # The pass test is exact: three of four are 75 %, not 80.
    result = outcome(asked(1, 1, 1, 1, 0), [correction(DROP, 0)], PASS)
    assert said(result) == (3, 4, False)
    assert result.by_objective["O1"].maximum == 4


def test_a_must_pass_question_that_is_left_out_counts_as_met() -> None:
    questions = asked(1, 1, 1, 1, 0, points=(4,))
    assert outcome(questions, [], PASS).failed_points == ("M4",)
    result = outcome(questions, [correction(DROP, 4)], PASS)
    assert result.passed
    assert result.failed_points == ()


def test_everybody_is_given_the_full_mark() -> None:
    result = outcome(asked(1, 1, 1, Fraction(1, 3), 0), [correction(CREDIT, 3, 4)], PASS)
    assert said(result) == (5, 5, True)


def test_the_later_of_two_says_whether_it_counts() -> None:
    drop, credit = correction(DROP, 1), correction(CREDIT, 1)
    assert outcome(asked(1, 0), [drop, credit], PASS).maximum == 2
    assert outcome(asked(1, 0), [credit, drop], PASS).maximum == 1
    assert [mark.key for mark in corrected(asked(1, 0), [credit, drop])] == ["q0"]
    assert [mark.key for mark in corrected(asked(1, 0), [drop, credit])] == ["q0", "q1"]


def test_where_nothing_would_be_left_everything_is_credited() -> None:
    result = outcome(asked(0, 0), [correction(DROP, 0, 1)], PASS)
    assert said(result) == (2, 2, True)


def accepts(kind: str, response: Response, given_: Response) -> bool:
    own = registry.get(kind)
    accepted = Accepted(kind, own.validate(content_of(kind, 1)), response)
    wrong = Asked(Marked("q", Fraction(0)), "h", given_)
    corrections = [Correction(ACCEPT, frozenset({"h"}), {"h": accepted})]
    return outcome([wrong], corrections, PASS).passed


def test_another_answer_is_accepted_as_marking_compares_it() -> None:
    assert accepts("single", {"chosen": [2]}, {"chosen": [2]})
    assert not accepts("single", {"chosen": [2]}, {"chosen": [1]})
    assert accepts("multiple", {"chosen": [0, 1]}, {"chosen": [1, 0]})
    assert not accepts("multiple", {"chosen": [0, 1]}, {"chosen": [0]})
    assert accepts("short", {"text": "Call  the Duty Officer"}, {"text": "call the duty officer"})
    assert accepts("numeric", {"text": "50", "values": ["50"]}, {"text": "50.0", "values": ["50"]})
    positions = {"0": 2, "1": 1, "2": 3, "3": 4}
    assert accepts(
        "ordering",
        {"positions": positions, "complete": True},
        {"positions": positions, "complete": True},
    )
    swapped = {"pairs": {"0": 1, "1": 0, "2": 2}}
    assert accepts("matching", swapped, swapped)
    parts = {"a": {"chosen": [1]}, "b": {"chosen": [1]}}
    assert accepts("scenario", {"parts": parts, "final": ["a", "b"]}, {"parts": parts, "final": []})


def marked_by(
    kind: str, keys: list[Response], given_: Response, *, rule: Rule = NEWEST, **content: Any
) -> Fraction:
    """What an answer earns once these are keys too, one erratum after the other."""
    own = registry.get(kind)
    read = own.validate({**content_of(kind, 1), **content})
    asked_ = Asked(Marked("q", own.grade(read, given_)), "h", given_)
    corrections = [
        Correction(ACCEPT, frozenset({"h"}), {"h": Accepted(kind, read, key, rule)}) for key in keys
    ]
    [mark] = corrected([asked_], corrections)
    return mark.mark


def chosen(*options: int) -> Response:
    return {"chosen": list(options)}


def test_several_options_are_marked_by_another_key_as_by_the_first() -> None:
    """A and C of four are right; then B is too."""
    keys = [chosen(0, 1, 2)]
    assert marked_by("multiple", [], chosen(0, 1)) == 0
    assert marked_by("multiple", keys, chosen(0, 1)) == Fraction(2, 3)
    assert marked_by("multiple", keys, chosen(0, 1, 2)) == 1
    assert marked_by("multiple", keys, chosen(0, 2)) == 1  # nobody loses by it
    assert marked_by("multiple", keys, chosen(0, 1, 3)) == 0
    assert marked_by("multiple", keys, chosen(0, 1), credit="proportional") == Fraction(3, 4)
    assert marked_by("multiple", keys, chosen(0, 1), credit="all_or_nothing") == 0
    # Where all of them are right nothing is taken off for a wrong one.
    assert marked_by("multiple", [chosen(0, 1, 2, 3)], chosen(1, 3)) == Fraction(1, 2)


def test_a_number_that_is_accepted_has_the_tolerance_of_the_question() -> None:
    key: list[Response] = [{"text": "50", "values": ["50"]}]
    assert marked_by("numeric", key, {"text": "50.5", "values": ["50.5"]}) == 1
    assert marked_by("numeric", key, {"text": "50.6", "values": ["50.6"]}) == 0
    assert marked_by("numeric", key, {"text": "47", "values": ["47"]}) == 1  # by the first key


def test_lines_are_marked_by_another_key_one_by_one() -> None:
    swapped: list[Response] = [{"pairs": {"0": 1, "1": 0, "2": 2}}]
    assert marked_by("matching", [], {"pairs": {"0": 1, "1": 0, "2": 3}}) == 0
    assert marked_by("matching", swapped, {"pairs": {"0": 1, "1": 0, "2": 3}}) == Fraction(2, 3)
    assert marked_by("matching", swapped, {"pairs": {"0": 0, "1": 1}}) == Fraction(2, 3)


def case(**parts: Response) -> Response:
    return {"parts": parts, "final": list(parts)}


def test_of_a_case_each_part_is_marked_by_the_best_of_its_keys() -> None:
    in_b = case(b=chosen(1))
    assert marked_by("scenario", [], case(a=chosen(2), b=chosen(1))) == 0
    assert marked_by("scenario", [in_b], case(a=chosen(2), b=chosen(1))) == Fraction(1, 2)
    assert marked_by("scenario", [in_b], case(a=chosen(0), b=chosen(1))) == 1
    assert marked_by("scenario", [in_b], case(a=chosen(0), b=chosen(0))) == 1
    # Two errata, each in one part: together they give the whole.
    assert marked_by("scenario", [in_b, case(a=chosen(1))], case(a=chosen(1), b=chosen(1))) == 1
    assert marked_by("scenario", [in_b], case(a=chosen(0))) == Fraction(1, 2)


def test_what_was_decided_by_the_first_rule_stays_so() -> None:
    key: list[Response] = [{"text": "50", "values": ["50"]}]
    old = Rule.IDENTICAL
    assert marked_by("numeric", key, {"text": "50.0", "values": ["50"]}, rule=old) == 1
    assert marked_by("numeric", key, {"text": "50.5", "values": ["50.5"]}, rule=old) == 0
    assert marked_by("multiple", [chosen(0, 1, 2)], chosen(0, 1), rule=old) == 0
    assert marked_by("multiple", [chosen(0, 1, 2)], chosen(0), rule=old) == Fraction(1, 2)
    assert marked_by("scenario", [case(b=chosen(1))], case(a=chosen(2), b=chosen(1)), rule=old) == 0


@settings(deadline=None)
@given(st.sets(st.integers(0, 3)), st.sets(st.integers(0, 3), min_size=1), st.sampled_from(CREDITS))
def test_another_key_never_takes_anything(given_: set[int], key: set[int], credit: str) -> None:
    before = marked_by("multiple", [], chosen(*sorted(given_)) if given_ else {}, credit=credit)
    after = marked_by(
        "multiple",
        [chosen(*sorted(key))],
        chosen(*sorted(given_)) if given_ else {},
        credit=credit,
    )
    assert before <= after <= 1
    assert after == 1 or given_ != key


def test_what_was_kept_is_carried_unless_this_takes_something() -> None:
    def of(percent: int, passed: bool = False) -> Result:
        return Result(Fraction(percent), 100, passed, {}, ())

    assert carried(of(75), of(60), of(70))
    assert carried(of(75), of(60), of(60))
    assert not carried(of(75), of(60), of(50))  # this one takes something
    assert not carried(of(75), of(60), of(75))  # nothing falls
    assert carried(of(75, True), of(60), of(80))  # the pass
    assert not carried(of(75), of(75), of(60))


def test_no_answer_is_never_accepted() -> None:
    for kind in registry.names():
        assert not accepts(kind, {}, {})


MARKS = st.lists(
    st.tuples(
        st.fractions(min_value=0, max_value=1, max_denominator=6), st.booleans(), st.booleans()
    ),
    min_size=1,
    max_size=12,
)
STEPS = st.lists(
    st.tuples(st.sampled_from((DROP, CREDIT)), st.sets(st.integers(0, 11), min_size=1)), max_size=4
)


@settings(deadline=None)
@given(MARKS, STEPS, st.integers(1, 100))
def test_corrections_agree_with_counting_by_hand(
    marks: list[tuple[Fraction, bool, bool]], steps: list[tuple[str, set[int]]], percent: int
) -> None:
    questions = asked(
        *(mark for mark, _, _ in marks),
        points=tuple(n for n, (_, is_point, _) in enumerate(marks) if is_point),
    )
    given_marks: dict[int, Fraction | None] = {n: mark for n, (mark, _, _) in enumerate(marks)}
    credited = set()
    for remedy, places in steps:
        for n in places & set(given_marks):
            credited |= {n} if remedy == CREDIT else set()
            given_marks[n] = None if remedy == DROP else Fraction(1)
    counted = [n for n, mark in given_marks.items() if mark is not None] or list(given_marks)
    by_hand = {n: given_marks[n] if given_marks[n] is not None else Fraction(1) for n in counted}
    total = sum((mark for mark in by_hand.values() if mark is not None), Fraction(0))
    result = outcome(questions, [correction(r, *p) for r, p in steps], percent)
    assert (result.score, result.maximum) == (total, len(counted))
    met = all(by_hand[n] == 1 for n in counted if marks[n][1])
    assert result.passed is (met and total * 100 >= percent * len(counted))


@settings(deadline=None)
@given(MARKS, STEPS, st.integers(1, 100))
def test_whoever_is_held_never_falls(
    marks: list[tuple[Fraction, bool, bool]], steps: list[tuple[str, set[int]]], percent: int
) -> None:
    questions = asked(*(mark for mark, _, _ in marks))
    before = assess([question.marked for question in questions], percent)
    after = outcome(questions, [correction(r, *p) for r, p in steps], percent)
    kept = held(before, after)
    assert not is_lower(before, kept)
    assert kept.passed is (before.passed or after.passed)
    assert kept.share in {before.share, after.share}
    assert is_lower(before, after) or kept == after
