"""Own drawings as files: they come back as they were, and what is no such file is refused."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from playground.data import stroke_files
from playground.data.picture_bounds import PictureError

RANDOM = np.random.default_rng(4)
IMAGES = RANDOM.integers(0, 256, (7, 28, 28)).astype(np.uint8)
LABELS = np.array([3, 0, 9, 9, 1, 3, 0])


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def archive(**files):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return file.getvalue()


def png(image):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def test_an_npz_file_comes_back_as_it_was():
    content = stroke_files.to_npz(IMAGES, LABELS)
    images, labels = stroke_files.read("drawings.npz", content)
    assert (images == IMAGES).all() and (labels == LABELS).all()
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        assert arrays["images"].dtype == np.uint8 and arrays["images"].shape == (7, 28, 28)
        assert arrays["labels"].tolist() == LABELS.tolist()


def test_a_zip_file_has_a_folder_for_each_digit_and_comes_back():
    content = stroke_files.to_zip(IMAGES, LABELS)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {name.split("/")[0] for name in packed.namelist()} == {"0", "1", "3", "9"}
        with packed.open("9/0002.png") as file:
            assert (np.asarray(Image.open(file)) == IMAGES[2]).all()
    images, labels = stroke_files.read("drawings.ZIP", content)
    assert (images == IMAGES).all() and (labels == LABELS).all()


def test_images_with_a_channel_are_read_too():
    images, labels = stroke_files.read("a.npz", npz(x=IMAGES[:, None], y=LABELS.astype(np.uint8)))
    assert (images == IMAGES).all() and labels.dtype == np.int64


@pytest.mark.parametrize(
    "name,content,wrong",
    [
        ("a.npz", b"nothing of the kind", "cannot be read"),
        ("a.zip", b"PK\x03\x04 and no more", "cannot be read"),
        ("a.txt", b"1 2 3", "NPZ file or a ZIP"),
        ("a.npz", b"\0" * 5_000_001, "more than 5 MB"),
        ("a.npz", npz(pictures=IMAGES), "pictures"),
        ("a.npz", npz(images=IMAGES.astype(float), labels=LABELS), "bytes"),
        ("a.npz", npz(images=IMAGES[:, :20], labels=LABELS), r"\[7, 20, 28\]"),
        ("a.npz", npz(images=IMAGES, labels=LABELS[:5]), "as many labels"),
        ("a.npz", npz(images=IMAGES, labels=LABELS / 2), "whole numbers"),
        ("a.npz", npz(images=IMAGES, labels=LABELS + 1), "1 to 10"),
        ("a.npz", npz(images=IMAGES, labels=LABELS - 1), "-1 to 8"),
        ("a.npz", npz(images=IMAGES[:0], labels=LABELS[:0]), "0 drawings"),
        (
            "a.npz",
            npz(images=np.repeat(IMAGES, 80, 0), labels=np.repeat(LABELS, 80)),
            "560 drawings",
        ),
        ("a.npz", npz(images=IMAGES * 0, labels=LABELS), "empty"),
        ("a.npz", npz(images=np.array([{}], object), labels=LABELS), "Python objects"),
        ("a.zip", archive(**{"cats/1.png": png(IMAGES[0])}), "“cats” is no digit"),
        ("a.zip", archive(**{"1.png": png(IMAGES[0])}), "no image in a folder"),
        ("a.zip", archive(**{"7/1.png": b"no image"}), "no picture that can be read"),
        ("a.zip", archive(**{"../7/1.png": png(IMAGES[0])}), "outside"),
        ("a.zip", archive(**{f"7/{i}.png": b"" for i in range(501)}), "501 images"),
    ],
)
def test_what_holds_no_drawings_is_refused_with_a_sentence(name, content, wrong):
    with pytest.raises(PictureError, match=wrong):
        stroke_files.read(name, content)


def test_a_bomb_is_refused_before_it_is_unpacked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, size in (("images", 70_000_000), ("labels", 9)):
            array = io.BytesIO()
            np.save(array, np.zeros(size, np.uint8))
            packed.writestr(f"{name}.npy", array.getvalue())
    with pytest.raises(PictureError, match="60 MB"):
        stroke_files.read("a.npz", file.getvalue())
