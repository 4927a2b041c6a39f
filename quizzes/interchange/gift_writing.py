"""GIFT, written: what `holding` left of each question, escaped as Moodle documents it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quizzes.interchange.answers import even_shares
from quizzes.interchange.contents import number_text
from quizzes.interchange.markdown import as_plain
from quizzes.interchange.places import tags_of
from quizzes.interchange.records import Question
from quizzes.interchange.wording import FORMATS

_SPECIAL = re.compile(r"([\\:#={}~])")
_LOOKS_LIKE_A_WEIGHT = re.compile(r"%-?[0-9.]+%")
_LOOKS_LIKE_A_FORMAT = re.compile(rf"\[(?:{'|'.join(sorted(FORMATS))})\]")


def write_gift(questions: Sequence[Question]) -> str:
    """`questions` as `holding.held` left them, under a category for each objective."""
    blocks: list[str] = []
    category = ""
    for question in questions:
        own = str(question.place.get("objective", ""))
        if own != category:
            blocks.append(f"$CATEGORY: {_escaped(own or 'top')}\n")
            category = own
        blocks.append(_block(question))
    return "\n".join(blocks)


def _block(question: Question) -> str:
    content = question.content
    general = _general(content)
    answers = [*_answers(question.type, content), *([f"####{general}"] if general else [])]
    lines = [
        *_comments(question.place),
        f"::{_escaped(question.name)}::[markdown]{_escaped(content['stem'])} {{",
        *(f"  {answer}" for answer in answers),
        "}",
    ]
    return "\n".join([*lines, ""])


def _comments(place: Mapping[str, Any]) -> Iterator[str]:
    said = [f"[id:{_bracketed(str(place['key']))}]"] if place.get("key") else []
    said += [f"[tag:{_bracketed(tag)}]" for tag in tags_of(place)]
    if said:
        yield f"// {' '.join(said)}"


def _bracketed(text: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", text)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _text(markdown: str) -> str:
    """A text inside the braces: the format of the question, unless it seems to name another."""
    named = "[markdown]" if _LOOKS_LIKE_A_FORMAT.match(markdown) else ""
    return named + _escaped(markdown)


def _said(feedback: str) -> str:
    return f"#{_text(feedback)}" if feedback else ""


def _general(content: Mapping[str, Any]) -> str:
    return _text(content["feedback"]) if content.get("feedback") else ""


def _answers(type_name: str, content: Mapping[str, Any]) -> Iterator[str]:
    if type_name == "single":
        for option in content["options"]:
            sign = "=" if option["correct"] else f"~{_nothing(option['text'])}"
            yield f"{sign}{_text(option['text'])}{_said(option.get('feedback', ''))}"
    elif type_name == "multiple":
        yield from _multiple(content["options"])
    elif type_name == "truefalse":
        true, false = content["options"]
        right, wrong = (true, false) if true["correct"] else (false, true)
        word = "TRUE" if true["correct"] else "FALSE"
        said = [_text(option.get("feedback", "")) for option in (wrong, right)]
        yield word + (f"#{said[0]}#{said[1]}" if any(said) else "")
    elif type_name == "matching":
        for pair in content["pairs"]:
            yield f"={_text(pair['left'])} -> {_escaped(as_plain(pair['right']))}"
        for right in content.get("distractors", ()):
            yield f"= -> {_escaped(as_plain(right))}"
    elif type_name == "short":
        for form in content["accept"]:
            yield f"={'%100%' if _nothing(form) else ''}{_form(form)}"
        for slip in content.get("errors", ()):
            yield from (f"=%0%{_form(form)}{_said(slip['feedback'])}" for form in slip["accept"])
    else:
        yield f"#={_number(content['answer'], content.get('tolerance'))}"
        for slip in content.get("errors", ()):
            number = _number(slip["value"], slip.get("tolerance"))
            yield f"=%0%{number}{_said(slip['feedback'])}"


def _nothing(text: str) -> str:
    """The weight of a wrong answer, said where the text would be taken for a weight itself."""
    return "%0%" if _LOOKS_LIKE_A_WEIGHT.match(text) else ""


def _form(form: str) -> str:
    """An accepted form: there an asterisk stands for anything unless it is escaped."""
    return _escaped(form.replace("*", "\\*"))


def _number(value: object, tolerance: object) -> str:
    return f"{number_text(value)}:{number_text(tolerance or 0)}"


def _multiple(options: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Weights with which Moodle marks as we do: wrong choices cost what right ones earn."""
    rights = sum(bool(option["correct"]) for option in options)
    right, wrong = even_shares(rights, len(options) - rights)
    for option in options:
        weight = right if option["correct"] else wrong
        yield (
            f"~%{number_text(round(weight, 5))}%{_text(option['text'])}"
            f"{_said(option.get('feedback', ''))}"
        )
