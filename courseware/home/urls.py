"""Start page, course pages, and the few pages that explain the product."""

from django.urls import path

from courseware.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("courses/<slug:slug>/", views.course, name="course"),
    path("editions/", views.editions, name="editions"),
    path("accessibility/", views.accessibility, name="accessibility"),
]
