"""Checklist 27 and 32: nothing that leads to crime, no sign that is about who somebody is.

27 is a scan for patterns (addresses, wallets, handles, prices, doses). No list of markets, tools
or slogans is kept here: such a list would itself be a directory. A reviewer reads for meaning.
32 looks at what is said about signs and indicators.
"""

import re
from collections.abc import Iterator

from courseware.bundles.checks.passages import Passage
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding
from lessons.dialect.inline import CITATION

_MONEY = r"(?:(?:€|£|\$|EUR|USD|GBP)\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|euros?|dollars?|pounds?|EUR|USD))"
_SOLD = (
    r"(?:gram(?:me)?s?|kilos?|kg|ounces?|pills?|tablets?|doses?|wraps?|bags?|persons?|heads?|seats?"
    r"|places?|crossings?|passports?|papers?|accounts?|images?|videos?)"
)
PATTERNS: dict[str, re.Pattern[str]] = {
    "an address of a hidden service": re.compile(
        r"\b[a-z2-7]{16,56}\.onion\b|\b[\w-]+\.(?:onion|i2p)\b", re.IGNORECASE
    ),
    "something like a wallet": re.compile(
        r"\b(?:bc1[a-z0-9]{20,87}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40}"
        r"|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{90,})\b"
    ),
    "an e-mail address": re.compile(r"\b[\w.+-]+@(?!example\.)[\w-]+\.[a-z]{2,}\b", re.IGNORECASE),
    "a handle": re.compile(r"(?<![\w@./])@[A-Za-z_][\w.]{2,}"),
    "a web address": re.compile(
        r"https?://|\bwww\.|\bt\.me/|\bdiscord\.gg/|\b[a-z0-9-]+\.(?:com|net|org|info|io|to|ru|cc)\b"
        r"(?!\w)",
        re.IGNORECASE,
    ),
    "a telephone number": re.compile(r"(?<![\w.,/-])(?:\+|00?)\d[\d ()/-]{6,}\d\b"),
    "a price": re.compile(
        rf"{_MONEY}\s?(?:per|a|an|each|for (?:a|an|one|each))\s{_SOLD}\b"
        rf"|\b{_SOLD} (?:costs?|sells?|is sold|are sold|went) (?:at |for )?(?:about )?{_MONEY}",
        re.IGNORECASE,
    ),
    "a dose": re.compile(r"\b\d[\d.,]*\s?(?:mg|µg|mcg|milligrams?|micrograms?)\b", re.IGNORECASE),
}
#: Public sites and lines of help that a lesson may name.
HELP = re.compile(r"\b(?:nomoreransom\.org|stopncii\.org|takeitdown\.ncmec\.org)\b", re.IGNORECASE)

_SIGNS = re.compile(r"\b(notice|signs?|indicators?|warning signals?|red flags?)\b", re.IGNORECASE)
_WHO = re.compile(
    r"\b(muslims?|islam\w*|jews?|jewish|christians?|religio\w+|mosques?|hijabs?|headscar\w+|beards?"
    r"|arabs?|arabic|africans?|asians?|roma|gyps(?:y|ies)|foreign(?:ers?)?|nationalit\w+|ethnic\w*"
    r"|skin colou?r|accents?|mother tongues?|speaks? (?:no|little|poor)|women|men only|gays?"
    r"|lesbians?|transgender|disab\w+|wheelchairs?|poor|poverty|homeless\w*|unemployed)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|no|never|nor|neither|says? nothing|say nothing|without|regardless|whatever|any)\b",
    re.IGNORECASE,
)
_CAUTION = re.compile(
    r"\b(?:not|no|never|nor|hardly)\b[^.]{0,40}\b(?:proofs?|proves?|proven)\b"
    r"|\bproves? nothing\b|\bdoes not (?:prove|mean)\b",
    re.IGNORECASE,
)


def nothing_leads_to_crime(subject: Subject) -> Iterator[Finding]:
    for passage in subject.passages:
        text = HELP.sub(" ", CITATION.sub(" ", passage.text))
        for what, pattern in PATTERNS.items():
            if found := pattern.search(text):
                yield Finding(
                    passage.file, passage.line, "unsafe", f"{found[0]!r} looks like {what}."
                )


def signs_are_behaviours(subject: Subject) -> Iterator[Finding]:
    """Under a heading about signs, and in right options about them: nothing of who people are."""
    questions: dict[str, str] = {
        question.envelope.key: str(question.content.get("stem", ""))
        for question in subject.folder.questions
    }
    for passage in subject.passages:
        if not _about_signs(passage, questions):
            continue
        found = _WHO.search(passage.text)
        if found and not _DENIED.search(passage.text):
            yield Finding(
                passage.file,
                passage.line,
                "indicator",
                f"{found[0]!r} is no sign: signs are behaviours, not who somebody is.",
            )


def _about_signs(passage: Passage, questions: dict[str, str]) -> bool:
    if passage.kind in ("lesson", "light"):
        is_list = passage.form in ("item", "cell") and not {"never", "practice"} & set(
            passage.blocks
        )
        return is_list and bool(_SIGNS.search(f"{passage.heading} {passage.column}"))
    if passage.kind == "question":
        return passage.verdict == "right" and bool(_SIGNS.search(questions[passage.blocks[0]]))
    return False


def a_sign_is_not_proof(subject: Subject) -> Iterator[Finding]:
    """Each lesson that lists signs says so."""
    for version, page in subject.shown:
        heading = next((item.text for item in page.outline if _SIGNS.search(item.text)), None)
        if heading and not _CAUTION.search(page.plain_text):
            yield Finding(
                version.file,
                version.first_line,
                "sign-without-caution",
                f"The lesson lists signs ({heading!r}) and does not say that a sign is not proof.",
            )


SAFETY: tuple[Check, ...] = (nothing_leads_to_crime, signs_are_behaviours, a_sign_is_not_proof)
