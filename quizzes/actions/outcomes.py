"""What starting, saving and handing in may answer besides success."""

from dataclasses import dataclass
from datetime import datetime

from quizzes.engine.responses import Response, ResponseError
from quizzes.models import Answer, Attempt


class NotAllowed(Exception):
    """No attempt can be started. `reason`: locked, passed, no_attempts, withdrawn,
    closed (for good), too_early (it opens later)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Ended(Exception):
    """The attempt that was meant takes nothing more: its time is over, it was handed in meanwhile
    or it waits for its marks. No other was begun in its place."""

    def __init__(self, attempt: Attempt) -> None:
        self.attempt = attempt
        super().__init__(f"attempt {attempt.pk} has ended")


class Closed(Exception):
    """The attempt takes no more answers: it was handed in, or its deadline has passed."""

    def __init__(self, attempt: Attempt, *, is_late: bool = False) -> None:
        self.attempt = attempt
        self.is_late = is_late
        super().__init__(f"attempt {attempt.pk} is closed")


class Conflict(Exception):
    """Another tab or device saved in between. Nothing was overwritten.

    `answer` is what is stored, `offered` what came now; the person chooses, unless what is stored
    `is_final`.
    """

    def __init__(
        self,
        answer: Answer,
        offered: Response,
        confidence: int | None = None,
        *,
        is_final: bool = False,
    ) -> None:
        self.answer = answer
        self.offered = offered
        self.is_final = is_final
        self.confidence = confidence  # that came now; None: none was said
        super().__init__(f"answer {answer.pk} was saved elsewhere")


@dataclass(frozen=True)
class Saved:
    """What is in the database now. `problem`: why the answer will not count as it stands. `seen`:
    the number of a page that does not show the answer and must not go on from it.
    """

    answer: Answer
    is_complete: bool
    problem: ResponseError | None = None
    seen: int | None = None

    @property
    def sequence(self) -> int:
        """Against which the page's next save is counted."""
        return self.answer.sequence if self.seen is None else self.seen

    @property
    def saved_at(self) -> datetime | None:
        return self.answer.saved_at

    @property
    def response(self) -> Response:
        return dict(self.answer.response)

    @property
    def is_lost(self) -> bool:
        """What was posted could not be kept at all, so the page must show it again."""
        return self.problem is not None and self.problem.partial is None
