"""Every address of the product. The only place that names everything."""

from django.contrib import admin
from django.urls import include, path

from courseware.accounts.views import support
from courseware.authoring.urls import urlpatterns as authoring_urls
from quizzes.urls import STATISTICS as statistics_urls

handler400 = "courseware.home.errors.bad_request"
handler403 = "courseware.home.errors.forbidden"
handler404 = "courseware.home.errors.not_found"
handler500 = "courseware.home.errors.server_error"

urlpatterns = [
    path("", include("courseware.home.urls")),
    path("", include("courseware.search.urls")),
    path("accounts/", include("courseware.accounts.urls")),
    path("support/", support, name="support"),
    path("", include("courseware.certificates.urls")),
    path("reports/", include("courseware.reports.urls")),
    path("training/", include("courseware.enrolments.urls")),
    path("demo/", include("courseware.demo.urls")),
    path("", include("courseware.health.urls")),
    path("", include("lessons.urls")),
    path("", include("quizzes.urls")),
    path(
        "admin/",
        ([*authoring_urls, *statistics_urls, *admin.site.get_urls()], "admin", admin.site.name),
    ),
]
