"""Addresses of the app; those inside the admin are taken over by the root."""

from django.contrib import admin
from django.urls import URLPattern, path

import courseware.core.addresses  # noqa: F401  # <number:…>
from quizzes import views
from quizzes.views import statistics

app_name = "quizzes"

urlpatterns = [
    path("courses/<slug:slug>/tests/<slug:key>/", views.start, name="start"),
    path("attempts/<uuid:attempt_id>/<number:position>/", views.question, name="question"),
    path("attempts/<uuid:attempt_id>/<number:position>/save", views.save, name="save"),
    path("attempts/<uuid:attempt_id>/all/", views.everything, name="all"),
    path("attempts/<uuid:attempt_id>/all/save", views.save_all, name="save_all"),
    path("attempts/<uuid:attempt_id>/all/choose", views.choose, name="choose"),
    path("attempts/<uuid:attempt_id>/summary/", views.summary, name="summary"),
    path("attempts/<uuid:attempt_id>/submit", views.submit, name="submit"),
    path("attempts/<uuid:attempt_id>/result/", views.result, name="result"),
]

# Inside the admin, where the root puts them: names are admin:statistics….
_inside = admin.site.admin_view
_TEST = "quizzes/statistics/<uuid:course_id>/<slug:key>/"
STATISTICS: list[URLPattern] = [
    path("quizzes/statistics/", _inside(statistics.tests), name="statistics"),
    path(_TEST, _inside(statistics.test), name="statistics_test"),
    path(f"{_TEST}answers/", _inside(statistics.answers), name="statistics_answers"),
    path(f"{_TEST}units/", _inside(statistics.units), name="statistics_units"),
    path(
        f"{_TEST}questions/<slug:question>/",
        _inside(statistics.question),
        name="statistics_question",
    ),
]
