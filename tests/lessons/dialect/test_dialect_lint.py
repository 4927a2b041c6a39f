"""The lint: every trap of the dialect, with its line."""

import pytest

from lessons.dialect import lint
from tests.lessons.dialect.cast import findings, full_findings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Text:\n- a\n- b", [(2, "list-without-blank-line"), (3, "list-without-blank-line")]),
        ("Text:\n1. a", [(2, "list-without-blank-line")]),
        ("It was in\n2016. Then", [(2, "list-without-blank-line")]),
        ("- a\n  - b", [(2, "list-indent")]),
        ("1. a\n   - b", [(2, "list-indent")]),
        ("- a\n      - b", [(2, "list-indent")]),
        ("x <b>y</b>", [(1, "raw-html")]),
        ("x\n\n<!-- y -->", [(3, "raw-html")]),
        ("![x](/media/a.png)", [(1, "image")]),
        ("# Top", [(1, "h1")]),
        ("#1 in the list", [(1, "h1"), (1, "heading-space")]),
        ("##Near", [(1, "heading-space")]),
        ("## a\n\n#### b", [(3, "heading-jump")]),
        ("### a", [(1, "heading-jump")]),
        ("Title\n-----", [(2, "underlined-heading")]),
        ("Title\n===", [(2, "underlined-heading")]),
        ("```\nx\n```", [(1, "fenced-code"), (3, "fenced-code")]),
        ("a\u202eb", [(1, "bidi")]),
        ("a\x02b", [(1, "control-character")]),
        ("[x](javascript:a)", [(1, "bad-link")]),
        ("[x](//a.example)", [(1, "bad-link")]),
        ("[x][r]\n\n[r]: data:x", [(3, "bad-link")]),
        ("x\n{: .big}", [(2, "attribute")]),
        ("## a [@SRC-01]", [(1, "citation-misplaced")]),
        ("/// scenario | a [@SRC-01]\nx\n///", [(1, "citation-misplaced")]),
        ("[[none]] [@SRC-99]", [(1, "unknown-source"), (1, "unknown-term")]),
        ("/// figure | none.svg\n    alt: a\n    caption: b\n\nc\n///", [(1, "unknown-figure")]),
        ("/// figure | f.svg\n    caption: b\n\nc\n///", [(1, "missing-alt")]),
        ("a\n\n" + "[" * 50, [(3, "too-costly")]),
        ("/// note\n\n" * 5, [(9, "too-costly")]),
    ],
)
def test_trap(source: str, expected: list[tuple[int, str]]) -> None:
    assert findings(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "Text:\n\n- a\n- b\n\nText.",
        "- a\nlazy text\n- b",
        "- a\n\n- b\n\n    more\n\n- c",
        "- a\n    - b\n        - c\n- d",
        "1. a\n2. b\n\n    - c",
        "/// note | x\n- a\n- b\n///",
        "/// note | x\n    \n- a\n///",
        "## a\n- b",
        "a\n\n---\n\nb",
        "* * *",
        "| a | b |\n| --- | --- |\n| c | d |",
        "a < b and b > a, 3 <4, <https://x.example>, <a@x.example>",
        "`<b>` and `![x](y)` and `[x](javascript:y)`",
        "[x](/a) [y](https://b.example) [z](#s-c) [m](mailto:a@b.example)",
        "Hola.\n{: lang=es}",
        "## a\n\n### b\n\n#### c\n\n## d",
        "| x | [[dark-figure\\|y]] |\n| - | - |\n| a | b |",
        "Some *text* (in brackets) [@SRC-01, SRC-02].",
        "- a\n\nText\n\n2017 was a year.",
    ],
)
def test_ordinary_text_has_no_finding(source: str) -> None:
    assert findings(source) == []


def test_levels_and_words() -> None:
    finding = full_findings("Text:\n- a")[0]
    assert finding.level == "warning"
    assert finding.message == "A list needs a blank line before it; here it is read as text."
    assert full_findings("# x")[0].level == "error"


def test_without_a_resolver_nothing_is_looked_up() -> None:
    assert lint("[[none]] [@SRC-99]") == []


def test_lines_count_in_the_file() -> None:
    assert [p.line for p in lint("a\r\n\r\n<b>x</b>\r\n", first_line=10)] == [12]
