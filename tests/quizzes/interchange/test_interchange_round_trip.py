"""Written and read again, a question is the same: for every type that a format has, whatever an
author wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from courseware.core.markup import MarkupError, inline, picture
from quizzes.engine import registry
from quizzes.engine.content import ContentError
from quizzes.engine.pictures import in_words, names_in
from quizzes.engine.words import normalised
from quizzes.engine.writing import faults_of_writing
from quizzes.interchange.completing import Fillers, completed, with_words
from quizzes.interchange.contents import canonical
from quizzes.interchange.decoding import decode
from quizzes.interchange.formats import FORMATS, read, write
from quizzes.interchange.holding import TYPES
from quizzes.interchange.markdown import as_plain, escaped
from quizzes.interchange.records import Picture, Question
from quizzes.interchange.wording import without_pictures_of_files
from tests.effort import examples

#: The words that stand for what a format leaves out; only those of true and false are wanted here.
FILLERS = Fillers(right="", wrong="", general="", true="True", false="False")
relaxed = settings(
    deadline=None,
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

#: Everything that one of the formats, Markdown or a spreadsheet gives a meaning to.
_TRICKY = "=~#{}:\\%*_`[]()<>&;,|'\"@+-->!\n\t ./0123456789€éñ—“=-"
_characters = st.one_of(
    st.sampled_from(_TRICKY),
    st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp", "Zs"]),
)
_pieces = st.sampled_from(
    [
        "[html]",
        "[markdown] ",
        "//",
        "::",
        "->",
        "####",
        "%50%",
        "ANSWER: A",
        "A. ",
        "**not**",
        "$CATEGORY: x",
        "=1+1",
        "]]>",
        "&lt;",
        "<b>",
        "T",
        "1..2",
        "\n\n",
        "yes",
        "*",
        "\\n",
        '![A map & "more"](map.webp)',
        "![*Two* doors](door.png)",
        "![a](data:image/png;base64,AAAA)",
        "\\![a](data:image/png;base64,AAAA)",
        f"![*b*](data:image/png;base64,{'A' * 400})",
        "![`c`](data:image/png;base64,AA==)",
        "![d\n](data:image/png;base64,AA==)",
        "![e](@@PLUGINFILE@@/map.webp)",
        "![",
        "](data:image/gif;base64,AAAA)",
        "\\",
        "$$x$$",
        "<s>",
        "objective:O9",
    ]
)
#: What the pictures above are made of.
PICTURES = (
    Picture("", "map.webp", b"RIFF of a map", "", 0),
    Picture("", "door.png", b"PNG of a door", "", 0),
)


def _is_text(text: str) -> bool:
    try:
        inline(text)
    except MarkupError:
        return False
    return bool(normalised(text)) and not faults_of_writing({"text": text})


words = (
    st.lists(st.one_of(_characters, _pieces), min_size=1, max_size=12)
    .map(lambda parts: "".join(parts).strip())
    .filter(_is_text)
)
#: A line that a learner types or sees in a list.
lines = words.map(lambda text: " ".join(text.split())).filter(_is_text)
numbers = st.one_of(
    st.integers(-(10**9), 10**9),
    st.decimals(-1000, 1000, places=3, allow_nan=False).map(str),
)
tolerances = st.one_of(st.just(0), st.integers(1, 5), st.just("0.25"))


def distinct(of: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(of, min_size=least, max_size=most, unique_by=lambda text: normalised(text))


@st.composite
def choices(take: st.DrawFn, kind: str) -> dict[str, Any]:
    texts = ["True", "False"] if kind == "truefalse" else take(distinct(words, 2, 5))
    indexes = range(len(texts))
    if kind == "multiple":
        right = take(st.sets(st.sampled_from(indexes), min_size=1, max_size=len(texts) - 1))
    else:
        right = {take(st.sampled_from(indexes))}
    options = [
        {"text": text, "correct": index in right, "feedback": take(words)}
        for index, text in enumerate(texts)
    ]
    content = {"stem": take(words), "feedback": take(st.just("") | words), "options": options}
    if kind == "multiple":
        content["credit"] = take(
            st.sampled_from(["right_minus_wrong", "proportional", "all_or_nothing"])
        )
    return content


@st.composite
def orderings(take: st.DrawFn) -> dict[str, Any]:
    slip = {"before": 2, "after": 1, "feedback": take(words)}
    return {
        "stem": take(words),
        "sequence": take(distinct(words, 3, 5)),
        "feedback": take(words),
        "partial_feedback": take(st.sampled_from([[], [slip]])),
    }


@st.composite
def matchings(take: st.DrawFn) -> dict[str, Any]:
    offered = take(distinct(words, 3, 5))
    lefts = take(distinct(words, 2, 3))
    pairs = [
        {"left": left, "right": offered[index], "feedback": take(words)}
        for index, left in enumerate(lefts)
    ]
    return {"stem": take(words), "pairs": pairs, "distractors": offered[len(lefts) :]}


@st.composite
def numerics(take: st.DrawFn) -> dict[str, Any]:
    errors = [
        {"value": take(numbers), "tolerance": take(tolerances), "feedback": take(words)}
        for _ in range(take(st.integers(0, 2)))
    ]
    return {
        "stem": take(words),
        "answer": take(numbers),
        "tolerance": take(tolerances),
        "unit": take(st.sampled_from(["", "km", "€ & more"])),
        "feedback": take(words),
        "errors": errors,
    }


@st.composite
def shorts(take: st.DrawFn) -> dict[str, Any]:
    forms = take(distinct(lines, 2, 6))
    cut = take(st.integers(1, len(forms)))
    said = take(st.lists(words, min_size=2, max_size=2, unique=True))
    errors = [
        {"accept": own, "feedback": feedback}
        for own, feedback in zip((forms[cut : cut + 2], forms[cut + 2 :]), said, strict=True)
        if own
    ]
    return {
        "stem": take(words),
        "accept": forms[:cut],
        "model_answer": take(words),
        "feedback": take(words),
        "errors": errors,
    }


CONTENTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": choices("single"),
    "multiple": choices("multiple"),
    "truefalse": choices("truefalse"),
    "ordering": orderings(),
    "matching": matchings(),
    "numeric": numerics(),
    "short": shorts(),
}


@st.composite
def scenarios(take: st.DrawFn) -> dict[str, Any]:
    kinds = take(st.lists(st.sampled_from(sorted(CONTENTS)), min_size=2, max_size=3))
    parts = [
        {"key": f"a{index}", "type": kind, **take(CONTENTS[kind])}
        for index, kind in enumerate(kinds)
    ]
    return {"stem": take(words), "parts": parts}


CONTENTS["scenario"] = scenarios()

places = st.fixed_dictionaries(
    {
        "key": st.sampled_from(["TEC-Q01", "TEC-Q999"]),
        "objective": st.sampled_from(["O1", "O2"]),
        "lesson": st.sampled_from(["first-hour", "keys"]),
        "bloom": st.sampled_from(["apply", "remember"]),
        "difficulty": st.integers(1, 3),
    },
    optional={
        "must_pass": st.sampled_from(["M1", "a ] \\ point"]),
        "negative_stem": st.just(True),
        "seed": st.just(["S4", "S17"]),
        "tags": st.just(["ransomware", "first-hour"]),
    },
)


def _whole(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The content as an author may save it."""
    try:
        registry.get(kind).validate(content)
    except ContentError:
        assume(False)
    return canonical(content)


def _bare(value: Any) -> Any:
    """A content without addresses as they stand inside of files."""
    if isinstance(value, str):
        return without_pictures_of_files(value)
    if isinstance(value, list):
        return [_bare(entry) for entry in value]
    if isinstance(value, dict):
        return {k: entry if k == "accept" else _bare(entry) for k, entry in value.items()}
    return value


def _named(found: Question) -> dict[str, Any]:
    """What was read, with each picture under the name that it came with."""
    words = {one.mark: picture(one.alt, one.name) for one in found.pictures}
    return canonical(with_words(found.content, words))


def _finished(found: Question) -> dict[str, Any]:
    """The same, with the words that follow from the rest."""
    return canonical(completed(replace(found, content=_named(found)), FILLERS)[0].content)


def _same(found: Question, wanted: Question) -> None:
    assert found.type == wanted.type
    assert _named(found) == canonical(wanted.content)
    files = {one.name: one.content for one in wanted.pictures}
    assert {one.name: one.content for one in found.pictures} == files
    assert dict(found.place) == dict(wanted.place)


@pytest.mark.parametrize(
    ("form", "kind"), [(form, kind) for form in FORMATS for kind in sorted(TYPES[form])]
)
@relaxed
@given(data=st.data())
def test_what_a_format_holds_comes_back_as_it_was(
    form: str, kind: str, data: st.DataObject
) -> None:
    content = _whole(kind, data.draw(CONTENTS[kind]))
    question = Question(kind, content, data.draw(places), name="TEC-Q01", pictures=PICTURES)
    written = write(form, [question, replace(question, name="again")])
    # By bytes, as a file goes out and comes in.
    reading = read(form, decode(written.text.encode("utf-8")).text)
    # "<b>" in a text is words of ours; that it looks like HTML is a warning and no loss.
    # The second is not called by its key, and other names are not kept.
    lost = [finding for finding in reading.findings if finding.level != "warning"]
    assert [str(finding) for finding in lost if "Names of" not in finding.message] == []
    assert len(reading.questions) == len(written.kept)
    for found, kept in zip(reading.questions, written.kept, strict=True):
        _same(found, kept)
    if not written.findings:
        assert _seen(_finished(reading.questions[0])) == _seen(content)


def _seen(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a learner sees of a list to choose from: "&lt;" and "<" are one sign there."""
    seen = canonical(content)
    for pair in seen.get("pairs", ()):
        pair["right"] = as_plain(pair["right"])
    if "distractors" in seen:
        seen["distractors"] = [as_plain(text) for text in seen["distractors"]]
    return seen


@pytest.mark.parametrize("kind", sorted(TYPES["csv"]))
@relaxed
@given(data=st.data())
def test_csv_loses_nothing_of_any_type(kind: str, data: st.DataObject) -> None:
    content = in_words(_whole(kind, data.draw(CONTENTS[kind])), escaped)
    content["shelf"] = "proportional"  # a field that no column names
    written = write("csv", [Question(kind, content, data.draw(places))])
    assert written.findings == ()
    (found,) = read("csv", written.text).questions
    assert canonical(found.content) == content


@pytest.mark.parametrize("kind", sorted(TYPES["moodle"] - {"matching"}))
@relaxed
@given(data=st.data())
def test_moodle_xml_loses_nothing_of_the_types_it_has(kind: str, data: st.DataObject) -> None:
    names = [one.name for one in PICTURES]
    whole = _bare(in_words(_whole(kind, data.draw(CONTENTS[kind])), escaped, but=names))
    content = {**whole, "shelf": {"rule": "all"}}
    asked = Question(kind, content, data.draw(places), name="n", pictures=PICTURES)
    written = write("moodle", [asked])
    assert written.findings == ()
    (found,) = read("moodle", written.text).questions
    whole = _finished(found)
    assert whole == canonical(content)
    assert registry.get(kind).validate({k: v for k, v in whole.items() if k != "shelf"})


@pytest.mark.parametrize("kind", ["single", "multiple", "truefalse"])
@relaxed
@given(data=st.data())
def test_gift_loses_nothing_of_choices(kind: str, data: st.DataObject) -> None:
    content = _bare(in_words(_whole(kind, data.draw(CONTENTS[kind])), escaped))
    content.pop("credit", None)  # weights are those of one rule; another one is said
    written = write("gift", [Question(kind, content, data.draw(places), name="::n::")])
    assert written.findings == ()
    (found,) = read("gift", written.text).questions
    assert _finished(found) == canonical(content)
    assert found.name == "::n::"


@pytest.mark.parametrize("form", ["gift", "csv", "aiken"])
def test_what_holds_no_picture_says_so_and_keeps_what_it_shows(form: str) -> None:
    content = {
        "stem": "Where? ![A *map*](map.webp)",
        "options": [
            {"text": "![Left](door.png)", "correct": True, "feedback": "Yes."},
            {"text": "Right", "correct": False, "feedback": "No."},
        ],
    }
    written = write(form, [Question("single", content, name="Q", pictures=PICTURES)])
    lost = [str(finding) for finding in written.findings if "picture" in finding.message]
    assert len(lost) == 2
    assert "Q: The picture map.webp is not kept; what it shows stands there: A *map*" in lost
    (kept,) = written.kept
    assert not names_in(kept.content)
    assert not kept.pictures
    (found,) = read(form, written.text).questions
    assert as_plain(found.content["stem"]) == "Where? A *map*"
    assert as_plain(found.content["options"][0]["text"]) == "Left"


@pytest.mark.parametrize("form", ["gift", "moodle"])
@pytest.mark.parametrize(
    "text",
    [
        "![a](data:image/png;base64,AAAA)",
        f"![a](data:image/png;base64,{'A' * 400})",
        "![`a`](data:image/png;base64,AAAA)",
        "![a](@@PLUGINFILE@@/map.webp) ![A map](map.webp)",
        "![![`c`](data:image/png;base64,AA==)](data:image/gif;base64,AAAA)",
    ],
)
def test_words_that_look_like_a_picture_of_a_file_are_said_and_none(form: str, text: str) -> None:
    content = {"stem": f"See {text}", "accept": ["![a](data:image/png;base64,AAAA)"]}
    written = write(form, [Question("short", content, name="Q", pictures=PICTURES)])
    assert any("not kept" in finding.message for finding in written.findings)
    (found,) = read(form, written.text).questions
    assert [one.name for one in found.pictures] == [one.name for one in written.kept[0].pictures]
    assert found.content["accept"] == content["accept"]
    assert "data:" not in found.content["stem"]


def test_an_escaped_picture_stays_the_words_it_is() -> None:
    content = {"stem": "\\![a](data:image/png;base64,AAAA)", "accept": ["x"], "model_answer": "x"}
    written = write("gift", [Question("short", content, name="Q")])
    assert written.findings == ()
    (found,) = read("gift", written.text).questions
    assert (found.content["stem"], found.pictures) == (content["stem"], ())


def test_a_picture_without_a_file_is_said_and_leaves_its_words() -> None:
    content = {"stem": "![A map](map.webp) ![Gone](gone.webp)", "accept": ["x"], "feedback": "f"}
    written = write("moodle", [Question("short", content, name="Q", pictures=PICTURES)])
    assert [f.params["name"] for f in written.findings] == ["gone.webp"]
    (found,) = read("moodle", written.text).questions
    assert _named(found)["stem"] == "![A map](map.webp) Gone"
