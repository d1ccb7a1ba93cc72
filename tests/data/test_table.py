"""Tables: what columns are taken for, what is fitted on training rows only, what is refused."""

from __future__ import annotations

import gc
import json

import numpy as np
import pytest

from playground import Experiment, Run
from playground.data import owner, table, table_fit, table_source, tables
from playground.data.lacking import MissingDataError
from playground.data.table_layout import Roles, laid_out
from playground.data.tables import TableError
from playground.engine import registry
from playground.experiment import ValidationError, link_text

LONG = "n,x,kind\n" + "".join(f"{k * 7 % 1999},{k * k % 977},{'pq'[k % 2]}\n" for k in range(2000))


def made(**options):
    return registry.make("data", {"type": "table", **options})


def sheet(text: str) -> tables.Sheet:
    return table_source.sheet(text.encode())


@pytest.mark.parametrize("name", table.TARGETS)
def test_every_table_that_ships(name):
    source = made(table=name, missing="fill")
    data = source.load(3)
    assert len(data.train) + len(data.test) == len(source.layout.sheet)
    assert data.train.x.dtype == np.float32 and data.shape == (len(source.input_names),)
    np.testing.assert_allclose(data.train.x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(data.train.x.std(axis=0), 1, atol=1e-4)
    assert data.classes == len(source.class_names) and not source.layout.remarks()


def test_only_training_rows_are_fitted():
    """Test rows that are far out change neither scale nor what fills a gap."""
    rows = [f"{k},{'' if k % 5 == 0 else k % 7},{k % 3}" for k in range(1, 41)]
    source = table_source.read(("a,b,y\n" + "\n".join(rows)).encode())
    options = {"missing": "fill", "columns": "a, b"}
    data = made(**source.description() | options).load(1)
    tested = {round(float(v)) for v in data.test.x[:, 0] * 1e6}
    a = np.arange(1.0, 41)
    scaled = np.round((a - data.table.fitted.mean[0]) / data.table.fitted.deviation[0] * 1e6)
    moved = [
        f"{1_000_000 + k}{row[row.index(',') :]}" if int(scaled[k]) in tested else row
        for k, row in enumerate(rows)
    ]
    other = table_source.read(("a,b,y\n" + "\n".join(moved)).encode())
    again = made(**other.description() | options).load(1)
    assert 0 < sum(a != b for a, b in zip(rows, moved, strict=True)) < 40
    np.testing.assert_array_equal(again.train.x, data.train.x)
    np.testing.assert_array_equal(again.table.fitted.fills, data.table.fitted.fills)
    assert again.test.x[:, 0].max() > 1e4 > abs(data.test.x).max()


def test_words_are_one_input_each_and_gaps_a_choice():
    left_out, filled = made(table="penguins"), made(table="penguins", missing="fill")
    assert left_out.input_names[:3] == ("island = Biscoe", "island = Dream", "island = Torgersen")
    sizes = [len(part.load(1).train) + len(part.load(1).test) for part in (left_out, filled)]
    assert sizes == [333, 344]
    plain = made(table="penguins", missing="fill", standardize=False)
    raw = table_fit.encode(plain.layout.columns, plain.layout.sheet)
    fitted = plain.load(1).table.fitted
    place = plain.input_names.index("bill_length_mm")
    gap = int(np.isnan(raw[:, place]).argmax())
    assert fitted.inputs(raw)[gap, place] == np.float32(fitted.fills[place])
    assert np.nanmin(raw[:, place]) < fitted.fills[place] < np.nanmax(raw[:, place])


def test_targets_columns_and_kinds_can_be_chosen():
    body = made(table="penguins", target="body_mass_g", columns="species, flipper_length_mm")
    assert body.task == "regression" and len(body.input_names) == 4
    data = body.load(1)
    assert data.train.y.std() == pytest.approx(1, abs=1e-3)
    grams = data.table.values(data.train.y)
    assert 2500 < grams.min() < grams.max() < 6500
    assert made(table="penguins", target="year").class_names == ("2007", "2008", "2009")
    assert made(table="penguins", target="year", target_as="values").task == "regression"
    kinds = made(table="penguins", columns="island, year", kinds="island=ordinal, year=one_hot")
    assert kinds.input_names == ("island", "year = 2007", "year = 2008", "year = 2009")
    for wrong in ({"kinds": "island=letters"}, {"kinds": "island=number"}, {"kinds": "isle=days"}):
        with pytest.raises(TableError):
            made(table="penguins", **wrong).check()


def test_dates_become_numbers_by_a_named_rule_only():
    rows = "".join(f"{k % 28 + 1}.3.2024 12:00,{k % 5},{'xy'[k % 2]}\n" for k in range(60))
    own = sheet("day,n,kind\n" + rows)
    assert "holds dates" in laid_out(own, Roles("kind")).unused["day"]
    with pytest.raises(TableError, match="holds dates"):
        laid_out(own, Roles("kind", ("day",)))
    days = laid_out(own, Roles("kind", ("day",), (("day", "days"),)))
    values = table_fit.encode(days.columns, own)[:, 0]
    assert values[0] == 19783.5 and values[1] - values[0] == 1  # 1 March 2024 is day 19,783
    calendar = laid_out(own, Roles("kind", ("day",), (("day", "calendar"),)))
    assert calendar.inputs == ("day year", "day month", "day weekday")
    assert table_fit.encode(calendar.columns, own)[0].tolist() == [2024, 3, 5]
    doubtful = sheet("day,kind\n" + "3/4/2024,x\n5/4/2024,y\n" * 5)
    with pytest.raises(TableError, match="day or with the month first"):
        laid_out(doubtful, Roles("kind", (), (("day", "days"),)))


MANY = "".join(f"{k},w{k}\n" for k in range(40))


@pytest.mark.parametrize(
    ("text", "roles", "words"),
    [
        ("a,b\n1,x\n2,x\n3,x\n", Roles("b"), "nothing to predict"),
        ("a,b\n1,p\n2,q\n3,r\n", Roles("b"), "a single row"),
        ("a,b\n1,x\n1,y\n1,x\n1,y\n", Roles("b"), "no column to learn from"),
        ("a,b\n1,x\n2,y\n", Roles("c"), "There is no column “c”; there are “a”, “b”"),
        ("a,b\n" + MANY, Roles("a"), "no column to learn from.*40 different words"),
        ("a,b\n" + MANY, Roles("b"), "40 classes in 40 rows"),
        ("a,b\n1,x\n2,y\n", Roles("b", ("b",)), "is the one to predict"),
        ("a,b\n1,2.5\n2,oops\n3,4.5\n4,5\n", Roles("b"), "holds numbers, and “oops” is none"),
        ("a,b\n1,x\n2,y\n1,x\n", Roles("b", answers="values"), "holds words"),
        ("a,b\n1,2024-01-01\n2,2024-01-02\n", Roles("b"), "cannot be predicted"),
        ("a,b\n1,\n2,\n3,\n", Roles("b"), "is empty"),
        ("a,b\n1,inf\n2,3\n3,4\n", Roles("b", answers="values"), "not finite"),
    ],
)
def test_what_cannot_be_learned_is_said(text, roles, words):
    with pytest.raises(TableError, match=words):
        laid_out(sheet(text), roles)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n" + b"1,2\n" * 1_000_000, "1,000,001 lines; at most 100,000 rows"),
        (b"a,b\n" + b"1,2\n" * 100_001, "100,001 rows; at most 100,000"),
        (b",".join(b"c%d" % k for k in range(150)) + b"\n" + (b"1," * 149 + b"2\n") * 5, "150 col"),
        (b"a\n1\n2\n3\n4\n5\n", "two columns and four rows"),
        (b"a,b\n1,2\n", "two columns and four rows"),
    ],
)
def test_tables_of_an_impossible_size_are_refused(content, words):
    with pytest.raises(TableError, match=words):
        table_source.read(content)


def test_columns_that_cannot_be_read_are_left_out_and_named():
    rows = "".join(
        f"{k},{k % 9},name {k},2024-01-{k % 28 + 1:02d},7,"
        f"{'' if k % 2 else k % 4},{'xy'[k % 3 > 0]}\n"
        for k in range(60)
    )
    own = sheet("id,n,who,day,same,half,kind\n" + rows)
    layout = laid_out(own, Roles("kind"))
    assert layout.inputs == ("n", "half") and set(layout.unused) == {"id", "who", "day", "same"}
    text = " ".join(layout.remarks())
    for words in ("counts the rows", "60 different words", "holds dates", "is the same"):
        assert words in text
    assert "“half” is missing in 50% of the rows" in text and layout.gaps.sum() == 30


def test_a_column_that_is_the_answer_is_named():
    rows = "".join(
        f"{k % 13},{k % 13 * 2 + 1},{(k % 13) ** 3},{'xy'[k % 2]},{'ab'[k % 2]},{k % 2},"
        f"{'ABCD'[k % 4]},{k % 3}\n"
        for k in range(60)
    )
    own = sheet("n,double,cube,kind,code,bit,fine,other\n" + rows)
    of_kind = laid_out(own, Roles("kind")).leaks
    assert "“code” gives “kind” away" in of_kind["code"]
    assert list(of_kind) == ["code", "bit", "fine"]
    of_n = laid_out(own, Roles("n", answers="values")).leaks
    assert list(of_n) == ["double", "cube"]
    assert not laid_out(own, Roles("kind", ("n", "other"))).leaks


def test_a_column_that_is_nearly_the_answer_is_named():
    random = np.random.default_rng(0)
    price = random.normal(100, 20, 200).round(2)
    passed = np.where(price > 100, "yes", "no")
    late = passed.copy()
    late[3] = "no" if late[3] == "yes" else "yes"  # one typing error
    class_ = np.where(price > 110, "dear", np.where(price > 90, "fair", "cheap"))
    columns = {
        "price": price,
        "taxed": (price * 1.19 + random.normal(0, 0.5, 200)).round(2),
        "size": (price + random.normal(0, 10, 200)).round(2),
        "passed": passed,
        "late": late,
        "class": class_,
        "colour": random.choice(["red", "green"], 200),
    }
    rows = "\n".join(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))
    own = sheet(",".join(columns) + "\n" + rows)
    of_price = laid_out(own, Roles("price")).leaks
    assert list(of_price) == ["taxed"] and "their correlation is 1.000" in of_price["taxed"]
    of_passed = laid_out(own, Roles("passed")).leaks
    assert {"price", "late"} <= set(of_passed) <= {"price", "taxed", "late"}
    assert "told apart" in of_passed["price"] and "nearly always" in of_passed["late"]
    of_class = laid_out(own, Roles("class")).leaks
    assert {"price"} <= set(of_class) <= {"price", "taxed"}


def test_labels_that_look_like_numbers_are_classes_or_values_by_choice():
    own = sheet("a,b\n" + "".join(f"{k % 9},{k % 3 + 1}.0\n" for k in range(30)))
    assert laid_out(own, Roles("b")).classes == ("1", "2", "3")
    assert laid_out(own, Roles("b", answers="values")).classes == ()
    wide = sheet("a,b\n" + "".join(f"{k % 9},{k % 12}\n" for k in range(60)))
    assert laid_out(wide, Roles("b")).classes == ()
    assert len(laid_out(wide, Roles("b", answers="classes")).classes) == 12


def test_an_experiment_says_what_is_wrong_with_its_table():
    tree = Experiment.preset("table_iris")
    with pytest.raises(ValidationError, match="There is no column “spezies”"):
        tree.changed(data={"type": "table", "target": "spezies"})
    gaps = "a,b,y\n" + "".join(
        f"{'' if k % 2 else k},{k if k % 2 else ''},{k % 3}\n" for k in range(30)
    )
    source = table_source.read(gaps.encode())
    with pytest.raises(ValidationError, match="let gaps be filled"):
        tree.changed(data=source.description())
    assert len(tree.changed(data={**source.description(), "missing": "fill"}).check().data.content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b,kind\n" + "1,2,x\n" * 8, "All rows of “kind” are the same"),
        ("a,b,kind\n" + "1,2,x\n1,2,y\n" * 8, "no column to learn from.*“a” is the same"),
        ("id,kind\n" + "".join(f"w{k},{'xy'[k % 2]}\n" for k in range(40)), "40 different words"),
        ("a,kind\n1,x\n", "“kind” are the same"),
        ("a\n" * 9, "“column 1” are the same"),
        ("a,b\n" + "1.25,2.5\n" * 3000, "at most 20,000 letters"),
    ],
)
def test_a_link_with_a_table_that_cannot_be_learned_is_refused_in_a_sentence(content, words):
    known = Experiment.preset("table_iris").described()
    data = {"type": "table", "table": "own", "content": content}
    token = link_text.pack(json.dumps({**known, "data": data}))
    with pytest.raises(ValueError, match=words):
        Experiment.from_link(token)


def test_a_table_as_offices_export_it():
    """With a byte order mark, semicolons, decimal commas, empty names, quotes over two lines."""
    rows = "".join(
        f"{k};{k % 7},5;{'WAHR' if k % 3 else 'FALSCH'};{k % 11},2 %;1.{k % 9}00,50;"
        f"{'inf' if k == 3 else k % 5};{'9' * 400 if k == 4 else k % 5};"
        f'{"?!" if k == 5 else k % 5};"in {k % 2}\nlines, two";{"xy"[k % 3 > 0]}\n'
        for k in range(60)
    )
    own = sheet("\ufeff;size;flag;share;price;endless;huge;mixed;size;kind\n" + rows)
    layout = laid_out(own, Roles(""))
    assert layout.target.name == "kind" and "decimal commas" in own.form
    assert layout.inputs[:5] == ("size", "flag = FALSCH", "flag = WAHR", "share", "price")
    assert layout.inputs[5] == "size 2 = in 0\nlines, two" and len(layout.inputs) == 7
    values = table_fit.encode(layout.columns, own)
    np.testing.assert_allclose(values[1, :5], [1.5, 0, 1, 1.2, 1100.5])
    for name, words in (
        ("column 1", "counts the rows"),
        ("endless", "not finite, or far too large"),
        ("huge", "not finite, or far too large"),
        ("mixed", "holds numbers, and “?!” is none"),
    ):
        assert words in layout.unused[name]


def test_numbers_that_never_end_are_no_reason_to_warn(recwarn):
    own = sheet(
        "x,y,label\n" + "".join(f"{'inf' if k % 2 else 0},{k * k},{k % 2}\n" for k in range(40))
    )
    assert "not finite" in laid_out(own, Roles("")).unused["x"] and not recwarn.list


@pytest.mark.parametrize(("labels", "words"), [("one", "are the same"), ("a{k}", "single row")])
def test_a_column_that_looks_like_the_answer_and_cannot_be_is_named(labels, words):
    text = "size,price,label\n" + "".join(
        f"{k % 7}.5,{k * k % 31}.5,{labels.format(k=k)}\n" for k in range(25)
    )
    layout = laid_out(sheet(text), Roles(""))
    assert layout.target.name == "price"
    assert any(
        "“label” is called as answers are" in note and words in note for note in layout.notes
    )
    assert not laid_out(sheet(text), Roles("size")).leaks


# ---- where a table comes from ----


def test_a_short_table_travels_in_the_link_as_it_was():
    text = 'name;"size, cm";name\nred;1,5;x\ngreen;;y\nred;2,25;x\nblue;−3;y\nred;1e3;x\n'
    source = table_source.read(text.encode())
    assert [column.name for column in source.sheet.columns] == ["name", "size, cm", "name 2"]
    assert "is now “name 2”" in source.sheet.notes[-1]
    data = {**source.description(), "target": "name 2", "missing": "fill", "columns": '"size, cm"'}
    experiment = Experiment.preset("table_iris").changed(data=data)
    assert Experiment.from_link(experiment.to_link()) == experiment
    raw = experiment.data.make().layout.sheet.columns[1].values
    np.testing.assert_array_equal(raw, [1.5, np.nan, 2.25, -3, 1000])


def test_a_long_table_is_held_for_its_visit_alone(monkeypatch):
    source = table_source.read(LONG.encode())
    assert source.description() == {"type": "table", "table": "own", "key": source.key}
    data = {**source.description(), "target": "kind"}
    experiment = Experiment.preset("table_iris").changed(data=data)
    link = experiment.to_link()
    with monkeypatch.context() as other:
        other.setattr(owner, "_owner", lambda: "another")
        with pytest.raises(ValueError, match="belongs to another visit"):
            Experiment.from_link(link)
    run = Run(experiment)
    del source
    gc.collect()
    assert Experiment.from_link(link) == experiment  # the Run holds it
    del run
    gc.collect()
    with pytest.raises(MissingDataError):
        table_source.held(experiment.data.key)


def test_reading_by_columns_gives_what_reading_by_cells_gives():
    head = "n,word,flag,gap,mixed,price\n"
    body = "".join(
        f"{k * 0.1:.3f},w{k % 7} ,{'TRUE' if k % 3 else 'False'},{'NA' if k % 5 == 0 else k},"
        f"{'x' if k == 30_000 else k},{k % 11}.50\n"
        for k in range(40_000)
    )
    large, text = tables.read((head + body).encode(), tables.TABLE), head + body[:60_000]
    small = tables.read(text[: text.rindex("\n") + 1].encode(), tables.TABLE)
    assert len(large) == 40_000 and large.headed and len(small) > 1000
    for a, b in zip(large.columns, small.columns, strict=True):
        assert a.name == b.name
        count = len(small)
        np.testing.assert_array_equal(a.missing[:count], b.missing)
        np.testing.assert_array_equal(a.values[:count], b.values)
        assert [w for w, gap in zip(a.words[:count], b.missing, strict=True) if not gap] == [
            w for w, gap in zip(b.words, b.missing, strict=True) if not gap
        ]
    with pytest.raises(TableError, match="“mixed” holds numbers, and “x” is none"):
        laid_out(large, Roles("flag", ("mixed",)))


@pytest.mark.parametrize("trees", [True, False])
def test_a_saved_run_holds_its_table(tmp_path, trees):
    source = table_source.read(LONG.encode())
    preset = Experiment.preset("table_iris" if trees else "circle")
    data = {**source.description(), "target": "kind"}
    layers = {} if trees else {"layers": [{"type": "dense", "units": 1}]}
    run = Run(preset.changed(data=data, **layers))
    run.train(2)
    run.save(tmp_path / "run.safetensors")
    outputs = run.snapshot().predict(run.data.test.x)
    del run, source
    gc.collect()
    again = Run.load(tmp_path / "run.safetensors")
    np.testing.assert_array_equal(again.snapshot().predict(again.data.test.x), outputs)
    assert len(again.train(1)) == 1
