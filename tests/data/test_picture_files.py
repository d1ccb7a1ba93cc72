"""Images of one's own: what is read, and what is refused and why."""

import gc
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from playground.data import idx, own_images, picture_files
from playground.data.own_images import ImagesError, Pictures
from playground.engine import registry
from playground.experiment import Experiment
from playground.training.run import Run

RANDOM = np.random.default_rng(5)


def png(width=20, height=30, value=None, mode="L", form="PNG"):
    shape = (height, width) if mode == "L" else (height, width, len(mode))
    pixels = (
        RANDOM.integers(0, 256, shape, dtype=np.uint8)
        if value is None
        else np.full(shape, value, np.uint8)
    )
    file = io.BytesIO()
    Image.fromarray(pixels, mode).save(file, form)
    return file.getvalue()


def zipped(entries, **facts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content, **facts)
    return file.getvalue()


def folders(count=12, **more):
    entries = {f"set/{name}/{i}.png": png() for name in ("cat", "dog") for i in range(count)}
    return zipped({**entries, **more})


def read(content, name="set.zip", colour=False):
    return picture_files.read({name: content}, colour)


def test_a_zip_of_folders_becomes_small_grey_images():
    pictures = read(folders(**{"__MACOSX/cat/._1.png": b"junk", "set/readme.txt": b"words"}))
    assert pictures.names == ("cat", "dog") and pictures.x.shape == (24, 1, 28, 28)
    assert np.bincount(pictures.y).tolist() == [12, 12] and pictures.x.dtype == np.uint8
    train, test = pictures.split()
    assert (len(train), len(test)) == (20, 4) and np.bincount(test.y).tolist() == [2, 2]
    inside = {image.tobytes() for part in (train, test) for image in part.x}
    assert inside == {image.tobytes() for image in pictures.x}


def test_colours_sides_and_transparency():
    entries = {
        f"{name}/{i}.{form.lower()}": png(40, 10, value, mode, form)
        for name, value, mode, form in (
            ("red", (200, 10, 10), "RGB", "BMP"),
            ("clear", (0, 0, 0, 0), "RGBA", "PNG"),
        )
        for i in range(10)
    }
    pictures = read(zipped(entries), colour=True)
    assert pictures.x.shape == (20, 3, 32, 32) and pictures.names == ("clear", "red")
    red, clear = pictures.x[pictures.y == 1][0], pictures.x[pictures.y == 0][0]
    assert red[:, 16, 16].tolist() == [200, 10, 10] and red[:, 0, 0].tolist() == [0, 0, 0]
    assert clear[:, 16, 16].tolist() == [255, 255, 255]


def npz(**arrays):
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


LABELS = np.arange(30) % 3


@pytest.mark.parametrize(
    "x",
    [
        RANDOM.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        RANDOM.random((30, 8, 9)),
        RANDOM.integers(0, 256, (30, 1, 28, 28)),
        RANDOM.integers(0, 256, (30, 32, 32, 3)),
    ],
)
@pytest.mark.parametrize("colour", [False, True])
def test_arrays_of_all_layouts(x, colour):
    pictures = read(npz(x=x, y=LABELS), "set.npz", colour)
    assert pictures.x.shape == ((30, 3, 32, 32) if colour else (30, 1, 28, 28))
    assert pictures.names == ("0", "1", "2") and np.array_equal(pictures.y, LABELS)
    if x.shape[-2:] == (28, 28) and not colour:
        assert np.array_equal(pictures.x.ravel(), x.ravel())
    if x.dtype.kind == "f" and not colour:
        assert 100 < pictures.x.max() <= 255


def test_two_idx_files_in_any_order():
    x = RANDOM.integers(0, 256, (30, 28, 28), dtype=np.uint8)
    pictures = picture_files.read({"labels": idx.write(LABELS), "images": idx.write(x)}, False)
    assert np.array_equal(pictures.x[:, 0], x) and np.array_equal(pictures.y, LABELS)


BOMB = zipped({f"{name}/{i}.png": bytes(3_000_000) for name in "ab" for i in range(2)})
HOSTILE = {
    "no zip": (b"PK nothing", "cannot be read"),
    "empty": (zipped({}), "no image in a folder"),
    "no folders": (zipped({"1.png": png()}), "no image in a folder"),
    "one class": (zipped({f"a/{i}.png": png() for i in range(30)}), "there is 1"),
    "too few": (folders(3), "At least 20"),
    "one of a class": (folders(**{"rare/1.png": png()}), "two of each class"),
    "outside": (folders(**{"../../etc/x.png": png()}), "outside"),
    "absolute": (folders(**{"/etc/x.png": png()}), "outside"),
    "windows": (folders(**{"C:\\x\\..\\a/x.png": png()}), "outside"),
    "bomb": (BOMB, "200 times"),
    "no image": (folders(**{"cat/x.png": b"hello, I am text"}), "cannot be read as an image"),
    "cut image": (folders(**{"cat/x.png": png(300, 300)[:2000]}), "cannot be read as an image"),
    "another format": (folders(**{"cat/x.png": png(form="TIFF")}), "cannot be read as an image"),
    "many pixels": (folders(**{"cat/x.png": png(5000, 4000, 7)}), "16,000,000 are allowed"),
    "a strange name": (
        zipped({f"{name}/{i}.png": png() for name in ("a", "<b>") for i in range(10)}),
        "cannot be a class",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archives_are_refused_in_a_sentence(case):
    content, why = HOSTILE[case]
    with pytest.raises(ImagesError, match=why):
        read(content)


def test_an_archive_that_lies_about_sizes():
    content = bytearray(
        zipped({f"{name}/{i}.png": bytes(50_000) for name in "ab" for i in range(10)})
    )
    size = (50_000).to_bytes(4, "little")
    lie = bytes(content).replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(ImagesError, match=r"larger than the archive says|cannot be unpacked"):
        read(lie)


@pytest.mark.parametrize(
    "limit, value, why",
    [
        ("MOST_FILES", 5, "5 are allowed"),
        ("MOST_BYTES", 1000, "more than"),
        ("LARGEST", 0, "more than 0 MB"),
    ],
)
def test_limits(monkeypatch, limit, value, why):
    monkeypatch.setattr(picture_files, limit, value)
    with pytest.raises(ImagesError, match=why):
        read(folders())


X = RANDOM.integers(0, 256, (30, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize(
    "arrays, why",
    [
        ({"a": X}, "needs the arrays x and y"),
        ({"x": X, "y": LABELS[:5]}, "as many whole numbers"),
        ({"x": X[0], "y": LABELS}, "as many whole numbers"),
        ({"x": X, "y": LABELS / 2}, "whole numbers"),
        ({"x": X.astype(float) - 500, "y": LABELS}, "from 0 to 1"),
        ({"x": np.full((30, 4, 4), np.nan), "y": LABELS}, "from 0 to 1"),
        ({"x": X.astype(int) * 9, "y": LABELS}, "from 0 to 1"),
        ({"x": np.zeros((30, 4, 4, 2)), "y": LABELS}, "one channel or three"),
        ({"x": np.array([{}] * 30), "y": LABELS}, "cannot be read"),
        ({"x": X[:, :0], "y": LABELS}, "empty"),
        ({"x": np.zeros((90, 4, 4), np.uint8), "y": np.arange(90)}, "from 2 to 50"),
    ],
)
def test_arrays_that_are_no_images(arrays, why):
    with pytest.raises(ImagesError, match=why):
        read(npz(**arrays), "set.npz")


@pytest.mark.parametrize(
    "files",
    [{}, {"a.txt": b""}, {"a": b"x", "b": b"y"}, {"a.zip": b"", "b.zip": b"", "c.zip": b""}],
)
def test_other_files(files):
    with pytest.raises(ImagesError):
        picture_files.read(files, False)


# ---- as a data set ----


def experiment(pictures: Pictures) -> Experiment:
    described = Experiment.preset("mnist_linear").described()
    described["layers"][-1]["units"] = len(pictures.names)
    described["data"] = {
        "type": "images",
        "key": pictures.key,
        "colour": pictures.colour,
        "names": ",".join(pictures.names),
    }
    return Experiment.model_validate({**described, "batch_size": 4}).check()


def test_a_network_learns_from_them():
    x = np.zeros((60, 28, 28), np.uint8)
    y = np.arange(60) % 2
    x[y == 1, :14] = 255
    pictures = read(npz(x=x, y=y), "set.npz")
    run = Run(experiment(pictures))
    run.train(epochs=8, callback=lambda record: None)
    assert run.evaluate("test")["accuracy"] == 1 and run.data.class_names == ("0", "1")


def test_they_go_with_the_visit_that_brought_them():
    pictures = read(folders())
    again = read(folders_bytes := folders())
    assert read(folders_bytes) is again and again is not pictures
    told = experiment(again)
    key = again.key
    del again
    gc.collect()
    assert not own_images.known(key) and own_images.known(pictures.key)
    with pytest.raises(ValueError, match="another visit"):
        told.data.make().load(1)


@pytest.mark.parametrize("names", ["one", "a,a", "a,<b>", ",".join(map(str, range(60)))])
def test_impossible_names_are_refused(names):
    with pytest.raises(ValueError):
        registry.make("data", {"type": "images", "names": names}).check()
