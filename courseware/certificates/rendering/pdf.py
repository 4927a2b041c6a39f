"""The certificate as a tagged PDF (PDF/UA-1), set by typst.

Owns handing the facts to the template and the compiler that is kept in each process. Must not
decide what is printed: the template decides how, the caller decides what.
"""

import io
import json
import threading
from functools import lru_cache
from pathlib import Path

import segno
import typst

from courseware.certificates.rendering.facts import (
    CertificateFacts,
    RenderError,
    UnprintableText,
    clean,
)
from courseware.certificates.rendering.fonts import FontSet

_TEMPLATE = Path(__file__).with_name("certificate.typ")
# A compiler holds the inputs of the compilation under way, so two threads must take turns.
_ONE_AT_A_TIME = threading.Lock()


def render_pdf(facts: CertificateFacts, fonts: FontSet) -> bytes:
    """Return the certificate as one page of PDF/UA-1; the same facts give the same bytes.

    Raises UnprintableText when the fonts lack a character of the facts.
    """
    unprintable = fonts.missing(clean(text) for text in facts.texts())
    if unprintable:
        raise UnprintableText(unprintable)
    # The facts travel as data: nothing in a name or a title can be read as markup.
    inputs = {"certificate": json.dumps(_payload(facts, fonts))}
    with _ONE_AT_A_TIME:
        try:
            pdf, warnings = _compiler(fonts).compile_with_warnings(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["ua-1"],
                timestamp=int(facts.issued_at.timestamp()),
            )
        except typst.TypstError as error:
            raise RenderError(f"typst refused the certificate: {error.message}") from error
    if warnings:
        raise RenderError(f"typst warns: {'; '.join(warning.message for warning in warnings)}")
    if not isinstance(pdf, bytes):
        raise RenderError("typst gave no file")
    return pdf


@lru_cache(maxsize=2)
def _compiler(fonts: FontSet) -> typst.Compiler:
    """Keep one compiler per process: loading the fonts costs three times what a page does."""
    return typst.Compiler(
        input=_TEMPLATE,
        root=_TEMPLATE.parent,
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=list(fonts.folders),
        ),
        ignore_system_fonts=True,
    )


def _payload(facts: CertificateFacts, fonts: FontSet) -> dict[str, object]:
    """Return what the template reads, as JSON types."""
    language, region = _language(facts.language)
    return {
        "holder_name": clean(facts.holder_name),
        "course_title": clean(facts.course_title),
        "course_line": " · ".join(filter(None, (clean(facts.course_key), clean(facts.edition)))),
        "objectives": [clean(objective) for objective in facts.objectives],
        "facts": _fact_rows(facts),
        "issued_by": clean(facts.issued_by),
        "public_code": clean(facts.public_code),
        "url": facts.verification_url,
        "shown_url": facts.verification_url.removeprefix("https://"),
        "qr": qr_svg(facts.verification_url),
        "language": language,
        "region": region,
        "rtl": facts.direction == "rtl",
        "labels": {key: clean(text) for key, text in facts.labels.items()},
        "notice": clean(facts.notice),
        "is_demonstration": facts.is_demonstration,
        "families": list(fonts.families),
    }


def _fact_rows(facts: CertificateFacts) -> list[list[str]]:
    """Return label and value of the side column's facts, without the empty ones."""
    rows = (
        ("completed_on", facts.completed_on),
        ("valid_until", facts.valid_until),
        ("learning_hours", facts.learning_hours),
        ("serial", facts.serial),
    )
    return [[clean(facts.labels[key]), clean(value)] for key, value in rows if clean(value)]


def _language(tag: str) -> tuple[str, str]:
    """Split a BCP 47 tag into language and region, as typst wants them ("" for no region)."""
    language, *subtags = tag.replace("_", "-").split("-")
    region = next((s.upper() for s in subtags if len(s) == 2 and s.isalpha()), "")
    return language.lower(), region


def qr_svg(url: str) -> str:
    """Return ``url`` as a QR code in SVG, readable with 15 % of it damaged (level M).

    The mask is fixed: trying all eight takes four times as long as the rest, and this one's
    penalty was within 3 % of the best over many addresses.
    """
    out = io.BytesIO()
    segno.make(url, error="m", micro=False, mask=2).save(
        out, kind="svg", border=0, dark="#1B2430", xmldecl=False, svgns=True, nl=False
    )
    return out.getvalue().decode()
