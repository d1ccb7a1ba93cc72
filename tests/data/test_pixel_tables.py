"""Images in the rows of a CSV file, and arrays under names that nobody knows beforehand."""

import io
import json

import numpy as np
import pytest

from playground.__main__ import main
from playground.data import image_files, pixel_tables
from playground.data.picture_bounds import PictureError

RANDOM = np.random.default_rng(0)
X = np.zeros((30, 9, 9), np.uint8)
X[:, 2:7, 2:7] = RANDOM.integers(0, 256, (30, 5, 5))
LABELS = RANDOM.permutation(np.arange(30) % 3)
PIXELS = [f"pixel{k}" for k in range(81)]
PLACES = [f"{row}x{column}" for row in range(1, 10) for column in range(1, 10)]


def table(names=None, last=False, sign=",", words=None, x=X, index=False):
    """CSV with a label before or behind the pixels of each image."""
    labels = LABELS.tolist() if words is None else [words[label] for label in LABELS]
    rows = [
        [*pixels, label] if last else [label, *pixels]
        for label, pixels in zip(labels, x.reshape(len(x), -1).tolist(), strict=True)
    ]
    rows = [[number, *row] for number, row in enumerate(rows)] if index else rows
    lines = [names] * (names is not None) + rows
    return "\n".join(sign.join(map(str, line)) for line in lines).encode()


@pytest.mark.parametrize(
    "content",
    [
        table(),
        table(last=True),
        table(["label", *PIXELS]),
        table(["label", *PLACES]),
        table([*PIXELS, "class"], last=True),
        table([str(k) for k in range(82)]),
        table(["", "y", *PIXELS], index=True),
        table(sign=";"),
        table(sign="\t") + b"\n\n",
        table(sign=" "),
        table(x=X / 255),
        table(x=np.round(X / 255, 4), sign=";").replace(b".", b","),
        table(words=["0.0", "1.0", "2.0"]),
        b"\xef\xbb\xbf" + table(['"label"', *PIXELS]).replace(b"\n", b"\r\n"),
    ],
)
def test_rows_of_pixels(content):
    images = image_files.read({"a.csv": content}, False)
    arrays = io.BytesIO()
    np.savez(arrays, x=X, y=LABELS)
    expected = image_files.read({"a.npz": arrays.getvalue()}, False)
    assert images.names == ("0", "1", "2") and np.array_equal(images.y, LABELS)
    assert np.abs(images.x.astype(int) - expected.x).max() <= 1


def test_words_and_colours():
    images = image_files.read({"a.csv": table(words=["cat", "dog", "eel"])}, False)
    assert images.names == ("cat", "dog", "eel") and np.array_equal(images.y, LABELS)
    red = np.stack([X, 0 * X, 0 * X], axis=1)
    images = image_files.read({"a.csv": table(x=red)}, True)
    assert images.x[:, 0].max() > 200 and not images.x[:, 1:].any()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x,y,label\n1,2,a\n2,3,b\n",
        table()[:200],
        table(["label", *(f"word {'a' * k}" for k in range(81))]),
        table(x=X[:, :8]),
        table(x=X[:, :, :8]).replace(b",0,0,", b",zero,0,"),
    ],
)
def test_other_tables_are_no_images(content):
    assert not pixel_tables.is_pixels(content)


def test_a_row_that_is_wrong_is_refused_in_a_sentence():
    for odd in (table() + b"\n" + b"1," * 90, table() + b"\n1,oh," + b"0," * 79 + b"0"):
        with pytest.raises(PictureError) as caught:
            pixel_tables.read(odd + table() * 200)
        assert str(caught.value).endswith(".")


def test_inspect_takes_them_for_images(tmp_path, capsys):
    (tmp_path / "digits.txt").write_bytes(table())
    assert main(["inspect", str(tmp_path / "digits.txt"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["kind"], facts["images"], facts["classes"]) == ("images", 30, ["0", "1", "2"])


# ---- arrays ----


def packed(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return {"a.npz": file.getvalue()}


@pytest.mark.parametrize(
    "arrays",
    [
        {"foo": X, "bar": LABELS},
        {"label": LABELS, "image": X[:, None]},
        {"imgs": X.reshape(30, -1), "one_hot": np.eye(3)[LABELS]},
        {"train_x": X, "train_y": LABELS, "test_x": X[:9], "test_y": LABELS[:9]},
        {"samples": X, "targets": LABELS, "names": np.array(["a", "b", "c"])},
    ],
)
def test_arrays_are_known_by_their_shapes(arrays):
    images = image_files.read(packed(**arrays), False)
    assert images.names == ("0", "1", "2") and np.array_equal(images.y, LABELS)
    assert images.notes[-1].startswith("The arrays “") and "images and labels" in images.notes[-1]


@pytest.mark.parametrize(
    "arrays",
    [{"a": X, "b": X[:, 0, 0], "c": LABELS}, {"a": X, "b": LABELS[:9]}, {"a": LABELS, "b": LABELS}],
)
def test_arrays_that_leave_a_doubt_are_refused(arrays):
    with pytest.raises(PictureError, match="needs the arrays x and y"):
        image_files.read(packed(**arrays), False)


def test_bytes_with_a_sign_and_labels_below_zero():
    shifted = image_files.read(packed(x=(X.astype(int) - 128).astype(np.int8), y=LABELS), False)
    assert np.array_equal(shifted.x, image_files.read(packed(x=X, y=LABELS), False).x)
    assert image_files.read(packed(x=X, y=LABELS - 1), False).names == ("-1", "0", "1")
