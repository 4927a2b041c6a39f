"""Costly source is refused before a parser sees it, with a line and a sentence."""

import pytest

from courseware.core.markup import MAX_BYTES, MarkupError, check_caps

COSTLY = {
    "brackets": "[" * 8_000,
    "image brackets": "![" * 8_000,
    "spaced brackets": "[a " * 4_000,
    "brackets closed in code": "[`]`" * 3_000,
    "tags": "<a " * 4_000,
    "links never closed": "[a](" * 3_000,
    "emphasis run": "*" * 8_000,
    "underscore run": "_" * 8_000,
    "emphasis pairs": "*a **b " * 2_000,
    "backticks": "`" * 8_000,
    "attribute braces": "# x" + " {a" * 4_000,
    "spaces": "# x" + " " * 8_000 + "y",
    "quotations": "> " * 5_000,
    "quotations without spaces": ">" * 50 + " x",
    "list in list": "- 1. " * 2_000,
    "mixed nesting": "> - " * 2_000,
    "indentation": " " * 44 + "- x",
    "tabs": "\t" * 20 + "- x",
    "one long passage": ("word " * 12 + "\n") * 400,
    "many lines": "---\n" * 3_000,
    "many paragraphs": "a\n\n" * 20_000,
    "footnotes": "x[^1]" * 400,
    "abbreviations": "\n\n".join(f"*[A{n}]: b" for n in range(60)),
    "bytes": "é" * (MAX_BYTES // 2 + 1),
}


@pytest.mark.parametrize("source", COSTLY.values(), ids=COSTLY.keys())
def test_costly_source_is_refused(source: str) -> None:
    with pytest.raises(MarkupError):
        check_caps(source)


def test_the_error_names_the_line() -> None:
    with pytest.raises(MarkupError) as caught:
        check_caps("one\n\ntwo\r\n\r\n\n" + "[" * 40 + "\n", first_line=11)
    assert caught.value.line == 16
    assert str(caught.value).startswith("line 16: More than 12 square brackets")


def test_the_error_names_the_line_of_a_run() -> None:
    with pytest.raises(MarkupError) as caught:
        check_caps("one\n\n" + "*" * 100)
    assert caught.value.line == 3


@pytest.mark.parametrize(
    "source",
    [
        "",
        "* * * * * * * * * * * *\n\n" + "-" * 72,
        "| a | b |\n|" + "-" * 60 + "|---|\n" + "| [@A] | **b** [[c]] |\n" * 60,
        "- a\n    - b\n        - c\n            - d\n",
        "> > > a\n\n1. - a",
        "A sentence with [a link](/x), [@A, B] and [[term|words]].\n\n" * 300,
        "\\[" * 50,
        "x[^1] y[^2]\n\n[^1]: a\n[^2]: b\n",
    ],
)
def test_ordinary_source_passes(source: str) -> None:
    check_caps(source)
