"""The directive legal."""

import pytest

from tests.lessons.dialect.cast import html, kind, problems

GOOD = """\
/// legal | Orders across borders
    instrument: "Regulation (EU) 2023/1543"
    year: 2023
    status: in force
    checked: 2026-11-24

It applies. [@SRC-02]
///
"""


def test_html() -> None:
    assert html(GOOD).split("\n<p>It applies")[0] == (
        '<section class="legal legal-in-force">\n'
        f"{kind('legal', 'Legal note')}"
        '<h3 class="box-title">Orders across borders</h3>\n'
        '<p class="legal-facts"><span class="legal-instrument">Regulation (EU) 2023/1543</span> '
        '<span class="legal-year">2023</span> <span class="legal-status">in force</span> '
        '<span class="legal-checked">Checked 2026-11-24</span> </p>'
    )
    assert problems(GOOD) == []


@pytest.mark.parametrize("status", ["agreed", "proposed", "lapsed"])
def test_every_status_has_its_class(status: str) -> None:
    assert f"legal legal-{status}" in html(GOOD.replace("in force", status))


def test_problems() -> None:
    assert problems(GOOD.replace("in force", "maybe")) == [(4, "bad-option")]
    assert problems(GOOD.replace("2026-11-24", "soon")) == [(5, "bad-option")]
    assert problems(GOOD.replace("2026-11-24", "2026-02-31")) == [(2, "bad-option")]
    assert problems(GOOD.replace("    year: 2023\n", "")) == [(1, "bad-option")]
    assert problems(GOOD.replace(" [@SRC-02]", "")) == [(1, "uncited-legal")]
    assert problems(GOOD.replace(" | Orders across borders", "")) == [(1, "missing-argument")]
