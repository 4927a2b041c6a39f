"""Python-Markdown with its unsafe parts taken out.

Owns which of the parser's own parts may run on text that people write. Must not sanitise: what
comes out of an engine is still untrusted and goes through `sanitise`.
"""

from collections.abc import Sequence

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListExtension, AttrListTreeprocessor

_HTML_AND_IMAGES = ("html", "image_link", "image_reference", "short_image_ref")


def engine(extensions: Sequence[Extension | str] = ()) -> Markdown:
    """A parser that shows raw HTML and `![images](…)` as the text they are."""
    md = Markdown(extensions=list(extensions), output_format="html")
    # Without these two, "<" stays text and the serialiser escapes it.
    md.preprocessors.deregister("html_block")
    for name in _HTML_AND_IMAGES:
        md.inlinePatterns.deregister(name)
    return md


class LanguageAttributes(AttrListExtension):
    """`{: lang=es}` and `{: dir=rtl}`; every other attribute an author writes is dropped."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.treeprocessors.register(_LanguageAttributes(md), "attr_list", 8)


class _LanguageAttributes(AttrListTreeprocessor):
    def assign_attrs(self, elem, attrs_string, *, strict=False):  # type: ignore[no-untyped-def]
        before = dict(elem.attrib)
        remainder = super().assign_attrs(elem, attrs_string, strict=strict)
        given = {name: elem.get(name) for name in ("lang", "dir") if elem.get(name)}
        elem.attrib.clear()
        elem.attrib.update({**before, **given})
        return remainder
