"""Reading a list of people: encodings, separators, column names, and what is wrong with a line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courseware.enrolments.schema import MOST_BYTES, Line, ListError, Problem, read_list

A, B = "alice@example.org", "N-1001"
JUNE = date(2026, 6, 30)


def given_of(data: bytes | str) -> list[str]:
    return [line.given for line in read_list(data)]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
)
def test_whatever_wrote_the_file(encoding: str) -> None:
    text = f"e-mail;name\r\n{A};Müller\r\n{B};Señor\r\n"
    assert given_of(text.encode(encoding)) == [A, B]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_whatever_separates(separator: str, end: str) -> None:
    text = end.join(f"{who}{separator}2026-06-30" for who in (A, B)) + end
    assert read_list(text) == [Line(1, A, JUNE), Line(2, B, JUNE)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_due_date_may_stand_in_some_lines_only(separator: str) -> None:
    assert read_list(f"{A}\n{B}{separator}2026-06-30\n") == [Line(1, A), Line(2, B, JUNE)]


def test_a_spreadsheet_s_own_word_about_the_separator() -> None:
    assert read_list(f"sep=;\r\n{A};2026-06-30\r\n") == [Line(2, A, JUNE)]


@pytest.mark.parametrize(
    "names",
    [
        "E-mail,Due date",
        "email,due",
        "EMAIL ADDRESS,Due_Date",
        "Service number,due",
        "\ufeffemail,due",
        "Correo electrónico,Fecha límite",
        "Número de servicio,Plazo",
    ],
)
def test_column_names_are_known(names: str) -> None:
    assert read_list(f"{names}\n{A},2026-06-30") == [Line(2, A, JUNE)]


def test_named_columns_may_stand_anywhere_and_twenty_others_beside_them() -> None:
    names = [f"c{n}" for n in range(18)]
    text = ",".join([*names, "due", "service number", "e-mail"]) + "\n"
    text += ",".join([*names, "2026-06-30", "", A]) + "\n"
    text += ",".join([*names, "", B, A]) + "\n"
    assert read_list(text) == [Line(2, A, JUNE), Line(3, B)]


def test_without_names_the_first_two_columns_count() -> None:
    assert read_list(f"{A},30.6.2026" + ",x" * 18) == [Line(1, A, JUNE)]
    assert read_list(f"{A},30/06/2026") == [Line(1, A, JUNE)]
    assert read_list(A) == [Line(1, A)]


@pytest.mark.parametrize("first", [A, f"E-mail\n{A}", f"sep=;\n{A}", f"sep=;\ne-mail\n{A}"])
def test_only_a_later_line_may_have_a_second_column(first: str) -> None:
    lines = read_list(f"{first}\n{B};2026-06-30\ncarol@example.org;\n{B};soon\n")
    assert [(line.given, line.due_on, line.is_date_wrong) for line in lines] == [
        (A, None, False),
        (B, JUNE, False),
        ("carol@example.org", None, False),
        (B, None, True),
    ]


def test_without_names_each_line_may_be_separated_in_its_own_way() -> None:
    text = f"{A}\n{B},2026-06-30\n{A}\t30.6.2026\n{B};30/06/2026;a note, with a comma\n"
    assert [(line.given, line.due_on) for line in read_list(text)] == [
        (A, None),
        (B, JUNE),
        (A, JUNE),
        (B, JUNE),
    ]


def test_a_line_of_names_says_what_separates_all_lines() -> None:
    text = f"note;e-mail\none, two;{A}\nthree;{B}\n"
    assert given_of(text) == [A, B]


def test_empty_lines_say_nothing_and_numbers_are_the_file_s() -> None:
    assert read_list(f"\n\n{A}\n  \n{B}\n\n") == [Line(3, A), Line(5, B)]


@pytest.mark.parametrize("day", ["31.6.2026", "2026-02-30", "soon", "20260630", "1.1.26", "=1+1"])
def test_a_day_that_is_none_is_said(day: str) -> None:
    assert read_list(f"{A},{day}") == [Line(1, A, is_date_wrong=True)]


def test_a_wrong_line_never_spoils_a_good_one() -> None:
    lines = read_list(f'"{A}\n{B}\n"x""y\n{"z" * 200_000}\n\x00{A}\n{B}\x07\n{A}')
    assert [(line.number, line.is_unreadable) for line in lines if line.given in {A, B}] == [
        (1, False),
        (2, False),
        (7, False),
    ]
    assert lines[3].is_unreadable
    assert [line.given for line in lines[4:6]] == [f"\ufffd{A}", f"{B}\ufffd"]
    assert all(line.is_unreadable for line in lines[3:6])


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", Problem.EMPTY),
        (" \n\n", Problem.EMPTY),
        ("sep=;\n", Problem.EMPTY),
        ("e-mail;due\n", Problem.EMPTY),
        (b"PK\x03\x04 a workbook", Problem.WORKBOOK),
        (b"\xd0\xcf\x11\xe0 an old workbook", Problem.WORKBOOK),
        (b"x" * (MOST_BYTES + 1), Problem.TOO_LARGE),
        ("x\n" * 5_001, Problem.TOO_MANY),
        (b"\x81\x8d\x8f", Problem.NOT_TEXT),
        (b"\xff\xfea", Problem.NOT_TEXT),
        ("name,due\nAlice,2026-06-30\n", Problem.NO_PEOPLE_COLUMN),
    ],
)
def test_a_list_that_is_none_is_refused_as_a_whole(data: bytes | str, problem: Problem) -> None:
    with pytest.raises(ListError) as refusal:
        read_list(data)
    assert refusal.value.problem is problem


def test_five_thousand_lines_are_taken() -> None:
    assert len(read_list("e-mail\n" + "x\n" * 5_000)) == 5_000


@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_nothing_breaks_it(data: bytes | str) -> None:
    try:
        lines = read_list(data)
    except ListError:
        return
    for line in lines:
        assert len(line.given) <= 254
        assert not set(line.given) & set("\x00\n\r")
        line.given.encode()
