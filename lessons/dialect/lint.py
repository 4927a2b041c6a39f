"""What an author should change, with line numbers.

Owns the traps of the dialect: places where Python-Markdown reads something else than the author
meant, and marks that are shown as text. Must not render and never changes the source.
"""

import re
from collections.abc import Callable, Iterator

from courseware.core.markup import BIDI, MarkupError, check_caps, is_safe_address
from courseware.core.messages import gettext_noop
from lessons.dialect.directives import DIRECTIVES
from lessons.dialect.inline import CITATION
from lessons.dialect.records import Problem, Resolver, problem
from lessons.dialect.scan import Scan, is_heading, reference_problems, scan, without_code

Line = tuple[int, str]

_HTML = re.compile(r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])[^<>]*>|!--|!\[CDATA)")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\(|\[)")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
_REFERENCE = re.compile(r"[ ]{0,3}\[(?![\^@])[^\]]+\]:[ ]*<?(\S+?)>?(?:\s|$)")
_ITEM = re.compile(r"([ ]*)(?:[-*+]|\d{1,9}[.)])[ ]+\S")
_RULE = re.compile(r"[ ]{0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,})")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})(.*)")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)[ ]*")
_FENCE = re.compile(r"[ ]{0,3}(?:`{3,}|~{3,})")
_TAB = re.compile(r"[ ]*\t")
_ATTRIBUTES = re.compile(r"\{:?[ ]*([^}\n]*)\}[ ]*$")
_KEPT_ATTRIBUTE = re.compile(r"(?:lang|dir)=[\"']?[A-Za-z-]+[\"']?")


def lint(source: str, resolver: Resolver | None = None, *, first_line: int = 1) -> list[Problem]:
    """Every finding, by line. Without a resolver, what the text refers to is not looked up."""
    try:
        check_caps(source, first_line=first_line)
        lines = source.replace("\r\n", "\n").replace("\r", "\n")
        found = scan(lines, first_line=first_line)
    except MarkupError as error:
        at = error.line or first_line
        return [problem(at, "too-costly", error.message, **error.params)]
    problems = list(found.problems)
    if resolver is not None:
        problems += reference_problems(found, resolver)
    for number, line in found.lines:
        for check in _LINE_CHECKS:
            problems += check(number, without_code(line))
    problems += _headings(found)
    problems += _lists(found.lines)
    return sorted(set(problems))


def _characters(number: int, line: str) -> Iterator[Problem]:
    if BIDI.search(line):
        yield Problem(
            number, "bidi", gettext_noop("An invisible character turns the reading direction.")
        )
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", line):
        yield Problem(
            number, "control-character", gettext_noop("An invisible control character stands here.")
        )


def _html(number: int, line: str) -> Iterator[Problem]:
    if _HTML.search(line):
        yield Problem(
            number, "raw-html", gettext_noop("HTML is shown as text; use Markdown or a directive.")
        )


def _images(number: int, line: str) -> Iterator[Problem]:
    if _IMAGE.search(line):
        yield Problem(
            number, "image", gettext_noop("Pictures come with the directive `/// figure | name`.")
        )


def _links(number: int, line: str) -> Iterator[Problem]:
    addresses = [match.group(1) for match in _LINK.finditer(line)]
    reference = _REFERENCE.match(line)
    for address in [*addresses, *([reference.group(1)] if reference else [])]:
        if not is_safe_address(address):
            reason = gettext_noop("This link is not kept: %(address)s.")
            yield problem(number, "bad-link", reason, address=repr(address[:80]))


def _fences(number: int, line: str) -> Iterator[Problem]:
    if _FENCE.match(line):
        reason = gettext_noop("Fenced code is not part of the dialect; indent by four spaces.")
        yield Problem(number, "fenced-code", reason, "warning")


def _attributes(number: int, line: str) -> Iterator[Problem]:
    match = _ATTRIBUTES.search(line)
    if match and not all(_KEPT_ATTRIBUTE.fullmatch(part) for part in match.group(1).split()):
        reason = gettext_noop("In braces only `lang=…` and `dir=…` are kept.")
        yield Problem(number, "attribute", reason, "warning")


_LINE_CHECKS: tuple[Callable[[int, str], Iterator[Problem]], ...] = (
    _characters,
    _html,
    _images,
    _links,
    _fences,
    _attributes,
)


def _headings(found: Scan) -> Iterator[Problem]:
    level = 1
    before = ""
    for number, line in found.lines:
        match = _HEADING.fullmatch(line)
        if match:
            new = len(match.group(1))
            yield from _heading(number, new, level, match.group(2))
            level = max(new, 2)
        elif _UNDERLINE.fullmatch(line) and _is_text(before):
            reason = gettext_noop("A line of `-` or `=` under text makes it a heading; use `##`.")
            yield Problem(number, "underlined-heading", reason, "warning")
        before = line
    for directive in found.directives:
        if directive.name in _WHOLE_ARGUMENT and CITATION.search(directive.argument):
            yield Problem(
                directive.line,
                "citation-misplaced",
                gettext_noop("Cite in the text, not in a title."),
            )


_WHOLE_ARGUMENT = frozenset(DIRECTIVES) - {"note", "remember", "never", "call"}


def _heading(number: int, new: int, level: int, words: str) -> Iterator[Problem]:
    if new == 1:
        reason = gettext_noop(
            "`#` at the start of a line is the page's title; headings start at `##`."
        )
        yield Problem(number, "h1", reason)
    elif new > level + 1:
        reason = gettext_noop("The heading jumps from level %(old)s to %(new)s.")
        yield problem(number, "heading-jump", reason, "warning", old=level, new=new)
    if not words.startswith(" "):
        yield Problem(
            number, "heading-space", gettext_noop("Put a space after the `#` signs."), "warning"
        )
    if CITATION.search(words):
        yield Problem(
            number, "citation-misplaced", gettext_noop("Cite in the text, not in a heading.")
        )


def _is_text(line: str) -> bool:
    plain = line.strip()
    return bool(plain) and "|" not in plain and not is_heading(line) and plain[:3] != "///"


def _lists(lines: tuple[Line, ...]) -> Iterator[Problem]:
    """The two traps of lists: no blank line before, and nesting by less than four spaces."""
    in_list = False
    open_text = False  # the line before is text that a list marker would be read into
    for number, line in lines:
        item = _ITEM.match(line)
        if not line.strip():
            open_text = False
        elif item and not _RULE.fullmatch(line):
            indent = len(item.group(1))
            if in_list and indent % 4:
                reason = gettext_noop("A nested list is indented by four spaces.")
                yield Problem(number, "list-indent", reason, "warning")
            elif open_text and not in_list and indent < 4:
                reason = gettext_noop(
                    "A list needs a blank line before it; here it is read as text."
                )
                yield Problem(number, "list-without-blank-line", reason, "warning")
            in_list = in_list or not open_text
        elif is_heading(line) or line.lstrip().startswith("///"):
            in_list = open_text = False
        elif not line.startswith(" "):
            # Text right under an item belongs to it; after a blank line the list is over.
            in_list = in_list and open_text
            open_text = True
        if item:
            open_text = True
