"""Search and glossaries."""

from django.urls import path

from courseware.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("glossary/", views.glossary, name="glossary"),
    path("courses/<slug:slug>/glossary/", views.course_glossary, name="course_glossary"),
]
