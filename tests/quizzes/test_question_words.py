"""An author's text where no HTML may stand: in a select, in a list."""

import pytest

from quizzes.templatetags.quizzes import plain_words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("one line", "one line"),
        ("**bold** and `code`", "bold and code"),
        ("first\n\nsecond", "first second"),
        ("Which one?\n\n![A map](map.webp)", "Which one? A map"),
        ("a < b & c", "a < b & c"),
    ],
)
def test_words_are_left_and_nothing_runs_together(text: str, plain: str) -> None:
    assert plain_words(text) == plain
