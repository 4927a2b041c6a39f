"""Addresses of authoring inside the admin: names are admin:authoring_….

The root puts them before the admin's own, so that they win over its catch-all. `admin_view` lets
in who may enter the admin at all; each view then asks `access` for the one record.
"""

from django.contrib import admin
from django.urls import URLPattern, path

import courseware.core.addresses  # noqa: F401  # <number:…>
from courseware.authoring.views import (
    banked,
    courses,
    editions,
    interchange,
    lessons,
    pictures,
    question,
    questions,
    reviews,
    translations,
    words,
)
from courseware.authoring.views.gone import View, keeping_words


def _inside(view: View) -> View:
    return admin.site.admin_view(keeping_words(view))


_COURSE = "courses/course/<uuid:course_id>/"
_EDITION = "courses/edition/<uuid:edition_id>/"

_LESSON = f"{_EDITION}lessons/<slug:key>/<slug:language>/"
_PICTURES = f"{_EDITION}pictures/"
LESSONS: list[URLPattern] = [
    path(_LESSON, _inside(lessons.lesson), name="authoring_lesson"),
    path(f"{_LESSON}preview/", _inside(lessons.lesson_preview), name="authoring_lesson_preview"),
    path(_PICTURES, _inside(pictures.pictures), name="authoring_pictures"),
    path(
        f"{_PICTURES}<number:picture_id>/remove/",
        _inside(pictures.remove),
        name="authoring_picture_remove",
    ),
]
_NEW = f"{_EDITION}questions/new/<slug:test>/<slug:kind>/"
_QUESTION = f"{_EDITION}questions/<slug:key>/"
QUESTIONS: list[URLPattern] = [
    path(f"{_EDITION}questions/", _inside(questions.questions), name="authoring_questions"),
    path(
        f"{_EDITION}questions/tags/",
        _inside(questions.tag_questions),
        name="authoring_questions_tag",
    ),
    path(f"{_EDITION}tests/<slug:key>/", _inside(questions.test), name="authoring_test"),
    path(f"{_EDITION}questions/import/", _inside(interchange.bring), name="authoring_bring"),
    path(
        f"{_EDITION}questions/import/<uuid:import_id>/",
        _inside(interchange.look),
        name="authoring_import",
    ),
    path(f"{_EDITION}questions/export/", _inside(interchange.export), name="authoring_export"),
    path(_NEW, _inside(question.question_new), name="authoring_question_new"),
    path(
        f"{_NEW}preview/",
        _inside(question.question_new_preview),
        name="authoring_question_new_preview",
    ),
    path(f"{_QUESTION}copy/", _inside(questions.copy_question), name="authoring_question_copy"),
    path(
        f"{_QUESTION}remove/", _inside(questions.remove_question), name="authoring_question_remove"
    ),
    path(f"{_QUESTION}<slug:language>/", _inside(question.question), name="authoring_question"),
    path(
        f"{_QUESTION}<slug:language>/preview/",
        _inside(question.question_preview),
        name="authoring_question_preview",
    ),
]

COURSES = [
    path("courses/course/", _inside(courses.courses), name="courses_course_changelist"),
    path(_COURSE, _inside(courses.course), name="authoring_course"),
    path(f"{_COURSE}draft/", _inside(courses.open_draft), name="authoring_open_draft"),
    path(f"{_COURSE}bank/", _inside(banked.from_bank), name="authoring_from_bank"),
    path(f"{_COURSE}retire/", _inside(courses.retire_course), name="authoring_retire"),
]
EDITIONS = [
    path(_EDITION, _inside(editions.edition), name="authoring_edition"),
    path(f"{_EDITION}submit/", _inside(editions.submit), name="authoring_submit"),
    path(f"{_EDITION}withdraw/", _inside(editions.withdraw), name="authoring_withdraw"),
    path(f"{_EDITION}discard/", _inside(editions.discard), name="authoring_discard"),
    path(f"{_EDITION}confirm/", _inside(editions.confirm), name="authoring_confirm"),
    path(f"{_EDITION}review/", _inside(reviews.review), name="authoring_review"),
    path(f"{_EDITION}approve/", _inside(reviews.approve), name="authoring_approve"),
    path(f"{_EDITION}return/", _inside(reviews.send_back), name="authoring_return"),
    path(
        f"{_EDITION}translations/",
        _inside(translations.translations),
        name="authoring_translations",
    ),
]
_TERMS = f"{_EDITION}glossary/<slug:language>/"
_SOURCES = f"{_EDITION}sources/"
WORDS = [
    path(f"{_EDITION}words/<slug:language>/", _inside(words.words), name="authoring_words"),
    path(_TERMS, _inside(words.terms), name="authoring_terms"),
    path(f"{_TERMS}add/", _inside(words.term), name="authoring_term_add"),
    path(f"{_TERMS}term/<slug:key>/", _inside(words.term), name="authoring_term"),
    path(
        f"{_TERMS}term/<slug:key>/remove/",
        _inside(words.remove_term),
        name="authoring_term_remove",
    ),
    path(_SOURCES, _inside(words.sources), name="authoring_sources"),
    path(f"{_SOURCES}add/", _inside(words.source), name="authoring_source_add"),
    path(f"{_SOURCES}source/<slug:key>/", _inside(words.source), name="authoring_source"),
    path(
        f"{_SOURCES}source/<slug:key>/remove/",
        _inside(words.remove_source),
        name="authoring_source_remove",
    ),
]

urlpatterns = [*COURSES, *EDITIONS, *WORDS, *LESSONS, *QUESTIONS]
