"""Addresses of putting people on courses."""

from django.urls import path

from courseware.enrolments.views import assign, assignment, withdraw

urlpatterns = [
    path("assign/", assign.assign, name="assign"),
    path("assign/<uuid:batch_id>/", assignment.assignment, name="assignment"),
    path("assign/<uuid:batch_id>/rows.csv", assignment.assignment_rows, name="assignment_rows"),
    path(
        "enrolments/<uuid:enrolment_id>/withdraw/",
        withdraw.withdraw_enrolment,
        name="withdraw_enrolment",
    ),
]
