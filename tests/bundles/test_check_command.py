"""The command: totals, warnings and errors, the day, and the shipped library without a finding."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.bundles.folders import DAY, copy_of, edit


def report(*arguments: object, fails: bool) -> Any:
    out = StringIO()
    if fails:
        with pytest.raises(CommandError):
            call_command("check_courses", *arguments, "--json", stdout=out)
    else:
        call_command("check_courses", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_report_counts_and_lists(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    edit(folder, "sources.yaml", "year: 2024", "year: then")
    found = report(folder, "--today", "2026-11-24", fails=True)
    assert (found["courses"], found["lessons"], found["light_versions"]) == (1, 2, 1)
    assert (found["figures"], found["glossary_terms"], found["questions"]) == (1, 2, 9)
    assert found["questions_by_type"] == {"multiple": 1, "single": 5, "truefalse": 3}
    assert found["questions_by_course"] == {"level-two": 9}
    assert found["facts_taught"] == found["facts_asked"] == []
    assert found["words"] > 50
    assert found["findings_by_code"]["schema"] == 1
    assert set(found["findings"][0]) == {"course", "file", "line", "code", "message", "level"}


def test_the_report_in_words_ends_with_a_count(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    edit(folder, "sources.yaml", "year: 2024", "year: then")
    out = StringIO()
    with pytest.raises(CommandError, match="errors"):
        call_command("check_courses", folder, "--today", "2026-11-24", stdout=out)
    assert "level-two/sources.yaml:15: error: year" in out.getvalue()
    assert "1 courses, " in out.getvalue().splitlines()[-1]


def test_the_shipped_library_has_no_finding_on_the_day_it_was_checked() -> None:
    found = report("--today", DAY.isoformat(), fails=False)
    assert found["findings"] == []
    assert (found["courses"], found["lessons"]) == (6, 40)
    assert found["questions"] >= 252
    assert len(found["questions_by_type"]) == 8
    assert found["facts_taught"] == found["facts_asked"] == [f"S{n}" for n in range(1, 56)]
    assert found["figures"] >= 18
    assert found["reading_grade"]["median"] <= 9


def test_a_day_after_the_grace_period_is_an_error() -> None:
    found = report(settings.LIBRARY_DIR / "c3-drug-markets", "--today", "2029-01-01", fails=True)
    assert set(found["findings_by_code"]) == {"overdue"}


def test_in_a_build_a_day_long_past_only_warns() -> None:
    folder = settings.LIBRARY_DIR / "c3-drug-markets"
    found = report(folder, "--today", "2029-01-01", "--dates-warn", fails=False)
    assert {(one["code"], one["level"]) for one in found["findings"]} == {("overdue", "warning")}
