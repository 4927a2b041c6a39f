"""What is right and why, once a question is released: `{% load explanations %}`.

Owns the HTML of an explanation. In one pass and not by templates: a result page holds twenty of
them with a hundred answers, and as templates they took half of its time. Must not: decide what is
released.
"""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    return pill(*_VERDICTS[explanation.state])


@register.simple_tag
def reviewed_question(
    question: ReviewedQuestion, language: str, course_language: str
) -> SafeString:
    """A question of a result, with what it earned and where it is taught."""
    own = question.explanation
    earned = (
        _("does not count")
        if question.is_left_out
        else _("%(points)s of 1") % {"points": question.points}
    )
    said = [_("must be right")] if question.is_must_pass else []
    said += [str(confidence_words(question.confidence))] if question.confidence else []
    beside = "".join(f'<span class="muted">{escape(one)}</span>' for one in said)
    number = _("Question %(n)s") % {"n": question.position}
    return SafeString(  # every text is escaped here or below
        f'<article class="review-question" id="question-{question.position}">'
        f'<div class="review-head"><h3>{escape(number)}</h3>{verdict(own)}{beside}'
        f'<span class="marks">{escape(earned)}</span></div>'
        f'<div class="question-stem" lang="{escape(language)}">{words(own.stem)}</div>'
        f"{explained(own, language)}{_read_again(question.lesson, course_language)}</article>"
    )


def _read_again(lesson: OutlineItem | None, language: str) -> str:
    if lesson is None:
        return ""
    label = _("Read again:")
    return (
        f'<p class="read-again">{icon("journal-text")} <span>{escape(label)} '
        f'<a href="{escape(lesson.url)}"{lang_of(language)}>{escape(lesson.title)}</a></span></p>'
    )


@register.simple_tag
def explained(explanation: Explanation, language: str) -> SafeString:
    """A whole question, parts of a case included; `language` is that of its words."""
    write = _Writer(str(escape(language)))
    parts = "".join(
        f'<div class="question-part">{write.paragraph(part.stem, "question-stem")}'
        f"{write.one(part)}</div>"
        for part in explanation.parts
    )
    return SafeString(write.one(explanation) + parts)  # every text went through `words` or `escape`


class _Writer:
    """Explanations in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

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
        tags = ""
        if row.chosen:
            tags += _tag("check-circle" if row.correct else "x-circle", _("Your answer"))
        if row.correct:
            tags += _tag("" if row.chosen else "check-circle", _("Right answer"))
        elif row.chosen:
            tags += _tag("", _("Not right"))
        look = " is-right" if row.correct else " is-wrong" if row.chosen else ""
        return _answer(look, tags, self.paragraph(row.text) + self._why(row.feedback))

    def _placed(self, row: Row) -> str:
        """A pair or a step: where it was put, where it belongs."""
        if row.state == "right":
            tag = _tag("check-circle", _("Right"))
        elif row.state == "missed":
            tag = _tag("circle", _("Not answered"))
        else:
            tag = _tag("x-circle", _("Not right"))
        said = self.paragraph(row.text)
        if row.given:
            said += self._labelled(_("Your answer:"), row.given)
        if row.state != "right":
            said += self._labelled(_("Right answer:"), row.expected)
        look = " is-right" if row.state == "right" else " is-wrong"
        return _answer(look, tag, said + self._why(row.feedback))

    def _labelled(self, label: str, text: str) -> str:
        return f'<p>{escape(label)} <span lang="{self._language}">{words(text)}</span></p>'

    def _written(self, explanation: Explanation) -> str:
        """A word or a number: what was written, and the right one where it was not."""
        is_right = explanation.state == "right"
        nothing = _("No answer")
        given = f'<p lang="{self._language}">{escape(explanation.given or nothing)}</p>'
        tag = _tag("check-circle" if is_right else "x-circle", _("Your answer"))
        items = [_answer(" is-right" if is_right else " is-wrong", tag, given)]
        if not is_right:
            tag = _tag("check-circle", _("Right answer"))
            items.append(_answer(" is-right", tag, self.paragraph(explanation.expected)))
        return _list(items)


def _tag(sign: str, label: str) -> str:
    return f"<span>{f'{icon(sign)} ' if sign else ''}{escape(label)}</span>"


def _list(items: Iterable[str]) -> str:
    return f'<ul class="answers">{"".join(items)}</ul>'


def _answer(look: str, tags: str, said: str) -> str:
    head = f'<p class="answer-tags">{tags}</p>' if tags else ""
    return f'<li class="answer{look}">{head}{said}</li>'
