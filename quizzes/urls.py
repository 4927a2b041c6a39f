"""Addresses of the app."""

from django.urls import path

from quizzes import views

app_name = "quizzes"

urlpatterns = [
    path("courses/<slug:slug>/tests/<slug:key>/", views.start, name="start"),
]
