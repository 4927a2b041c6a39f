"""The directive figure."""

from lessons.dialect import render
from tests.lessons.dialect.cast import html, problems, resolver

GOOD = """\
/// figure | f.svg
    alt: "Two circles: \\"one\\" & two"
    caption: "One incident, *two* families [@SRC-01]"

Everything that is seen.
///
"""


def test_html() -> None:
    shown = html(GOOD)
    assert shown.startswith(
        '<figure class="figure"><img alt="Two circles: &quot;one&quot; &amp; two" height="450" '
        'loading="lazy" src="/media/ab/f.svg" width="800"><figcaption>\n'
        '<p class="figure-caption">One incident, <em>two</em> families<sup class="cite">'
    )
    assert shown.endswith(
        '<details class="figure-long">\n<summary>Long description</summary>\n'
        "<p>Everything that is seen.</p>\n</details>\n</figcaption>\n</figure>"
    )
    assert problems(GOOD) == []
    assert render(GOOD, resolver()).figures == ("f.svg",)


def test_an_unknown_file_is_named() -> None:
    source = GOOD.replace("f.svg", "none.svg")
    assert '<span class="unresolved">none.svg</span>' in html(source)
    assert problems(source) == [(1, "unknown-figure")]
    assert render(source, resolver()).figures == ()


def test_a_picture_from_elsewhere_never_shows() -> None:
    assert "evil" not in html(GOOD.replace("f.svg", "evil.svg"))


def test_problems() -> None:
    assert problems(GOOD.replace("    alt", "    alternative")) == [
        (1, "missing-alt"),
        (2, "bad-option"),
    ]
    assert problems(GOOD.replace("Everything that is seen.\n", "")) == [
        (1, "missing-long-description")
    ]
    assert problems(GOOD.replace('"Two circles: \\"one\\" & two"', '" "')) == [(2, "missing-alt")]
    assert problems(GOOD.replace('"Two circles: \\"one\\" & two"', "a: b")) == [(2, "bad-option")]
    assert problems(GOOD.replace("    caption", "    alt")) == [(3, "bad-option")]
