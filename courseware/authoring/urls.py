"""Addresses of authoring inside the admin: names are admin:authoring_….

The root puts them before the admin's own, so that they win over its catch-all. `admin_view` lets
in who may enter the admin at all; each view then asks `access` for the one record.
"""

from django.contrib import admin
from django.urls import URLPattern

_inside = admin.site.admin_view

#: courses/edition/<uuid:edition_id>/lessons/<slug:key>/<language>/  name "authoring_lesson"
LESSONS: list[URLPattern] = []
#: courses/edition/<uuid:edition_id>/questions/  name "authoring_questions"
QUESTIONS: list[URLPattern] = []

urlpatterns = [*LESSONS, *QUESTIONS]
