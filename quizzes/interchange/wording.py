"""One text of a file as our Markdown, whatever format it says it has; pictures are put aside.

    words = Wording(notes)
    words.turned("<b>Now</b>", "html", line, files)
    words.pictures

Owns: the four formats of Moodle (html, moodle, markdown, plain). Must not: know a question.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import unquote

from courseware.core.markup import MarkupError
from quizzes.engine.messages import gettext_noop
from quizzes.interchange.html import TOO_MANY_TAGS, from_html, shown
from quizzes.interchange.markdown import as_markdown, escaped, formula_in, work_of
from quizzes.interchange.records import MAX_PICTURES, Notes, Picture

FORMATS = frozenset({"html", "moodle", "markdown", "plain"})
#: Pictures inside a text count; a question itself holds far less.
MAX_TEXT = 2_000_000
MAX_TAGS = 4_000
_WORK_OF_HTML, _WORK_OF_A_TAG = 200, 20
MARK_BEGIN, MARK_END = "\U0010ff20", "\U0010ff21"
MARK = re.compile(f"{MARK_BEGIN}([0-9]+){MARK_END}")
PLUGIN = "@@PLUGINFILE@@/"
_DATA = re.compile(r"data:image/([a-z0-9.+-]{1,20});base64,", re.IGNORECASE)
_IN_MARKDOWN = re.compile(
    r"(?<!\\)!\[([^\[\]]{0,1000})\]\(((?:@@PLUGINFILE@@/|data:image/)[^\s()]*)\)"
)
_HTML = re.compile(r"</?(?:p|div|span|br|b|i|strong|em|img|a|ul|ol|li|table|script|iframe)\b", re.I)
_DEAD_LINK = re.compile(
    r"\[[^\[\]]{1,300}\]\(\s*(?:<\s*)?((?:javascript|vbscript|data|file)\s*:[^\s)]{0,200})", re.I
)

type Files = Mapping[str, bytes | None]
"""The files that stand beside a text, by name; None: one that could not be read."""


class Wording:
    """Turns the texts of one question."""

    def __init__(self, notes: Notes, taken: int = 0) -> None:
        self.notes = notes
        self.pictures: list[Picture] = []
        self._taken = taken  # pictures of the questions before

    def turned(self, text: str, form: str, line: int, files: Files | None = None) -> str:
        """Markdown. What had to be left out is noted with the line."""
        text = text.strip()
        if not text:
            return ""
        if len(text) > MAX_TEXT:
            message = gettext_noop("A text has more than %(limit)s characters. Shorten it.")
            self.notes.error(line, message, limit=MAX_TEXT)
            return ""
        if text.count("<") > MAX_TAGS:
            self.notes.error(line, TOO_MANY_TAGS, limit=MAX_TAGS)
            return ""
        if form in {"html", "moodle"}:
            tags = text.count("<") + (text.count("\n") if form == "moodle" else 0)
            # A tag that does not end is looked for in all that follows.
            work = tags * (_WORK_OF_A_TAG + len(text) // 1_000)
            self.notes.spend(_WORK_OF_HTML + len(text) // 10 + work, line)
        if formula := formula_in(text, is_markdown=form == "markdown"):
            say_formula(formula, line, self.notes)
        made = self._made(text, form, line, files or {})
        self.notes.spend(work_of(made), line)
        return made

    def _made(self, text: str, form: str, line: int, files: Files) -> str:
        if form == "plain":
            return as_markdown(text)
        if form == "markdown":
            return self._markdown(text, line, files)
        if form == "moodle":
            text = text.replace("\n", "<br>")
        try:
            made = from_html(text, lambda at, alt: self._picture(at, alt, line, files))
        except MarkupError as error:
            self.notes.error(line, error.message, **error.params)
            return ""
        for message, params in made.dropped:
            self.notes.lost(line, message, **params)
        return made.text

    def _markdown(self, text: str, line: int, files: Files) -> str:
        """Kept as it is: it is our own. Raw HTML in it will be shown as the text it is."""
        kept = self.marked(text, line, files)
        if _HTML.search(kept):
            message = gettext_noop("HTML inside Markdown is shown as the text it is.")
            self.notes.warn(line, message)
        if dead := _DEAD_LINK.search(kept):
            message = gettext_noop("The link to %(address)s leads nowhere: it is shown as words.")
            self.notes.warn(line, message, address=shown(dead[1]))
        return kept

    # ---------------------------------------------------------------- pictures
    def marked(self, text: str, line: int, files: Files) -> str:
        """Markdown with marks in the place of pictures that are inside the file."""

        def replace(found: re.Match[str]) -> str:
            return self._picture(found[2], found[1], line, files) or found[0]

        return _IN_MARKDOWN.sub(replace, text)

    def _picture(self, address: str, alt: str, line: int, files: Files) -> str:
        """The mark of a picture that is inside the file, or ""."""
        if address.startswith(PLUGIN):
            name = unquote(address.removeprefix(PLUGIN)).rpartition("/")[2]
            content = files.get(name)
        elif begin := _DATA.match(address):
            name = f"picture.{begin[1].lower().partition('+')[0]}"
            content = decoded(address[begin.end() :])
        else:
            return ""
        if content is None:
            return ""
        for known in self.pictures:
            if (known.name, known.content, known.alt) == (name, content, alt):
                return known.mark  # texts that say the same stay the same
        if self._taken + len(self.pictures) >= MAX_PICTURES:
            message = gettext_noop("There are more than %(limit)s pictures. Split the file.")
            self.notes.error(line, message, limit=MAX_PICTURES)
            return ""
        mark = f"{MARK_BEGIN}{self._taken + len(self.pictures) + 1}{MARK_END}"
        self.pictures.append(Picture(mark, name, content, alt, line))
        return mark


def pictures_of_files(text: str) -> list[tuple[str, str]]:
    """The words and the address of what would be read as a picture inside a file."""
    return _IN_MARKDOWN.findall(text)


def without_pictures_of_files(text: str) -> str:
    """The text with words in their places; one inside of another makes a new one of that."""
    while _IN_MARKDOWN.search(text):
        text = _IN_MARKDOWN.sub(lambda found: escaped(found[1]), text)
    return text


def say_formula(formula: str, line: int, notes: Notes) -> None:
    message = gettext_noop("A formula is shown as it is written: %(text)s")
    notes.warn(line, message, text=shown(formula))


def decoded(text: str) -> bytes | None:
    """Base64 with line ends or without; None where it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
