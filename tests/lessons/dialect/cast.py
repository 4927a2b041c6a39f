"""What the tests of the dialect look things up in, and how they write them down."""

from collections.abc import Mapping

from lessons.dialect import (
    FigureFile,
    MappingResolver,
    Mode,
    Problem,
    SourceRecord,
    TermRecord,
    lint,
    render,
)

SOURCES = {
    "SRC-01": SourceRecord(
        key="SRC-01",
        title="First report",
        publisher="Agency",
        year=2026,
        url="https://agency.example/report",
        certainty="B",
        status="",
        note="Known: a. Open: b.",
        checked="24 November 2026",
        record_url="/sources/SRC-01/",
    ),
    "SRC-02": SourceRecord(key="SRC-02", title="Second <report>", status="in force"),
    "SRC-66": SourceRecord(
        key="SRC-66",
        title='"><script>alert(1)</script>',
        publisher="<img src=x onerror=alert(1)>",
        url="javascript:alert(1)",
        certainty="X",
        note="\u202e<b>x</b>",
        record_url="//evil.example",
    ),
}
TERMS = {
    "dark-figure": TermRecord("dark-figure", "dark figure", "Crime that is not recorded."),
    "evil": TermRecord("evil", "<b onclick=alert(1)>evil", '"><img src=x onerror=alert(1)>\u202e'),
}
FIGURES = {
    "f.svg": FigureFile("/media/ab/f.svg", 800, 450),
    "evil.svg": FigureFile("https://evil.example/f.svg", 800, 450),
}
REL = 'rel="noopener noreferrer nofollow"'


def kind(icon: str, label: str) -> str:
    """The line that says what kind of box follows."""
    mark = f'<span aria-hidden="true" class="icon icon-{icon}"></span>'
    return f'<p class="box-kind">{mark} {label}</p>\n'


def resolver(mode: Mode = "full", labels: Mapping[str, str] | None = None) -> MappingResolver:
    return MappingResolver(SOURCES, TERMS, FIGURES, labels or {}, mode)


def html(source: str, mode: Mode = "full", labels: Mapping[str, str] | None = None) -> str:
    """The lesson's HTML without the list of notes."""
    return render(source, resolver(mode, labels)).html.split('\n<section class="source-notes">')[0]


def problems(source: str) -> list[tuple[int, str]]:
    """(line, code) of what rendering reports."""
    return [(problem.line, problem.code) for problem in render(source, resolver()).problems]


def findings(source: str) -> list[tuple[int, str]]:
    """(line, code) of what the author is told."""
    return [(problem.line, problem.code) for problem in lint(source, resolver())]


def full_findings(source: str) -> list[Problem]:
    return lint(source, resolver())
