"""The template tags of the design system: states in words, bars within bounds, pages that stand."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string

from courseware.core import ui
from courseware.enrolments.rules import ActivityState, State

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("state", [*State, *ActivityState])
def test_every_state_of_the_rules_has_a_look_of_its_own(state: str) -> None:
    assert str(state) in ui.STATES
    assert str(ui.STATES[state][2]) in ui.pill(state)


def test_a_pill_takes_underscores_and_a_word_of_its_own() -> None:
    assert "state-due-soon" in ui.pill("due_soon")
    assert "Locked until 4 May" in ui.pill("locked", "Locked until 4 May")
    assert "&lt;b&gt;" in ui.pill("done", "<b>")


@pytest.mark.parametrize(("value", "shown"), [(-3, "0"), (2, "2"), (99, "8")])
def test_a_progress_bar_stays_within_its_bounds(value: int, shown: str) -> None:
    assert f'max="8" value="{shown}"' in ui.progress_bar(value, "steps", 8)


def test_a_progress_bar_of_nothing_is_empty_not_an_error() -> None:
    assert 'value="0"' in ui.progress_bar(0, "", 0)


def test_the_score_bar_passes_at_the_mark_itself() -> None:
    assert "is-pass" in ui.score_bar(80, 80)
    assert "is-fail" in ui.score_bar(79.9, 80)
    assert 'x1="80%"' in ui.score_bar(60, 80)


def test_an_unknown_icon_is_nothing() -> None:
    assert ui.icon("no-such-icon") == ""


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18) Version/18 Safari/604.1", "Safari on iPhone"),
        ("", "A browser we do not know"),
    ],
)
def test_browsers_are_named_in_words(user_agent: str, words: str) -> None:
    assert ui.browser(user_agent) == words


@pytest.mark.parametrize("page", ["400.html", "413.html", "500.html", "503.html"])
def test_pages_for_bad_days_need_no_request_no_manifest_and_no_database(
    page: str, settings: LazySettings
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    assert "<h1>" in render_to_string(page)


def test_no_template_carries_inline_style_or_script() -> None:
    """The content security policy would refuse it; only mail, which has none, may style itself."""
    inline = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*(\ssrc=|json))")
    folders = [ROOT / "courseware", ROOT / "lessons", ROOT / "quizzes"]
    templates = [file for folder in folders for file in folder.rglob("templates/**/*.html")]
    found = [
        file.relative_to(ROOT).as_posix()
        for file in templates
        if "mail" not in file.parts and inline.search(file.read_text(encoding="utf-8"))
    ]
    assert templates
    assert found == []


def test_every_icon_that_a_template_names_is_in_the_list() -> None:
    listed = set((ROOT / "static" / "icons.txt").read_text(encoding="utf-8").split("\n"))
    named: set[str] = {look[0] for look in ui.STATES.values()}
    for folder in ("courseware", "lessons", "quizzes"):
        for file in (ROOT / folder).rglob("templates/**/*.html"):
            text = file.read_text(encoding="utf-8")
            named |= set(re.findall(r"{% icon [\"']([a-z0-9-]+)[\"']", text))
    assert named - listed == set()
