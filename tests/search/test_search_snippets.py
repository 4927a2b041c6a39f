"""Quoting around a hit, and cutting a lesson into sections."""

from hypothesis import given
from hypothesis import strategies as st

from courseware.core.folding import asked
from courseware.search.engine.mentions import terms_in
from courseware.search.engine.sections import sections, tidy
from courseware.search.engine.snippets import AFTER, BEFORE, Part, opening, snippet
from lessons.dialect import render
from lessons.dialect.records import FigureFile, MappingResolver, TermRecord


def _text(parts: tuple[Part, ...]) -> str:
    return "".join(part.text for part in parts)


def test_hits_are_marked_as_whole_words() -> None:
    parts = snippet("An Ärger is no anger.", ("arg",))
    assert [part.text for part in parts if part.is_hit] == ["Ärger"]
    assert _text(parts) == "An Ärger is no anger."


def test_a_long_text_is_cut_at_words_on_both_sides() -> None:
    text = "before " * 60 + "needle " + "after " * 60
    shown = _text(snippet(text, ("needle",)))
    assert shown.startswith("… before")
    assert shown.endswith("after …")
    assert len(shown) <= BEFORE + AFTER + 4


def test_without_a_hit_nothing_is_quoted() -> None:
    assert snippet("Some text", ("other",)) == ()
    assert snippet("", ("other",)) == ()


def test_the_opening_of_a_text() -> None:
    assert _text(opening("Short text.")) == "Short text."
    assert _text(opening("word " * 100)).endswith("word …")
    assert opening("…") == ()


def test_a_word_longer_than_all_that_is_shown() -> None:
    parts = snippet("x" * 5_000, ("x",))
    assert [part.is_hit for part in parts if part.text] == [True]


@given(st.text(max_size=400), st.text(max_size=10))
def test_a_snippet_is_a_piece_of_the_text(text: str, query: str) -> None:
    words = asked(query).words
    shown = _text(snippet(text, words))
    assert shown.removeprefix("… ").removesuffix(" …") in text or shown in text


# ------------------------------------------------------------------ sections
def _html(markdown: str) -> str:
    term = TermRecord("pot", "pot", "A vessel with a secret definition.")
    return render(markdown, MappingResolver(terms={"pot": term})).html


def test_a_lesson_is_cut_at_its_headings() -> None:
    found = sections(
        _html("Intro.\n\n## One & two\n\nText.\n\n### Deeper\n\nMore\n\n## Three\n\nEnd")
    )
    assert [(one.anchor, one.title, one.text) for one in found] == [
        ("", "", "Intro."),
        ("s-one-two", "One & two", "Text. Deeper · More"),
        ("s-three", "Three", "End"),
    ]


def test_sensitive_text_and_its_headings_are_set_apart() -> None:
    found = sections(
        _html(
            "## One\n\nOpen.\n\n/// sensitive | hard things\nHidden.\n\n"
            "## Inside\n\nStill hidden.\n///\n\nOpen again."
        )
    )
    assert [one.title for one in found] == ["", "One"]
    assert found[1].text == "Open. Open again."
    assert found[1].hidden == "Hidden. Inside · Still hidden."
    assert "hard things" in found[1].topic
    assert "Hidden" not in found[1].topic


def test_what_is_not_the_lessons_own_text_is_left_out() -> None:
    html = _html(
        """Warm the [[pot]].

//// self-check | Which pot?
/// option | The warm one
    correct: true

Feedback that answers.
///
/// option | The cold one

Feedback that does not.
///
////

//// self-check | Name it.
/// model
The model answer.
///
/// points
- a point to tick
///
////

/// never | Boiling
Do not boil.
///
"""
    )
    (only,) = sections(html)
    for said in ("Warm the pot.", "Which pot?", "The warm one", "Boiling", "Do not boil."):
        assert said in only.text
    for silent in ("secret definition", "Feedback", "model answer", "point to tick", "Never"):
        assert silent not in only.text


def test_a_picture_is_found_by_its_description() -> None:
    figure = """/// figure | pot.svg
    alt: "A pot."
    caption: "The pot"

A round pot with a lid.
///
"""
    known = MappingResolver(figures={"pot.svg": FigureFile("/media/pot.svg", 10, 10)})
    (only,) = sections(render(figure, known).html)
    assert only.text == "The pot · A round pot with a lid."


def test_blocks_become_one_line() -> None:
    assert tidy("One\n\n  Two.\nThree: \n\n") == "One · Two. Three:"
    assert tidy("\n \n") == ""


def test_terms_of_a_markdown() -> None:
    text = "A [[pot]] and [[cup|cups]], a [[pot]]; `[[code]]` and \\[[escaped]]"
    assert terms_in(text) == ("pot", "cup")
