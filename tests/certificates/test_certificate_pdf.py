"""The certificate's PDF: what a reader, a screen reader and a scanner find in it."""

import io
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import pypdf
import pytest
import segno
from pypdf.generic import DictionaryObject, IndirectObject

from courseware.certificates.rendering import (
    LABELS,
    CertificateFacts,
    FontSet,
    RenderError,
    UnprintableText,
    render_pdf,
)
from courseware.certificates.rendering import pdf as pdf_module
from courseware.certificates.rendering.facts import clean

NAMES = [
    "Łukasz Żółć",
    "Siân Gŵyr",
    "Ħal Għaxaq",
    "Žydrūnė Ąžuolaitė",
    "Nguyễn Thị Hồng Ngọc",
    "Ștefan Țîru",
    "Þórður Guðjónsson",
    "Ελένη Παπαδοπούλου",
    "Дмитро Їжак",
    "Ђорђе Љубић",
    "Արմեն Սարգսյան",
    "ნინო ჭავჭავაძე",
    "מרים כהן",
    "Seán D'Arcy-Ní Bhriain",
]


def read(pdf: bytes) -> Any:
    """A reader; untyped, because its dictionaries hold whatever a file holds."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return " ".join(read(pdf).pages[0].extract_text().split())


def structure(reader: Any) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    root = reader.root_object["/StructTreeRoot"].get_object()
    waiting = [root]
    while waiting:
        element = waiting.pop(0)
        if isinstance(element, IndirectObject):
            element = element.get_object()
        if isinstance(element, list):
            waiting = [*element, *waiting]
        elif isinstance(element, DictionaryObject):
            if "/S" in element:
                yield element
            waiting = [element.get("/K"), *waiting]


class TestText:
    def test_everything_is_printed(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        text = text_of(render_pdf(certificate_facts, certificate_fonts))
        unseen = {"verification_url", "language", "direction", "labels", "issued_at"}
        for field in fields(certificate_facts):
            value = getattr(certificate_facts, field.name)
            if field.name not in unseen and isinstance(value, str):
                assert value in text, field.name
        for objective in certificate_facts.objectives:
            assert objective in text
        for key in set(LABELS) - {"qr_alt", "demonstration"}:
            assert certificate_facts.labels[key] in text, key
        assert "training.northshire.example/verify/" in text

    @pytest.mark.parametrize("name", NAMES)
    def test_a_name_comes_back_letter_by_letter(
        self, name: str, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        facts = replace(certificate_facts, holder_name=name)
        text = text_of(render_pdf(facts, certificate_fonts))
        # The reader gives Hebrew words whole, but their order as they lie on the page.
        assert all(word in text for word in name.split())
        if not any("\u0590" <= letter <= "\u05ff" for letter in name):
            assert name in text

    def test_an_arabic_certificate_keeps_its_words_whole(
        self,
        certificate_facts: CertificateFacts,
        certificate_fonts: FontSet,
        arabic_labels: dict[str, str],
    ) -> None:
        facts = replace(
            certificate_facts,
            holder_name="فاطمة الزهراء",
            language="ar",
            direction="rtl",
            labels=arabic_labels,
        )
        pdf = render_pdf(facts, certificate_fonts)
        text = text_of(pdf)
        assert "فاطمة" in text
        assert "الزهراء" in text
        assert "شهادة" in text
        assert "7K3M-Q9TX-4HBR-W2ZD" in text
        assert "training.northshire.example/verify/" in text
        assert read(pdf).root_object["/Lang"] == "ar"

    def test_marks_without_a_composed_letter_stay_on_their_letter(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        facts = replace(certificate_facts, holder_name="Zoe\u0308 M\u0331ika J\u030cura")
        text = text_of(render_pdf(facts, certificate_fonts))
        assert "Zoë" in text
        assert "M\u0331ika" in text

    def test_a_character_no_font_has_is_refused_by_code_point_not_by_name(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        facts = replace(certificate_facts, holder_name="Ann 王")
        with pytest.raises(UnprintableText, match=r"U\+738B") as caught:
            render_pdf(facts, certificate_fonts)
        assert "Ann" not in str(caught.value)
        assert caught.value.characters == "王"

    def test_markup_in_a_name_is_text(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        hostile = '#panic("x") $x^2$ *bold* \\ "] } ${7*7} <b>'
        facts = replace(certificate_facts, holder_name=hostile)
        assert hostile in text_of(render_pdf(facts, certificate_fonts))

    def test_control_and_override_characters_are_dropped(self) -> None:
        assert clean("Ann\u202e\n\tLee\x00\u2066 ") == "Ann Lee"
        assert clean("می\u200cخواهم") == "می\u200cخواهم"

    def test_empty_facts_leave_no_label_behind(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        facts = replace(certificate_facts, valid_until="", learning_hours=" ", objectives=())
        text = text_of(render_pdf(facts, certificate_fonts))
        assert "Valid until" not in text
        assert "Learning time" not in text
        assert "After this course" not in text


class TestAccessibility:
    def test_it_declares_and_carries_its_structure(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        reader = read(render_pdf(certificate_facts, certificate_fonts))
        root = reader.root_object
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"] == "en-GB"
        assert root["/ViewerPreferences"]["/DisplayDocTitle"]
        xmp = root["/Metadata"].get_object().get_data().decode()
        assert re.search(r"pdfuaid:part[^0-9]{1,2}1", xmp)
        kinds = [element["/S"] for element in structure(reader)]
        headings = [kind for kind in kinds if re.fullmatch(r"/H\d", kind)]
        assert headings == ["/H1", "/H2", "/H3", "/H2"]
        assert kinds.count("/LI") == len(certificate_facts.objectives)
        assert kinds.count("/P") >= 10

    def test_title_language_author_and_the_qr_code_are_described(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        reader = read(render_pdf(certificate_facts, certificate_fonts))
        information = reader.metadata
        assert information is not None
        assert information.title == f"Certificate of completion: {certificate_facts.course_title}"
        assert information.author == "Northshire Police"
        assert information.creation_date == certificate_facts.issued_at
        figures = [element for element in structure(reader) if element["/S"] == "/Figure"]
        assert [figure["/Alt"] for figure in figures] == [certificate_facts.labels["qr_alt"]]

    def test_the_address_is_a_link(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        page = read(render_pdf(certificate_facts, certificate_fonts)).pages[0]
        targets = {note.get_object()["/A"]["/URI"] for note in page["/Annots"]}
        assert targets == {certificate_facts.verification_url}


class TestLayout:
    @pytest.mark.parametrize("demonstration", [False, True])
    def test_the_longest_texts_stay_on_one_small_page(
        self, demonstration: bool, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        name = "Featherstonehaugh-Cholmondeley " * 5 + "W" * 120
        objective = "Explain why recorded figures understate the problem, with an example. "
        facts = replace(
            certificate_facts,
            holder_name=name,
            course_title="First-responder essentials and " * 8 + "Ŵ" * 150,
            issued_by="Combined Northern and North-Eastern Police Training Directorate " * 2,
            objectives=(objective * 2,) * 16,
            is_demonstration=demonstration,
        )
        pdf = render_pdf(facts, certificate_fonts)
        assert len(read(pdf).pages) == 1
        assert len(pdf) <= 60_000
        everything = read(pdf).pages[0].extract_text()
        assert everything.replace("\n", "").replace(" ", "").count("W") >= 120
        width, height = read(pdf).pages[0].mediabox.upper_right
        assert (round(width), round(height)) == (842, 595)

    def test_ordinary_certificates_are_small(
        self,
        certificate_facts: CertificateFacts,
        certificate_fonts: FontSet,
        arabic_labels: dict[str, str],
    ) -> None:
        arabic = replace(certificate_facts, language="ar", direction="rtl", labels=arabic_labels)
        for facts in (certificate_facts, arabic):
            assert len(render_pdf(facts, certificate_fonts)) <= 50_000

    def test_a_demonstration_says_so_and_a_real_one_does_not(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        shown = replace(certificate_facts, is_demonstration=True)
        line = certificate_facts.labels["demonstration"]
        assert line in text_of(render_pdf(shown, certificate_fonts))
        assert line not in text_of(render_pdf(certificate_facts, certificate_fonts))

    def test_the_same_facts_give_the_same_bytes(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        first = render_pdf(certificate_facts, certificate_fonts)
        render_pdf(replace(certificate_facts, holder_name="Another"), certificate_fonts)
        pdf_module._compiler.cache_clear()
        assert render_pdf(certificate_facts, certificate_fonts) == first


class TestQrCode:
    def test_the_picture_holds_the_modules_of_the_address(self) -> None:
        url = "https://training.northshire.example/verify/7K3M-Q9TX-4HBR-W2ZD"
        expected = [list(row) for row in segno.make(url, error="m", micro=False, mask=2).matrix]
        assert modules_of(pdf_module.qr_svg(url), len(expected)) == expected


class TestRefusals:
    def test_a_missing_label_is_named(self, certificate_facts: CertificateFacts) -> None:
        labels = {**certificate_facts.labels}
        del labels["serial"]
        with pytest.raises(ValueError, match="serial"):
            replace(certificate_facts, labels=labels)

    def test_a_time_without_zone_is_refused(self, certificate_facts: CertificateFacts) -> None:
        with pytest.raises(ValueError, match="time zone"):
            replace(certificate_facts, issued_at=datetime(2026, 12, 4))  # noqa: DTZ001

    def test_a_language_typst_does_not_know_is_a_render_error(
        self, certificate_facts: CertificateFacts, certificate_fonts: FontSet
    ) -> None:
        with pytest.raises(RenderError, match="typst"):
            render_pdf(replace(certificate_facts, language="klingon"), certificate_fonts)


def modules_of(svg: str, size: int) -> list[list[int]]:
    """Paint the strokes of a QR code's SVG path into a matrix of 0 and 1."""
    found = re.search(r' d="([^"]+)"', svg)
    assert found
    matrix = [[0] * size for _ in range(size)]
    x, y = 0.0, 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", found[1]):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            for step in range(int(values[0])):
                matrix[int(y)][int(x) + step] = 1
            x += values[0]
        elif command == "M":
            x, y = values
        else:
            x, y = x + values[0], y + values[1]
    return matrix
