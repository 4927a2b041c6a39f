"""What the code records and what the list of verbs explains are the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from courseware.audit.verbs import SUBJECTS, VERBS, words_of

ROOT = Path(__file__).resolve().parents[2]


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for top in ("courseware", "lessons", "quizzes"):
        for path in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield path, node


def texts(node: ast.expr) -> Iterator[str]:
    """The words an expression can be, as regular expressions; nothing for a name passed on."""
    match node:
        case ast.Constant(value=str() as text):
            yield re.escape(text)
        case ast.IfExp(body=one, orelse=other):
            yield from texts(one)
            yield from texts(other)
        case ast.JoinedStr(values=parts):
            yield "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z_]+"
                for part in parts
            )


def recorded(keyword: str) -> set[str]:
    found = set[str]()
    for path, call in calls():
        for argument in call.keywords:
            if argument.arg == keyword == "verb":
                found |= set(texts(argument.value))
            elif argument.arg == keyword and isinstance(argument.value, ast.Tuple):
                found |= set(texts(argument.value.elts[0]))
        # allauth tells us of a change by name
        is_mails = path.parts[-2:] == ("accounts", "mails.py")
        if keyword == "verb" and is_mails and ast.unparse(call.func) == "Change":
            found |= set(texts(call.args[0]))
    return found


@pytest.mark.parametrize(("keyword", "words"), [("verb", VERBS), ("subject", SUBJECTS)])
def test_the_list_and_the_code_agree(keyword: str, words: dict[str, str]) -> None:
    patterns = recorded(keyword)
    unexplained = {p for p in patterns if not any(re.fullmatch(p, word) for word in words)}
    assert unexplained == set(), "explain them in courseware/audit/verbs.py"
    unused = {word for word in words if not any(re.fullmatch(p, word) for p in patterns)}
    assert unused == set(), "nobody records them: take them out of courseware/audit/verbs.py"


def test_the_code_is_really_read() -> None:
    assert len(recorded("verb")) > 40
    assert len(recorded("subject")) > 8


def test_a_verb_is_a_noun_and_what_became_of_it() -> None:
    assert [verb for verb in VERBS if not re.fullmatch(r"[a-z_]+\.[a-z_]+", verb)] == []


def test_words_for_a_reader() -> None:
    with translation.override("en"):
        assert words_of("grant.given") == "A role was given"
        assert words_of("of an older release") == "of an older release"
