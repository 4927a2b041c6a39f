"""What holds for every question of every type, whatever an author writes and a browser sends."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from quizzes.engine import registry
from quizzes.engine.contract import ContentError, ResponseError, is_empty
from quizzes.engine.tokens import Deck, generator
from quizzes.engine.words import normalised

# Not a profile: that would hold for every other test of the same run.
relaxed = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

SECRET = "KEY-CANARY"

words = st.text(min_size=1, max_size=20).filter(lambda text: bool(normalised(text)))
secrets = st.integers(0, 999).map(lambda number: f"{SECRET}-{number}")
seeds = st.integers(0, 2**63 - 1)


def distinct(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(words, min_size=least, max_size=most, unique_by=normalised)


@st.composite
def choices(take: st.DrawFn, kind: str) -> dict[str, Any]:
    texts = take(distinct(2, 2) if kind == "truefalse" else distinct(2, 6))
    assume(sorted(normalised(text) for text in texts) != ["false", "true"])
    indexes = range(len(texts))
    if kind == "multiple":
        right = take(st.sets(st.sampled_from(indexes), min_size=1, max_size=len(texts) - 1))
    else:
        right = {take(st.sampled_from(indexes))}
    options = [
        {"text": text, "correct": index in right, "feedback": take(secrets)}
        for index, text in enumerate(texts)
    ]
    return {"stem": take(words), "options": options}


@st.composite
def orderings(take: st.DrawFn) -> dict[str, Any]:
    sequence = take(distinct(3, 6))
    before = take(st.integers(2, len(sequence)))
    slip = {"before": before, "after": take(st.integers(1, before - 1)), "feedback": take(secrets)}
    return {
        "stem": take(words),
        "sequence": sequence,
        "feedback": take(secrets),
        "partial_feedback": take(st.sampled_from([[], [slip]])),
    }


@st.composite
def matchings(take: st.DrawFn) -> dict[str, Any]:
    lefts = take(distinct(2, 5))
    offered = take(distinct(2, 5))
    used = take(st.integers(1, len(offered)))
    rights = [take(st.sampled_from(offered[:used])) for _ in lefts]
    assume(len(set(rights)) + len(offered[used:]) >= 2)
    pairs = [
        {"left": left, "right": right, "feedback": take(secrets)}
        for left, right in zip(lefts, rights, strict=True)
    ]
    return {"stem": take(words), "pairs": pairs, "distractors": offered[used:]}


numbers = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-1000, 1000, places=3).map(str),
    st.floats(-1000, 1000).map(lambda value: round(value, 3)),
)


@st.composite
def numerics(take: st.DrawFn) -> dict[str, Any]:
    answer = take(numbers)
    far = Fraction(str(answer)) + 5000
    return {
        "stem": take(words),
        "answer": answer,
        "tolerance": take(st.sampled_from([0, 1, 0.5, "2.25"])),
        "unit": take(st.sampled_from(["", "%", "hours", "€"])),
        "feedback": take(secrets),
        "errors": [{"value": float(far), "feedback": take(secrets)}],
    }


@st.composite
def shorts(take: st.DrawFn) -> dict[str, Any]:
    forms = take(st.lists(secrets, min_size=1, max_size=4, unique=True))
    slips = [{"accept": [f"slip {SECRET}"], "feedback": take(secrets)}]
    return {
        "stem": take(words),
        "accept": forms,
        "model_answer": take(secrets),
        "feedback": take(secrets),
        "errors": take(st.sampled_from([[], slips])),
    }


SIMPLE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": choices("single"),
    "multiple": choices("multiple"),
    "truefalse": choices("truefalse"),
    "ordering": orderings(),
    "matching": matchings(),
    "numeric": numerics(),
    "short": shorts(),
}
simple_questions = st.sampled_from(sorted(SIMPLE)).flatmap(
    lambda name: SIMPLE[name].map(lambda content: (name, content))
)


@st.composite
def scenarios(take: st.DrawFn) -> dict[str, Any]:
    drawn = take(st.lists(simple_questions, min_size=2, max_size=4))
    parts = [
        {"key": "abcd"[index], "type": name, **content}
        for index, (name, content) in enumerate(drawn)
    ]
    return {"stem": take(words), "parts": parts}


questions = st.one_of(simple_questions, scenarios().map(lambda content: ("scenario", content)))


def posted(page: dict[str, Any], take: Callable[..., Any]) -> dict[str, list[str]]:
    """Fill in a page's form as some learner might: right, wrong, partly, or not at all."""
    raw: dict[str, list[str]] = {}
    if page["type"] == "scenario":
        raw[page["open_name"]] = [page["open"]]
        raw[page["final_name"]] = [take(st.sampled_from(["", page["open"]]))]
        for part in page["parts"]:
            raw |= posted(part, take)
    elif "options" in page:
        tokens = [row["token"] for row in page["options"]]
        most = len(tokens) if page["instruction"] == "choose_all" else 1
        raw[page["name"]] = take(st.lists(st.sampled_from(tokens), max_size=most, unique=True))
    elif "steps" in page:
        order = take(st.permutations(page["positions"]))
        for step, position in zip(page["steps"], order, strict=True):
            raw[step["name"]] = [str(position)]
    elif "lefts" in page:
        tokens = ["", *(row["token"] for row in page["rights"])]
        for left in page["lefts"]:
            raw[left["name"]] = [take(st.sampled_from(tokens))]
    elif "unit" in page:
        raw[page["name"]] = [take(numbers.map(str).filter(lambda text: "e" not in text))]
    else:
        raw[page["name"]] = [take(st.text(max_size=30))]
    return raw


answers = st.data()


@relaxed
@given(questions)
def test_what_the_format_documents_is_accepted(question: tuple[str, dict[str, Any]]) -> None:
    name, raw = question
    content = registry.get(name).validate(raw)
    assert raw["stem"].strip() in registry.get(name).search_text(content)
    assert SECRET in registry.get(name).search_text(content)


@relaxed
@given(questions, st.sampled_from(["key", "hint", "correct_answer"]))
def test_unknown_fields_are_refused(question: tuple[str, dict[str, Any]], field: str) -> None:
    name, raw = question
    with pytest.raises(ContentError) as caught:
        registry.get(name).validate({**raw, field: "x"})
    assert [fault.path for fault in caught.value.faults] == [field]


@relaxed
@given(questions, seeds)
def test_the_right_answer_earns_the_full_mark(
    question: tuple[str, dict[str, Any]], seed: int
) -> None:
    kind = registry.get(question[0])
    content = kind.validate(question[1])
    response = kind.right_response(content)
    assert kind.grade(content, response) == 1
    assert kind.is_complete(content, response)
    told = kind.explain(content, kind.arrange(content, generator(seed)), response)
    assert told.state == "right"
    assert all(row.state in {"right", "rest"} for row in told.rows)
    assert 0 <= kind.random_guess(content) <= 1
    assert kind.grade(content, {}) == 0


@relaxed
@given(questions, seeds)
def test_an_arrangement_is_fixed_by_its_seed_and_survives_storage(
    question: tuple[str, dict[str, Any]], seed: int
) -> None:
    kind = registry.get(question[0])
    content = kind.validate(question[1])
    arrangement = kind.arrange(content, generator(seed, "C0-Q1"))
    assert arrangement == kind.arrange(content, generator(seed, "C0-Q1"))
    stored = json.loads(json.dumps(arrangement, sort_keys=True))
    assert kind.public(content, stored) == kind.public(content, arrangement)


@relaxed
@given(questions, seeds, answers)
def test_no_page_before_release_holds_a_secret(
    question: tuple[str, dict[str, Any]], seed: int, data: st.DataObject
) -> None:
    kind = registry.get(question[0])
    content = kind.validate(question[1])
    arrangement = kind.arrange(content, generator(seed))
    response: dict[str, Any] = {}
    for _ in range(4):
        page = kind.public(content, arrangement, response)
        assert SECRET not in json.dumps(page)
        assert json.loads(json.dumps(page)) == page
        try:
            raw = posted(page, data.draw)
            response = kind.clean(content, arrangement, raw, response)
        except ResponseError as error:
            response = error.partial or {}


@relaxed
@given(questions, seeds, answers)
def test_every_answer_is_marked_stored_and_shown_again(
    question: tuple[str, dict[str, Any]], seed: int, data: st.DataObject
) -> None:
    kind = registry.get(question[0])
    content = kind.validate(question[1])
    arrangement = kind.arrange(content, generator(seed))
    page = kind.public(content, arrangement)
    try:
        response = kind.clean(content, arrangement, posted(page, data.draw))
    except ResponseError as error:
        response = error.partial or {}
    stored = json.loads(json.dumps(response, sort_keys=True))
    assert stored == response
    mark = kind.grade(content, stored)
    assert isinstance(mark, Fraction)
    assert 0 <= mark <= 1
    told = kind.explain(content, arrangement, stored)
    assert Fraction(told.mark) == mark
    assert json.loads(json.dumps(told.as_dict()))["mark"] == told.mark
    assert (told.state == "empty") == is_empty(stored)
    assert sent_again(kind, content, arrangement, stored) == stored


def sent_again(kind: Any, content: Any, arrangement: Any, response: dict[str, Any]) -> Any:
    """Post what the page shows as already answered, as a learner who changes nothing does."""
    page = kind.public(content, arrangement, response)
    try:
        return kind.clean(content, arrangement, unchanged(page), response)
    except ResponseError as error:
        return error.partial


def unchanged(page: dict[str, Any]) -> dict[str, list[str]]:
    if page["type"] == "scenario":
        raw = {page["open_name"]: [page["open"]]}
        for part in page["parts"]:
            raw |= unchanged(part)
        return raw
    if "options" in page:
        return {page["name"]: [row["token"] for row in page["options"] if row["chosen"]]}
    if "steps" in page:
        return {row["name"]: [str(row["position"] or "")] for row in page["steps"]}
    if "lefts" in page:
        return {row["name"]: [row["chosen"]] for row in page["lefts"]}
    return {page["name"]: [page["value"]]}


values = st.one_of(
    st.none(), st.integers(), st.text(max_size=40), st.lists(st.text(max_size=10), max_size=5)
)


@relaxed
@given(questions, seeds, answers)
def test_whatever_is_posted_is_taken_or_refused_in_words(
    question: tuple[str, dict[str, Any]], seed: int, data: st.DataObject
) -> None:
    kind = registry.get(question[0])
    content = kind.validate(question[1])
    arrangement = kind.arrange(content, generator(seed))
    page = kind.public(content, arrangement)
    names = sorted(set(posted(page, data.draw)) | {"answer", "answer-a"})
    raw = {name: data.draw(values) for name in names}
    try:
        response = kind.clean(content, arrangement, raw)
    except ResponseError as error:
        refusal, response = str(error), error.partial or {}
    else:
        refusal = "none"
    assert refusal
    assert 0 <= kind.grade(content, response) <= 1
    assert kind.public(content, arrangement, response)["stem"] == page["stem"]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "key", "type", "options", "left"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@relaxed
@given(questions, answers)
def test_broken_content_is_refused_and_nothing_else_happens(
    question: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    name, raw = question
    field = data.draw(st.sampled_from(sorted(raw)))
    try:
        registry.get(name).validate({**raw, field: data.draw(json_values)})
    except ContentError as error:
        said = [str(fault) for fault in error.faults]
    else:
        said = ["nothing"]
    assert said
    assert all(said)


@relaxed
@given(st.integers(1, 12), seeds)
def test_tokens_are_fresh_and_say_nothing(count: int, seed: int) -> None:
    deck = Deck.shuffled(range(count), generator(seed, "Q1"))
    other = Deck.shuffled(range(count), generator(seed, "Q2"))
    tokens = [token for token, _ in deck.entries]
    assert len(set(tokens)) == count
    assert all(len(token) == 10 and token.isalnum() and token.isascii() for token in tokens)
    assert not {token for token, _ in other.entries} & set(tokens)
    assert Deck.stored(deck.rows) == deck


def test_an_option_comes_in_every_place_equally_often() -> None:
    places = [0, 0, 0, 0]
    for seed in range(2000):
        order = [index for _, index in Deck.shuffled(range(4), generator(seed)).entries]
        places[order.index(0)] += 1
    # Expected 500 each, with a standard deviation of about 19.
    assert all(420 < place < 580 for place in places)


def test_the_tokens_do_not_depend_on_the_key() -> None:
    kind = registry.get("single")

    def page(right: int) -> dict[str, Any]:
        options = [{"text": t, "correct": i == right, "feedback": t} for i, t in enumerate("abc")]
        content = kind.validate({"stem": "s", "options": options})
        return kind.public(content, kind.arrange(content, random.Random(5)))

    assert page(0) == page(1) == page(2)
