"""Law, dates, sources and the programme as a whole: each rule can fail."""

from datetime import date
from pathlib import Path

import pytest

from courseware.bundles import checks
from courseware.bundles.checks import law, programme, sources
from tests.bundles.folders import DAY, append, copy_of, edit, line_of, places, said, subject_of

FIRST, SECOND = "lessons/01-making-tea.md", "lessons/02-spilt-tea.md"
SOURCES = "sources.yaml"
LEGAL = """
/// legal | Tea
    instrument: "{}"
    year: {}
    status: in force
    checked: {}

Tea is lawful. [@SRC-01]
///
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_of(tmp_path)


# ------------------------------------------------------------------ law
@pytest.mark.parametrize(
    ("box", "findings"),
    [
        (("Directive 2011/36/EU", 2011, "2026-11-24"), 0),
        (("the usual rules", 2011, "2026-11-24"), 1),
        (("Directive 2011/36/EU", 2027, "2026-11-24"), 1),
        (("Directive 2011/36/EU", 2011, "2026-11-25"), 1),
    ],
)
def test_a_legal_box_is_whole(folder: Path, box: tuple[str, int, str], findings: int) -> None:
    append(folder, FIRST, LEGAL.format(*box))
    line = line_of(folder, FIRST, "/// legal")
    assert places(law.legal_boxes_are_whole, folder) == [(FIRST, line, "legal")] * findings


@pytest.mark.parametrize(
    ("status", "source", "findings"),
    [
        ("in force", "seen: primary", 0),
        ("in force", "checked_on: 2026-11-23", 1),
        ("in force", "seen: not-seen", 1),
        ("in force", "certainty: D", 0),
        ("proposed", "certainty: D", 1),
        ("check the status", "seen: not-seen", 0),
        ("check the status", "certainty: D", 0),
    ],
)
def test_a_legal_box_claims_no_more_than_its_source(
    folder: Path, status: str, source: str, findings: int
) -> None:
    old = 'seen: primary\n  certainty: A\n  status: ""\n  checked_on: 2026-11-24\n'
    new = {
        "seen: primary": old,
        "seen: not-seen": 'seen: not-seen\n  certainty: C\n  status: ""\n',
        "checked_on: 2026-11-23": old.replace("24", "23"),
        "certainty: D": old.replace('A\n  status: ""', 'D\n  status: "open"'),
    }[source]
    edit(folder, SOURCES, old, new)
    box = LEGAL.format("Directive 2011/36/EU", 2011, "2026-11-24")
    if status == "check the status":
        box = box.replace("    checked: 2026-11-24\n", "")
    append(folder, FIRST, box.replace("in force", status))
    line = line_of(folder, FIRST, "/// legal")
    check = law.legal_boxes_claim_no_more_than_their_sources
    assert places(check, folder) == [(FIRST, line, "legal-status")] * findings


@pytest.mark.parametrize(
    "words", ["In the fictional state of Norland, …", "Left empty on purpose."]
)
def test_a_national_box_is_fictional_or_empty(folder: Path, words: str) -> None:
    append(folder, FIRST, f"\n/// national | Here\n{words}\n///\n")
    assert places(law.national_boxes_name_no_real_state, folder) == []
    edit(folder, FIRST, words, "In France, the judge signs.")
    line = line_of(folder, FIRST, "/// national")
    assert places(law.national_boxes_name_no_real_state, folder) == [(FIRST, line, "national")]


# ------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2027, 11, 24), []),
        (date(2027, 11, 25), ["review-due"] * 2),
        (date(2028, 1, 23), ["review-due"] * 2),
        (date(2028, 1, 24), ["overdue"] * 2),
    ],
)
def test_a_source_is_looked_at_again(folder: Path, today: date, codes: list[str]) -> None:
    found = list(law.sources_are_looked_at_again(subject_of(folder, today)))
    assert [finding.code for finding in found] == codes
    assert {finding.level for finding in found} <= {"error" if "overdue" in codes else "warning"}


def test_a_lesson_is_looked_at_again(folder: Path) -> None:
    check = law.lessons_are_looked_at_again
    assert places(check, folder, date(2027, 11, 30)) == []
    assert places(check, folder, date(2027, 12, 1))[0] == (FIRST, 1, "review-due")
    assert places(check, folder, date(2028, 3, 1))[0] == (FIRST, 1, "overdue")


def test_twelve_months_are_the_longest_term(folder: Path) -> None:
    edit(folder, SOURCES, "review_by: 2027-11-24", "review_by: 2027-12-01")
    line = line_of(folder, SOURCES, "2027-12-01")
    check = law.sources_are_looked_at_again
    assert places(check, folder) == [(SOURCES, line, "review-too-late")]


def test_moving_law_is_looked_at_within_three_months(folder: Path) -> None:
    edit(folder, SOURCES, 'certainty: A\n  status: ""', 'certainty: D\n  status: "proposed"')
    line = line_of(folder, SOURCES, "review_by")
    check = law.sources_are_looked_at_again
    assert places(check, folder) == [(SOURCES, line, "review-too-late")]
    edit(folder, SOURCES, "review_by: 2027-11-24", "review_by: 2027-02-28")
    assert places(check, folder) == []
    assert places(law.lessons_are_looked_at_again, folder) == [
        (FIRST, 1, "review-too-late"),
        (SECOND, 1, "review-too-late"),
    ]


def test_what_was_not_seen_has_no_day_and_sets_no_term(folder: Path) -> None:
    for certainty, seen in (("A", "primary"), ("C", "secondary")):
        old = f"seen: {seen}\n  certainty: {certainty}"
        edit(folder, SOURCES, old, "seen: not-seen\n  certainty: C")
    assert {f.code for f in subject_of(folder).folder.findings} == {"schema"}
    for _ in range(2):
        edit(folder, SOURCES, "  checked_on: 2026-11-24\n", "")
    edit(folder, FIRST, "review_by: 2027-11-30", "review_by: 2029-11-30")
    assert places(law.sources_are_looked_at_again, folder) == []
    assert places(law.lessons_are_looked_at_again, folder) == []


def test_what_was_seen_has_a_day(folder: Path) -> None:
    edit(folder, SOURCES, "  checked_on: 2026-11-24\n", "")
    assert {f.code for f in subject_of(folder).folder.findings} == {"schema"}


def test_nothing_was_checked_in_the_future(folder: Path) -> None:
    found = places(law.sources_are_looked_at_again, folder, date(2026, 11, 23))
    assert {code for _file, _line, code in found} == {"date"}


# ------------------------------------------------------------------ sources
@pytest.mark.parametrize(
    "words", ["Some 4,200 pots broke.", "It was 12 % of all.", "It was 3 million pots."]
)
def test_a_figure_rests_on_a_source(folder: Path, words: str) -> None:
    check = sources.figures_are_cited
    append(folder, FIRST, f"\n{words}\n")
    line = line_of(folder, FIRST, words)
    assert places(check, folder) == [(FIRST, line, "figure-not-cited")]
    append(folder, FIRST, f"\nA book says so: {words} [@SRC-01]\n")
    assert places(check, folder) == []


def test_a_list_and_a_box_are_covered_by_one_citation(folder: Path) -> None:
    append(folder, FIRST, "\nA book counted: [@SRC-01]\n\n- 4,200 pots\n- 3,100 cups\n")
    append(
        folder, FIRST, "\n/// note | Pots\nIt had 5,500 pots.\n\nSo says the book. [@SRC-01]\n///\n"
    )
    assert places(sources.figures_are_cited, folder) == []


@pytest.mark.parametrize(
    "words",
    [
        "In 2016, or 2017, or the 1990s.",
        "Directive 2011/36/EU, COM(2023) 755, ETS 185, Article 123.",
        "Call 112 or 116 006 at 05:40 on 2026-11-24.",
        "Take 12 cups.",
    ],
)
def test_years_laws_and_helplines_are_no_figures(folder: Path, words: str) -> None:
    append(folder, FIRST, f"\n{words}\n")
    assert places(sources.figures_are_cited, folder) == []


def test_a_story_makes_its_numbers_up(folder: Path) -> None:
    append(folder, FIRST, "\n/// scenario | A loss\nShe lost 4,200 euros.\n///\n")
    append(folder, FIRST, "\n## A worked case\n\nHe lost 3,100 euros.\n")
    assert places(sources.figures_are_cited, folder) == []


def test_a_mark_fits_what_was_seen(folder: Path) -> None:
    check = sources.marks_fit_what_was_seen
    assert places(check, folder) == []
    edit(folder, SOURCES, "seen: primary", "seen: secondary")
    line = line_of(folder, SOURCES, "certainty: A")
    assert places(check, folder) == [(SOURCES, line, "mark")]
    day = '\n  status: ""\n  checked_on: 2026-11-24'
    unseen = 'seen: not-seen\n  certainty: B\n  status: ""'
    edit(folder, SOURCES, f"seen: secondary\n  certainty: A{day}", unseen)
    assert places(check, folder) == [(SOURCES, line, "mark")]
    edit(folder, SOURCES, 'B\n  status: ""', 'C\n  status: "in force"')
    assert places(check, folder) == [(SOURCES, line, "mark")]
    edit(folder, SOURCES, 'note: "Written for this fixture."', 'note: ""')
    assert (SOURCES, line, "note") in places(check, folder)


def test_a_box_claims_no_more_than_its_weakest_source(folder: Path) -> None:
    box = (
        "\n//// then-now | Tea\n    seed: [S1]\n    certainty: {}\n\n/// then\nTea was hot.\n///\n"
        "\n/// now\nIt is. [@SRC-01, SRC-02]\n///\n////\n"
    )
    append(folder, FIRST, box.format("B"))
    line = line_of(folder, FIRST, "then-now")
    check = sources.boxes_claim_no_more_than_their_sources
    assert places(check, folder) == [(FIRST, line, "certainty")]
    edit(folder, FIRST, "certainty: B", "certainty: C")
    assert places(check, folder) == []


# ------------------------------------------------------------------ programme
def codes(*folders: Path) -> list[str]:
    return [finding.code for _s, finding in checks.run_programme([subject_of(f) for f in folders])]


def test_every_claim_has_its_course() -> None:
    facts = [fact for course in programme.FACTS.values() for fact in course]
    assert sorted(facts, key=lambda fact: int(fact[1:])) == [f"S{n}" for n in range(1, 56)]


def test_the_claims_of_a_course_are_taught_and_asked(folder: Path) -> None:
    assert codes(folder) == []
    edit(folder, "course.yaml", "key: T2\n", "key: C5\n")
    assert codes(folder) == ["fact-not-taught", "fact-not-asked"]
    edit(folder, "questions/o1.yaml", "seed: []", "seed: [S5]")
    append(
        folder,
        FIRST,
        "\n//// then-now | Tea\n    seed: [S5]\n    certainty: A\n\n/// then\nTea was hot.\n///\n"
        "\n/// now\nIt is. [@SRC-01]\n///\n////\n",
    )
    assert codes(folder) == []


def test_a_source_has_one_title_in_all_courses(folder: Path, tmp_path: Path) -> None:
    other = copy_of(tmp_path, "other")
    edit(other, "course.yaml", "key: T2\n", "key: T3\n")
    for name in ("questions/o1.yaml", "questions/o2.yaml"):
        text = (other / name).read_text("utf-8")
        (other / name).write_text(text.replace("T2-Q", "T3-Q"), "utf-8")
    assert codes(folder, other) == []
    edit(other, SOURCES, "A little book of tea", "A large book of tea")
    assert codes(folder, other) == ["source-title"]
    edit(other, "questions/o1.yaml", "T3-Q01", "T2-Q01")
    assert codes(folder, other) == ["source-title", "duplicate-key"]


def test_the_programme_is_plain_as_a_whole(folder: Path) -> None:
    hard = "Responsible officers necessarily consider organisational consequences. "
    for name in (FIRST, SECOND):
        append(folder, name, "\n" + hard * 3)
    assert "reading-level" in codes(folder)


def test_a_check_says_where_and_what(folder: Path) -> None:
    edit(folder, SOURCES, "review_by: 2027-11-24", "review_by: 2028-11-24")
    assert said(law.sources_are_looked_at_again, folder, DAY) == [
        "SRC-01 was checked on 2026-11-24; its review comes after 12 months."
    ]
