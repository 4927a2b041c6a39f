"""Schemas of course.yaml, sources.yaml and glossary.yaml (docs/reference/library-format.md)."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from quizzes.engine.testrules import LATER_RULES

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$", max_length=20)]
Line = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$"
    ),
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
Category = Literal["foundations", "exploitation", "terrorism", "drugs", "trafficking", "cyber"]


class File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ObjectiveFile(File):
    key: Key
    bloom: Bloom
    text: Text


class PointFile(File):
    key: Key
    title: Line


class TestFile(File):
    __test__ = False  # not a test case, whatever its name looks like to a test runner

    key: Slug
    title: Line
    draw: int = Field(ge=1, le=100)
    pass_percent: int = Field(ge=1, le=100)
    attempts: int = Field(ge=1, le=20)
    window_days: int = Field(ge=1, le=90, default=7)
    time_limit_minutes: int | None = Field(ge=1, le=600, default=None)
    quotas: dict[Key, Annotated[int, Field(ge=0, le=100)]]
    caps: dict[Literal["truefalse", "negative_stem"], Annotated[int, Field(ge=0)]] = {}
    tag_quotas: dict[Slug, Annotated[int, Field(ge=1, le=100)]] = {}
    pool_tags: tuple[Slug, ...] = ()
    withheld_tags: tuple[Slug, ...] = ()
    cooldown_hours: int = Field(ge=0, le=720, default=0)
    time_out: Literal["submit", "grace", "void"] = "submit"
    grace_minutes: int = Field(ge=0, le=1_440, default=0)
    review: Literal["learn", "check", "exam"] = "check"
    asks_confidence: bool = False

    @property
    def later_rules(self) -> dict[str, Any]:
        """The rules that are written only where they differ from their default."""
        written = self.model_dump(include=set(LATER_RULES), exclude_defaults=True)
        rules = {name: written[name] for name in LATER_RULES if name in written}
        return {n: list(rule) if isinstance(rule, tuple) else rule for n, rule in rules.items()}

    @model_validator(mode="after")
    def _grace_has_minutes(self) -> "TestFile":
        if (self.time_out == "grace") != (self.grace_minutes > 0):
            raise ValueError("grace_minutes: given with time_out: grace, and only there")
        return self


class CourseFile(File):
    key: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]
    slug: Slug
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z]{2,8})?$")]
    category: Category
    title: Line
    purpose: Text
    audience: Text
    sensitivity: int = Field(ge=0, le=2)
    validity_months: int = Field(ge=1, le=120)
    prerequisites: tuple[Slug, ...] = ()
    change_note: Text
    objectives: tuple[ObjectiveFile, ...] = Field(min_length=1)
    must_pass: tuple[PointFile, ...] = Field(default=(), max_length=4)
    final_test: TestFile

    @model_validator(mode="after")
    def _keys_stand_once(self) -> "CourseFile":
        for name in ("objectives", "must_pass"):
            keys = [entry.key for entry in getattr(self, name)]
            if len(set(keys)) != len(keys):
                raise ValueError(f"{name}: a key stands twice")
        return self


class SourceFile(File):
    key: Key
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    publisher: Line
    year: int = Field(ge=1900, le=2100)
    published_on: date | None = None
    url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"]+)?$", max_length=200)] = ""
    seen: Literal["primary", "secondary", "not-seen"]
    certainty: Literal["A", "B", "C", "D"]
    status: Annotated[str, StringConstraints(max_length=40)] = ""
    checked_on: date | None = None
    review_by: date
    note: Annotated[str, StringConstraints(max_length=1000)] = ""

    @model_validator(mode="after")
    def _only_what_was_seen_has_a_day(self) -> "SourceFile":
        if (self.seen == "not-seen") != (self.checked_on is None):
            raise ValueError("checked_on: the day on which it was seen; none with seen: not-seen")
        return self


class TermFile(File):
    key: Slug
    term: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    definition: Text
