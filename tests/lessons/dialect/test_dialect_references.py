"""Citations, their notes, and glossary terms."""

import pytest

from lessons.dialect import render
from tests.lessons.dialect.cast import REL, html, problems, resolver

TIP = (
    '<span class="term"><button aria-describedby="t-1" class="term-word" type="button">{}</button>'
    '<span class="term-tip" id="t-1" role="tooltip">Crime that is not recorded.</span></span>'
)


def test_one_number_for_each_source_in_the_order_of_the_text() -> None:
    lesson = render("A [@SRC-02].\n\nB [@SRC-01, @SRC-02] c.", resolver())
    assert lesson.sources == ("SRC-02", "SRC-01")
    assert lesson.html.startswith(
        '<p>A<sup class="cite"><a aria-label="Source 1: Second &lt;report&gt;" href="#n-1" '
        f'id="r-1-1" {REL}>1</a></sup>.</p>\n<p>B<sup class="cite">'
        f'<a aria-label="Source 2: First report" href="#n-2" id="r-2-1" {REL}>2</a>, '
        f'<a aria-label="Source 1: Second &lt;report&gt;" href="#n-1" id="r-1-2" {REL}>'
        "1</a></sup> c.</p>"
    )


def test_the_note_opens_the_record_and_leads_back() -> None:
    notes = render("A [@SRC-01].", resolver()).html.split("</p>\n", 1)[1]
    assert notes == (
        '<section class="source-notes"><h2 class="source-notes-title" id="n-list">Sources</h2><ol>'
        '<li class="source-note" id="n-1"><span class="source-title">First report</span> '
        '<span class="source-origin">Agency, 2026</span> '
        f'<a class="source-link" href="https://agency.example/report" {REL}>Open the source</a> '
        f'<a class="source-link" href="/sources/SRC-01/" {REL}>Source record</a> '
        '<details class="source-record"><summary>What is known</summary><p>Known: a. Open: b.</p>'
        '<p class="certainty certainty-b"><span aria-hidden="true" class="icon icon-certainty-b">'
        '</span> <span class="certainty-label">Certainty</span> '
        '<span class="certainty-mark">B</span> '
        '<span class="certainty-word">several consistent reports</span> </p>'
        '<p class="source-checked">Record checked 24 November 2026</p></details> '
        '<span class="backlinks"><a aria-label="Back to the text 1" class="backlink" '
        f'href="#r-1-1" {REL}>↩</a> </span></li></ol></section>'
    )


def test_every_reference_has_its_target() -> None:
    import re

    shown = render(
        "A [@SRC-01] [@SRC-02, SRC-01] [[dark-figure]] x[^1]\n\n[^1]: y", resolver()
    ).html
    ids = re.findall(r' id="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"|aria-\w+by="([^"]+)"', shown))
    assert {a or b for a, b in targets} <= set(ids)


def test_unknown_source() -> None:
    assert html("A [@SRC-99, SRC-01].").startswith(
        '<p>A<sup class="cite"><span class="unresolved">[@SRC-99]</span>, <a'
    )
    assert problems("A.\n\nB [@SRC-99, SRC-01].") == [(3, "unknown-source")]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("[[dark-figure]]", "dark figure"),
        ("[[dark-figure|unrecorded crime]]", "unrecorded crime"),
        ("[[dark-figure| *so* ]]", "*so*"),
    ],
)
def test_term(source: str, words: str) -> None:
    assert html(f"The {source}.") == f"<p>The {TIP.format(words)}.</p>"


def test_term_in_a_table() -> None:
    shown = html("| a | b |\n| --- | ---: |\n| [[dark-figure\\|so]] | [@SRC-01] |\n")
    assert f"<td>{TIP.format('so')}</td>" in shown
    assert '<th scope="col">a</th>\n<th class="align-right" scope="col">b</th>' in shown


def test_unknown_term() -> None:
    assert html("[[nothing]] [[nothing|x]]") == (
        '<p><span class="unresolved">[[nothing]]</span> '
        '<span class="unresolved">[[nothing|x]]</span></p>'
    )
    assert problems("[[nothing]]") == [(1, "unknown-term")]


def test_inside_headings_and_links_only_words() -> None:
    lesson = render(
        "## The [[dark-figure]] now [@SRC-01] and then\n\n[a [[dark-figure]]](/x)", resolver()
    )
    assert "<button" not in lesson.html
    assert lesson.outline == (
        (2, "s-the-dark-figure-now-and-then", "The dark figure now and then"),
    )
    assert lesson.sources == ()
    assert lesson.terms == ("dark-figure",)


def test_code_and_escapes_are_left_alone() -> None:
    assert html(r"`[@SRC-99] [[x]]` \[@SRC-99] \[[x]]") == (
        "<p><code>[@SRC-99] [[x]]</code> [@SRC-99] [[x]]</p>"
    )
    assert problems("`[@SRC-99] [[x]]`") == []
