"""Inline Markdown for stems, options and feedback."""

import threading

import pytest
from django.utils.safestring import SafeString

from courseware.core.markup import MarkupError, inline
from tests.core.hostile_html import HOSTILE_MARKDOWN, survivors

LINK = 'rel="noopener noreferrer nofollow"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("plain words", "plain words"),
        ("a *b* **c** `d < e`", "a <em>b</em> <strong>c</strong> <code>d &lt; e</code>"),
        ("[x](https://y.example/z)", f'<a href="https://y.example/z" {LINK}>x</a>'),
        ("<https://y.example>", f'<a href="https://y.example" {LINK}>https://y.example</a>'),
        ("[x](javascript:alert(1))", f"<a {LINK}>x</a>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ('It\'s "so"', 'It\'s "so"'),
        ("<b>no</b>", "&lt;b&gt;no&lt;/b&gt;"),
        ("one\ntwo", "one\ntwo"),
        ("one\n\ntwo", "one<br><br>two"),
        ("# no heading", "# no heading"),
        ("- no list", "- no list"),
        ("1. no list", "1. no list"),
        ("> no quotation", "&gt; no quotation"),
        ("a\n---", "a\n---"),
        ("![no](/media/a.png)", "no"),
        ("[r]\n\n[r]: /x", "[r]<br><br>[r]: /x"),
        ("[[term]] [@SRC-01]", "[[term]] [@SRC-01]"),
        (r"\*plain\*", "*plain*"),
        ("  around  ", "around"),
        ("", ""),
        ("a\u202eb", "ab"),
    ],
)
def test_inline(source: str, html: str) -> None:
    result = inline(source)
    assert result == html
    assert isinstance(result, SafeString)


@pytest.mark.parametrize("source", HOSTILE_MARKDOWN)
def test_nothing_hostile_survives(source: str) -> None:
    assert survivors(inline(source), "inline") == []


@pytest.mark.parametrize("source", ["[" * 4_000, "*" * 4_000, "[a](" * 1_900, "x" * 8_193])
def test_costly_text_is_refused(source: str) -> None:
    with pytest.raises(MarkupError):
        inline(source)


def test_threads_do_not_share_a_parser() -> None:
    results: list[str] = []
    texts = [f"**{n}** [x](/{n})" for n in range(40)]
    threads = [threading.Thread(target=lambda t=text: results.append(inline(t))) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted(
        f'<strong>{n}</strong> <a href="/{n}" {LINK}>x</a>' for n in range(40)
    )
