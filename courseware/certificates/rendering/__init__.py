"""Draws a certificate (PDF) and its share image (PNG) from plain values.

Owns the layout. Must not know Django, the clock, the network or a translation: every word, date
and font comes in from outside, so that the same snapshot gives the same file for ever.
"""

from courseware.certificates.rendering.facts import (
    LABELS,
    CertificateFacts,
    RenderError,
    ShareFacts,
    UnprintableText,
)
from courseware.certificates.rendering.fonts import FontSet, packaged_fonts
from courseware.certificates.rendering.pdf import render_pdf
from courseware.certificates.rendering.share_image import render_share_image

__all__ = [
    "LABELS",
    "CertificateFacts",
    "FontSet",
    "RenderError",
    "ShareFacts",
    "UnprintableText",
    "packaged_fonts",
    "render_pdf",
    "render_share_image",
]
