"""The directive legal."""

import pytest

from lessons.dialect import MappingResolver, render
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
DATED = "    status: in force\n    checked: 2026-11-24\n"
OPEN = GOOD.replace(DATED, "    status: check the status\n")


def test_html() -> None:
    assert html(GOOD).split("\n<p>It applies")[0] == (
        '<section class="legal legal-in-force">\n'
        f"{kind('legal', 'Legal note')}"
        '<h3 class="box-title">Orders across borders</h3>\n'
        '<p class="legal-facts"><span class="legal-instrument">Regulation (EU) 2023/1543</span> '
        '<span class="legal-year">2023</span> <span class="legal-status">in force</span> '
        '<span class="legal-checked">Checked 24 November 2026</span> </p>'
    )
    assert problems(GOOD) == []


@pytest.mark.parametrize("status", ["agreed", "proposed", "lapsed"])
def test_every_status_has_its_class(status: str) -> None:
    assert f"legal legal-{status}" in html(GOOD.replace("in force", status))


def test_a_status_that_the_reader_must_check_has_no_day() -> None:
    assert problems(OPEN) == []
    shown = html(OPEN)
    assert '<section class="legal legal-check-the-status">' in shown
    assert '<span class="legal-status">check the status</span> </p>' in shown
    assert "Checked" not in shown


def test_a_status_and_its_day_come_together() -> None:
    undated = GOOD.replace("    checked: 2026-11-24\n", "")
    assert problems(undated) == [(1, "legal-date")]
    assert problems(GOOD.replace("in force", "check the status")) == [(1, "legal-date")]


def test_the_day_is_in_the_readers_words() -> None:
    spanish = MappingResolver(day_words=lambda day: f"{day.day} de noviembre de {day.year}")
    assert "Checked 24 de noviembre de 2026" in render(GOOD, spanish).html


def test_problems() -> None:
    assert problems(GOOD.replace("in force", "maybe")) == [(4, "bad-option")]
    assert problems(GOOD.replace("2026-11-24", "soon")) == [(5, "bad-option")]
    assert problems(GOOD.replace("2026-11-24", "2026-02-31")) == [(2, "bad-option")]
    assert problems(GOOD.replace("    year: 2023\n", "")) == [(1, "bad-option")]
    assert problems(GOOD.replace(" [@SRC-02]", "")) == [(1, "uncited-legal")]
    assert problems(GOOD.replace(" | Orders across borders", "")) == [(1, "missing-argument")]
