"""What is right and why, once a question is released: `{% load explanations %}`.

Owns the HTML of an explanation. In one pass and not by templates: a result page holds twenty of
them with a hundred answers, and as templates they took half of its time. Must not: decide what is
released.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from courseware.core.languages import lang_of
from courseware.core.ui import icon, pill
from courseware.courses.queries import OutlineItem
from quizzes.engine.explanation import Explanation, Row
from quizzes.queries import ReviewedQuestion
from quizzes.templatetags.quizzes import confidence_words, words

register = template.Library()

_PLACED = {"matching", "ordering"}


_VERDICTS: Mapping[str, tuple[str, str | Promise]] = {
    "right": ("passed", gettext_lazy("Right")),
    "partly": ("in-progress", gettext_lazy("Partly right")),
    "empty": ("not-started", gettext_lazy("No answer")),
    "wrong": ("failed", gettext_lazy("Not right")),
}


@register.simple_tag
def verdict(explanation: Explanation) -> SafeString:
    """What a marked answer is, in one sign."""
    return _sign(explanation.state, get_language())


@lru_cache(maxsize=64)
def _sign(state: str, _language: str) -> SafeString:
    return pill(*_VERDICTS[state])


@register.simple_tag
def reviewed_question(
    question: ReviewedQuestion, language: str, course_language: str
) -> SafeString:
    """A question of a result, with what it earned and where it is taught."""
    own = question.explanation
    write = _writer(language, get_language())
    earned = _earned(question, write)
    said = [_("must be right")] if question.is_must_pass else []
    said += [str(confidence_words(question.confidence))] if question.confidence else []
    beside = "".join(f'<span class="muted">{escape(one)}</span>' for one in said)
    number = write.question % {"n": question.position}
    return SafeString(  # every text is escaped here or below
        f'<article class="review-question" id="question-{question.position}">'
        f'<div class="review-head"><h3>{escape(number)}</h3>{verdict(own)}{beside}'
        f'<span class="marks">{escape(earned)}</span></div>'
        f'<div class="question-stem" lang="{escape(language)}">{words(own.stem)}</div>'
        f"{explained(own, language)}"
        f"{_read_again(question.lesson, course_language, write.read_again)}</article>"
    )


def _earned(question: ReviewedQuestion, write: "_Writer") -> str:
    if question.is_left_out:
        return _("does not count")
    if question.points_now:
        return _("%(before)s of 1, now %(points)s") % {
            "before": question.points,
            "points": question.points_now,
        }
    return write.of_one % {"points": question.points}


def _read_again(lesson: OutlineItem | None, language: str, label: str) -> str:
    if lesson is None:
        return ""
    return (
        f'<p class="read-again">{icon("journal-text")} <span>{escape(label)} '
        f'<a href="{escape(lesson.url)}"{lang_of(language)}>{escape(lesson.title)}</a></span></p>'
    )


@register.simple_tag
def explained(explanation: Explanation, language: str) -> SafeString:
    """A whole question, parts of a case included; `language` is that of its words."""
    write = _writer(language, get_language())
    parts = "".join(
        f'<div class="question-part">{write.paragraph(part.stem, "question-stem")}'
        f"{write.one(part)}</div>"
        for part in explanation.parts
    )
    return SafeString(write.one(explanation) + parts)  # every text went through `words` or `escape`


@lru_cache(maxsize=256)
def _writer(language: str, _reader: str) -> "_Writer":
    return _Writer(escape(language))


class _Writer:
    """Explanations whose words are in one language, with signs in the reader's: looked up once, a
    page holds a hundred of them.
    """

    def __init__(self, language: str) -> None:
        self.question = _("Question %(n)s")
        self.of_one = _("%(points)s of 1")
        self.read_again = _("Read again:")
        self._language = language
        self._chosen_right = _tag("check-circle", _("Your answer")) + _tag("", _("Right answer"))
        self._chosen_wrong = _tag("x-circle", _("Your answer")) + _tag("", _("Not right"))
        self._not_chosen = _tag("check-circle", _("Right answer"))
        self._placed_as = {
            "right": _tag("check-circle", _("Right")),
            "missed": _tag("circle", _("Not answered")),
            "wrong": _tag("x-circle", _("Not right")),
        }
        self._given = _("Your answer:")
        self._expected = _("Right answer:")
        self._nothing = _("No answer")
        self._written_as = {
            True: _tag("check-circle", _("Your answer")),
            False: _tag("x-circle", _("Your answer")),
        }

    def one(self, explanation: Explanation) -> str:
        write = self._placed if explanation.type in _PLACED else self._option
        rows = _list(map(write, explanation.rows)) if explanation.rows else ""
        written = self._written(explanation) if explanation.expected else ""
        texts = [*explanation.notes, *([explanation.feedback] if explanation.feedback else [])]
        return rows + written + "".join(self.paragraph(text) for text in texts)

    def paragraph(self, text: str, css: str = "") -> str:
        kind = f' class="{css}"' if css else ""
        return f'<p{kind} lang="{self._language}">{words(text)}</p>'

    def _why(self, text: str) -> str:
        return self.paragraph(text, "answer-why") if text else ""

    def _option(self, row: Row) -> str:
        """An option: whether it was chosen, whether it is right."""
        if row.correct:
            tags = self._chosen_right if row.chosen else self._not_chosen
        else:
            tags = self._chosen_wrong if row.chosen else ""
        look = " is-right" if row.correct else " is-wrong" if row.chosen else ""
        return _answer(look, tags, self.paragraph(row.text) + self._why(row.feedback))

    def _placed(self, row: Row) -> str:
        """A pair or a step: where it was put, where it belongs."""
        tag = self._placed_as.get(row.state, self._placed_as["wrong"])
        said = self.paragraph(row.text)
        if row.given:
            said += self._labelled(self._given, row.given)
        if row.state != "right":
            said += self._labelled(self._expected, row.expected)
        look = " is-right" if row.state == "right" else " is-wrong"
        return _answer(look, tag, said + self._why(row.feedback))

    def _labelled(self, label: str, text: str) -> str:
        return f'<p>{escape(label)} <span lang="{self._language}">{words(text)}</span></p>'

    def _written(self, explanation: Explanation) -> str:
        """A word or a number: what was written, and the right one where it was not."""
        is_right = explanation.state == "right"
        given = f'<p lang="{self._language}">{escape(explanation.given or self._nothing)}</p>'
        tag = self._written_as[is_right]
        items = [_answer(" is-right" if is_right else " is-wrong", tag, given)]
        if not is_right:
            items.append(
                _answer(" is-right", self._not_chosen, self.paragraph(explanation.expected))
            )
        return _list(items)


def _tag(sign: str, label: str) -> str:
    return f"<span>{f'{icon(sign)} ' if sign else ''}{escape(label)}</span>"


def _list(items: Iterable[str]) -> str:
    return f'<ul class="answers">{"".join(items)}</ul>'


def _answer(look: str, tags: str, said: str) -> str:
    head = f'<p class="answer-tags">{tags}</p>' if tags else ""
    return f'<li class="answer{look}">{head}{said}</li>'
