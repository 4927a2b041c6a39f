"""Addresses of the reports."""

from django.urls import path

from courseware.reports.views import completions, record, trail

urlpatterns = [
    path("completions/", completions.completions, name="completions"),
    path("completions/export/", completions.export, name="completions_export"),
    path("completions/export/file", completions.export_file, name="completions_file"),
    path("trail/", trail.trail, name="trail"),
    path("trail/export/", trail.export, name="trail_export"),
    path("trail/export/rows", trail.rows_file, name="trail_rows"),
    path("trail/export/chain", trail.chain_file, name="trail_chain"),
    path("trail/verifier", trail.verifier, name="trail_verifier"),
    path("people/<uuid:person_id>/", record.training_record, name="training_record"),
]
