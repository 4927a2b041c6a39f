"""A whole question as a form: its words, its place in the course, and what is wrong, at its field.

    editor = QuestionEditor(draft, question, language)
    editor = QuestionEditor(draft, question, language, data=request.POST)
    editor.content, editor.envelope(), editor.origins(), editor.seen
    editor.show(faults)          then `problems` for the summary, and an error at each field

Owns: how a question is asked for and how faults are said. Must not: write.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from courseware.authoring.forms.content import ContentForms
from courseware.authoring.forms.place import PlaceForm
from courseware.authoring.forms.rows import Spot
from courseware.authoring.queries.questions import OpenQuestion
from courseware.core.sentences import sentence
from quizzes.actions import faults_of
from quizzes.engine.content import ContentError, Fault
from quizzes.engine.envelope import QuestionEnvelope
from quizzes.engine.lint import Hint, hints
from quizzes.queries import pictured


@dataclass(frozen=True)
class Problem:
    """One line of a summary: where, what, and the id to jump to."""

    label: str
    message: str
    anchor: str


class QuestionEditor:
    """`question` says what is open: see queries.questions."""

    def __init__(self, question: OpenQuestion, data: QueryDict | None = None) -> None:
        self.question = question
        self.content_forms = ContentForms(
            question.kind,
            question.content,
            language=question.language,
            data=data,
            original=question.original,
        )
        self.place: PlaceForm | None = None
        if not question.is_translation:
            self.place = PlaceForm(question.course, question.place, data=data, prefix="place")
        self.seen = data.get("seen", "") if data is not None else question.state
        self.is_bound = data is not None
        self.problems: list[Problem] = []

    # -------------------------------------------------------------- reading
    @cached_property
    def content(self) -> dict[str, Any]:
        """Read once: an error at a field takes its value away from Django's form."""
        return self.content_forms.content()

    def origins(self) -> dict[str, list[int | None]]:
        return self.content_forms.origins()

    def envelope(self) -> QuestionEnvelope | None:
        """The place that was filled in; None in a translation. Raises ContentError."""
        if self.place is None:
            return None
        return self.place.envelope(self.question.key, self.question.kind)

    def is_marked_negative(self) -> bool:
        if self.place is None:
            return bool(self.question.place.get("negative_stem"))
        return self.place.is_marked_negative()

    # -------------------------------------------------------------- what is wrong
    def faults(self) -> list[Fault]:
        """Everything that stands in the way of saving."""
        found: list[Fault] = []
        envelope = None
        try:
            envelope = self.envelope()
        except ContentError as error:
            found += error.faults
        edition, kind = self.question.edition, self.question.kind
        language = self.question.language
        return [*faults_of(edition, kind, self.content, envelope, language), *found]

    def shown_content(self) -> dict[str, Any]:
        """With the files of the pictures that it names, as a page needs it."""
        return pictured(self.question.edition.pk, self.question.language, self.content)

    def show(self, faults: Iterable[Fault]) -> None:
        """Put each fault at its field and into the summary."""
        said = [
            *self.content_forms.own_problems(),
            *(
                (self._locate(fault.path), sentence(fault.message, fault.params))
                for fault in faults
            ),
        ]
        for spot, message in said:
            self.problems.append(Problem(spot.label, message, spot.anchor))
            if spot.form is not None:
                if message not in spot.form.errors.get(spot.field, []):
                    spot.form.add_error(spot.field, message)
            elif spot.group is not None:
                spot.group.problems.append(message)

    def located(self, faults: Iterable[Fault]) -> list[Problem]:
        """The same for a list beside the form, without an error at the fields."""
        found = []
        for fault in faults:
            spot = self._locate(fault.path)
            message = sentence(fault.message, fault.params)
            found.append(Problem(spot.label, message, spot.anchor))
        return found

    def hints(self) -> Iterator[Problem]:
        """What is worth a look although it may be saved."""
        found: list[Hint] = hints(
            self.question.kind, self.content, negative_stem=self.is_marked_negative()
        )
        for hint in found:
            if hint.code == "no-feedback":
                continue  # every type demands it: it is said among what must be put right
            spot = self._locate(hint.path)
            yield Problem(spot.label, sentence(hint.message, hint.params), spot.anchor)

    def _locate(self, path: str) -> Spot:
        if self.place is not None and path.partition("[")[0] in self.place.fields:
            name = path.partition("[")[0]
            field = self.place[name]
            return Spot(str(field.label), field.id_for_label, self.place, name)
        return self.content_forms.locate(path)
