"""A broken course folder is refused whole, with file and line, and the database is as it was."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from courseware.bundles.actions import load_folder
from courseware.bundles.folder import MAX_FILES, MAX_TEXT_BYTES
from courseware.bundles.schema.findings import BundleError, Finding
from tests.bundles.folders import SVG, append, copy_of, edit, judged, line_of, row_counts
from tests.courses_made import PUBLISHED, make_course

pytestmark = pytest.mark.django_db
Break = Callable[[Path], None]
COURSE, SOURCES, GLOSSARY = "course.yaml", "sources.yaml", "glossary.yaml"
LESSON, LIGHT, O1 = "lessons/01-making-tea.md", "lessons/02-spilt-tea.light.md", "questions/o1.yaml"
FIGURE, COVER = "figures/teapot.svg", "cover.svg"


@pytest.fixture(autouse=True)
def _own_media(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def replaced(name: str, old: str, new: str) -> Break:
    return lambda folder: edit(folder, name, old, new)


def added(name: str, text: str) -> Break:
    return lambda folder: append(folder, name, text)


def written(name: str, content: bytes) -> Break:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)

    return write


def removed(name: str) -> Break:
    return lambda folder: (folder / name).unlink()


def linked(name: str, target: str) -> Break:
    def link(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)

    return link


def drawn(inner: str, before: str = "") -> Break:
    return written(FIGURE, (before + SVG.format(inner)).encode())


def named(name: str) -> Break:
    """The lesson shows a figure of this name."""
    return replaced(LESSON, "/// figure | teapot.svg", f"/// figure | {name}")


_BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nkey: T2\n"
_DEEP = "[" * 5000 + "]" * 5000

#: name: how it is broken, file, code, and words of the line that the finding must name.
FAULTS: dict[str, tuple[Break, str, str, str]] = {
    # --- what is missing
    "no course file": (removed(COURSE), COURSE, "missing-file", ""),
    "no sources": (removed(SOURCES), SOURCES, "missing-file", ""),
    "no glossary": (removed(GLOSSARY), GLOSSARY, "missing-file", ""),
    "missing key": (replaced(COURSE, "validity_months: 24\n", ""), COURSE, "schema", ""),
    "missing key inside": (
        replaced(COURSE, "  pass_percent: 75\n", ""), COURSE, "schema", "final_test:"
    ),
    "missing field of a source": (
        replaced(SOURCES, '  publisher: "Nobody in particular"\n', ""), SOURCES, "schema", "SRC-01"
    ),
    "missing field of a question": (
        replaced(O1, "  objective: T2-O1\n", ""), O1, "question", "T2-Q01"
    ),
    "missing field of a lesson": (
        replaced(LESSON, "minutes: 10\n", ""), LESSON, "front-matter", ""
    ),
    "empty course file": (written(COURSE, b""), COURSE, "schema", ""),
    # --- what is of the wrong kind
    "wrong type": (replaced(COURSE, "draw: 4", "draw: four"), COURSE, "schema", "draw: four"),
    "wrong type in a list": (
        replaced(SOURCES, "year: 2024", "year: long ago"), SOURCES, "schema", "long ago"
    ),
    "unknown field": (replaced(COURSE, "slug:", "colour: red\nslug:"), COURSE, "schema", "colour"),
    "a list where a mapping belongs": (written(COURSE, b"- a\n- b\n"), COURSE, "schema", ""),
    "a mapping where a list belongs": (written(O1, b"a: b\n"), O1, "schema", ""),
    "a question that is a word": (added(O1, "\n- tea\n"), O1, "schema", "- tea"),
    "a date that does not exist": (
        replaced(SOURCES, "review_by: 2027-11-24", "review_by: 2027-02-30"),
        SOURCES, "yaml", "2027-02-30",
    ),
    "another slug than the folder": (
        replaced(COURSE, "slug: level-two", "slug: level-three"), COURSE, "slug", "slug:"
    ),
    "level 3": (replaced(LESSON, "sensitivity: 0", "sensitivity: 3"), LESSON, "front-matter",
                "sensitivity: 3"),
    # --- keys
    "duplicate key in YAML": (
        replaced(COURSE, "slug: level-two", "slug: level-two\nslug: again"),
        COURSE, "yaml", "slug: again",
    ),
    "duplicate source": (
        replaced(SOURCES, "SRC-02", "SRC-01 # again"), SOURCES, "duplicate-key", "# again"
    ),
    "duplicate objective": (replaced(COURSE, "key: T2-O2", "key: T2-O1"), COURSE, "schema", ""),
    "duplicate question": (
        replaced(O1, "key: T2-Q02", "key: T2-Q01"), O1, "duplicate-key", "T2-Q01"
    ),
    # --- what points nowhere
    "unknown source": (
        replaced(LESSON, "[@SRC-01]", "[@SRC-77]"), LESSON, "unknown-source", "SRC-77"
    ),
    "unknown term": (
        replaced(LESSON, "[[infusion]]", "[[coffee]]"), LESSON, "unknown-term", "coffee"
    ),
    "unknown term in the light version": (
        replaced(LIGHT, "Lift the cup.", "Lift the [[cup]]."), LIGHT, "unknown-term", "[[cup]]"
    ),
    "unknown figure": (named("pot.svg"), LESSON, "unknown-figure", "pot.svg"),
    "unknown prerequisite": (
        replaced(COURSE, "prerequisites: []", "prerequisites: [nowhere]"),
        COURSE, "prerequisites", "prerequisites",
    ),
    # --- names that lead out of the folder
    "traversal": (named("../teapot.svg"), LESSON, "unknown-figure", "../teapot.svg"),
    "deep traversal": (
        named("../../../etc/passwd.svg"), LESSON, "unknown-figure", "../../../etc/passwd"
    ),
    "absolute name": (named("/etc/teapot.svg"), LESSON, "unknown-figure", "/etc/teapot.svg"),
    "back slashes": (named("..\\teapot.svg"), LESSON, "unknown-figure", "..\\teapot.svg"),
    "a link out of the folder": (linked(FIGURE, "/etc/hostname"), FIGURE, "link", ""),
    "a link within the folder": (linked("figures/other.svg", "teapot.svg"), "figures/other.svg",
                                 "link", ""),
    "a linked course file": (linked(COURSE, "/etc/hostname"), COURSE, "link", ""),
    "a linked light version": (linked(LIGHT, "/etc/hostname"), LIGHT, "link", ""),
    "a linked folder": (linked("figures/more", "/etc"), "figures/more", "link", ""),
    "a lesson's name": (
        written("lessons/3-tea.md", b"x"), "lessons/3-tea.md", "file-name", ""
    ),
    "a lesson's name that is no address": (
        written("lessons/03-Tea Time.md", b"x"), "lessons/03-Tea Time.md", "file-name", ""
    ),
    "a lesson in a folder below": (
        written("lessons/deep/03-tea.md", b"x"), "lessons/deep/03-tea.md", "file-name", ""
    ),
    "a name of other letters": (
        written("figures/thé.svg", b"x"), "'figures/th\\xe9.svg'", "file-name", ""
    ),
    # --- YAML's sharp corners
    "a tag": (
        replaced(COURSE, 'purpose: "', 'purpose: !!python/object:os.system "'),
        COURSE, "yaml", "!!python",
    ),
    "a tag of YAML's own": (
        replaced(COURSE, 'title: "Tea', 'title: !!binary "Tea'), COURSE, "yaml", "!!binary"
    ),
    "a tag in front matter": (
        replaced(LESSON, 'title: "Making tea"', 'title: !!python/name:os "x"'),
        LESSON, "front-matter", "!!python",
    ),
    "an alias": (written(COURSE, b"key: &k T2\nslug: *k\n"), COURSE, "yaml", "*k"),
    "an alias bomb": (written(COURSE, _BOMB.encode()), COURSE, "yaml", "b: &b"),
    "an alias bomb in front matter": (
        replaced(LESSON, "seed: []", "seed: &s [S1]\nobjectives: *s"), LESSON, "front-matter", "*s"
    ),
    "an endless loop": (written(COURSE, b"&a [*a]"), COURSE, "yaml", ""),
    "ten thousand brackets": (written(COURSE, _DEEP.encode()), COURSE, "yaml", ""),
    "seven thousand brackets in front matter": (
        replaced(LESSON, "seed: []", "seed: " + "[" * 7000), LESSON, "front-matter", "seed: [["
    ),
    "a key that is a list": (written(COURSE, b"key: T2\n? [a, b]\n: c\n"), COURSE, "yaml", "? [a"),
    "two documents": (added(COURSE, "---\nkey: T3\n"), COURSE, "yaml", "---"),
    "not YAML": (replaced(COURSE, "objectives:\n", "objectives: [\n"), COURSE, "yaml", ""),
    "a number of ten thousand digits": (
        replaced(COURSE, "draw: 4", "draw: " + "9" * 10_000), COURSE, "yaml", "draw: 9"
    ),
    "a character that YAML forbids": (
        replaced(COURSE, "Tests only.", "Tests \x07only."), COURSE, "yaml", "audience"
    ),
    "a zero byte by its number": (
        replaced(COURSE, "Tests only.", "Tests \\0only."), COURSE, "yaml", "audience"
    ),
    "half a character by its number": (
        replaced(COURSE, "Tests only.", "Tests \\ud800only."), COURSE, "yaml", "audience"
    ),
    "infinity in a question": (
        replaced(O1, "difficulty: 2", "difficulty: .inf"), O1, "question", "difficulty: .inf"
    ),
    # --- bytes
    "invalid UTF-8": (
        written(GLOSSARY, b"- key: a\n  term: \xff\xfe\n"), GLOSSARY, "not-utf-8", ""
    ),
    "invalid UTF-8 in a lesson": (
        written(LESSON, b"---\n\xc3\x28\n---\n"), LESSON, "not-utf-8", ""
    ),
    "a huge file": (
        added(LESSON, "word " * (MAX_TEXT_BYTES // 5)), LESSON, "too-large", ""
    ),
    "a huge picture": (
        drawn("<!--" + "x" * MAX_TEXT_BYTES + "-->"), FIGURE, "too-large", ""
    ),
    "a lesson that costs too much": (added(LESSON, "[" * 5000), LESSON, "too-costly", ""),
    # --- SVG
    "script": (drawn("<script>alert(1)</script>"), FIGURE, "svg", "<script"),
    "script by another name": (
        drawn('<s:script xmlns:s="http://www.w3.org/2000/svg"/>'), FIGURE, "svg", "<s:script"
    ),
    "an event": (drawn('<rect onload="alert(1)"/>'), FIGURE, "svg", "onload"),
    "an event in capitals": (drawn('<rect ONCLICK="alert(1)"/>'), FIGURE, "svg", "ONCLICK"),
    "foreign object": (drawn("<foreignObject><p/></foreignObject>"), FIGURE, "svg", "<foreign"),
    "an image": (drawn('<image href="#a"/>'), FIGURE, "svg", "<image"),
    "an animation": (drawn('<animate attributeName="href"/>'), FIGURE, "svg", "<animate"),
    "style element": (drawn("<style>@import url(x)</style>"), FIGURE, "svg", "<style"),
    "style attribute": (drawn('<rect style="fill:url(http://x)"/>'), FIGURE, "svg", "style="),
    "external href": (
        drawn('<use href="https://example.org/a.svg#a"/>'), FIGURE, "svg", "<use"
    ),
    "external xlink": (
        drawn('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="//example.org/a"/>'),
        FIGURE, "svg", "<use",
    ),
    "javascript href": (drawn('<use href="javascript:alert(1)"/>'), FIGURE, "svg", "<use"),
    "external paint": (
        drawn('<rect fill="url(https://example.org/a)"/>'), FIGURE, "svg", "<rect"
    ),
    "entity": (
        drawn("<text>&x;</text>", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n'),
        FIGURE, "svg", "<!DOCTYPE",
    ),
    "entity bomb": (
        drawn("<text>&b;</text>", '<!DOCTYPE svg [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]>\n'),
        FIGURE, "svg", "<!DOCTYPE",
    ),
    "style sheet instruction": (
        drawn("", '<?xml-stylesheet href="https://example.org/a.css"?>\n'),
        FIGURE, "svg", "<?xml-style",
    ),
    "no view box": (written(FIGURE, b"<svg/>"), FIGURE, "svg", ""),
    "a view box of nothing": (written(FIGURE, b'<svg viewBox="0 0 .3 .3"/>'), FIGURE, "svg", ""),
    "a view box that is no number": (
        written(FIGURE, b'<svg viewBox="0 0 nan inf"/>'), FIGURE, "svg", ""
    ),
    "another picture": (written(FIGURE, b"\x89PNG\r\n\x1a\n"), FIGURE, "svg", ""),
    "an empty picture": (written(FIGURE, b""), FIGURE, "svg", ""),
    "a cover with script": (
        written(COVER, SVG.format("<script/>").encode()), COVER, "svg", "<script"
    ),
}  # fmt: skip


def refused(folder: Path) -> list[Finding]:
    """The folder is refused, and nothing at all is written."""
    before = row_counts()
    with pytest.raises(BundleError) as refusal:
        load_folder(folder, now=PUBLISHED)
    assert row_counts() == before
    return refusal.value.findings


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_folder_is_refused_whole(fault: str, tmp_path: Path) -> None:
    break_it, file, code, words = FAULTS[fault]
    folder = copy_of(tmp_path)
    break_it(folder)
    found = [f for f in refused(folder) if f.file == file and f.code == code]
    assert found, "no finding names this file and fault"
    assert all(finding.line >= 1 and finding.level == "error" for finding in found)
    if words:
        assert line_of(folder, file, words) in {finding.line for finding in found}


def test_the_whole_fixture_has_no_finding(tmp_path: Path) -> None:
    assert judged(copy_of(tmp_path)) == []


def test_a_newer_broken_folder_leaves_the_loaded_course_alone(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    load_folder(folder, now=PUBLISHED)
    edit(folder, COURSE, "validity_months: 24", "validity_months: 12")
    edit(folder, LESSON, "[@SRC-01]", "[@SRC-77]")
    refused(folder)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    for name in ("wrong type in a list", "duplicate question", "script"):
        FAULTS[name][0](folder)
    assert {(f.file, f.code) for f in refused(folder)} >= {
        (SOURCES, "schema"),
        (O1, "duplicate-key"),
        (FIGURE, "svg"),
    }


def test_a_key_that_another_course_has_is_refused(tmp_path: Path) -> None:
    make_course(slug="t2")
    found = refused(copy_of(tmp_path))
    assert [(f.file, f.line, f.code) for f in found] == [(COURSE, 1, "key")]


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    for number in range(MAX_FILES):
        (folder / f"note-{number}.txt").touch()
    assert "too-many-files" in {finding.code for finding in refused(folder)}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    (folder / SOURCES).unlink()
    os.mkfifo(folder / SOURCES)
    assert (SOURCES, "missing-file") in {(f.file, f.code) for f in refused(folder)}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    folder = copy_of(tmp_path)
    (folder / FIGURE).chmod(0)
    assert (FIGURE, "unreadable") in {(f.file, f.code) for f in refused(folder)}
