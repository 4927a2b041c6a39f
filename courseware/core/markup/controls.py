"""Characters that may not reach a page.

Owns one list: bidirectional controls (they make text read as something else than it is) and C0/C1
controls (Python-Markdown uses two of them for its own placeholders). Must not touch anything
visible.
"""

import re

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

BIDI = re.compile(f"[{BIDI_CONTROLS}]")
_FORBIDDEN = re.compile(
    f"[{BIDI_CONTROLS}\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]"
)


def strip_controls(text: str) -> str:
    """`text` without bidirectional and control characters; line ends become `\\n`."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
