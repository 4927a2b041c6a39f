"""The directives then-now, then, now."""

from lessons.dialect import render
from tests.lessons.dialect.cast import REL, html, problems, resolver

GOOD = """\
//// then-now | Is crime *leaving* the street?
    seed: [S4, S6]
    certainty: A

/// then
An article held that it is.
///

/// now
A mix. [@SRC-01]
///
////
"""


def test_html() -> None:
    assert (
        html(GOOD)
        == f"""\
<section class="then-now">
<h3 class="box-title">Is crime <em>leaving</em> the street?</h3>
<div class="then-now-panes">
<div class="then">
<p class="year">2017</p>
<p class="pane-label">Then</p>
<p>An article held that it is.</p>
</div>
<div class="now">
<p class="year">2026</p>
<p class="pane-label">Now</p>
<p>A mix.<sup class="cite"><a aria-label="Source 1: First report" href="#n-1" id="r-1-1" {REL}>\
1</a></sup></p>
</div>
</div>
<p class="certainty certainty-a"><span aria-hidden="true" class="icon icon-certainty-a"></span> \
<span class="certainty-label">Certainty</span> <span class="certainty-mark">A</span> \
<span class="certainty-word">official text or primary page</span> </p>
</section>"""
    )
    assert problems(GOOD) == []


def test_seeds_are_collected() -> None:
    assert render(GOOD, resolver()).seeds == ("S4", "S6")


def test_years_and_labels() -> None:
    source = GOOD.replace("/// then\n", "/// then | 2016\n").replace(
        "/// now\n", "/// now | 2027\n"
    )
    shown = html(source, labels={"Then": "Damals", "Certainty": "Sicherheit"})
    assert '<p class="year">2016</p>\n<p class="pane-label">Damals</p>' in shown
    assert '<p class="year">2027</p>' in shown
    assert '<span class="certainty-label">Sicherheit</span>' in shown
    assert problems(source) == []


def test_problems() -> None:
    assert problems(GOOD.replace(" [@SRC-01]", "")) == [(9, "uncited-then-now")]
    assert problems(GOOD.replace("certainty: A", "certainty: E")) == [(3, "bad-option")]
    assert problems(GOOD.replace("    certainty: A\n", "")) == [(1, "bad-option")]
    assert problems(GOOD.replace("S4", "S400")) == [(2, "bad-option")]
    assert problems(GOOD.replace("/// then\n", "/// then | once\n")) == [(5, "bad-argument")]
    assert problems(GOOD.replace("/// then\n", "Stray.\n\n/// then\n")) == [(1, "then-now-parts")]
    swapped = GOOD.replace("/// then\n", "/// x\n").replace("/// now", "/// then")
    assert (1, "then-now-parts") in problems(swapped.replace("/// x\n", "/// now\n"))
    assert (1, "misplaced-directive") in problems("/// now\nx [@SRC-01]\n///")


def test_a_pane_outside_is_text() -> None:
    assert html("/// then\nx\n///") == "<p>/// then\nx\n///</p>"
