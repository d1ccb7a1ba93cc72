"""One picture that a visitor brings: what is read, and what is refused."""

import io

import numpy as np
import pytest
from PIL import Image

from playground.data import one_picture
from playground.data.own_images import ImagesError


def file(image, kind="PNG", **options):
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def test_a_small_grey_picture_is_read_as_it_is():
    pixels = np.random.default_rng(1).integers(0, 256, (20, 33)).astype(np.uint8)
    assert (one_picture.read(file(Image.fromarray(pixels))) == pixels).all()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_one_in_colour_becomes_small_and_grey(kind):
    image = Image.new("RGB", (600, 300), (255, 0, 0))
    found = one_picture.read(file(image, kind))
    assert found.shape == (64, 128) and found.dtype == np.uint8
    assert np.abs(found.astype(int) - 76).max() <= 1  # the grey of pure red: 0.299 · 255


def test_what_is_clear_is_white():
    assert (one_picture.read(file(Image.new("RGBA", (9, 9), (0, 0, 0, 0)))) == 255).all()


def test_a_photograph_stands_as_its_camera_was_held():
    image = Image.new("L", (30, 10))
    held = Image.Exif()
    held[0x0112] = 6  # turned by a quarter
    assert one_picture.read(file(image, "JPEG", exif=held)).shape == (30, 10)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "cannot be read"),
        (file(Image.new("L", (50, 50)))[:-30], "cannot be read"),
        (file(Image.new("L", (50, 50)), "GIF"), "cannot be read"),
        (bytes(6_000_000), "larger than 5 MB"),
        (file(Image.new("1", (5000, 5000))), "25,000,000 pixels"),
        (file(Image.new("L", (1, 50))), "too narrow"),
        (file(Image.new("L", (2000, 8))), "too narrow"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(content, words):
    with pytest.raises(ImagesError, match=words):
        one_picture.read(content)
