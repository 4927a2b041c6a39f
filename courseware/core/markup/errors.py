"""The one error of this package. Owns nothing else."""


class MarkupError(ValueError):
    """Text refused as a whole: a sentence that an author can act on and, if known, a line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.message = message
        self.line = line
        super().__init__(message if line is None else f"line {line}: {message}")
