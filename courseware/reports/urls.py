"""Addresses of the reports."""

from django.urls import path

from courseware.reports.views import completions, record

urlpatterns = [
    path("completions/", completions.completions, name="completions"),
    path("completions/export/", completions.export, name="completions_export"),
    path("completions/export/file", completions.export_file, name="completions_file"),
    path("people/<uuid:person_id>/", record.training_record, name="training_record"),
]
