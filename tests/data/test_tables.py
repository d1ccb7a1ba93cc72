"""Tables as people bring them: encodings, line ends, signs between columns, decimals, remarks."""

import datetime
import io
import time
import tracemalloc
import zipfile
from contextlib import suppress

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.data import table_points, tables
from playground.data.tables import TableError, numerals
from playground.data.tables.encoding import decoded
from playground.data.tables.reading import POINTS

SECONDS = 4  # of a processor, for the largest file; about 1 on a machine that does nothing else


def cells(content):
    """All cells of a file as words, and the names of its columns."""
    sheet = tables.read(content.encode() if isinstance(content, str) else content)
    rows = [[column.words[k] for column in sheet.columns] for k in range(len(sheet))]
    return [column.name for column in sheet.columns], rows


EXPECTED = ["x", "y", "c"], [["1.5", "-2.5", "a"], ["2", "7.25", "b"], ["3.5", "6", "a"]]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", " ", "   ", " \t ", ", ", " ; ", "；", "，"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_every_sign_between_columns_and_every_line_end(sign, end):
    lines = ["x,y,c", "1.5,-2.5,a", "2,7.25,b", "3.5,6,a"]
    assert cells(end.join(line.replace(",", sign) for line in lines)) == EXPECTED
    assert cells(end.join(line.replace(",", sign) + sign.strip(" ") for line in lines)) == EXPECTED


@pytest.mark.parametrize("sign", [";", "\t", "|", " ", ";  "])
def test_decimal_commas(sign):
    lines = ["x/y/c", "1,5/-2,5/a", "2/7,25/b", "3,5/6,0/a"]
    assert cells("\n".join(line.replace("/", sign) for line in lines)) == EXPECTED
    assert cells("\n".join(line.replace("/", sign) for line in lines[1:]))[1] == EXPECTED[1]


def test_quotes_are_respected():
    assert cells('"x","y","c"\n"1,5","-2,5","a"\n"2","7,25","b"\n"3,5","6","a"\n') == EXPECTED
    names, rows = cells('x,y,"the ""class"""\n1,2,"one, or two"\n2,3,"a\n\nb"\n3,3,b;c\n')
    assert names[2] == 'the "class"'
    assert [row[2] for row in rows] == ["one, or two", "a\n\nb", "b;c"]


@pytest.mark.parametrize(
    "form",
    [
        "sep=;\nx;y;c\n{}",
        "SEP=;\r\nx;y;c\n{}",
        '"sep=;"\nx;y;c\n{}',
        "\ufeffsep=;\nx;y;c\n{}",
        "\n\n x ; y;c \n\n{}",
        "# made by hand; 2024\nx;y;c\n# and\n{}",
        "% a remark\nx;y;c\n{}\n\n# end",
        "x;y;c;\n{}",
        "x;y;c;;;\n{}\n;;;;;\n",
        "My measurements\n\nx;y;c\n{}",
        "My measurements;;\n;;\nx;y;c\n{}",
        "x;y;c\n{}\nSource: the web",
        "x;y;c\n{}\n(3 rows)",
        "x;y;c\n--------------\n{}",
        "# x;y;c\n{}",
        "// x;y;c\n{}",
        "@relation r\nx;y;c\n{}",
    ],
)
def test_what_stands_around_a_table(form):
    assert cells(form.format("1,5;-2,5;a\n\n2;7,25;b\n3,5;6;a")) == EXPECTED


def test_a_said_sign_is_taken_as_said():
    assert cells("sep=|\nx|y|c\n1,5|-2,5|a\n2|7,25|b\n3,5|6|a\n") == EXPECTED
    assert cells("sep=\\t\nx\ty\tc\n1,5\t-2,5\ta\n2\t7,25\tb\n3,5\t6\ta\n") == EXPECTED
    assert cells("sep=:\nx:y:c\n1.5:-2.5:a\n2:7.25:b\n3.5:6:a\n") == EXPECTED


def test_tables_as_other_programs_draw_them():
    r = '"x" "y" "c"\n"1" 1.5 -2.5 "a"\n"2" 2 7.25 "b"\n"3" 3.5 6 "a"\n'
    assert cells(r) == (
        ["column 1", *EXPECTED[0]],
        [[str(k), *row] for k, row in enumerate(EXPECTED[1], 1)],
    )
    psql = "  x  |  y   | c \n-----+------+---\n 1.5 | -2.5 | a\n   2 | 7.25 | b\n 3.5 |    6 | a\n"
    assert cells(psql) == EXPECTED
    markdown = "| x | y | c |\n|---|--:|---|\n| 1.5 | -2.5 | a |\n| 2 | 7.25 | b |\n|3.5|6|a|\n"
    assert cells(markdown) == EXPECTED
    numpy = "# x y c\n1.500e+00 -2.500e+00 0.0e+00\n2.0e+00 7.25e+00 1.0e+00\n"
    assert cells(numpy) == (["x", "y", "c"], [["1.5", "-2.5", "0"], ["2", "7.25", "1"]])


@pytest.mark.parametrize(
    "form",
    [
        "+-----+------+---+\n| x   | y    | c |\n+-----+------+---+\n{}\n+-----+------+---+\n",
        "┌─────┬──────┬───┐\n│  x  │  y   │ c │\n├─────┼──────┼───┤\n{}\n└─────┴──────┴───┘\n",
    ],
)
def test_boxes(form):
    sign = "│" if "│" in form else "|"
    rows = "\n".join(f"{sign} {x} {sign} {y} {sign} {c} {sign}" for x, y, c in EXPECTED[1])
    assert cells(form.format(rows)) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "[[ 1.5 -2.5 a]\n [ 2.   7.25 b]\n [ 3.5  6. a]]\n",
        "[1.5, -2.5, 'a'],\n[2, 7.25, 'b'],\n[3.5, 6, 'a']\n",
        '(1.5, -2.5, "a")\n(2, 7.25, "b")\n(3.5, 6, "a")\n',
    ],
)
def test_rows_as_programs_print_them(text):
    assert cells(text)[1] == EXPECTED[1]


@pytest.mark.parametrize(
    ("text", "names", "count"),
    [
        ("0,1,2\n1.5,2.5,a\n2.5,3.5,b\n", ["0", "1", "2"], 2),
        (",0,1,2\n0,1,2,0\n1,2,3,1\n", ["column 1", "0", "1", "2"], 2),
        ("0,1,2\n1,0,3\n2,2,2\n", ["column 1", "column 2", "column 3"], 3),
    ],
)
def test_names_that_only_count(text, names, count):
    found, rows = cells(text)
    assert found == names and len(rows) == count


def test_what_was_skipped_is_said_and_rows_keep_their_numbers():
    sheet = tables.read(b"\n# hello\n1,2,a\n\n\n2,3,b\n#,\n\n3,4,a\n\n\n")
    assert sheet.notes == ("4 empty lines were skipped.", "2 comment lines were skipped.")
    assert list(sheet.numbers) == [3, 6, 9]
    assert tables.read(b"sep=,\n1,2,a\n2,3,b").notes == ()
    assert "“Mine”" in tables.read(b"Mine,,\n1,2,a\n2,3,b").notes[0]


def test_signs_of_comments_may_be_data():
    assert cells("#f00,1,2\n#0f0,2,3\n#00f,2,1\n")[1][0] == ["#f00", "1", "2"]
    assert cells("1,2,#1\n2,3,#2\n")[1] == [["1", "2", "#1"], ["2", "3", "#2"]]
    assert cells('1,2,"a\n# no remark"\n2,3,b\n')[1][0][2] == "a\n# no remark"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252"],
)
def test_encodings_of_western_tables(encoding):
    text = "Länge;Breite;Größe\n1;2;Käfer\n2;3;Löwe\n3;1;Bär\n"
    names, rows = cells(text.encode(encoding))
    assert names == ["Länge", "Breite", "Größe"]
    assert [row[2] for row in rows] == ["Käfer", "Löwe", "Bär"]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gbk", "甲,乙,类\n1,2,猫\n2,3,狗\n"),
        ("gb18030", "长度,宽度,品种\n1,2,山鸢尾\n2,3,狗\n"),
        ("cp1251", "длина,ширина,класс\n1,2,кошка\n2,3,собака\n"),
        ("utf-16", "甲\t乙\t类\n1\t2\t猫\n2\t3\t狗\n"),
    ],
)
def test_encodings_of_other_letters(encoding, text):
    assert decoded(text.encode(encoding))[0].removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("−1.5", -1.5),
        ("–2", -2),
        ("+3", 3),
        ("1e-3", 0.001),
        ("1.5D+02", 150),
        (".5", 0.5),
        ("5.", 5),
        ("1'234.5", 1234.5),
        ("1’234", 1234),
        ("1 234", 1234),
        ("1\u202f234.5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567),
        ("12,34,567", 1234567),
        ("50%", 50),
        ("50 %", 50),
        ("€ 5", 5),
        ("$1,000", 1000),
        ("inf", np.inf),
        ("-∞", -np.inf),
        ("１２", 12),
        ("1_000", None),
        ("1.2.3", None),
        ("12,3,4", None),
        ("abc", None),
        ("1 2", None),
        ("0x1F", None),
        ("nan", None),
        ("e5", None),
        ("", None),
        ("12.05.2024", None),
        ("1-2", None),
        ("--1", None),
    ],
)
def test_numbers_as_people_write_them(cell, number):
    assert numerals.value(cell) == number
    if number is not None:
        swapped = cell.translate(str.maketrans(".,", ",."))
        assert numerals.value(swapped, ",") == number


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        (["1 234,5", "2"], ","),
        (["€ 1,5", "€ 2"], ","),
        (["1,5", "2"], ","),
        (["1.5", "2"], "."),
        (["1.234,5", "1.234"], ","),
        (["1,234.5", "1,234"], "."),
        (["1,234,567", "1,234"], "."),
        (["1.234.567", "1.234"], ","),
        (["1,5", "1.5"], "both"),
        (["0,123"], ","),
        (["0.123"], "."),
        (["1.234"], "."),
        (["12345,678"], ","),
        (["1,234", "a,b", "12.05.24"], ","),
        (["-0,5", "1.234"], ","),
    ],
)
def test_the_decimal_sign_is_judged_over_all_cells(words, sign):
    assert numerals.decimal_sign(words) == sign


def test_a_comma_before_three_digits_is_what_the_other_commas_are():
    assert cells("x;y;c\n1,370;-2,302;a\n0,5;4,835;b\n")[1][0][:2] == ["1.37", "-2.302"]
    assert cells("x;y;c\n1,370;-2,302;a\n3,133;4,835;b\n")[1][0][:2] == ["1.37", "-2.302"]
    assert cells('x,y,c\n"1,370",2.5,a\n"3,133",7,b\n')[1][0][:2] == ["1370", "2.5"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\n \n\t\n", "The file is empty"),
        (b",,,\n,,,", "is empty"),
        (b"\xff\xfe\x00\x00", "The file is empty"),
        (b"1,2,x\0\n", "not a text file"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a picture"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "an old Excel file (.xls)"),
        (b"\x1f\x8b\x08" + bytes(99), "compressed"),
        (b"\x93NUMPY\x01", "savetxt"),
        (b'{"a": [1, 2]}', "JSON"),
        (b'[{"a": 1}]', "JSON"),
        (b"<html><table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "web page"),
        (b"PK\x03\x04" + bytes(99), "damaged"),
        (b"1,2,x\n" * (POINTS.rows + 1), f"{POINTS.rows + 1:,} rows; at most {POINTS.rows:,}"),
        (b"1,2,x\n" * 900_000, "5.4 MB; at most 5 MB"),
        (b"\n" * 300_000 + b"1", "300,001 lines"),
        (b"a" * 30_000, "longer than 20,000 letters"),
        (b"1," * 600 + b"1\n", "601 columns"),
        (b'1,2,"x\n2,3,y', "in row 1 a quotation mark"),
        (b'1,2,3\n2,"a"b,4', "in row 2 a quotation"),
    ],
)
def test_what_is_no_table_is_named(content, words):
    with pytest.raises(TableError) as caught:
        tables.read(content)
    assert words in str(caught.value) and str(caught.value).endswith((".", ")."))


# ---- spreadsheets ----

ROWS = [["x", "y", "c"], [1.5, -2.5, "a"], [2, 7.25, "b"], [3.5, 6, "a"]]


def excel(*sheets, prepare=lambda book: None):
    """An Excel file with these sheets: lists of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        page = book.create_sheet(f"Page {number}")
        for row in rows:
            page.append(row)
    prepare(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def open_document(body):
    """An OpenDocument spreadsheet around the XML of its tables."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            "<office:document-content " + names + "><office:body>"
            f"<office:spreadsheet>{body}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return file.getvalue()


def text_cell(words):
    return (
        f'<table:table-cell office:value-type="string"><text:p>{words}</text:p></table:table-cell>'
    )


def number_cell(number):
    return f'<table:table-cell office:value-type="float" office:value="{number}"/>'


def open_document_table(rows, name="Data"):
    lines = [
        "<table:table-row>"
        + "".join(text_cell(cell) if isinstance(cell, str) else number_cell(cell) for cell in row)
        + "</table:table-row>"
        for row in rows
    ]
    return f'<table:table table:name="{name}">{"".join(lines)}</table:table>'


def test_excel_and_open_document_give_what_csv_gives():
    assert cells(excel(ROWS)) == EXPECTED
    assert cells(open_document(open_document_table(ROWS))) == EXPECTED
    assert tables.read(excel(ROWS)).form == ("Excel",)


def test_a_table_anywhere_on_a_sheet():
    placed = [["Flowers of 1936"], [], *([None, None, *row] for row in ROWS), [], ["Source: R."]]
    sheet = tables.read(excel(placed))
    assert [column.name for column in sheet.columns] == ["x", "y", "c"]
    assert list(sheet.numbers) == [4, 5, 6] and len(sheet.notes) == 2


def test_the_first_sheet_with_a_table_is_read_and_named():
    content = excel([["About"], ["these data"]], ROWS, [["p", "q", "r"], [1, 2, 3], [2, 3, 4]])
    assert cells(content) == EXPECTED
    assert tables.read(content).notes == ("Of 3 sheets, “Page 2” was read.",)

    def hide(book):
        book.worksheets[0].sheet_state = "hidden"

    assert cells(excel([["p", "q", "r"], [1, 2, 3]], ROWS, prepare=hide)) == EXPECTED


def test_cells_of_every_kind():
    rows = [
        ["x", "when", "c"],
        [1, datetime.datetime(2024, 5, 1), True],
        [2.5, "1,5", "#N/A"],
        [1.234, "0,5", None],
        [3, "2,25", False],
    ]
    sheet = tables.read(excel(rows))
    assert sheet.columns[0].values.tolist() == [1, 2.5, 1.234, 3]
    assert sheet.columns[1].values.tolist()[1:] == [1.5, 0.5, 2.25]
    assert sheet.columns[2].missing.tolist() == [False, True, True, False]
    assert sheet.columns[2].words[0] == "True"


def test_repeated_rows_and_cells_of_open_document():
    def row(cells, times=1):
        return f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'

    empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    same = (
        '<table:table-cell office:value-type="float" office:value="2" '
        'table:number-columns-repeated="2"/>'
    )
    body = (
        row(text_cell("x") + text_cell("y") + text_cell("c") + empty)
        + row(same + text_cell("a") + empty, 2)
        + row(empty, 1000)
        + row(number_cell(1) + number_cell(3) + text_cell("b"))
        + row(empty, 1_040_000)
    )
    sheet = tables.read(open_document(f'<table:table table:name="A">{body}</table:table>'))
    assert sheet.columns[0].values.tolist() == [2, 2, 1] and list(sheet.numbers) == [2, 3, 1004]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda: excel([]), "empty"),
        (lambda: excel([[1, 2, 3]] * 60_000), "too large"),
        (lambda: open_document(""), "empty"),
        (
            lambda: open_document(
                '<table:table><table:table-row table:number-rows-repeated="1000000">'
                + number_cell(1) * 3
                + "</table:table-row></table:table>"
            ),
            "too large",
        ),
        (lambda: excel(ROWS)[:-200], "damaged"),
        (lambda: excel(ROWS)[:300], "damaged"),
    ],
)
def test_spreadsheets_that_cannot_be_read(content, words):
    with pytest.raises(TableError, match=words):
        tables.read(content())


def archive(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "."), content)
    return file.getvalue()


def test_other_archives_and_bombs_are_refused_unopened():
    with pytest.raises(TableError, match="without a table"):
        tables.read(archive(**{"word/document__xml": "<a/>"}))
    with pytest.raises(TableError, match="xlsb"):
        tables.read(archive(**{"xl/workbook__bin": "a"}))
    bomb = archive(content__xml="<a>" + "b" * 60_000_000 + "</a>")
    tracemalloc.start()
    with pytest.raises(TableError, match="too large"):
        tables.read(bomb)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    laughs = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
    for name in ("content__xml", "xl/workbook__xml"):
        for text in (laughs, laughs.encode("utf-16")):
            with pytest.raises(TableError, match="damaged"):
                tables.read(archive(**{name: text}))


# ---- anything at all ----

MIXED = st.lists(
    st.sampled_from(
        [
            "1",
            "2.5",
            "-3,25",
            "a",
            "b",
            "NA",
            ",",
            ",",
            ";",
            "\t",
            " ",
            "|",
            "\n",
            "\n",
            "\r",
            '"',
            "'",
            "#",
            "sep=;",
            "\ufeff",
            "−",
            "1.234,5",
            "inf",
            "1e999",
            "\u2028",
            "é",
            "=",
            "---",
            "x1",
            "%",
            "@",
            "\0",
        ]
    ),
    max_size=80,
).map("".join)


def tried(content):
    """Points or TableError, in bounded time."""
    started = time.process_time()
    try:
        found = table_points.read(content)
    except TableError as error:
        assert str(error).endswith((".", ")."))
    else:
        assert np.isfinite(found.points.places).all() and np.isfinite(found.points.answers).all()
        assert np.abs(found.points.places).max() <= 6 and len(found.points) >= 2
        assert len(found.points) + len(found.left_out) <= content.count(b"\n") + content.count(
            b"\r"
        ) + content.count("\u2028".encode()) + 1 or content[:2] in (b"PK", b"\xff\xfe")
    assert time.process_time() - started < 2


@settings(max_examples=300, deadline=None)
@given(MIXED)
def test_any_text_gives_points_or_a_sentence(text):
    tried(text.encode())


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"1,2,3\n4,5,6\n"])
)
def test_any_bytes_give_points_or_a_sentence(content, start):
    tried(start + content)


WORKBOOK, DOCUMENT = excel(ROWS), open_document(open_document_table(ROWS))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([WORKBOOK, DOCUMENT]), st.data())
def test_any_damage_to_a_spreadsheet_gives_points_or_a_sentence(content, data):
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    tried(bytes(content))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_damage_to_the_parts_of_a_spreadsheet_gives_points_or_a_sentence(data):
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as packed:
        parts = {name: bytearray(packed.read(name)) for name in packed.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    parts[name][start : start + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
    tried(archive(**{name: bytes(part) for name, part in parts.items()}))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(",;\t| "),
    st.sampled_from(".,"),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.data(),
)
def test_a_table_is_read_back_in_every_form(sign, decimal, headed, encoding, data):
    if sign == decimal:
        decimal = "."
    number = st.floats(-999, 999).map(lambda value: round(value, 2))
    rows = data.draw(
        st.lists(
            st.tuples(number, number, st.sampled_from(["one", "two"])), min_size=3, max_size=20
        )
    )
    lines = [sign.join(["width", "height", "kind"])] * headed + [
        sign.join([str(x).replace(".", decimal), str(y).replace(".", decimal), kind])
        for x, y, kind in rows
    ]
    sheet = tables.read("\n".join(lines).encode(encoding))
    assert [column.name for column in sheet.columns] == (
        ["width", "height", "kind"] if headed else ["column 1", "column 2", "column 3"]
    )
    assert np.array_equal(
        [column.values for column in sheet.columns[:2]], np.array([row[:2] for row in rows]).T
    )
    assert sheet.columns[2].words == [row[2] for row in rows]


LARGE = [
    "0.1234567,0.7654321,ab\n",
    "0,123456;0,654321;ab\n",
    "1,234.5;2;x\n",
    "-,-,-\n",
    "1,2,3,4,5,6,7,8,9\n",
]


def filled(line):
    """As many rows as may be read of a line."""
    return (line * min(50_000, 500_000 // (line.count(",") + 1))).encode()


@pytest.mark.parametrize("line", LARGE)
def test_the_largest_tables_take_little_time(line):
    tables.read(b"1,2,3\n")
    started = time.process_time()
    with suppress(TableError):
        table_points.read(filled(line))
    assert time.process_time() - started < SECONDS


def test_the_largest_table_takes_little_memory():
    content = filled("11,22,33,44,55,66,77,88,99\n")
    tracemalloc.start()
    with suppress(TableError):
        table_points.read(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000_000
