"""Pictures in the words of a question: named by their author, shown by their content."""

from typing import Any

import pytest

from courseware.core.markup import inline
from quizzes.engine import registry
from quizzes.engine.lint import key_is_longest, written_length
from quizzes.engine.pictures import (
    hashes_in,
    in_words,
    missing_in,
    names_in,
    stem_of,
    with_files,
    without_files,
)
from quizzes.engine.tokens import generator
from quizzes.engine.translation import question_mark
from quizzes.engine.writing import faults_of_pictures

MAP, DOOR = "a" * 64, "b" * 64
FILES = {
    "map.webp": {"file": f"{MAP}.webp", "width": 640, "height": 480},
    "door.png": {"file": f"{DOOR}.png", "width": 40, "height": 30},
}
SHOWN = f"/media/{MAP}.webp =640x480"


def single(stem: str, **more: Any) -> dict[str, Any]:
    options = [
        {"text": "![A door](door.png)", "correct": True, "feedback": "Yes."},
        {"text": "Elsewhere", "correct": False, "feedback": "![The map](map.webp) says no."},
    ]
    return {"stem": stem, "options": options, **more}


def test_only_files_of_names_that_are_shown_stand_beside_a_content() -> None:
    written = single("Where? ![A map](map.webp) ![Gone](gone.webp)", pictures={"x": "forged"})
    kept = with_files(written, {**FILES, "other.webp": FILES["map.webp"]})
    assert set(kept["pictures"]) == {"map.webp", "door.png"}
    assert hashes_in(kept) == {"map.webp": MAP, "door.png": DOOR}
    assert names_in(kept) == {"map.webp", "door.png", "gone.webp"}
    assert missing_in(kept) == {"gone.webp"}
    assert without_files(kept) == {name: written[name] for name in ("stem", "options")}
    assert "pictures" not in with_files({"stem": "No picture."}, FILES)


def test_a_page_is_given_addresses_and_the_author_keeps_names() -> None:
    kept = with_files(single("Where? ![A map](map.webp)"), FILES)
    content = registry.get("single").validate(kept)
    assert content.stem == f"Where? ![A map]({SHOWN})" == stem_of(kept)
    kind = registry.get("single")
    public = kind.public(content, kind.arrange(content, generator(1, "x")))
    texts = [option["text"] for option in public["options"]]
    assert f"![A door](/media/{DOOR}.png =40x30)" in texts
    assert kept["stem"] == "Where? ![A map](map.webp)"


def test_a_part_of_a_case_shows_pictures_too() -> None:
    part = {"key": "a", "type": "single", **single("Here? ![A map](map.webp)")}
    other = {**part, "key": "b", "stem": "And ![here](gone.webp)?"}
    kept = with_files({"stem": "A case.", "parts": [part, other]}, FILES)
    content = registry.get("scenario").validate(kept)
    assert content.parts[0].content.stem == f"Here? ![A map]({SHOWN})"
    assert inline(content.parts[1].content.stem) == "And here?"


def test_the_limit_counts_what_was_written() -> None:
    stem = "![A map](map.webp)" + "x" * (4_000 - len("![A map](map.webp)"))
    content = registry.get("single").validate(with_files(single(stem), FILES))
    assert len(content.stem) > 4_000


@pytest.mark.parametrize(
    "forged",
    [
        {"file": "../../etc/passwd", "width": 1, "height": 1},
        {"file": f"{MAP}.webp", "width": "1", "height": 1},
        {"file": f"{MAP}.webp =1x1)<script>", "width": 1, "height": 1},
        "map",
    ],
)
def test_what_is_no_file_of_ours_is_never_shown(forged: object) -> None:
    raw = single("Where? ![A map](map.webp)", pictures={"map.webp": forged})
    content = registry.get("single").validate(raw)
    assert inline(content.stem) == "Where? A map"


@pytest.mark.parametrize(
    ("text", "path", "count"),
    [
        ("![A map](map.webp)", "", 0),
        ("![](map.webp)", "stem", 1),
        ("![ ](map.webp)", "stem", 1),
        ("![A map](https://elsewhere.example/map.png)", "stem", 1),
        ("![](data:image/png;base64,AAAA)", "stem", 2),
        ("![A map](/media/x.webp)", "stem", 1),
        (r"\![a](b c)", "", 0),
    ],
)
def test_pictures_from_elsewhere_or_without_words_are_faults(
    text: str, path: str, count: int
) -> None:
    found = faults_of_pictures({"stem": text, "options": []})
    assert [fault.path for fault in found] == [path] * count


def test_a_list_to_choose_from_holds_words() -> None:
    pairs = [{"left": "![A map](map.webp)", "right": "![B](map.webp)", "feedback": "x"}]
    content = {"stem": "x", "pairs": pairs, "distractors": ["![C](map.webp)"]}
    assert [fault.path for fault in faults_of_pictures(content)] == [
        "pairs[0].right",
        "distractors[0]",
    ]


def test_other_bytes_are_another_content_and_the_same_words() -> None:
    one = with_files(single("![A map](map.webp)"), FILES)
    other = with_files(one, {**FILES, "map.webp": {**FILES["map.webp"], "file": f"{DOOR}.webp"}})
    assert one != other
    assert question_mark("single", one) == question_mark("single", other)


def test_a_length_is_that_of_the_words() -> None:
    options = [
        {"text": "![A door](a-very-long-name-of-a-picture.png)", "correct": True},
        {"text": "Elsewhere", "correct": False},
    ]
    assert written_length(options[0]) == len("A door")
    assert not key_is_longest(options)


def test_words_stand_where_a_picture_was() -> None:
    kept = with_files(single("Where? ![A map](map.webp)"), FILES)
    said = in_words(kept)
    assert said["stem"] == "Where? A map"
    assert "pictures" not in said
    assert in_words("![A](a.webp) ![B](b.webp)", but={"a.webp"}) == "![A](a.webp) B"


def test_the_address_says_nothing_of_the_key() -> None:
    """Names are for authors: "right.webp" never leaves."""
    files = {"right.webp": FILES["map.webp"], "wrong.webp": FILES["door.png"]}
    written = single("Which?")
    written["options"][0]["text"] = "![A](right.webp)"
    written["options"][1]["text"] = "![B](wrong.webp)"
    kind = registry.get("single")
    content = kind.validate(with_files(written, files))
    shown = str(kind.public(content, kind.arrange(content, generator(1, "x"))))
    assert "right.webp" not in shown
    assert "wrong.webp" not in shown


def test_words_in_the_place_of_a_picture_leave_no_picture_around_them() -> None:
    nested = "![![A map](map.webp)](data:image/gif;base64,AAAA)"
    assert in_words({"stem": nested}) == {"stem": "A map"}
    assert in_words({"stem": nested}, but={"map.webp"}) == {"stem": nested}
