"""An author's text is rendered in a process of its own, and nobody waits for it for ever."""

import os
import signal
from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from courseware.core.markup import MarkupError, check_caps
from lessons.bounded import Renderer, TooSlow, rendered
from lessons.child import answer
from lessons.dialect import MappingResolver, lint, render
from lessons.labels import labels
from tests.core.hostile_html import HOSTILE_MARKDOWN, survivors
from tests.lessons.dialect.cast import resolver

#: Within every cap, and seconds of work: tables of a single column.
SLOW = "\n".join(["|a|b|\n|-|-|\n" + "x\n" * 480] * 62)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.end()


def test_it_says_what_the_learner_s_renderer_says(renderer: Renderer) -> None:
    text = (
        "## One\n\nA [[dark-figure]] and a claim. [@SRC-01] [x](javascript:alert(1))\n\n"
        "/// legal | An act\n    instrument: X\n    year: 2023\n    status: in force\n"
        "    checked: 2026-11-24\n\nText. [@SRC-01]\n///\n"
    )
    known = resolver()
    shown, expected = rendered(text, known, renderer=renderer), render(text, known)
    assert shown.html == expected.html
    assert shown.words == expected.word_count
    assert shown.sources == expected.sources == ("SRC-01",)
    assert list(shown.problems) == lint(text, known)
    assert "bad-link" in [problem.code for problem in shown.problems]


def test_days_come_in_the_words_of_the_language(renderer: Renderer) -> None:
    def in_words(day: date) -> str:
        return f"le {day.day} du mois {day.month}"

    known = MappingResolver(labels=labels("en"), day_words=in_words)
    text = (
        "/// legal | An act\n    instrument: X\n    year: 2023\n    status: in force\n"
        "    checked: 2026-11-24\n\nText.\n///\n\nNot a day: 2026-99-99.\n"
    )
    assert "le 24 du mois 11" in rendered(text, known, renderer=renderer).html


def test_nobody_waits_for_a_slow_text(renderer: Renderer) -> None:
    check_caps(SLOW)  # it is none that the caps refuse
    with translation.override("en"), pytest.raises(TooSlow, match="takes too long"):
        rendered(SLOW, resolver(), seconds=0.1, renderer=renderer)
    assert rendered("Next.", resolver(), renderer=renderer).html == "<p>Next.</p>"


def test_a_process_that_never_answers_is_ended() -> None:
    silent = Renderer("tests.lessons.silent_child")
    with pytest.raises(TooSlow):
        rendered("x", resolver(), seconds=0.5, renderer=silent)
    silent.end()


def test_a_process_that_died_is_started_again(renderer: Renderer) -> None:
    rendered("x", resolver(), renderer=renderer)
    process = renderer._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert rendered("Again.", resolver(), renderer=renderer).html == "<p>Again.</p>"


def test_a_process_that_dies_of_a_text_leaves_a_sentence() -> None:
    dying = Renderer("tests.lessons.dying_child")
    with pytest.raises(TooSlow):
        rendered("x", resolver(), renderer=dying)
    dying.end()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\n\nb\n\n" + "[" * 13, 5, "square brackets"),
        ("a\n" + "*" * 90, 2, "times in a row"),
        ("x" * 3 + "\n" * 70_000, None, "bytes"),
        ("> " * 9 + "x", 1, "nested"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_line(
    renderer: Renderer, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(MarkupError, match=words) as refused:
        rendered(text, resolver(), renderer=renderer)
    assert refused.value.line == line


def test_what_nobody_foresaw_is_a_sentence_too(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise AttributeError("a word of the text")

    monkeypatch.setattr("lessons.child.render", fails)
    said = answer(
        {"text": "x", "sources": {}, "terms": {}, "figures": {}, "labels": {}, "days": {}}
        | {"mode": "full"}
    )
    assert said["fault"].startswith("AttributeError at test_bounded_rendering.py")
    assert "a word of the text" not in str(said)
    monkeypatch.setattr(renderer, "ask", lambda *_: said)
    with pytest.raises(MarkupError, match="cannot be shown"):
        rendered("x", resolver(), renderer=renderer)
    assert "AttributeError" in caplog.text


def test_hostile_texts_come_out_harmless(renderer: Renderer) -> None:
    for text in HOSTILE_MARKDOWN:
        try:
            shown = rendered(text, resolver(), renderer=renderer)
        except MarkupError:
            continue
        assert survivors(shown.html) == [], text
