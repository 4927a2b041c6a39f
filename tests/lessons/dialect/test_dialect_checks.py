"""The directives self-check, practice, option, model, points."""

from lessons.dialect import render
from tests.lessons.dialect.cast import html, problems, resolver

CHOOSE = """\
//// practice | What do you **do**?
You are alone.

/// option | Wait and ask about the [[dark-figure]]
    correct: true

Yes. [@SRC-01]
///
/// option | Run

No.
///
////
"""
WRITE = """\
//// self-check | Name two things.
/// model
Who and *when*.
///
/// points
- **who** handed over
- when
///
////
"""


def test_choose() -> None:
    assert (
        html(CHOOSE).split("<p>Yes.")[0]
        == """\
<section class="check check-practice">
<p class="box-kind"><span aria-hidden="true" class="icon icon-check-practice"></span> \
Practice decision</p>
<h3 class="box-title">What do you <strong>do</strong>?</h3>
<p>You are alone.</p>
<div class="check-options">
<details class="check-option">
<summary>Wait and ask about the <span>dark figure</span> \
<span class="check-hint">Show feedback</span></summary>
<div class="check-feedback check-right">
<p class="check-verdict"><span aria-hidden="true" class="icon icon-right"></span> Right</p>
"""
    )
    assert html(CHOOSE).endswith("""\
<details class="check-option">
<summary>Run <span class="check-hint">Show feedback</span></summary>
<div class="check-feedback check-wrong">
<p class="check-verdict"><span aria-hidden="true" class="icon icon-wrong"></span> Not this one</p>
<p>No.</p>
</div>
</details>
</div>
</section>""")
    assert problems(CHOOSE) == []


def test_nothing_outside_of_the_disclosure_tells_right_from_wrong() -> None:
    opened = [part.split("<summary>")[0] for part in html(CHOOSE).split("<details")[1:]]
    assert opened == [' class="check-option">\n'] * 2


def test_write() -> None:
    assert (
        html(WRITE)
        == """\
<section class="check check-self">
<p class="box-kind"><span aria-hidden="true" class="icon icon-check-self"></span> Check yourself</p>
<h3 class="box-title">Name two things.</h3>
<div class="check-write">
<p class="check-write-label" id="w-1">Write your answer. It is not stored.</p>
<textarea aria-labelledby="w-1" class="check-text" rows="5"></textarea>
</div>
<details class="check-model">
<summary>Model answer</summary>
<p>Who and <em>when</em>.</p>
</details>
<div class="check-points">
<p class="check-points-title">Tick the points you had</p>
<ul>
<li><label><input type="checkbox"> <strong>who</strong> handed over</label></li>
<li><label><input type="checkbox"> when</label></li>
</ul>
</div>
</section>"""
    )
    assert problems(WRITE) == []


def test_nothing_can_be_sent() -> None:
    shown = html(WRITE + "\n" + WRITE)
    assert " name=" not in shown
    assert "<form" not in shown
    assert 'id="w-2"' in shown


def test_problems() -> None:
    assert problems(CHOOSE.replace("    correct: true\n", "")) == [(1, "check-parts")]
    assert problems(CHOOSE.replace("true", "perhaps")) == [(1, "check-parts"), (5, "bad-option")]
    assert problems(CHOOSE.replace("No.\n", "")) == [(9, "missing-feedback")]
    assert problems("//// self-check | x\ny\n////") == [(1, "check-parts")]
    assert problems(WRITE.replace("/// model", "/// option | x")) == [(1, "check-parts")]
    assert problems(WRITE.replace("- ", "")) == [(5, "check-parts")]
    assert problems("/// option | x\ny\n///") == [(1, "misplaced-directive")]
    assert (2, "misplaced-directive") in problems("//// self-check | x\n/// note\ny\n///\n////")


def test_prose_is_counted_without_exercises() -> None:
    told = "Four words of prose.\n\n"
    both = render(f"{told}{CHOOSE}\nTwo more.\n\n{WRITE}\nEnd.\n", resolver())
    assert both.prose_count == 4 + 2 + 1
    assert both.word_count > both.prose_count
    assert render(told, resolver()).prose_count == render(told, resolver()).word_count == 4
