"""The packaged fonts: which scripts they cover, and that nothing else is used."""

import io
from pathlib import Path
from typing import Any

import pypdf
import pytest

from courseware.certificates.rendering import CertificateFacts, FontSet, packaged_fonts, render_pdf
from courseware.certificates.rendering.fonts import coverage

ALPHABETS = {
    "Welsh": "ÂÊÎÔÛŴŶâêîôûŵŷ",
    "Maltese": "ĊĠĦŻċġħż",
    "Lithuanian and Latvian": "ĄČĘĖĮŠŲŪŽąčęėįšųūžĀĒĢĪĶĻŅāēģīķļņ",
    "Polish, Czech, Slovak, Hungarian": "ĄĆĘŁŃÓŚŹŻąćęłńóśźżČĎĚŇŘŤŮďěňřťůĹĽŔĺľŕŐŰőű",
    "Romanian and Turkish": "ĂÂÎȘȚăâîșțĞİŞğış",
    "Nordic, Icelandic, Sami": "ÅÆØÄÖÐÞåæøäöðþĐŊŦŽđŋŧ",
    "Vietnamese": "ẠẤỆỘƯờữđ",
    "Greek": "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίόύώϊϋΐΰς",
    "Russian, Ukrainian, Belarusian, Bulgarian": "АЯЁЇІЄҐЎЪЫЭаяёїієґўъыэ",
    "Serbian and Macedonian": "ЂЉЊЋЏЈЅЃЌђљњћџјѕѓќ",
    "Armenian": "ԱԲԳՖաբգև",
    "Georgian": "აბგჭჰ",
    "Hebrew": "אבגךת",
    "Arabic, Persian, Urdu": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیٹڈڑے٠١٢۰۱۲",
}


@pytest.mark.parametrize("language", ALPHABETS)
def test_every_letter_has_a_glyph(language: str, certificate_fonts: FontSet) -> None:
    assert certificate_fonts.missing([ALPHABETS[language]]) == ""


def test_what_no_font_has_is_reported_once(certificate_fonts: FontSet) -> None:
    assert certificate_fonts.missing(["Ann 王", "王李 \u200d"]) == "李王"


def test_both_weights_cover_the_same_characters(certificate_fonts: FontSet) -> None:
    regular = certificate_fonts.of_weight("regular")
    for light, strong in zip(regular, certificate_fonts.of_weight("semibold"), strict=True):
        assert light.family == strong.family
        assert coverage(light.path) == coverage(strong.path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"SourceSans3_400Regular\.ttf"):
        packaged_fonts(tmp_path)


def test_only_packaged_fonts_are_embedded(
    certificate_facts: CertificateFacts, certificate_fonts: FontSet
) -> None:
    pdf = render_pdf(certificate_facts, certificate_fonts)
    page: Any = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    fonts = page["/Resources"]["/Font"]
    names = {font.get_object()["/BaseFont"].split("+")[-1] for font in fonts.values()}
    assert names == {"SourceSans3-Regular", "SourceSans3-SemiBold"}
