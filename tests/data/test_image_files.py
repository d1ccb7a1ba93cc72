"""Images of one's own: what is read, and what is refused and why."""

import gc
import gzip
import io
import math
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image

from playground.data import idx, image_files, own_images, owner, pixels
from playground.data.own_images import ImageSet
from playground.data.picture_bounds import PictureError
from playground.engine import registry
from playground.experiment import Experiment
from playground.training.run import Run

RANDOM = np.random.default_rng(5)


def png(width=20, height=30, value=None, mode="L", form="PNG"):
    shape = (height, width) if mode == "L" else (height, width, len(mode))
    shades = (
        RANDOM.integers(0, 256, shape, dtype=np.uint8)
        if value is None
        else np.full(shape, value, np.uint8)
    )
    file = io.BytesIO()
    Image.fromarray(shades).save(file, form)
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
    return image_files.read({name: content}, colour)


def test_a_zip_of_folders_becomes_small_grey_images():
    images = read(folders(**{"__MACOSX/cat/._1.png": b"junk", "set/readme.txt": b"words"}))
    assert images.names == ("cat", "dog") and images.x.shape == (24, 1, 28, 28)
    assert np.bincount(images.y).tolist() == [12, 12] and images.x.dtype == np.uint8
    train, test = images.split()
    assert (len(train), len(test)) == (20, 4) and np.bincount(test.y).tolist() == [2, 2]
    inside = {image.tobytes() for part in (train, test) for image in part.x}
    assert inside == {image.tobytes() for image in images.x}


def test_colours_sides_and_transparency():
    entries = {
        f"{name}/{i}.{form.lower()}": png(40, 10, value, mode, form)
        for name, value, mode, form in (
            ("red", (200, 10, 10), "RGB", "BMP"),
            ("clear", (0, 0, 0, 0), "RGBA", "PNG"),
        )
        for i in range(10)
    }
    images = read(zipped(entries), colour=True)
    assert images.x.shape == (20, 3, 32, 32) and images.names == ("clear", "red")
    red, clear = images.x[images.y == 1][0], images.x[images.y == 0][0]
    assert red[:, 16, 16].tolist() == [200, 10, 10] and red[:, 0, 0].tolist() == [200, 10, 10]
    assert clear[:, 16, 16].tolist() == [255, 255, 255]


def packed(**arrays):
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
    images = read(packed(x=x, y=LABELS), "set.npz", colour)
    assert images.x.shape == ((30, 3, 32, 32) if colour else (30, 1, 28, 28))
    assert images.names == ("0", "1", "2") and np.array_equal(images.y, LABELS)
    if x.shape[-2:] == (28, 28) and not colour:
        assert np.array_equal(images.x.ravel(), x.ravel())
    if x.dtype.kind == "f" and not colour:
        assert 100 < images.x.max() <= 255


INK = np.zeros((30, 20, 20), np.uint8)
INK[:, 5:15, 8:12] = RANDOM.integers(120, 256, (30, 10, 4))
INK[:, 5, 8] = 255  # of every image: so much is white


@pytest.mark.parametrize(
    ("top", "kind"),
    [
        (1, np.float32),
        (1, np.float64),
        (16, np.uint8),
        (16, np.float32),
        (255, np.int64),
        (255, ">i2"),
        (4095, np.uint16),
        (65_535, np.uint16),
    ],
)
def test_pixels_of_any_range_become_the_same_bytes(top, kind):
    whole = np.dtype(kind).kind != "f"
    scaled = INK / 255 * top
    images = read(packed(x=(np.rint(scaled) if whole else scaled).astype(kind), y=LABELS), "a.npz")
    expected = pixels.squared(INK[..., None], 28)
    off = np.abs(images.x.astype(int) - expected)
    assert off.max() <= (9 if whole and top < 255 else 1)
    assert bool(images.notes) == (top != 255)


def test_ink_of_two_values():
    for kind in (bool, np.uint8):
        images = read(packed(x=(INK > 0).astype(kind), y=LABELS), "a.npz")
        assert images.x.max() == 255


def test_pixels_with_a_sign():
    for least, most in ((-1, 1), (-0.4242, 2.8215)):
        x = INK / 255 * (most - least) + least
        images = read(packed(x=x.astype(np.float32), y=LABELS), "a.npz")
        assert np.abs(images.x.astype(int) - pixels.squared(INK[..., None], 28)).max() <= 1


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (LABELS.astype(float), ("0", "1", "2")),
        (LABELS[:, None], ("0", "1", "2")),
        (np.eye(3)[LABELS], ("0", "1", "2")),
        (np.array(["cat", "dog", "eel"])[LABELS], ("cat", "dog", "eel")),
        (np.array([b"cat", b"dog", b"eel"])[LABELS], ("cat", "dog", "eel")),
        (LABELS + 9, ("9", "10", "11")),
        (LABELS > 0, ("0", "1")),
    ],
)
def test_labels_of_every_kind(labels, names):
    images = read(packed(images=INK, labels=labels), "a.npz")
    assert images.names == names
    assert np.array_equal(images.y, LABELS > 0 if len(names) == 2 else LABELS)


def test_rows_of_pixels_and_arrays_in_columns():
    rows = read(packed(data=INK.reshape(30, -1), target=LABELS), "a.npz")
    columns = read(packed(data=np.asfortranarray(INK), target=LABELS), "a.npz")
    assert np.array_equal(rows.x, columns.x) and rows.x.any()


def test_names_from_other_systems():
    """Backslashes, and Chinese and Russian names without a word on how they are written."""
    entries = {f"set/{name}/{i}.png": png() for name in ("aaaa", "bbbb") for i in range(3)}
    content = zipped(entries)
    for name in (b"aaaa", b"bbbb"):
        content = content.replace(b"set/" + name + b"/", b"set\\" + name + b"\\")
    assert read(content).names == ("aaaa", "bbbb")
    for encoding, names in (("gb18030", ("狗狗", "猫猫")), ("cp866", ("кошк", "соба"))):
        content = zipped(entries)
        for old, name in zip((b"/aaaa/", b"/bbbb/"), names, strict=True):
            content = content.replace(old, b"/" + name.encode(encoding) + b"/")
        assert read(content).names == names


def test_scans_of_any_shape_keep_the_shade_of_their_paper():
    entries = {}
    for name, shape in (("wide", (20, 90)), ("high", (90, 20))):
        scan = np.full(shape, 230, np.uint8)
        scan[8:12, 8:12] = 20
        for number in range(3):
            file = io.BytesIO()
            Image.fromarray(scan).save(file, "PNG")
            entries[f"{name}/{number}.png"] = file.getvalue()
    images = read(zipped(entries))
    assert images.turned and "turned" in images.notes[-1]
    assert set(np.unique(images.x[:, 0, [0, -1], [0, -1]])) == {25}


def test_all_pictures_of_a_set_share_one_white():
    def deep(most):
        file = io.BytesIO()
        Image.fromarray(np.minimum(INK[0], 1).astype(np.uint16) * 255 * most).save(file, "PNG")
        return file.getvalue()

    images = read(
        zipped({"a/1.png": deep(16), "a/2.png": deep(4), "b/1.png": deep(1), "b/2.png": deep(16)})
    )
    for image, share in zip(images.x, (1, 1 / 4, 1 / 16, 1), strict=True):
        assert abs(image.max() / 255 - share * 4080 / 4095) < 0.01


def peak(work):
    """MB of arrays that were held at once, beyond those held before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def in_idx(*shape):
    head = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    return gzip.compress(head + bytes(math.prod(shape)), 9)


CHEAP = {  # small files that would be dear to read: what is in them, and what is said
    "npz": (lambda: packed(x=np.zeros((90, 2000, 2000), np.uint8), y=np.arange(90) % 2), "360 MB"),
    "idx": (lambda: in_idx(510_000, 28, 28), "would have 399,840,000 numbers"),
    "zip": (
        lambda: zipped({f"{n % 2}/{n}.png": png(2000, 2000, 9) for n in range(90)}),
        "All together",
    ),
}


@pytest.mark.parametrize("case", CHEAP)
def test_what_is_cheap_to_send_is_cheap_to_refuse(case):
    make, why = CHEAP[case]
    content = make()
    assert len(content) < 1_000_000

    def refused():
        files = {"x": content, "y": in_idx(9)} if case == "idx" else {f"a.{case}": content}
        with pytest.raises(PictureError, match=why):
            image_files.read(files, False)

    assert peak(refused) < 10


def test_what_is_allowed_takes_little_memory():
    x = np.zeros((60_000, 28, 28), np.uint8)
    x[:, 10:20, 10] = 1
    labels = np.arange(60_000) % 10
    files = ({"x": idx.write(x), "y": idx.write(labels)}, {"a.npz": packed(x=x, y=labels)})
    del x
    for content in files:
        assert peak(lambda content=content: image_files.read(content, False)) < 90


HOSTILE = {
    "no zip": (lambda: b"PK nothing", "cannot be read"),
    "empty": (lambda: zipped({}), "no image in a folder"),
    "no folders": (lambda: zipped({"1.png": png()}), "no image in a folder"),
    "one class": (lambda: zipped({f"a/{i}.png": png() for i in range(30)}), "there is 1"),
    "one of a class": (lambda: folders(**{"rare/1.png": png()}), "two images of each class"),
    "outside": (lambda: folders(**{"../../etc/x.png": png()}), "outside"),
    "absolute": (lambda: folders(**{"/etc/x.png": png()}), "outside"),
    "a drive": (lambda: folders(**{"C:\\x\\a/x.png": png()}), "outside"),
    "bomb": (
        lambda: zipped({f"{name}/{i}.png": bytes(60_000_000) for name in "ab" for i in range(2)}),
        "more than 200 MB",
    ),
    "no image": (lambda: folders(**{"cat/x.png": b"hello, I am text"}), "x.png”: .* no picture"),
    "cut image": (lambda: folders(**{"cat/x.png": png(300, 300)[:2000]}), "x.png”: .* cut short"),
    "many pixels": (lambda: folders(**{"cat/x.png": png(9000, 8000, 7)}), "x.png”: .* too large"),
    "many in all": (
        lambda: zipped({f"{name}/{i}.png": png(6000, 5000, 7) for name in "ab" for i in range(4)}),
        "All together",
    ),
    "blank": (
        lambda: zipped({f"{name}/{i}.png": png(value=9) for name in "ab" for i in "12"}),
        "blank",
    ),
    "a strange name": (
        lambda: zipped({f"{name}/{i}.png": png() for name in ("a", "<b>") for i in range(10)}),
        "cannot be a class",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_archives_are_refused_in_a_sentence(case):
    make, why = HOSTILE[case]
    with pytest.raises(PictureError, match=why):
        read(make())


def test_an_archive_that_lies_about_sizes():
    content = bytearray(
        zipped({f"{name}/{i}.png": bytes(50_000) for name in "ab" for i in range(10)})
    )
    size = (50_000).to_bytes(4, "little")
    lie = bytes(content).replace(size, (10).to_bytes(4, "little"))
    with pytest.raises(PictureError, match=r"larger than the archive says|cannot be unpacked"):
        read(lie)


@pytest.mark.parametrize(
    "limit, value, why",
    [("MOST_WORK", 5 * image_files.EACH, "5 are allowed"), ("LARGEST", 0, "0 MB")],
)
def test_limits(monkeypatch, limit, value, why):
    monkeypatch.setattr(image_files, limit, value)
    with pytest.raises(PictureError, match=why):
        read(folders())


X = RANDOM.integers(0, 256, (30, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize(
    "arrays, why",
    [
        ({"a": X}, "needs the arrays x and y"),
        ({"x": X, "y": LABELS[:5]}, "as many labels as images"),
        ({"x": X[0], "y": LABELS}, "as many labels as images"),
        ({"x": X, "y": LABELS / 2}, "float64, and not whole"),
        ({"x": X, "y": LABELS.astype(complex)}, "complex128"),
        ({"x": X, "y": np.ones((30, 3))}, "a single 1"),
        ({"x": X.astype(complex), "y": LABELS}, "complex128"),
        ({"x": X.astype(float) - 500, "y": LABELS}, "go from -500"),
        ({"x": np.full((30, 4, 4), np.nan), "y": LABELS}, "no finite numbers"),
        ({"x": X.astype(int) * 900, "y": LABELS}, "from 0 to 1"),
        ({"x": np.zeros((30, 4, 4, 2)), "y": LABELS}, r"must be \[N, height, width\]"),
        ({"x": np.array([{}] * 30), "y": LABELS}, "Python objects"),
        ({"x": X[:, :0], "y": LABELS}, "empty"),
        ({"x": np.zeros((30, 4, 4)), "y": LABELS}, "blank"),
        ({"x": X.repeat(3, 0), "y": np.arange(90)}, "from 2 to 50"),
    ],
)
def test_arrays_that_are_no_images(arrays, why):
    with pytest.raises(PictureError, match=why):
        read(packed(**arrays), "set.npz")


@pytest.mark.parametrize(
    "files",
    [{}, {"a.txt": b""}, {"a": b"x", "b": b"y"}, {"a.zip": b"", "b.zip": b"", "c.zip": b""}],
)
def test_other_files(files):
    with pytest.raises(PictureError):
        image_files.read(files, False)


# ---- as a data set ----


def experiment(images: ImageSet) -> Experiment:
    described = Experiment.preset("mnist_linear").described()
    described["layers"][-1]["units"] = len(images.names)
    described["data"] = {
        "type": "images",
        "key": images.key,
        "colour": images.colour,
        "names": ",".join(images.names),
    }
    return Experiment.model_validate({**described, "batch_size": 4}).check()


def test_a_network_learns_from_them():
    x = np.zeros((60, 28, 28), np.uint8)
    y = np.arange(60) % 2
    x[y == 1, :14] = 255
    images = read(packed(x=x, y=y), "set.npz")
    run = Run(experiment(images))
    run.train(epochs=8, callback=lambda record: None)
    assert run.evaluate("test")["accuracy"] == 1 and run.data.class_names == ("0", "1")


def test_they_go_with_the_visit_that_brought_them():
    images = read(folders())
    again = read(folders_bytes := folders())
    assert read(folders_bytes) is again and again is not images
    told = experiment(again)
    key = again.key
    del again
    gc.collect()
    assert own_images.held(key, False) is None and own_images.held(images.key, False) is images
    with pytest.raises(ValueError, match="another visit"):
        told.data.make().load(1)


@pytest.mark.parametrize("names", ["one", "a,a", "a,<b>", ",".join(map(str, range(60)))])
def test_impossible_names_are_refused(names):
    with pytest.raises(ValueError):
        registry.make("data", {"type": "images", "names": names}).check()


def test_a_set_up_knows_how_many_images_the_visit_holds():
    x = np.arange(6 * 784, dtype=np.uint8).reshape(6, 1, 28, 28)
    held = own_images.collected(x, np.array([0, 1] * 3), ("a", "b"), {"six": b"of them"})
    assert sum(own_images.Images(key=held.key, colour=False, names="a,b").sizes) == 6
    assert own_images.Images(key="none", colour=False, names="a,b").sizes == (0, 0)


def test_the_same_file_grey_in_one_visit_and_coloured_in_another(monkeypatch):
    """Each has its own; nobody can ask for what another brought, and leaving takes only one's."""
    visitor, file = ["ann"], folders()
    monkeypatch.setattr(owner, "_owner", lambda: visitor[0])
    grey = read(file)
    visitor[0] = "bob"
    asked = experiment(grey)
    assert own_images.held(grey.key, False) is None and asked.data.make().sizes == (0, 0)
    with pytest.raises(ValueError, match="another visit"):
        Run(asked)
    coloured, same = read(file, colour=True), read(file)
    assert (coloured.key, coloured.colour, grey.colour) == (grey.key, True, False)
    assert same is not grey and own_images.held(grey.key, False) is same
    visitor[0] = "ann"
    assert own_images.held(grey.key, False) is grey and own_images.held(grey.key, True) is None
    del grey
    gc.collect()
    assert own_images.held(same.key, False) is None
