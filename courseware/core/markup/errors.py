"""The one error of this package. Owns nothing else."""


class MarkupError(ValueError):
    """Text that is refused as a whole, with a sentence an author can act on and, if known, a line."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.message = message
        self.line = line
        super().__init__(message if line is None else f"line {line}: {message}")
