"""Moodle XML, written. What Moodle has no element for goes into one of our own beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from quizzes.interchange.answers import even_shares
from quizzes.interchange.contents import extra_of, number_text
from quizzes.interchange.markdown import as_markdown, as_plain
from quizzes.interchange.moodle import OWN
from quizzes.interchange.places import tags_of
from quizzes.interchange.records import Question

_TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "truefalse": "truefalse",
    "short": "shortanswer",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
}


def write_moodle(questions: Sequence[Question]) -> str:
    """`questions` as `holding.held` left them, under a category for each objective."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category = ""
    for question in questions:
        own = str(question.place.get("objective", ""))
        if own != category:
            path = f"$course$/top/{own}" if own else "$course$/top"
            lines.append(
                f'<question type="category"><category>{_plain(path)}</category></question>'
            )
            category = own
        lines += _question(question)
    return "\n".join([*lines, "</quiz>", ""])


def _question(question: Question) -> Iterator[str]:
    content = question.content
    yield f'<question type="{_TYPES[question.type]}">'
    yield f"  <name>{_plain(question.name)}</name>"
    yield f"  {_element('questiontext', content['stem'])}"
    yield f"  {_element('generalfeedback', content.get('feedback', ''))}"
    yield "  <defaultgrade>1</defaultgrade>"
    if question.place.get("key"):
        yield f"  <idnumber>{escape(str(question.place['key']))}</idnumber>"
    yield from (f"  {line}" for line in _answers(question.type, content))
    if own := _own(question.type, content):
        yield f"  <{OWN}>{escape(json.dumps(own, ensure_ascii=False, default=str))}</{OWN}>"
    tags = list(tags_of(question.place))
    if tags:
        yield f"  <tags>{''.join(f'<tag>{_plain(tag)}</tag>' for tag in tags)}</tags>"
    yield "</question>"


def _plain(text: str) -> str:
    return f"<text>{escape(text)}</text>"


def _element(tag: str, markdown: str, attributes: str = "") -> str:
    return f'<{tag}{attributes} format="markdown">{_plain(markdown)}</{tag}>'


def _answer(text: str, weight: object, feedback: str, more: str = "", *, form: str = "") -> str:
    said = _element("feedback", feedback)
    fraction = f" fraction={quoteattr(str(weight))}"
    return f"<answer{fraction}{form}>{_plain(text)}{more}{said}</answer>"


_MARKDOWN = ' format="markdown"'


def _answers(type_name: str, content: Mapping[str, Any]) -> Iterator[str]:
    if type_name in {"single", "multiple"}:
        yield from _options(type_name, content["options"])
    elif type_name == "truefalse":
        for word, option in zip(("true", "false"), content["options"], strict=True):
            yield _answer(word, 100 if option["correct"] else 0, option.get("feedback", ""))
    elif type_name == "ordering":
        yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
        yield "<selectcount>0</selectcount><gradingtype>ALL_OR_NOTHING</gradingtype>"
        for step in content["sequence"]:
            yield f'<answer fraction="1" format="markdown">{_plain(step)}</answer>'
    elif type_name == "matching":
        for pair in content["pairs"]:
            yield _pair(pair["left"], pair["right"])
        yield from (_pair("", right) for right in content.get("distractors", ()))
    elif type_name == "short":
        yield "<usecase>0</usecase>"
        yield from (_answer(_form(form), 100, "") for form in content["accept"])
        for slip in content.get("errors", ()):
            yield from (_answer(_form(form), 0, slip["feedback"]) for form in slip["accept"])
    else:
        yield _number(content["answer"], content.get("tolerance"), 100, "")
        for slip in content.get("errors", ()):
            yield _number(slip["value"], slip.get("tolerance"), 0, slip["feedback"])
        if content.get("unit"):
            unit = escape(content["unit"])
            yield (
                "<units><unit><multiplier>1</multiplier>"
                f"<unit_name>{unit}</unit_name></unit></units>"
            )


def _options(type_name: str, options: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"<single>{'true' if type_name == 'single' else 'false'}</single>"
    yield "<shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>"
    rights = sum(bool(option["correct"]) for option in options)
    right, wrong = even_shares(rights, len(options) - rights)
    for option in options:
        weight = right if option["correct"] else wrong
        if type_name == "single":
            weight = max(weight, 0 * weight)
        said = option.get("feedback", "")
        yield _answer(option["text"], number_text(round(weight, 5)), said, form=_MARKDOWN)


def _form(form: str) -> str:
    """An accepted form: there an asterisk stands for anything unless it is escaped."""
    return form.replace("*", "\\*")


def _number(value: object, tolerance: object, weight: int, feedback: str) -> str:
    off = f"<tolerance>{number_text(tolerance or 0)}</tolerance>"
    return _answer(number_text(value), weight, feedback, off)


def _pair(left: str, right: str) -> str:
    answer = f"<answer>{_plain(as_plain(right))}</answer>"
    return f'<subquestion format="markdown">{_plain(left)}{answer}</subquestion>'


def _own(type_name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if extra := extra_of(type_name, content):
        own["extra"] = extra
    if type_name == "matching":
        said = [pair.get("feedback", "") for pair in content["pairs"]]
        own |= {"pair_feedback": said} if any(said) else {}
    if type_name == "truefalse":
        words = [option["text"] for option in content["options"]]
        own |= {"option_texts": words} if words != ["True", "False"] else {}
    if type_name == "short" and content.get("model_answer") != as_markdown(content["accept"][0]):
        own["model_answer"] = content.get("model_answer", "")
    if content.get("partial_feedback"):
        own["partial_feedback"] = content["partial_feedback"]
    return own
