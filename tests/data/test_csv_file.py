"""Points from a CSV file: what is understood, what is refused and with which words."""

import numpy as np
import pytest

from playground.data import csv_file, packed
from playground.data.csv_file import CsvError, read, write


def table(*rows):
    return "\n".join(rows).encode()


def test_words_are_classes_and_columns_are_stretched():
    found = read(table("length,width,kind", "10,1,cat", "20,3,dog", "30,2,cat"))
    assert found.task == "classification" and found.names == ("cat", "dog") and not found.split
    assert found.points.places.tolist() == [[-5, -5], [0, 5], [5, 0]]
    assert found.points.answers.tolist() == [0, 1, 0]
    assert found.told == (
        "“length” from 10 to 30 was stretched to −5 to 5.",
        "“width” from 1 to 3 was stretched to −5 to 5.",
    )


def test_points_that_lie_well_on_the_map_stay():
    found = read(table("-5,2,0", "5,-1,1", "0,-2,0"))
    assert found.points.places.tolist() == [[-5, 2], [5, -1], [0, -2]]
    assert all("as in the file" in line for line in found.told)


def test_small_numbers_fill_the_map_unless_they_are_called_as_our_own():
    rows = ["0,0,x", "1,1,y"]
    assert read(table(*rows)).points.places.tolist() == [[-5, -5], [5, 5]]
    assert read(table("x1,x2,label", *rows)).points.places.tolist() == [[0, 0], [1, 1]]


def test_whole_numbers_of_few_kinds_are_classes_and_other_numbers_are_values():
    assert read(table("0,0,7", "4,4,3", "4,0,7")).names == ("3", "7")
    found = read(table("0,0,10.5", "4,4,20.5", "4,0,15.5"))
    assert found.task == "regression" and found.names == ()
    assert found.points.answers.tolist() == [-1, 1, 0]
    assert "10.5 to 20.5 became −1 to 1" in found.told[-1]
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
        (["1,2,x", ",2,y"], "Row 2: An empty cell is not a number in column 1."),
        (["1,2,x", "nan,2,y"], "Row 2: “nan” is not a finite number in column 1."),
        (["1,2,x", "1,-inf,y"], "Row 2: “-inf” is not a finite number in column 2."),
        (["1,2,x", "1,1e999,y"], "not a finite number"),
        (["1,2,0.5", "2,1,nan"], "Row 2: “nan” is not a finite number in column 3."),
        (["1,2,0.5", "2,1,inf", "3,3,0.25"], "Row 2: “inf” is not a finite number in column 3."),
        (["1,2,x", "1,2"], "Row 2 has 2 columns, the rows before have 3."),
        (["1,2,x", "1,2,y,z"], "Row 2 has 4 columns"),
        (["1,2,x", "", "3,4,y"], "Row 2 is empty."),
        (["1,2,x", "3,4,"], "Row 2 has no label in column 3."),
        (["1,2", "3,4"], "Three columns are needed"),
        (["1,2,x"], "At least two rows"),
        (["a,b,c"], "At least two rows"),
        (["a,b,c", "1,2,x"], "At least two rows"),
        (["1,2,x", "2,3,x"], "All rows have the same label"),
        (["1,2,x", "1,3,y"], "All numbers of column “column 1” are 1"),
        (["1,2,0.5", "2,3,0.5"], "All values are 0.5"),
        ([f"{i},{i},k{i}" for i in range(7)], "Column 3 has 7 different labels"),
        (["a,b,c,d,e", "1,2,3,4,5", "2,3,4,5,6"], "The file has 5 columns"),
        (["a,b,c,split", "1,2,x,train", "2,3,y,exam"], "Row 3: the split is “exam”"),
        (["", ""], "The file is empty."),
        (['1,2,"x', "2,3,y"], "not proper CSV"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(rows, words):
    with pytest.raises(CsvError) as caught:
        read(table(*rows))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xff\xfe1\x002", "UTF-8"),
        (b"1,2,x\0\n", "not a text file"),
        (b"1,2,x\n" * 170_000, "1.0 MB"),
        (b"1,2,x\n" * 20_001, "20,001 rows; at most 20,000"),
    ],
)
def test_what_is_no_table_is_refused(content, words):
    with pytest.raises(CsvError, match=words):
        read(content)


def test_of_too_many_rows_a_seeded_sample_is_taken():
    rows = [f"{i % 97},{i % 89},{'ab'[i % 2]}" for i in range(3000)]
    one, again, other = (read(table(*rows), seed) for seed in (1, 1, 2))
    assert len(one.points) == packed.MOST_POINTS and "random 1,200 of its 3,000" in one.told[-1]
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
        points = packed.Points(random.uniform(-1, 1, (50, 2)), answers, random.integers(0, 3, 50))
        text = packed.pack(points, task)
        points = packed.unpack(text, task)
        found = read(write(points, names).encode())
        assert found.split and found.names == names and found.task == task
        assert packed.pack(found.points, task) == text


def test_a_table_starts_with_the_names_of_its_columns():
    points = packed.Points(np.array([[1.5, -2]]), np.array([1]), np.array([2]))
    assert write(points, ("a", "b")) == "x1,x2,label,split\n1.500,-2.000,b,test\n"
    assert csv_file.MOST_ROWS >= packed.MOST_POINTS
