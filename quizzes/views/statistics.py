"""The pages of statistics, inside the administration: the tests, one test, one question, units.

Instructors and reviewers see those of their courses. An administrator sees numbers and, as
elsewhere, no question with its key.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from courseware.accounts.access import (
    has_fresh_step,
    may_for_course,
    require_fresh_step,
    today,
)
from courseware.accounts.models import User
from courseware.core.spreadsheet import csv_response
from courseware.courses.models import Course
from courseware.courses.queries import current_edition, outline
from quizzes import actions
from quizzes.access import (
    SEE_QUESTIONS,
    answers_to_export,
    draft_with,
    may_export_answers,
    statistics_courses,
    statistics_for,
)
from quizzes.engine.names import LEVEL_STATES
from quizzes.engine.statistics.confidence import LEVELS as LEVELS_OF_CONFIDENCE
from quizzes.engine.statistics.drift import spans
from quizzes.engine.statistics.findings import Level
from quizzes.engine.statistics.items import ENOUGH
from quizzes.engine.statistics.offered import Shape, letter
from quizzes.engine.statistics.stored import TestNumbers, read_test
from quizzes.engine.statistics.thirds import MIDDLE, STRONG, WEAK
from quizzes.models import StatisticsRun
from quizzes.queries import statistics as queries
from quizzes.queries.counting import ALL, FIRST
from quizzes.queries.sure import units_page
from quizzes.queries.tests_counted import tests_shown
from quizzes.views import drawing, numbers
from quizzes.views.numbers import said

#: Said to who asks while the others are being computed.
_NOT_NOW = {
    FIRST: gettext_lazy(
        "All attempts are being computed, as somebody asked before. Ask for first attempts when "
        "that is done."
    ),
    ALL: gettext_lazy(
        "First attempts are being computed, as somebody asked before. Ask for all attempts when "
        "that is done."
    ),
}
_FEW_LINES = 8  # options of which a picture stays readable


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
def tests(request: HttpRequest) -> HttpResponse:
    courses = statistics_courses(_reader(request))
    rows = tests_shown(courses, translation.get_language())
    return render(request, "quizzes/statistics/tests.html", {"rows": rows})


# ------------------------------------------------------------------ what every page of a test has
def _which(asked: QueryDict) -> str:
    """First attempts, unless somebody asks for all."""
    return ALL if asked.get("which") == ALL else FIRST


def _frame(
    request: HttpRequest, course_id: UUID, key: str, which: str | None = None
) -> dict[str, Any]:
    """The test, its newest numbers of `which` or of what the address asks for, and the run that
    waits.
    """
    course = statistics_for(_reader(request), course_id, key)
    runs, which = queries.current_runs(course, key), which or _which(request.GET)
    done, waiting = runs.done.get(which), runs.waiting
    edition = current_edition(course)
    words = outline(edition.pk, translation.get_language()) if edition else None
    return {
        "course": course,
        "key": key,
        "title": queries.title_of(words, key) if words else key,
        "language": words.language if words else "",
        "run": done,
        "basis": queries.Basis.of(done.basis) if done else None,
        "waiting": waiting,
        "is_stopped": waiting is not None and queries.has_stopped(waiting),
        "choices": [(FIRST, _("First attempts")), (ALL, _("All attempts"))],
        "which": which,
        "kept": "which=all" if which == ALL else "",  # what keeps a link on the same numbers
        "has_all": ALL in runs.done,
        "first": runs.done.get(FIRST),
        "may_see_questions": may_for_course(_reader(request), SEE_QUESTIONS, course.slug),
    }


def _numbers_of(frame: dict[str, Any]) -> tuple[StatisticsRun, TestNumbers]:
    """The finished run and its numbers. Raises Http404 where there are none to read."""
    run: StatisticsRun | None = frame["run"]
    found = read_test(run.numbers) if run else None
    if run is None or found is None:
        raise Http404
    return run, found


@require_http_methods(["GET", "HEAD", "POST"])
def test(request: HttpRequest, course_id: UUID, key: str) -> HttpResponse:
    """The numbers of a test; a POST has them computed again."""
    if request.method == "POST":
        return _compute(request, statistics_for(_reader(request), course_id, key), key)
    context = _frame(request, course_id, key)
    page = queries.whole_page(context["run"]) if context["run"] else None
    context["may_export"] = may_export_answers(_reader(request), context["course"].slug)
    context |= {"page": page, "is_of_another_release": context["run"] and page is None}
    first: StatisticsRun | None = context["first"]
    context["has_units"] = bool(first and first.numbers.get("units"))
    if page is not None:
        context |= _test_shown(page)
    return render(request, "quizzes/statistics/test.html", context)


def _compute(request: HttpRequest, course: Course, key: str) -> HttpResponse:
    which = _which(request.POST)
    run = actions.ask_statistics(
        course=course, activity_key=key, which=which, by=_reader(request), now=timezone.now()
    )
    if run.basis["which"] != which:
        messages.warning(request, _NOT_NOW[which])
    elif run.state == StatisticsRun.State.WAITING:
        messages.info(request, _("The numbers are being computed. You may leave this page."))
    page = reverse("admin:statistics_test", args=[course.pk, key])
    return redirect(f"{page}?which=all" if run.basis["which"] == ALL else page)


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, course_id: UUID, key: str) -> HttpResponseBase:
    """What can leave, said before it leaves; a POST takes it away. Asks for a fresh second step."""
    course = answers_to_export(_reader(request), course_id, key)
    if request.method != "POST":
        require_fresh_step(request)
        return render(request, "quizzes/statistics/answers.html", _frame(request, course_id, key))
    if not has_fresh_step(request):
        return redirect("admin:statistics_answers", course_id, key)
    pieces = actions.export_answers(
        course=course, activity_key=key, by=_reader(request), now=timezone.now()
    )
    return csv_response(f"answers-{course.slug}-{key}-{today().isoformat()}.csv", pieces)


def _test_shown(page: queries.WholePage) -> dict[str, Any]:
    """Sentences, numbers and pictures of a test."""
    rows = [(item, said(item.worst), *_item_figures(item)) for item in page.items]
    mapped = [
        drawing.MappedItem(
            item.numbers.item.facility,
            item.numbers.item.discrimination,
            LEVEL_STATES[item.level],
            item.question if item.level >= Level.LOOK else "",
            item.question,
        )
        for item in page.items
        if item.numbers.item.is_enough and item.numbers.item.discrimination is not None
    ]
    whole = page.numbers.whole
    enough = whole is not None and whole.is_enough
    bins = _bins(page.numbers)
    return {
        "verdicts": [said(verdict) for verdict in page.verdicts],
        "numbers": numbers.of_test(page.numbers),
        "urgent": [row for row in rows if row[0].needs_somebody],
        "others": [row for row in rows if not row[0].needs_somebody],
        "map": drawing.item_map(mapped) if mapped else None,
        "bins": bins if enough else [],
        "histogram": drawing.histogram(
            page.numbers.scores, [f"{span}: {n}" for span, n in bins], page.numbers.pass_share
        )
        if enough
        else None,
        "who_passed": numbers.who_passed(whole, page.numbers.pass_percents) if whole else [],
    }


def _item_figures(item: queries.ItemRow) -> tuple[str, str]:
    own = item.numbers.item
    if not own.is_enough:
        return numbers.NOTHING, numbers.NOTHING
    return numbers.percent(own.facility), numbers.percent(own.discrimination)


def _bins(test: TestNumbers) -> list[tuple[str, int]]:
    """How many people in each span of five points."""
    width = 100 // max(1, len(test.scores))
    spans = []
    for place, count in enumerate(test.scores):
        low, high = place * width, (place + 1) * width
        is_last = place + 1 == len(test.scores)
        spans.append((f"{low}–{high if is_last else high - 1} %", count))
    return spans


# ------------------------------------------------------------------ one question
@require_safe
def question(request: HttpRequest, course_id: UUID, key: str, question: str) -> HttpResponse:
    context = _frame(request, course_id, key)
    if not context["may_see_questions"]:
        raise Http404
    run, test_numbers = _numbers_of(context)
    page = queries.question_page(run, test_numbers, question, request.GET.get("wording", ""))
    if page is None:
        raise Http404
    own = page.item.numbers
    context |= {
        "page": page,
        "item": page.item,
        "verdicts": [said(verdict) for verdict in page.item.verdicts],
        "numbers": numbers.of_question(own),
        "groups": [_group_shown(group, own.options.people) for group in page.groups]
        if own.item.is_enough
        else [],
        **_months_shown(page.item),
        "time": _time_shown(page.item),
        "confidence": _confidence_shown(page.item),
        "enough": ENOUGH,
        "editor": draft_with(_reader(request), context["course"], question),
    }
    return render(request, "quizzes/statistics/question.html", context)


def _group_shown(group: queries.ShownGroup, people: tuple[int, int, int]) -> dict[str, Any]:
    """A table of who chose what, and its picture where the lines can be told apart."""
    lines, shares = [], []
    for place, (text, option) in enumerate(group.lines):
        words = text or _("Something else")
        of_third = tuple(
            option.counts[third] / people[third] if people[third] else 0.0
            for third in (WEAK, MIDDLE, STRONG)
        )
        label = letter(place)
        lines.append(
            {
                "label": label,
                "text": words,
                "is_right": option.is_right,
                "cells": [
                    (count, numbers.percent(share) if of else numbers.NOTHING)
                    for count, share, of in zip(option.counts, of_third, people, strict=True)
                ],
            }
        )
        weak, middle, strong = of_third
        shares.append(drawing.OptionShares(label, option.is_right, (weak, middle, strong)))
    is_drawn = len(lines) <= _FEW_LINES and all(people)
    thirds = (_("weakest third"), _("middle"), _("strongest third"))
    return {
        "group": group,
        "where": _(group.place.words) % group.place.params if group.place.words else "",
        # Sentences and pictures name options by letter, sentences a place in a sequence by number.
        "is_lettered": is_drawn or group.place.shape is not Shape.STEP,
        "lines": lines,
        "people": people,
        "empty": group.counts.empty,
        "curves": drawing.option_curves(shares, thirds) if is_drawn else None,
    }


def _months_shown(item: queries.ItemRow) -> dict[str, Any]:
    shown = spans(item.numbers.months) if item.numbers.item.is_enough else []
    if not shown:
        return {"months": [], "months_drawn": None}
    rows = [
        (
            numbers.span_in_words(span.first, span.last),
            span.n,
            numbers.percent(span.facility),
            numbers.between(span.interval),
            numbers.percent(span.rest),
        )
        for span in shown
    ]
    drawn = drawing.months_drawn(
        [
            drawing.MonthShown(
                numbers.month_in_short(span.first), span.facility, span.interval, span.rest
            )
            for span in shown
        ]
    )
    return {"months": rows, "months_drawn": drawn if len(shown) > 1 else None}


def _time_shown(item: queries.ItemRow) -> list[tuple[str, str]]:
    time = item.numbers.time
    if time is None or not time.is_enough:
        return []
    return [
        (_("Half of the people take"), numbers.seconds(time.median)),
        (
            _("The middle half takes"),
            _("%(low)s to %(high)s")
            % {"low": numbers.seconds(time.lower), "high": numbers.seconds(time.upper)},
        ),
        (_("Who is right takes"), _median_in_words(time.right, time.rights)),
        (_("Who is wrong takes"), _median_in_words(time.wrong, time.wrongs)),
    ]


def _median_in_words(seconds: float | None, n: int) -> str:
    """Or why it is missing."""
    if seconds is not None:
        return numbers.seconds(seconds)
    return ngettext(
        "Not shown: only %(n)s answer, and a number needs %(enough)s.",
        "Not shown: only %(n)s answers, and a number needs %(enough)s.",
        n,
    ) % {"n": n, "enough": ENOUGH}


def _confidence_shown(item: queries.ItemRow) -> list[tuple[int, int, int]]:
    """By level, how many said how sure they were, and how many of them were right."""
    own = item.numbers.confidence
    if own is None or not own.is_enough:
        return []
    return list(zip(LEVELS_OF_CONFIDENCE, own.asked, own.right, strict=True))


# ------------------------------------------------------------------ confident and wrong
@require_safe
def units(request: HttpRequest, course_id: UUID, key: str) -> HttpResponse:
    context = _frame(request, course_id, key, FIRST)  # ten answers are to be ten people
    run, test_numbers = _numbers_of(context)
    asked = request.GET.get("unit", "")
    unit = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    context["page"] = units_page(run, test_numbers, unit)
    return render(request, "quizzes/statistics/units.html", context)
