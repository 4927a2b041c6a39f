"""What counts as the same word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseware.core.folding import MAX_CHARACTERS, MAX_WORDS, asked, folded, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz", "łukasz"),
        ("Łukasz", "LUKASZ"),
        ("Straße", "STRASSE"),
        ("Straße", "strasse"),
        ("café", "cafe"),
        ("cafe\u0301", "café"),
        ("ΟΔΟΣ", "οδός"),  # the last letter has two shapes
        ("Ναρκωτικά", "ναρκωτικα"),
        ("İstanbul", "istanbul"),
        ("ﬁle", "FILE"),
        ("ＡＢＣ", "abc"),
        ("Smørrebrød", "smorrebrod"),
        ("Œuvre", "oeuvre"),
        ("cyber\u00adcrime", "cybercrime"),  # a soft hyphen
        ("שָׁלוֹם", "שלום"),
        ("Ёлка", "елка"),
    ],
)
def test_the_same_word(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("dark-web", ["dark", "web"]),
        ("e2e, (or) 24/7", ["e2e", "or", "24", "7"]),
        ("don’t", ["don", "t"]),
        ("snake_case", ["snake", "case"]),
        ("100 % \x00\\", ["100"]),
        ("½", ["1", "2"]),
        ("", []),
    ],
)
def test_what_parts_words(text: str, found: list[str]) -> None:
    assert [word.folded for word in words_of(text)] == found


def test_a_word_keeps_its_place() -> None:
    text = "A cafe\u0301, Straße."
    places = [text[word.start : word.end] for word in words_of(text)]
    assert places == ["A", "cafe\u0301", "Straße"]


@given(st.text(max_size=60))
def test_folding_again_changes_nothing_and_leaves_no_wildcard(text: str) -> None:
    once = folded(text)
    assert not set(once) & set("%_\\'\"<>&\x00")
    again = folded(once)
    assert again == once


@given(st.text(max_size=60))
def test_words_stand_in_their_order_and_never_overlap(text: str) -> None:
    end = 0
    for word in words_of(text):
        assert end <= word.start < word.end <= len(text) or word.start < end  # "½" is two words
        end = word.end


def test_a_query_is_bounded() -> None:
    assert len(asked("x" * 10_000).text) == MAX_CHARACTERS
    assert asked(" ".join(f"w{n}" for n in range(30))).words == tuple(
        f"w{n}" for n in range(MAX_WORDS)
    )
    assert asked("Tea TEA téa").words == ("tea",)
    assert asked("a\x00b\u202ec\n d").text == "a b c d"
    assert asked("%_'\"").words == ()
