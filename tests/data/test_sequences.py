"""Sequences against their rules, written here in another way."""

import numpy as np
import pytest

from playground.data import forecasts, own_series, own_text, texts
from playground.data.lacking import MissingDataError
from playground.data.tables import TableError
from playground.engine import registry

SEQUENCES = [piece.type for piece in registry.pieces("data") if piece.sequence]


def made(name, **options):
    piece = registry.make("data", {"type": name, **options})
    piece.check()
    if sentence := piece.problem():
        raise ValueError(sentence)
    return piece


def load(name, seed=3, **options):
    return made(name, **options).load(seed)


def rows(name, **options):
    """Inputs and answers of all splits."""
    data = load(name, **options)
    return tuple(
        np.concatenate([getattr(s, part) for s in (data.train, data.validation, data.test)])
        for part in ("x", "y")
    )


@pytest.mark.parametrize("name", SEQUENCES)
def test_shapes_are_those_that_are_said_before_anything_is_loaded(name):
    piece, data = made(name), load(name)
    for split in (data.train, data.test):
        assert split.x.shape[1:] == piece.shape == data.shape and split.x.dtype == np.float32
        assert split.y.shape[1:] == piece.answers == data.answers
        assert 0 < len(split) <= max(piece.sizes) and np.isfinite(split.x).all()
        if piece.classes:
            assert split.y.dtype == np.int64 and -1 <= split.y.min() <= split.y.max()
            assert split.y.max() < piece.classes == len(data.class_names)
        if piece.symbols:
            assert (split.x == np.rint(split.x)).all() and split.x.min() >= 0
            assert split.x.max() < piece.symbols == len(data.alphabet)
    again = load(name)
    np.testing.assert_array_equal(again.train.x, data.train.x)
    np.testing.assert_array_equal(again.test.y, data.test.y)


@pytest.mark.parametrize("name", ["adding", "first_symbol", "brackets", "parity", "echo", "waves"])
def test_the_shortest_and_the_longest(name):
    length = {option.name: option for option in registry.options(registry.get("data", name))}[
        "length"
    ]
    changes = {"delay": 0} if name == "echo" else {}
    for steps in (int(length.minimum), int(length.maximum)):
        x, y = rows(name, samples=20, length=steps, **changes)
        assert x.shape[:2] == (20, steps) and len(y) == 20


def test_adding():
    x, y = rows("adding", length=9, samples=50)
    for sample, answer in zip(x, y, strict=True):
        assert sample[:4, 1].sum() == sample[4:, 1].sum() == 1
        assert sum(sample[t, 0] for t in range(9) if sample[t, 1]) == pytest.approx(answer)


def test_the_first_symbol_is_the_largest_where_there_is_no_noise():
    x, y = rows("first_symbol", noise=0, samples=50, length=5)
    assert (x[:, 0].argmax(1) == y).all() and not x[:, 1:].any() and set(y) == {0, 1, 2, 3}


def balanced(text):
    while "()" in text:
        text = text.replace("()", "")
    return not text


def test_brackets():
    data = load("brackets", samples=400, length=12, every_step=True)
    rights = []
    for x, y, length in zip(data.train.x, data.train.y, data.train.lengths, strict=True):
        text = "".join("()"[step.argmax()] for step in x[:length])
        assert [balanced(text[: t + 1]) for t in range(length)] == y[:length].tolist()
        assert not x[length:].any() and (y[length:] == -1).all() and x[:length].sum() == length
        rights.append(y[length - 1])
    assert 0.4 < np.mean(rights) < 0.7 and len(set(data.train.lengths)) == 6
    asked = load("brackets", samples=400, length=12)
    assert (asked.train.y >= 0).sum() == len(asked.train.y)
    ends = np.take_along_axis(asked.train.y, asked.train.lengths[:, None] - 1, axis=1)[:, 0]
    assert (ends == rights).all()


def test_parity_and_echo():
    x, y = rows("parity", samples=30, length=7)
    assert [[sum(bits[: t + 1]) % 2 for t in range(7)] for bits in x[:, :, 0]] == y.tolist()
    assert (rows("parity", samples=30, length=7, every_step=False)[1][:, :-1] == -1).all()
    x, y = rows("echo", samples=30, length=7, delay=2)
    assert (y[:, :2] == -1).all() and (y[:, 2:] == x.argmax(2)[:, :-2]).all()
    with pytest.raises(ValueError, match="nothing can be repeated 9 later"):
        made("echo", delay=9, length=9)


def test_waves_go_on():
    x, y = rows("waves", samples=20, noise=0, length=30, horizon=2)
    np.testing.assert_allclose(x[:, 2:, 0], y[:, :-2], atol=1e-6)


def test_changes_add_up_to_the_series():
    values, dates, unit = forecasts.shipped("co2")
    assert unit == "co2_ppm" and len(dates) == len(values) == 741
    for differences in (False, True):
        series = load("series", differences=differences).series
        rebuilt = series.values(series.numbers, series.first)
        np.testing.assert_allclose(rebuilt, values[differences:], atol=1e-2)


@pytest.mark.parametrize("changes", [{}, {"carry_state": True}, {"horizon": 3}])
def test_of_a_series_nothing_after_the_cut_is_learned(changes):
    column = " ".join(f"{value:.6f}" for value in np.random.default_rng(2).normal(size=200))
    data = load("series", source="own", column=column, length=12, **changes)
    series, ahead = data.series, data.series.ahead
    place = {number: at for at, number in enumerate(series.numbers.tolist())}
    parts = (data.train, 0, series.cut), (data.test, series.cut, len(series.numbers))
    for split, low, high in parts:
        for x, y in zip(split.x[:, :, 0].tolist(), split.y.tolist(), strict=True):
            known = [(t, number) for t, number in enumerate(y) if number == number]
            assert known and known[-1][0] == 11
            for t, number in known:
                assert low <= place[number] < high and place[number] == place[x[t]] + ahead
    if changes.get("carry_state"):
        assert (data.train.x[1:, 0, 0] == data.train.y[:-1, -1]).all()


def test_text_asks_for_the_next_character():
    data = load("text", length=32)
    letters = [data.alphabet[int(number)] for number in data.train.x[:3].ravel()]
    assert "".join(letters) == texts.shipped("moby_dick")[:96]
    np.testing.assert_array_equal(data.train.x[:, 1:], data.train.y[:, :-1])
    broken = data.train.x[1:, 0] != data.train.y[:-1, -1]
    assert broken.sum() <= 9  # where one stretch of the text ends and the next begins
    assert made("text", source="tang_300").classes == 2593


@pytest.mark.parametrize("source", ["moby_dick", "male_names"])
def test_of_every_stretch_of_a_text_the_end_only_tests(source):
    piece = made("text", source=source)
    text, stretches = piece.text(), piece.stretches
    assert [start for start, _, _ in stretches[1:]] == [end for *_, end in stretches[:-1]]
    assert (stretches[0][0], stretches[-1][2]) == (0, len(text)) and len(stretches) > 4
    assert sum(end - cut for _, cut, end in stretches) == piece.tested == round(len(text) / 10)
    data = piece.load(1)
    assert (len(data.train), len(data.test)) == piece.sizes
    read = ["".join(data.alphabet[int(c)] for c in row) for row in data.test.x]
    assert all(any(row in text[cut:end] for _, cut, end in stretches) for row in read)


def test_a_short_text_is_one_stretch():
    piece = made("text", source="own", content="abcdefghij" * 10, length=5)
    assert piece.stretches == [(0, 90, 100)] and piece.sizes == (17, 1)


def test_names_are_of_one_list_and_the_answer_stands_at_the_last_letter():
    data = load("names", samples=200)
    lists = [set(names) for names in texts.name_lists()]
    assert not lists[0] & lists[1]
    for x, y, length in zip(data.train.x, data.train.y, data.train.lengths, strict=True):
        name = "".join(data.alphabet[int(letter)] for letter in x[:length])
        assert name in lists[y[length - 1]] and not x[length:].any()
        assert (np.delete(y, length - 1) == -1).all()


# ---- one's own ----


def refusal(name, content):
    module = {"text": own_text, "series": own_series}[name]
    with pytest.raises(ValueError) as caught:
        module.read(content)
    sentence = str(caught.value)
    assert sentence[0].isupper() and sentence.endswith(".")
    return sentence


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (" \n ", "empty"),
        (b"x" * 1_000_001, "1.0 MB"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"aaaa" * 40, "over and over"),
        ("\u200b" * 200, "one sign over and over"),
        ("Too short.", "10 characters"),
        ("".join(map(chr, range(0x4E00, 0x4E00 + 4_500))), "different characters"),
    ],
)
def test_a_text_that_is_none(content, words):
    assert words in refusal("text", content)


def test_a_short_text_travels_and_a_long_one_is_named():
    short = own_text.read("to be or not to be, that is the question. " * 5).description()
    assert made(**{"name": short.pop("type"), **short}, length=8).text().startswith("to be")
    long = own_text.read("".join(f"line {number}\n" for number in range(2000)))
    described = long.description()
    piece = made(described.pop("type"), **described)
    assert piece.text() == long.text and piece.alphabet == tuple(sorted(set(long.text)))
    sizes = piece.sizes
    assert [len(piece.load(1).train), len(piece.load(1).test)] == list(sizes)
    del long
    assert piece.symbols == 16
    with pytest.raises(MissingDataError, match="another visit"):
        piece.load(1)


GOOD = "date,value\n" + "".join(f"2020-01-{day:02},{day * day % 7}\n" for day in range(1, 29))


def test_a_column_of_a_file():
    series = own_series.read(GOOD.encode())
    assert series.name == "value" and series.values.tolist()[:4] == [1, 4, 2, 2]
    described = series.description()
    piece = made(described.pop("type"), **described, length=5)
    assert (piece.values() == series.values).all() and piece.load(1).series.numbers.size == 28


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"value\n1\n2\n3\n", "3 values"),
        (b"value\n" + b"7\n" * 30, "all values".capitalize()),
        (b"value\n" + b"1e-300\n2e-300\n" * 30, "all values".capitalize()),
        (GOOD.replace("2020-01-09,4", "2020-01-09,").encode(), "Row 10"),
        (GOOD.replace("2020-01-09,4", "2020-01-09,many").encode(), "“many”"),
        (b"name\n" + b"ada\nbob\n" * 20, "numbers"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
    ],
)
def test_a_series_that_is_none(content, words):
    assert words in refusal("series", content)
    assert issubclass(TableError, ValueError)


def test_windows_that_do_not_fit():
    column = " ".join(str(number % 5) for number in range(20))
    with pytest.raises(ValueError, match="too few for windows of 48"):
        made("series", source="own", column=column)
    with pytest.raises(ValueError, match="“x”: no number"):
        made("series", source="own", column="1 2 x")
    with pytest.raises(ValueError, match="too few for a window of 64"):
        made("text", source="own", content="abc" * 40)
