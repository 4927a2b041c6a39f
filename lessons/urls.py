"""Addresses of lessons and of their pictures."""

from django.urls import path

from lessons import views

urlpatterns = [
    path("courses/<slug:slug>/lessons/<slug:key>/", views.lesson, name="lesson"),
    path("courses/<slug:slug>/lessons/<slug:key>/finish", views.finish, name="lesson_finish"),
    path("courses/<slug:slug>/lessons/<slug:key>/choice", views.choose, name="lesson_choice"),
    path("courses/<slug:slug>/lessons/<slug:key>/position", views.position, name="lesson_position"),
    path("media/<slug:sha>.<slug:suffix>", views.media, name="media"),
]
