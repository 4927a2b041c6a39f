"""Footnotes that cannot break the parser.

Owns: the two definitions it stumbles over, an empty one and one inside another. Must not: number or
resolve notes; `resolve` does.
"""

from xml.etree.ElementTree import Element, SubElement

from markdown.extensions.footnotes import FN_BACKLINK_TEXT, FootnoteExtension

from courseware.core.markup import MarkupError
from courseware.core.messages import gettext_noop


class Footnotes(FootnoteExtension):
    """Notes in the order of their references, always at the end."""

    def __init__(self) -> None:
        # The marker contains a character that no source has, so notes are always at the end.
        super().__init__(SEPARATOR="-", PLACE_MARKER="\x02nowhere\x03", USE_DEFINITION_ORDER=False)

    def makeFootnotesDiv(self, root: Element) -> Element | None:
        try:
            notes = super().makeFootnotesDiv(root)
        except RecursionError:
            raise
        except RuntimeError as error:  # the parser changes its list of notes while it goes through
            message = gettext_noop("A footnote cannot be defined inside another footnote.")
            raise MarkupError(message) from error
        for item in notes.iter("li") if notes is not None else ():
            if item.get("id", "").startswith("fn-") and not len(item):
                name = item.get("id", "").removeprefix("fn-")
                way_back = {"class": "footnote-backref", "href": f"#{self.makeFootnoteRefId(name)}"}
                SubElement(SubElement(item, "p"), "a", way_back).text = FN_BACKLINK_TEXT
        return notes
