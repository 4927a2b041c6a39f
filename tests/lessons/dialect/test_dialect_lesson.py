"""What is common to every lesson: headings, outline, words, footnotes, structure of directives."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courseware.core.markup import LESSON, sanitise
from lessons.dialect import DIALECT_VERSION, LABELS, MarkupError, render
from tests.core.hostile_html import HOSTILE_MARKDOWN, survivors
from tests.lessons.dialect.cast import REL, html, problems, resolver


def test_headings_and_outline() -> None:
    lesson = render("## Who counts?\n\n### A & b\n\n## Who counts?\n\n## «»\n\n# Top\n", resolver())
    assert lesson.outline == (
        (2, "s-who-counts", "Who counts?"),
        (3, "s-a-b", "A & b"),
        (2, "s-who-counts-2", "Who counts?"),
        (2, "s-part", "«»"),
        (2, "s-top", "Top"),
    )
    assert "<h1" not in lesson.html


def test_headings_in_other_scripts() -> None:
    assert (
        html("## Ποιος μετράει; Žádný")
        == '<h2 id="s-ποιος-μετράει-žádný">Ποιος μετράει; Žádný</h2>'
    )


def test_words_leave_out_what_stands_around_the_text() -> None:
    lesson = render(
        "## One two\n\nThe [[dark-figure]] isn't 3.5 % *half*way. [@SRC-01]\n\n"
        "x[^1]\n\n[^1]: note\n",
        resolver(),
    )
    assert lesson.plain_text == "One two\nThe dark figure isn't 3.5 % halfway.\nx\nnote"
    assert lesson.word_count == 10


@pytest.mark.parametrize("source", ["a[^1]\n\n[^1]: \n", "[^1]: \n\n[^1]: \n", "[^1]:\n[^2]: x\n"])
def test_an_empty_footnote_breaks_nothing(source: str) -> None:
    assert "footnote-backref" in html(source) or "footnote" not in html(source)


def test_a_footnote_inside_another_is_refused() -> None:
    with pytest.raises(MarkupError, match="inside another footnote"):
        html("a[^1]\n\n[^1]: [^2]: x\n\n[^3]: y\n")


def test_footnotes() -> None:
    assert html("a[^x] b[^y]\n\n[^y]: two\n[^x]: one\n[^z]: unused\n") == (
        f'<p>a<sup id="fnref-x"><a class="footnote-ref" href="#fn-x" {REL}>Note 1</a></sup> '
        f'b<sup id="fnref-y"><a class="footnote-ref" href="#fn-y" {REL}>Note 2</a></sup></p>\n'
        '<div class="footnote">\n<hr>\n<ol>\n<li id="fn-x">\n'
        f'<p>one&nbsp;<a aria-label="Back to the text 1" class="footnote-backref" '
        f'href="#fnref-x" {REL}>'
        '↩</a></p>\n</li>\n<li id="fn-y">\n'
        f'<p>two&nbsp;<a aria-label="Back to the text 2" class="footnote-backref" '
        f'href="#fnref-y" {REL}>'
        "↩</a></p>\n</li>\n</ol>\n</div>"
    )


def test_language_of_parts_is_the_only_attribute() -> None:
    assert html("Hola *que*{: lang=es .year #x} tal.\n{: lang=es onclick=x dir=ltr}") == (
        '<p dir="ltr" lang="es">Hola <em lang="es">que</em> tal.</p>'
    )


def test_raw_html_is_shown_as_text() -> None:
    assert html("<b>x</b> <!-- y --> a < b & c &amp; &eacute;\n\n<div>\nz\n</div>") == (
        "<p>&lt;b&gt;x&lt;/b&gt; &lt;!-- y --&gt; a &lt; b &amp; c &amp; é</p>\n"
        "<p>&lt;div&gt;\nz\n&lt;/div&gt;</p>"
    )


def test_abbreviations_tables_and_lists() -> None:
    assert '<abbr title="European Union">EU</abbr>' in html("The EU.\n\n*[EU]: European Union")
    assert html("1. a\n    - b\n2. c") == (
        "<ol>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x\n\n/// nothing | x\ny\n///", [(3, "unknown-directive")]),
        ("/// note\nx", [(1, "unclosed-directive")]),
        ("//// scenario | a\n/// note\nx\n////", [(2, "unclosed-directive")]),
        ("x\n\n///", [(3, "stray-end")]),
        ("/// scenario | a\n/// note\nx\n///\n///", [(1, "nesting")]),
        ("    /// note", [(1, "malformed-directive")]),
        ("> /// note\n> x", [(1, "malformed-directive")]),
        ("- /// note\n", [(1, "malformed-directive")]),
        ("/// note, please", [(1, "malformed-directive")]),
        ("/// note\n    attrs: {id: x}\n\nx\n///", [(2, "bad-option")]),
        ("/// note\n    - a\n\nx\n///", [(2, "bad-option")]),
        ("/// note\n    a: &x b\n    c: *x\n\nx\n///", [(3, "bad-option")]),
        ("/// note\n    a: !!python/name:os.system\n\nx\n///", [(2, "bad-option")]),
    ],
)
def test_structure_problems(source: str, expected: list[tuple[int, str]]) -> None:
    assert problems(source) == expected


def test_a_directive_that_is_never_closed_is_named() -> None:
    with pytest.raises(MarkupError, match=r"line 9.*`note` from line 1"):
        render("/// note\n\n" * 5, resolver())


def test_directives_in_lists_and_quotations_are_text() -> None:
    # Here the block parser of the library never came back.
    for source in (">///note\n///\n///note", "- ///note\n///\n///note", "1. ///note\n#\n///note"):
        assert "callout" not in html(source).split("</blockquote>")[0].split("</li>")[0]


def test_line_numbers_count_in_the_file() -> None:
    lesson = render("x\n\n[@SRC-99]", resolver(), first_line=11)
    assert [problem.line for problem in lesson.problems] == [13]


def test_every_label_can_be_translated() -> None:
    source = (
        "//// practice | x\n/// option | y\n    correct: true\n\nz [@SRC-01]\n///\n"
        "/// option | y\n\nz\n///\n////\n"
    )
    shown = render(
        source, resolver(labels={label: f"«{n}»" for n, label in enumerate(LABELS)})
    ).html
    for word in (
        "Practice decision",
        "Show feedback",
        "Right",
        "Not this one",
        "Sources",
        "Certainty",
    ):
        assert f"«{LABELS.index(word)}»" in shown
        assert word not in shown


@pytest.mark.parametrize("source", HOSTILE_MARKDOWN)
def test_nothing_hostile_survives(source: str) -> None:
    for text in (
        source,
        f"- {source}",
        f"> {source}",
        f"| {source} | b |\n| - | - |\n| {source} | {source} |",
        f"//// scenario | {source}\n{source}\n////",
        f"## {source}\n\n*{source}* [{source}](/x)\n\nx[^1]\n\n[^1]: {source}",
    ):
        lesson = render(text, resolver())
        assert survivors(lesson.html) == []
        assert sanitise(lesson.html, policy=LESSON) == lesson.html


def test_hostile_labels_and_records_are_text() -> None:
    labels = dict.fromkeys(LABELS, "<script>alert(1)</script>")
    source = (
        "[@SRC-66] [[evil]]\n\n/// note | x\ny\n///\n\n//// self-check | a\n/// model\nb\n///\n////"
    )
    lesson = render(source, resolver(labels=labels))
    assert survivors(lesson.html) == []
    assert "&lt;script&gt;" in lesson.html


PIECES = st.sampled_from(
    [
        *HOSTILE_MARKDOWN,
        *(
            "\n",
            "\n\n",
            "    ",
            "- ",
            "1. ",
            "> ",
            "| a | b |\n|-|-|\n",
            "## ",
            "*",
            "**",
            "`",
            "[",
        ),
        *("]", "(", ")", "/// note | a\n", "//// practice | q\n", "/// option | o\n", "\n///\n"),
        *(
            "\n////\n",
            "/// points\n",
            "[@SRC-01]",
            "[[dark-figure]]",
            "[^1]",
            "\n[^1]: n",
            "{: lang=es}",
        ),
        *("text", " ", "\\", "&", "<", ">", "é", "\u202e", "\x02", "\x03", "\r\n", "\t"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(pieces=st.lists(PIECES, max_size=14))
@example([">///note\n", "///\n", "///note"])
def test_any_mixture_is_safe_stable_and_ends(pieces: list[str]) -> None:
    source = "".join(pieces)
    copy = source.encode()
    try:
        lesson = render(source, resolver())
    except MarkupError:
        return
    assert survivors(lesson.html) == []
    assert sanitise(lesson.html, policy=LESSON) == lesson.html
    assert render(source, resolver()) == lesson
    assert source.encode() == copy


def test_the_version_is_a_word() -> None:
    assert DIALECT_VERSION
