"""An answer in words, for a page that puts two answers side by side.

Works on what `public` returns, so it can only say what the learner was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def in_words(public: Mapping[str, Any]) -> list[str]:
    """Return the lines that say what was answered; none for an empty answer."""
    if "options" in public:
        return [option["text"] for option in public["options"] if option["chosen"]]
    if "steps" in public:
        placed = [step for step in public["steps"] if step["position"] is not None]
        placed.sort(key=lambda step: step["position"])
        return [f"{step['position']}. {step['text']}" for step in placed]
    if "lefts" in public:
        texts = {right["token"]: right["text"] for right in public["rights"]}
        chosen = [left for left in public["lefts"] if left["chosen"]]
        return [f"{left['text']} → {texts[left['chosen']]}" for left in chosen]
    if "parts" in public:
        return [line for part in public["parts"] for line in in_words(part)]
    value = public.get("value", "")
    return [value] if value else []
