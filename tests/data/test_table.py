"""Tables: what columns are taken for, what is fitted on training rows only, what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from playground import Experiment, Run
from playground.__main__ import main
from playground.data import table, tables
from playground.data.tables import TableError
from playground.engine import registry
from playground.experiment import ValidationError

PENGUINS = (table.FOLDER / "penguins.csv").read_text()


def made(**options):
    return registry.make("data", {"type": "table", **options})


def sheet(text: str) -> tables.Sheet:
    return tables.read(text.encode())


@pytest.mark.parametrize("name", table.TARGETS)
def test_every_table_that_ships(name):
    source = made(table=name, missing="fill")
    data = source.load(3)
    assert len(data.train) + len(data.test) == len(source.layout.sheet)
    assert data.train.x.dtype == np.float32 and data.shape == (len(source.input_names),)
    np.testing.assert_allclose(data.train.x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(data.train.x.std(axis=0), 1, atol=1e-4)
    assert abs(data.test.x.mean(axis=0)).max() > 1e-3  # it has no part in the scale
    assert data.classes == len(source.class_names) and not source.layout.notes


def test_words_are_one_input_each_and_gaps_a_choice():
    left_out, filled = made(table="penguins"), made(table="penguins", missing="fill")
    assert left_out.input_names[:3] == ("island = Biscoe", "island = Dream", "island = Torgersen")
    sizes = [len(one.load(1).train) + len(one.load(1).test) for one in (left_out, filled)]
    assert sizes == [333, 344]
    plain = made(table="penguins", missing="fill", standardize=False)
    raw, fitted = table.encode(plain.layout, plain.layout.sheet), plain.fitted(1)
    place = plain.input_names.index("bill_length_mm")
    gap = int(np.isnan(raw[:, place]).argmax())
    assert fitted.inputs(raw)[gap, place] == np.float32(fitted.fills[place])
    assert np.nanmin(raw[:, place]) < fitted.fills[place] < np.nanmax(raw[:, place])


def test_targets_and_columns_can_be_chosen():
    body = made(table="penguins", target="body_mass_g", columns="species, flipper_length_mm")
    assert body.task == "regression" and len(body.input_names) == 4
    data = body.load(1)
    assert data.train.y.std() == pytest.approx(1, abs=1e-3)
    grams = body.values(data.train.y, 1)
    assert 2500 < grams.min() < grams.max() < 6500
    assert made(table="penguins", target="year").class_names == ("2007", "2008", "2009")


@pytest.mark.parametrize(
    ("text", "target", "words"),
    [
        ("a,b\n1,x\n2,x\n3,x\n", "b", "nothing to predict"),
        ("a,b\n1,p\n2,q\n3,r\n", "b", "a single row"),
        ("a,b\n1,x\n1,y\n1,x\n1,y\n", "b", "no column to learn from"),
        ("a,b\n1,x\n2,y\n", "c", "There is no column “c”; there are “a”, “b”"),
    ],
)
def test_what_cannot_be_learned_is_said(text, target, words):
    with pytest.raises(TableError, match=words):
        table.laid_out(sheet(text), target)


def test_columns_that_cannot_be_read_are_left_out_and_named():
    rows = "".join(f"{k},name {k},2024-01-{k % 28 + 1:02d},7,{'xy'[k % 2]}\n" for k in range(60))
    text = "n,who,day,same,kind\n" + rows
    layout = table.laid_out(sheet(text), "kind")
    assert layout.inputs == ("n",)
    told = " ".join(layout.notes)
    assert "60 different words" in told and "holds dates" in told and "is the same" in told
    with pytest.raises(TableError, match="holds dates"):
        table.laid_out(sheet(text), "kind", "n, day")


def test_a_column_that_is_the_answer_is_named():
    rows = "".join(f"{k},{k * 2 + 1},{'xy'[k % 2]},{'ab'[k % 2]},{k % 3}\n" for k in range(30))
    text = "n,double,kind,code,other\n" + rows
    assert "“code” gives “kind” away" in table.laid_out(sheet(text), "kind").notes[0]
    assert "“double” gives “n” away" in table.laid_out(sheet(text), "n").notes[0]
    assert len(table.laid_out(sheet(text), "kind").notes) == 1


def test_an_experiment_says_what_is_wrong_with_its_table():
    with pytest.raises(ValidationError, match="There is no column “spezies”"):
        Experiment.preset("table_iris").changed(data={"type": "table", "target": "spezies"})


def test_rows_are_read_by_their_names_and_answered_as_csv(tmp_path, capsys):
    file, rows = tmp_path / "birds.safetensors", tmp_path / "rows.csv"
    experiment = Experiment.preset("table_penguins")
    run = Run(experiment.changed(trees={"type": "decision_tree"}))
    run.train(9)
    run.save(file)
    lines = PENGUINS.splitlines()
    names = lines[0].split(",")
    order = [names.index(name) for name in reversed(names) if name != "species"]
    some = [lines[0], *lines[1:4], *lines[200:203]]
    rows.write_text("\n".join(",".join(line.split(",")[k] for k in order) for line in some))
    assert main(["predict", str(file), str(rows)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "species,p(Adelie),p(Chinstrap),p(Gentoo)"
    assert [line.split(",")[0] for line in told[1:]] == [line.split(",")[0] for line in some[1:]]
    rows.write_text("bill_length_mm\n40\n41\n")
    assert main(["predict", str(file), str(rows)]) == 1
    assert "missing from these rows" in capsys.readouterr().err
