"""Addresses of the app."""

from django.urls import path

from quizzes import views

app_name = "quizzes"

urlpatterns = [
    path("courses/<slug:slug>/tests/<slug:key>/", views.start, name="start"),
    path("attempts/<uuid:attempt_id>/<int:position>/", views.question, name="question"),
    path("attempts/<uuid:attempt_id>/<int:position>/save", views.save, name="save"),
    path("attempts/<uuid:attempt_id>/all/", views.everything, name="all"),
    path("attempts/<uuid:attempt_id>/all/save", views.save_all, name="save_all"),
    path("attempts/<uuid:attempt_id>/summary/", views.summary, name="summary"),
    path("attempts/<uuid:attempt_id>/submit", views.submit, name="submit"),
    path("attempts/<uuid:attempt_id>/result/", views.result, name="result"),
]
