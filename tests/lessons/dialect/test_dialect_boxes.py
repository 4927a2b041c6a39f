"""The directives national and scenario."""

import pytest

from tests.lessons.dialect.cast import html, kind, problems


@pytest.mark.parametrize(
    ("name", "label"), [("national", "National box"), ("scenario", "Scenario")]
)
def test_html(name: str, label: str) -> None:
    assert html(f"/// {name} | Who signs\n\nIn Norland, …\n///") == (
        f'<section class="{name}">\n'
        f"{kind(name, label)}"
        '<h3 class="box-title">Who signs</h3>\n<p>In Norland, …</p>\n</section>'
    )


def test_problems() -> None:
    assert problems("/// scenario\nx\n///") == [(1, "missing-argument")]
    assert problems("/// national | x\n///") == [(1, "empty-directive")]
    assert problems("/// national | x\n    state: Norland\n\ny\n///") == [(2, "bad-option")]
