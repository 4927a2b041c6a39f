"""The directives note, remember, never, call."""

import pytest

from tests.lessons.dialect.cast import html, kind, problems


@pytest.mark.parametrize(
    ("name", "label"),
    [("note", "Note"), ("remember", "Remember"), ("never", "Never"), ("call", "Whom to call")],
)
def test_html(name: str, label: str) -> None:
    assert html(f"/// {name} | At **once**\n- a\n- b\n///\n") == (
        f'<div class="callout callout-{name}" role="note">\n'
        f"{kind(name, label)}"
        '<p class="callout-title">At <strong>once</strong></p>\n'
        "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n</div>"
    )


def test_the_title_may_be_missing_the_text_may_not() -> None:
    assert "callout-title" not in html("/// note\nx\n///")
    assert problems("/// note\nx\n///") == []
    assert problems("text\n\n/// note | x\n///") == [(3, "empty-directive")]


def test_labels() -> None:
    assert "</span> Nie</p>" in html("/// never\nx\n///", labels={"Never": "Nie"})


def test_inside_another_directive() -> None:
    shown = html("//// scenario | x\n/// note\ny\n///\n////")
    assert shown.index('"scenario"') < shown.index("callout-note") < shown.index("</section>")
