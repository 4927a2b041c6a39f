"""The directive sensitive, in the full and in the text-light reading."""

from lessons.dialect import render
from tests.lessons.dialect.cast import html, problems, resolver

SOURCE = """\
Before[^1] [@SRC-01]

///// sensitive | online abuse of children

## Hidden heading

A hidden sentence[^2] about the [[dark-figure]]. [@SRC-02]

//// then-now | Hidden
    seed: [S7]
    certainty: A

/// then
a
///
/// now
b [@SRC-02]
///
////

/// figure | f.svg
    alt: hidden
    caption: hidden

hidden
///
/////

After.

[^1]: Kept.
[^2]: Hidden note.
"""


def test_full() -> None:
    assert html("/// sensitive | a & b\n\nx\n///") == (
        '<section class="sensitive">\n<p class="box-kind"><span aria-hidden="true" '
        'class="icon icon-sensitive"></span> Sensitive section: a &amp; b</p>\n<p>x</p>\n</section>'
    )
    assert problems(SOURCE) == []


def test_light_leaves_everything_out_and_says_so() -> None:
    full, light = render(SOURCE, resolver()), render(SOURCE, resolver("light"))
    assert (
        '<p class="left-out">Left out of this version: online abuse of children</p>' in light.html
    )
    assert "idden" not in light.html.replace("aria-hidden", "")
    assert "idden" not in light.plain_text
    assert (full.sources, light.sources) == (("SRC-01", "SRC-02"), ("SRC-01",))
    assert (full.terms, light.terms) == (("dark-figure",), ())
    assert (full.figures, light.figures) == (("f.svg",), ())
    assert (full.seeds, light.seeds) == (("S7",), ())
    assert (len(full.outline), len(light.outline)) == (1, 0)
    assert light.word_count < full.word_count
    assert 'id="fn-1"' in light.html
    assert "fn-2" not in light.html


def test_problems() -> None:
    assert problems("/// sensitive\nx\n///") == [(1, "missing-argument")]
