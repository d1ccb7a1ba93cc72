"""Tables as less tidy people and programs write them, each with what it holds."""

import pytest

from playground.data import table_points, tables
from playground.data.tables import TableError
from playground.data.tables.encoding import decoded

HEAD, BODY = "x,y,label\n", "1.5,-2.5,a\n2.25,7.25,b\n3.5,6.125,a\n"
FIRST = {"x": 1.5, "y": -2.5}


def read(content):
    """The sheet, and the points that are most likely meant."""
    content = content.encode() if isinstance(content, str) else content
    return tables.read(content), table_points.read(content)


@pytest.mark.parametrize(
    "content",
    [
        f"Operator:,Ann\nInstrument:,X100\n{HEAD}{BODY}",
        f"Operator:,Ann,\nSamples,120,\n\n{HEAD}{BODY}",
        f"Experiment 12\nDate,2024-01-01\n\n{HEAD}{BODY}",
        f"{HEAD}cm,kg,\n{BODY}",
        f"{HEAD}[s],[N],[-]\n{BODY}",
        f"{HEAD}width,height,class\ncm,cm,\n{BODY}",
        f",x,y,label\nunit,cm,kg,\n0,{BODY}".replace("\n2.25", "\n1,2.25").replace("\n3", "\n2,3"),
        "".join(f'"{line}"\n' for line in (HEAD + BODY).splitlines()),
        HEAD + '="1.5",="-2.5",a\n="2.25",="7.25",b\n="3.5",="6.125",="a"\n',
        "[['x', 'y', 'label'], [1.5, -2.5, 'a'], [2.25, 7.25, 'b'], [3.5, 6.125, 'a']]",
        HEAD + BODY + "\x1a",
        HEAD + BODY.replace("1.5,-2.5", "1.5°,(2.5)"),
        *((HEAD + BODY).replace(",", sign) for sign in ":^~"),
    ],
)
def test_the_table_within(content):
    sheet, points = read(content)
    assert points.columns == ("x", "y", "label") and points.names == ("a", "b")
    assert len(points.points) == 3 and points.left_out == ()
    values = {column.name: column.values[0] for column in sheet.columns if column.name in FIRST}
    assert values == FIRST


def test_what_stands_around_a_table_is_said():
    facts = "".join(f"Fact {number},{number}\n" for number in range(5))
    sheet, _ = read(f"{facts}{HEAD}cm,kg,\n{BODY}")
    assert list(sheet.numbers) == [8, 9, 10] and sheet.notes == (
        "Rows 1 to 5 stand above the table: they were skipped.",
        "Row 7 is about units, “cm, kg”: it was skipped.",
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (f"{HEAD}{BODY.replace('7.25', 'seven')}", "Row 3: “seven” is not a number in column 2."),
        ("x,y,label\n1,5,-2,5,a\n2,25,7,25,b\n", "Row 1 has 3 columns, the rows below have 5."),
        ("x,y,c\n1,5,2,5,a\n2,5,3,5,b\n4,2,5,b\n", "Row 1 has 3 columns"),
        ("x,y,z,c\n1,5,2,a\n2,5,3,b\n4,2,b\n", "Row 4 has 3 columns, the rows before have 4."),
    ],
)
def test_what_may_be_a_mistake_is_no_unit_and_no_gap(content, words):
    with pytest.raises(TableError) as caught:
        read(content)
    assert words in str(caught.value)


def test_rows_that_end_early():
    sheet, points = read("x,y,label\n1,2,a\n2,3\n3,4,b\n4,5\n5,6,a\n")
    assert points.left_out == (3, 5) and len(points.points) == 3
    assert "2 rows end early: the rest is missing." in sheet.notes


def test_large_tables_have_titles_and_units_too():
    body = "".join(f"{k % 97}.5,{k % 89}.25,a\n" for k in range(20_000))
    sheet, points = read(f"Mine,,\n{HEAD}cm,kg,\n{body}1,2,b\n")
    assert len(sheet) == 20_001 and points.names == ("a", "b") and len(sheet.notes) == 2


@pytest.mark.parametrize(
    "content",
    [
        ",a,b,target\n17,1.5,-2.5,0\n3,2.25,7.25,1\n22,3.5,6.125,0\n8,2.5,1.125,1\n",
        "Unnamed: 0.1,Unnamed: 0,a,b,target\n0,0,1.5,-2.5,0\n1,4,2.25,7.25,1\n2,9,3.5,6.125,0\n",
        '"","a","b","target"\n"Mazda",2.62,21,6\n"Datsun",2.32,22.8,4\n"Valiant",3.46,18.1,6\n',
    ],
)
def test_names_of_rows_are_neither_axis_nor_class(content):
    assert read(content)[1].columns == ("a", "b", "target")


@pytest.mark.parametrize("cell", ["n.d.", "s/d", "…", "N.D."])
def test_more_ways_to_say_that_nothing_is_known(cell):
    assert read(f"x,y,label\n1.5,2,a\n2,{cell},b\n3,4,{cell}\n5,1,b\n")[1].left_out == (3, 4)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "x;y;Größe\n1,5;2;weiß\n2;3;süß\n"),
        ("cp1252", "x;y;Štěpán".replace("ě", "e") + "\n1,5;2;naïve\n2;3;œuf\n"),
        ("cp1252", "x;y;étiquette\n1,5;2;à côté\n2;3;Ärger\n"),
        ("mac_roman", "x;y;Größe\n1,5;2;Käfer\n2;3;Löwe\n"),
        ("cp850", "x;y;Größe\n1,5;2;Käfer\n2;3;Löwe\n"),
        ("shift_jis", "x,y,分類\n1,2,ネコ\n2,3,イヌ\n"),
        ("euc_kr", "x,y,분류\n1,2,고양이\n2,3,강아지\n"),
        ("big5", "x,y,類別\n1,2,貓咪\n2,3,狗狗\n"),
        ("gbk", "长度,宽度,类别\n1,2,山鸢尾\n2,3,变色鸢尾\n"),
    ],
)
def test_encodings_are_told_apart(encoding, text):
    assert decoded(text.encode(encoding))[0] == text
