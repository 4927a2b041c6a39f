"""Moodle XML, written. What Moodle has no element for goes into one of our own beside it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from courseware.core.markup import PICTURE
from quizzes.interchange.answers import even_shares
from quizzes.interchange.contents import extra_of, number_text
from quizzes.interchange.markdown import as_plain
from quizzes.interchange.moodle import OWN
from quizzes.interchange.places import tags_of
from quizzes.interchange.records import Picture, Question
from quizzes.interchange.wording import PLUGIN

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
    words = _Words(question.pictures)
    yield f'<question type="{_TYPES[question.type]}">'
    yield f"  <name>{_plain(question.name)}</name>"
    yield f"  {words.element('questiontext', content['stem'])}"
    yield f"  {words.element('generalfeedback', content.get('feedback', ''))}"
    yield "  <defaultgrade>1</defaultgrade>"
    if question.place.get("key"):
        yield f"  <idnumber>{escape(str(question.place['key']))}</idnumber>"
    yield from (f"  {line}" for line in _answers(question.type, content, words))
    if own := _own(question.type, content):
        yield f"  <{OWN}>{words.text(json.dumps(own, ensure_ascii=False, default=str))}</{OWN}>"
    tags = list(tags_of(question.place))
    if tags:
        yield f"  <tags>{''.join(f'<tag>{_plain(tag)}</tag>' for tag in tags)}</tags>"
    yield "</question>"


def _plain(text: str) -> str:
    return f"<text>{escape(text)}</text>"


class _Words:
    """Texts of one question, each with the pictures it shows as files beside it."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self._files = {
            picture.name: base64.b64encode(picture.content).decode() for picture in pictures
        }

    def text(self, markdown: str) -> str:
        """The words, and after them their files."""
        shown: list[str] = []

        def put(found: re.Match[str]) -> str:
            name = found["target"].strip()
            if name not in self._files:
                return found[0]
            if name not in shown:
                shown.append(name)
            return f"![{found['alt']}]({PLUGIN}{name})"

        words = _plain(PICTURE.sub(put, markdown))
        return words + "".join(
            f'<file name={quoteattr(name)} path="/" encoding="base64">{self._files[name]}</file>'
            for name in shown
        )

    def element(self, tag: str, markdown: str) -> str:
        return f'<{tag} format="markdown">{self.text(markdown)}</{tag}>'

    def feedback(self, markdown: str) -> str:
        return self.element("feedback", markdown)


def _answer(words: str, weight: object, said: str, more: str = "", *, form: str = "") -> str:
    """`words` and `said`, the feedback, are elements already."""
    fraction = f" fraction={quoteattr(str(weight))}"
    return f"<answer{fraction}{form}>{words}{more}{said}</answer>"


_MARKDOWN = ' format="markdown"'


def _answers(type_name: str, content: Mapping[str, Any], words: _Words) -> Iterator[str]:
    if type_name in {"single", "multiple"}:
        yield from _options(type_name, content["options"], words)
    elif type_name == "truefalse":
        for word, option in zip(("true", "false"), content["options"], strict=True):
            said = words.feedback(option.get("feedback", ""))
            yield _answer(_plain(word), 100 if option["correct"] else 0, said)
    elif type_name == "ordering":
        yield "<layouttype>VERTICAL</layouttype><selecttype>ALL</selecttype>"
        yield "<selectcount>0</selectcount><gradingtype>ALL_OR_NOTHING</gradingtype>"
        for place, step in enumerate(content["sequence"], start=1):
            yield f'<answer fraction="{place}" format="markdown">{words.text(step)}</answer>'
    elif type_name == "matching":
        for pair in content["pairs"]:
            yield _pair(words.text(pair["left"]), pair["right"])
        yield from (_pair(_plain(""), right) for right in content.get("distractors", ()))
    elif type_name == "short":
        yield "<usecase>0</usecase>"
        yield from (_answer(_form(form), 100, words.feedback("")) for form in content["accept"])
        for slip in content.get("errors", ()):
            said = words.feedback(slip["feedback"])
            yield from (_answer(_form(form), 0, said) for form in slip["accept"])
    else:
        yield _number(content["answer"], content.get("tolerance"), 100, words.feedback(""))
        for slip in content.get("errors", ()):
            said = words.feedback(slip["feedback"])
            yield _number(slip["value"], slip.get("tolerance"), 0, said)
        if content.get("unit"):
            unit = escape(content["unit"])
            yield (
                "<units><unit><multiplier>1</multiplier>"
                f"<unit_name>{unit}</unit_name></unit></units>"
            )


def _options(type_name: str, options: Sequence[Mapping[str, Any]], words: _Words) -> Iterator[str]:
    yield f"<single>{'true' if type_name == 'single' else 'false'}</single>"
    yield "<shuffleanswers>true</shuffleanswers><answernumbering>abc</answernumbering>"
    rights = sum(bool(option["correct"]) for option in options)
    right, wrong = even_shares(rights, len(options) - rights)
    for option in options:
        weight = right if option["correct"] else wrong
        if type_name == "single":
            weight = max(weight, 0 * weight)
        said = words.feedback(option.get("feedback", ""))
        share = number_text(round(weight, 5))
        yield _answer(words.text(option["text"]), share, said, form=_MARKDOWN)


def _form(form: str) -> str:
    """An accepted form as an element; there an asterisk that is not escaped stands for anything."""
    return _plain(form.replace("*", "\\*"))


def _number(value: object, tolerance: object, weight: int, said: str) -> str:
    off = f"<tolerance>{number_text(tolerance or 0)}</tolerance>"
    return _answer(_plain(number_text(value)), weight, said, off)


def _pair(left: str, right: str) -> str:
    answer = f"<answer>{_plain(as_plain(right))}</answer>"
    return f'<subquestion format="markdown">{left}{answer}</subquestion>'


def _own(type_name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if extra := extra_of(type_name, content):
        own["extra"] = extra
    if type_name == "matching":
        said = [pair.get("feedback", "") for pair in content["pairs"]]
        own |= {"pair_feedback": said} if any(said) else {}
    if type_name == "truefalse":
        words = [option.get("text", "") for option in content["options"]]
        own |= {"option_texts": words} if any(words) else {}
    if type_name == "short" and content.get("model_answer"):
        own["model_answer"] = content["model_answer"]
    if content.get("partial_feedback"):
        own["partial_feedback"] = content["partial_feedback"]
    return own
