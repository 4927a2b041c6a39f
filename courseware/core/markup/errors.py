"""The one error of this package. Owns nothing else."""

from courseware.core.messages import in_english


class MarkupError(ValueError):
    """Text refused as a whole: a sentence that an author can act on and, if known, a line.

    `message` is the sentence with named places, `params` what stands in them; as a string the
    error is English.
    """

    def __init__(self, message: str, line: int | None = None, **params: str | int) -> None:
        self.message = message
        self.line = line
        self.params = params
        sentence = in_english(message, params)
        super().__init__(sentence if line is None else f"line {line}: {sentence}")
