"""Points from a CSV file: what is understood, what is refused and with which words."""

import numpy as np
import pytest

from playground.data import packed, tables
from playground.data.table_columns import Choice, suggested
from playground.data.table_points import points, read, write
from playground.data.tables import TableError


def table(*rows):
    return "\n".join(rows).encode()


def test_words_are_classes_and_axes_of_different_units_are_scaled_apart():
    found = read(table("length,width,kind", "10,1,cat", "20,3,dog", "30,2,cat"))
    assert found.task == "classification" and found.names == ("cat", "dog") and not found.split
    assert found.points.places.tolist() == [[-5, -5], [0, 5], [5, 0]]
    assert found.points.answers.tolist() == [0, 1, 0]
    assert found.notes == (
        "“length” from 10 to 30 became −5 to 5.",
        "“width” from 1 to 3 became −5 to 5.",
    )


def test_points_that_lie_well_on_the_map_stay():
    found = read(table("-5,2,0", "5,-1,1", "0,-2,0"))
    assert found.points.places.tolist() == [[-5, 2], [5, -1], [0, -2]]
    assert all("as in the file" in line for line in found.notes)


def test_small_numbers_fill_the_map_unless_they_are_called_as_our_own():
    rows = ["0,0,x", "1,1,y"]
    assert read(table(*rows)).points.places.tolist() == [[-5, -5], [5, 5]]
    assert read(table("x1,x2,label", *rows)).points.places.tolist() == [[0, 0], [1, 1]]


def test_whole_numbers_of_few_kinds_are_classes_and_other_numbers_are_values():
    assert read(table("0,0,7", "4,4,3", "4,0,7")).names == ("3", "7")
    found = read(table("0,0,10.5", "4,4,20.5", "4,0,15.5"))
    assert found.task == "regression" and found.names == ()
    assert found.points.answers.tolist() == [-1, 1, 0]
    assert "10.5 to 20.5 became −1 to 1" in found.notes[-1]
    many = read(table(*(f"{i},{i % 5},{i}" for i in range(7))))
    assert many.task == "regression"
    kept = read(table("0,0,-0.5", "4,4,0.5", "4,0,0.25"))
    assert kept.points.answers.tolist() == [-0.5, 0.5, 0.25]


@pytest.mark.parametrize(
    "text",
    [
        "a;b;c\n-5,5;1,25;x\n5,5;-2;y\n",
        "a\tb\tc\n-5,5\t1.25\tx\n5.5\t-2\ty\n",
        "\ufeffa,b,c\r\n-5.5,1.25,x\r\n5.5,-2,y\r\n\r\n",
        "-5.5, 1.25, x\n5.5, -2, y",
        '"a","b","c"\n"-5.5","1.25","x"\n5.5,-2,y',
    ],
)
def test_usual_forms_of_csv(text):
    found = read(text.encode())
    assert found.points.places.tolist() == [[-5.5, 1.25], [5.5, -2]] and found.names == ("x", "y")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["a,b,c", *["1,2,x"] * 15, "3,abc,y"], "Row 17: “abc” is not a number in column 2."),
        (["1,2,x", "abc,2,y"], "Row 2: “abc” is not a number in column 1."),
        (["1,2,x", ",2,y"], "Row 2 is left out: “column 1” is missing."),
        (
            ["1,2,x", "nan,2,y"],
            "At least two rows of numbers are needed. Row 2 is left out: "
            "“column 1” is missing (nan).",
        ),
        (["1,2,x", "1,-inf,y"], "Row 2: “-inf” is not a finite number in column 2."),
        (["1,2,x", "1,1e999,y"], "not a finite number"),
        (["1,2,0.5", "2,1,nan"], "Row 2 is left out: “column 3” is missing (nan)."),
        (["1,2,0.5", "2,1,inf", "3,3,0.25"], "Row 2: “inf” is not a finite number in column 3."),
        (["1,2,x", "1,2"], "Row 2 has 2 columns, the rows before have 3."),
        (["1,2,x", "1,2,y,z"], "Row 2 has 4 columns"),
        (["1,2,x", "3,4,"], "Row 2 is left out: “column 3” is missing."),
        (["a,b,c", "1,5,2,5,x", "2,5,1,5,y"], "Row 1 has 3 columns, the rows below have 5."),
        (["1,2", "3,4"], "Three columns are needed"),
        (["1,2,x"], "At least two rows"),
        (["a,b,c"], "At least two rows"),
        (["a,b,c", "1,2,x"], "At least two rows"),
        (["1,2,x", "2,3,x"], "All rows have the same label"),
        (["1,2,x", "1,3,y"], "All numbers of column “column 1” are 1"),
        (["1,2,0.5", "2,3,0.5"], "All values are 0.5"),
        ([f"{i},{i},k{i}" for i in range(7)], "Column 3 has 7 different labels"),
        (["a,b,c", "x,1,y", "y,2,x"], "Two columns of numbers are needed, and only “b” is one."),
        (
            ["x,y", "1,2", "3,4"],
            "Three columns are needed: two numbers, and a class or a value. The file has 2.",
        ),
        (["x", "1", "3"], "The file has one."),
        (["a,b,c,split", "1,2,x,train", "2,3,y,exam"], "Row 3: the split is “exam”"),
        (["", ""], "The file is empty."),
        (['1,2,"x', "2,3,y"], "not proper CSV"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(rows, words):
    with pytest.raises(TableError) as caught:
        read(table(*rows))
    assert words in str(caught.value)


def test_of_too_many_rows_a_seeded_sample_is_taken():
    rows = [f"{i % 97},{i % 89},{'ab'[i % 2]}" for i in range(3000)]
    one, again, other = (read(table(*rows), seed) for seed in (1, 1, 2))
    assert len(one.points) == packed.MOST_POINTS and "random 1,200 of its 3,000" in one.notes[-1]
    assert np.array_equal(one.points.places, again.points.places)
    assert not np.array_equal(one.points.places, other.points.places)


def test_the_maps_own_colours_keep_their_classes():
    found = read(table("0,0,green", "4,4,blue", "4,0,green"))
    assert found.names == ("orange", "blue", "green") and found.points.answers.tolist() == [2, 1, 2]


def test_names_of_classes_hold_no_markup_and_differ():
    found = read(table("1,5,<b>x</b>", "2,6,<i>x</i>", f"3,9,{'long' * 20}", f"4,1,{'long' * 21}"))
    assert len(set(found.names)) == 4
    assert not set("<>[]*`$:,") & set("".join(found.names))
    assert max(map(len, found.names)) <= 24


def test_what_was_written_is_read_back_as_it_was():
    random = np.random.default_rng(1)
    for task, names in (("classification", ("ant", "bee", "cow")), ("regression", ())):
        answers = random.integers(0, 3, 50) if names else random.uniform(-1, 1, 50)
        some = packed.Points(random.uniform(-1, 1, (50, 2)), answers, random.integers(0, 3, 50))
        text = packed.pack(some, task)
        some = packed.unpack(text, task)
        found = read(write(some, names).encode())
        assert found.split and found.names == names and found.task == task
        assert packed.pack(found.points, task) == text


def test_a_table_starts_with_the_names_of_its_columns():
    one = packed.Points(np.array([[1.5, -2]]), np.array([1]), np.array([2]))
    assert write(one, ("a", "b")) == "x1,x2,label,split\n1.500,-2.000,b,test\n"


def test_circles_stay_circles():
    angles = np.linspace(0, 2 * np.pi, 50)
    for a, b, far in ((1.45, 1.55, 0), (100, 100, 7), (1, 3, -2), (0.01, 0.01, 0)):
        rows = [
            f"{a * np.cos(t) + far},{b * np.sin(t)},{'io'[i % 2]}" for i, t in enumerate(angles)
        ]
        spans = np.ptp(read(table(*rows)).points.places, axis=0)
        assert spans[0] / spans[1] == pytest.approx(a / b, rel=0.01) and 3 <= spans.max() <= 10


def test_one_scale_or_two_as_the_visitor_chooses():
    sheet = tables.read(table("0,0,a", "100,1,b", "50,0.5,a"))
    spans = [
        np.ptp(points(sheet, Choice(0, 1, 2, same_scale=same)).points.places, axis=0)
        for same in (None, True, False)
    ]
    assert np.allclose(spans, [[10, 10], [10, 0.1], [10, 10]])


def test_rows_with_something_missing_are_named_and_left_out():
    rows = [
        "bill,depth,sex",
        "39,18,male",
        "40,17,female",
        "NA,18,male",
        "36,,female",
        "37,19,#N/A",
    ]
    found = read(table(*rows))
    assert len(found.points) == 2 and found.names == ("female", "male")
    assert found.left_out == (4, 5, 6)
    assert found.notes[0] == (
        "3 rows are left out, as “bill” or “depth” or “sex” is missing: rows 4, 5, 6."
    )
    many = read(table("a,b,c", *["1,2,x", "2,3,y"] * 5, *["1,2,"] * 20))
    assert many.notes[0].endswith("rows 12, 13, 14, 15, 16, 17, 18, 19 and 12 more.")


@pytest.mark.parametrize(
    "word",
    [
        "NA",
        "n/a",
        "NaN",
        "-",
        "–",
        "null",
        "NULL",
        "#N/A",
        "#NV",
        "",
        " ",
        "?",
        ".",
        "None",
        "<NA>",
        "N.A.",
        "-nan",
        "1.#QNAN",
    ],
)
def test_words_for_nothing_are_never_a_class_nor_a_number(word):
    found = read(table("a,b,c", "1,2,x", f"2,3,{word}", "3,1,y", f"{word},3,y"))
    assert found.names == ("x", "y") and found.left_out == (3, 5)


def test_signs_and_words_that_are_classes():
    assert read(table("1,2,+", "2,3,-", "3,1,+")).names == ("+", "-")
    assert read(table("1,2,none", "2,3,mild", "3,1,none")).names == ("mild", "none")


@pytest.mark.parametrize(
    ("head", "rows", "columns"),
    [
        (",x1,x2,label", ["0,1,5,a", "1,2,7,b", "2,3,6,a"], ("x1", "x2", "label")),
        (
            "sepal_length,sepal_width,petal_length,petal_width,species",
            ["5.1,3.5,1.4,0.2,setosa", "7,3.2,4.7,1.4,versicolor"],
            ("sepal_length", "sepal_width", "species"),
        ),
        (
            "id,diagnosis,radius,texture",
            ["842302,M,17.9,10.3", "842517,B,20.5,17.7"],
            ("radius", "texture", "diagnosis"),
        ),
        ("species,a,b", ["cat,1,5", "dog,2,7"], ("a", "b", "species")),
        ("label,a,b", ["0,1,5", "1,2,7"], ("a", "b", "label")),
        ("x,y,z", ["0,1,5", "1,2,7.5"], ("x", "y", "z")),
        ("name,y,x,group", ["one,1,5,a", "two,2,7,b"], ("x", "y", "group")),
        ("a,name,b,town", ["1,cat,5,x", "2,dog,7,x"], ("a", "b", "name")),
        ("a,b,c,town", ["1,4,5,x", "2,5,7,x"], ("a", "b", "c")),
        ("x1,x2,x3,target", ["1,2,3,0.5", "2,3,1,0.7", "3,3,2,0.9"], ("x1", "x2", "target")),
    ],
)
def test_which_of_many_columns_are_meant(head, rows, columns):
    assert read(table(head, *rows)).columns == columns


def test_other_columns_can_be_chosen():
    sheet = tables.read(table("a,b,c,kind,size", "1,2,9,x,1", "2,3,8,y,5", "3,1,6,x,3"))
    assert suggested(sheet).columns == (0, 1, 3)
    found = points(sheet, Choice(1, 2, 4, task="regression"))
    assert found.columns == ("b", "c", "size") and found.task == "regression"
    assert found.points.answers.tolist() == [-1, 1, 0]
    with pytest.raises(TableError, match="Row 2: “x” is not a number in column 4"):
        points(sheet, Choice(0, 3, 4))


def test_numbers_that_are_written_differently_are_one_class():
    assert read(table("1,2,0.0", "2,3,1", "3,1,1.0", "4,2,0e0")).names == ("0", "1")


def test_few_wrong_cells_among_values_are_errors_and_no_classes():
    rows = [f"{i},{i * i},{i / 7:.3f}" for i in range(40)]
    with pytest.raises(TableError, match="Row 41: “abc” is not a number in column 3"):
        read(table(*rows, "1,2,abc"))


def test_what_each_point_is_for_in_other_words():
    found = read(table("x,y,c,Split", "1,2,a,Training", "2,3,b,TEST", "3,3,b,val"))
    assert found.split and found.points.splits.tolist() == [0, 2, 1]
