"""Checklist 33: the language guide (programme.md 4.3) over every word that is shown.

An old word may be quoted in order to replace it: inside double quotation marks, or in a table
column headed "Old wording", "Before" or "Do not write" (in Spanish "Expresión antigua", "Antes" or
"No escriba"). Everywhere else it is a finding. Each language has rules of its own; a language
without any is read by a person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from courseware.bundles.checks.passages import Passage
from courseware.bundles.checks.subject import Check, Subject
from courseware.bundles.schema.findings import Finding

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')
_OLD_COLUMN = re.compile(
    r"old word(ing|s)?|before|do not write"
    r"|(?:expresi(?:ón|ones)|palabras?|términos?) antigu[oa]s?|\bantes\b|no escrib(?:a|as|ir)\b",
    re.IGNORECASE,
)
_VICTIM_ES = (
    r"(?:víctimas?|ellas?|chic[oa]s?|niñ[oa]s?|menor(?:es)?|adolescentes?|(?:la|el) joven"
    r"|las? mujer(?:es)?)"
)
_VICTIM = r"(?:victims?|she|girls?|boys?|child(?:ren)?|teenagers?|young (?:person|people|woman))"


@dataclass(frozen=True)
class Rule:
    """Words not to write, and what to write. `unless`: words beside which it is right.

    `in_wrong_options`: the word may stand in a wrong option: it is the misconception asked for.
    """

    found: re.Pattern[str]
    write: str
    unless: re.Pattern[str] | None = None
    beside: re.Pattern[str] | None = None
    in_wrong_options: bool = False


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_ENGLISH = (
    Rule(
        _words(r"child(?:ren)?(?:'s|’s)? porn\w*|kiddie\W?porn\w*|kid\W?porn|pornography of"),
        "child sexual abuse material",
    ),
    Rule(_words(r"sex shows?|live shows?"), "live-streamed child sexual abuse"),
    Rule(_words(r"pa?edophil\w*"), "offender, person who offends"),
    Rule(
        _words(r"child prostitut\w+|under-?age lovers?|under-?age (?:girl|boy)friends?"),
        "child who is sexually exploited",
    ),
    Rule(_words(r"revenge porn\w*"), "non-consensual sharing of intimate images"),
    Rule(
        _words(r"f[ae]ll(?:s|en)? for|let (?:her|him|them)sel(?:f|ves)|brought (?:it|this) on"),
        "was deceived, was pressured",
    ),
    Rule(_words(rf"{_VICTIM} (?:has |had |have |then |now )?admit(?:s|ted)?"), "said"),
    Rule(
        _words(r"illegal (?:im)?migra\w+|illegals|illegal (?:aliens?|refugees?)"),
        "person in an irregular situation, migrant, refugee",
    ),
    Rule(
        _words(r"(?:human |people )?traffickers?"),
        "smuggler, unless exploitation is shown",
        unless=_words(r"smuggl\w+|exploit\w+|forced|debt"),
        beside=_words(r"crossings?|boats?|dingh(?:y|ies)|passage|journeys?|2017"),
        in_wrong_options=True,
    ),
    Rule(_words(r"(?:muslim|islamic|islamist) terroris\w+"), "jihadist terrorism"),
    Rule(_words(r"hackers?"), "offender"),
    Rule(_words(r"cyber\W?weapons?|cyber\W?warriors?"), "malware"),
    Rule(
        _words(r"junkies?|druggies?|stoners?|weed|dope|coke|smack|addicts?"),
        "the drug's name, person who uses drugs",
    ),
)


_ABUSE_ES = "material de abuso sexual infantil; explotación sexual de niños, niñas y adolescentes"
_CHILD_ES = (
    r"(?:infantil(?:es)?|de (?:niños|niñas|menores|adolescentes)|con (?:niños|niñas|menores))"
)
_SPANISH = (
    Rule(
        _words(rf"porno\w*[ -]{_CHILD_ES}|pedoporno\w*|pornografía de (?:la )?infancia"), _ABUSE_ES
    ),
    Rule(_words(rf"prostitu\w+ {_CHILD_ES}|(?:niñ[oa]s?|menor(?:es)?) prostitu\w+"), _ABUSE_ES),
    Rule(_words(rf"turismo sexual {_CHILD_ES}"), "explotación sexual de niños en viajes y turismo"),
    Rule(
        _words(r"espectáculos? sexual(?:es)?|shows? (?:sexual(?:es)?|en (?:vivo|directo))"),
        "abuso sexual infantil transmitido en directo",
    ),
    Rule(_words(r"p[ae]d[óo]fil\w*|pederastas?"), "autor, persona que comete el delito"),
    Rule(
        _words(r"(?:amante|novi[oa]|pareja)s? menor(?:es)?(?: de edad)?"),
        "niño o niña que sufre explotación sexual",
    ),
    Rule(
        _words(r"porno(?:grafía)? (?:de|por) venganza|porno vengativo|venganza pornográfica"),
        "difusión de imágenes íntimas sin consentimiento",
    ),
    Rule(
        _words(
            r"se dej(?:ó|aron) (?:engañar|llevar|convencer)"
            r"|cay(?:ó|eron) en (?:la trampa|el engaño)"
        ),
        "fue engañada, recibió presiones",
    ),
    Rule(_words(rf"{_VICTIM_ES} (?:ha |había )?(?:admit\w+|confes\w+)"), "dijo"),
    Rule(
        _words(
            r"(?:in|e)?migra\w+ (?:ilegal(?:es)?|clandestin\w*)|extranjer[oa]s? ilegal(?:es)?"
            r"|(?:los|las|un|una) ilegal(?:es)?|(?:los|las) sin papeles"
        ),
        "persona en situación irregular, persona migrante, persona refugiada",
    ),
    Rule(
        _words(r"tratantes?|traficantes? de (?:personas|seres humanos)"),
        "traficante de migrantes, salvo que conste la explotación",
        unless=_words(r"tráfico|explot\w+|forzad\w+|obligad\w+|deudas?"),
        beside=_words(r"cruces?|barcas?|botes?|pateras?|lanchas?|pasajes?|viajes?|2017"),
        in_wrong_options=True,
    ),
    Rule(_words(r"terroris\w+ (?:musulm[áa]n\w*|islámic\w+|islamistas?)"), "terrorismo yihadista"),
    Rule(_words(r"hackers?|piratas? informátic\w+"), "autor, persona que comete el delito"),
    Rule(_words(r"ciber\W?armas?|ciber\W?guerrer\w+"), "programa malicioso"),
    Rule(
        _words(r"yonquis?|drogatas?|drogadict\w+|toxic[óo]man\w+|porros?|farlopa"),
        "el nombre de la droga, persona que consume drogas",
    ),
)
RULES = {"en": _ENGLISH, "es": _SPANISH}


def _unquoted(passage: Passage) -> str:
    return "" if _OLD_COLUMN.search(passage.column) else _QUOTED.sub(" … ", passage.text)


def _language(subject: Subject) -> str:
    """The language without its region; a translation's course.yaml may be missing."""
    spoken = subject.folder.language or subject.course.language
    return spoken.partition("-")[0]


def words_follow_the_guide(subject: Subject) -> Iterator[Finding]:
    rules = RULES.get(_language(subject), ())
    for passage in subject.passages:
        text = _unquoted(passage)
        for rule in rules:
            found = rule.found.search(text)
            if found is None or (rule.in_wrong_options and passage.verdict == "wrong"):
                continue
            if rule.unless and rule.unless.search(passage.text):
                continue
            if rule.beside and not rule.beside.search(passage.text):
                continue
            yield Finding(
                passage.file,
                passage.line,
                "language",
                f"Do not write {found[0]!r}; write: {rule.write}.",
            )


LANGUAGE: tuple[Check, ...] = (words_follow_the_guide,)
