"""The entry in the administration's index that leads to errata; the pages themselves (errata_pages)
are the product's, because a decision is more than a row in a form.
"""

from typing import Any

from django.contrib import admin
from django.urls import path

from quizzes.access import DECIDE_ERRATA, PROPOSE_ERRATA
from quizzes.admin import errata_pages as pages
from quizzes.admin.scope import ByCourse
from quizzes.models import Erratum


@admin.register(Erratum)
class ErratumAdmin(ByCourse):
    seen_with = (PROPOSE_ERRATA, DECIDE_ERRATA)
    course_path = "course__slug"

    def get_urls(self) -> list[Any]:
        inside = self.admin_site.admin_view
        new = "new/<uuid:course_id>/<slug:key>/"
        return [
            path("", inside(pages.errata), name="quizzes_erratum_changelist"),
            path("new/", inside(pages.tests), name="quizzes_errata_tests"),
            path(new, inside(pages.questions), name="quizzes_errata_questions"),
            path(f"{new}<str:question>/", inside(pages.propose), name="quizzes_errata_propose"),
            path("<uuid:erratum_id>/", inside(pages.erratum), name="quizzes_errata_one"),
            path("<uuid:erratum_id>/decide/", inside(pages.decide), name="quizzes_errata_decide"),
            path(
                "<uuid:erratum_id>/numbers/", inside(pages.numbers), name="quizzes_errata_numbers"
            ),
            path("<uuid:erratum_id>/drop/", inside(pages.drop), name="quizzes_errata_drop"),
        ]
