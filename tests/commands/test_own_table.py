"""`train … --table`, `predict FILE rows.csv`: one's own table on the command line."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Run
from playground.__main__ import main

OWN = "id;day;size;colour;copy;price\n" + "".join(
    f"{k};{k % 28 + 1}.3.2024;{'' if k % 9 == 0 else k % 7},5;{'red' if k % 3 else 'blue'};"
    f"{k % 11 * 2};{k % 11}\n"
    for k in range(80)
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(OWN.replace(";,5;", ";;"))
    return path


def test_trees_and_a_network_learn_the_same_rows_and_answer_new_ones(table, tmp_path, capsys):
    asked = ["--table", str(table), "--target", "price", "--columns", "size,colour,day"]
    asked += ["--kinds", "day=calendar", "--gaps", "fill"]
    data = []
    for preset in ("table_iris", "circle"):
        file = tmp_path / f"{preset}.safetensors"
        assert main(["train", preset, *asked, "--epochs", "3", "--save", str(file)]) == 0
        said = capsys.readouterr().err
        assert "predicting “price” (values) from 3 columns" in said and "have gaps: filled" in said
        run = Run.load(str(file))
        data.append(run.data)
        rows = tmp_path / "rows.csv"
        rows.write_text("colour,size,day\nred,2.5,2024-03-05\ngreen,,2024-03-06\n")
        assert main(["predict", str(file), str(rows)]) == 0
        answers, said = capsys.readouterr()
        values = [float(line) for line in answers.splitlines()[1:]]
        assert answers.startswith("price\n") and len(values) == 2 and 0 <= min(values) < 11
        assert "“green” in “colour” is new" in said and "row has a gap" in said
    np.testing.assert_array_equal(data[0].train.x, data[1].train.x)
    np.testing.assert_array_equal(data[0].test.y, data[1].test.y)


def test_what_gives_the_answer_away_or_is_left_out_is_said(table, capsys):
    assert main(["train", "table_iris", "--table", str(table), "--epochs", "1"]) == 0
    said = capsys.readouterr().err
    for words in (
        "“copy” gives “price” away",
        "counts the rows",
        "“day” holds dates",
        "gaps: left",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--target", "prize"], "There is no column “prize”"),
        (["--target", "price", "--columns", "day"], "holds dates"),
        (["--target", "price", "--kinds", "day=moon"], "says no kind of a column"),
        (["--target", "day"], "cannot be predicted"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(table, capsys, more, words):
    assert main(["train", "table_iris", "--table", str(table), *more]) == 1
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b,kind\n" + "".join(f"{k},{-k},x\n" for k in range(9)), "nothing to predict"),
        ("a,b,kind\n" + "1,2,x\n1,2,y\n" * 9, "Every row of “a” is the same"),
        ("a,kind\n" + "".join(f"w{k},{'xy'[k % 2]}\n" for k in range(40)), "40 different words"),
        ("a,kind\n" + "".join(f"{k},c{k}\n" for k in range(40)), "40 classes in 40 rows"),
        ("a,kind\n" + "1,x\n2,y\n" * 500_000, "at most 100,000 rows"),
        ("a,kind\n" + "".join(f"{k},2024-01-{k + 1:02d}\n" for k in range(9)), "be predicted"),
        ("a,kind\n" + ",x\n1,y\n,x\n2,y\n,x\n", "Fewer than four rows"),
        ("\x89PNG\r\n", "picture"),
    ],
)
def test_a_table_that_cannot_be_learned_is_refused_in_one_line(tmp_path, capsys, content, words):
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="latin-1" if content[0] > "~" else "utf-8")
    asked = ["--table", str(file), *(["--target", "kind"] if "kind" in content else [])]
    assert main(["train", "table_iris", *asked, "--epochs", "1"]) == 1
    said = capsys.readouterr().err
    assert words in said and "Traceback" not in said and len(said.strip().splitlines()) == 1


def test_a_cell_that_is_no_number_is_named(table, tmp_path, capsys):
    file, rows = tmp_path / "run.safetensors", tmp_path / "rows.csv"
    asked = ["--target", "price", "--columns", "size,colour", "--gaps", "fill"]
    asked += ["--epochs", "1", "--save", str(file)]
    assert main(["train", "table_iris", "--table", str(table), *asked]) == 0
    capsys.readouterr()
    rows.write_text("colour,size\nred,2.5\nred,large\nblue,3\n")
    assert main(["predict", str(file), str(rows)]) == 2
    assert "Row 3 of “size” is “large”: a number is needed" in capsys.readouterr().err
    rows.write_text("colour,weight\nred,2.5\nblue,3\n")
    assert main(["predict", str(file), str(rows)]) == 2
    assert "“size” is missing from these rows" in capsys.readouterr().err
