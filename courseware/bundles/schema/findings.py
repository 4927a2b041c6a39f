"""What is wrong with a course folder, and exactly where."""

from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Finding:
    """One finding. `file` is relative to the course folder; `line` counts from 1."""

    file: str
    line: int
    code: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.level}: {self.message} [{self.code}]"

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


class BundleError(Exception):
    """The folder is refused whole; `findings` says why, file and line."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))
