"""The reference pages name every command of ours and every code of a check."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
CHECKS = ROOT / "courseware" / "bundles" / "checks"
THEMES = sorted(path.stem for path in CHECKS.glob("*.py"))


def test_every_command_of_ours_has_its_line() -> None:
    ours = {
        name
        for name, app in get_commands().items()
        if str(app).split(".")[0] in {"courseware", "lessons", "quizzes"}
    }
    text = (REFERENCE / "commands.md").read_text("utf-8")
    named = set(re.findall(r"^\| `(\w+)", text, re.MULTILINE))
    assert named == ours


def codes_in(source: str) -> set[str]:
    """The third argument of everything that makes a finding."""
    return {
        code.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in {"Finding", "_finding"} and len(node.args) > 2
        if isinstance(code := node.args[2], ast.Constant) and isinstance(code.value, str)
    }


@pytest.mark.parametrize("module", THEMES)
def test_every_code_of_a_check_is_explained(module: str) -> None:
    codes = codes_in((CHECKS / f"{module}.py").read_text("utf-8"))
    text = (REFERENCE / "course-checks.md").read_text("utf-8")
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []


def test_the_codes_are_really_read() -> None:
    assert (
        sum(len(codes_in((CHECKS / f"{module}.py").read_text("utf-8"))) for module in THEMES) > 40
    )
