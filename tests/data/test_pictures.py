"""The one reader of pictures: every format and mode, upright, bounded, and kind when it refuses."""

import contextlib
import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageChops

from playground.data import pictures
from playground.data.picture_bounds import PictureError

GREY = np.zeros((60, 90), np.uint8)
GREY[10:50, 20:30], GREY[10:20, 20:70] = 255, 200
COLOUR = np.stack([GREY, GREY, 255 - GREY], axis=-1)


def encoded(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def off(picture, expected):
    """The mean difference in shades."""
    return np.abs(picture.grey.astype(int) - expected).mean()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "PPM"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_format(form, mode):
    image = Image.fromarray(GREY if mode == "L" else COLOUR)
    picture = pictures.read(encoded(image, form))
    assert picture.pixels.shape[:2] == GREY.shape and picture.pixels.dtype == np.uint8
    assert off(picture, np.asarray(image.convert("L"))) < 1


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("1", "PNG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("LA", "PNG"),
        ("LA", "TIFF"),
        ("RGBA", "PNG"),
        ("RGBA", "WEBP"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("YCbCr", "JPEG"),
        ("I;16", "PNG"),
        ("I;16", "TIFF"),
        ("I", "TIFF"),
        ("F", "TIFF"),
    ],
)
def test_every_mode(mode, form):
    bilevel = np.where(GREY > 127, 255, 0).astype(np.uint8)
    if mode in ("I;16", "I", "F"):
        image = Image.fromarray(bilevel.astype(np.uint16) * 257)
        image = image if mode == "I;16" else Image.fromarray(bilevel).convert(mode)
    elif mode == "P":
        image = Image.fromarray(bilevel).convert("RGB").quantize(4)
    else:
        image = Image.fromarray(bilevel).convert("RGB" if mode == "CMYK" else "L").convert(mode)
    picture = pictures.read(encoded(image, form))
    assert picture.pixels.shape[:2] == GREY.shape and off(picture, bilevel) < 2


@pytest.mark.parametrize("stored_inverted", [False, True])
@pytest.mark.parametrize("marked", [False, True])
def test_four_inks_of_a_jpeg(marked, stored_inverted):
    """With Adobe's marker they are inverted; without it they are plain, or it was lost."""
    inks = Image.merge("CMYK", [Image.new("L", GREY.T.shape)] * 3 + [Image.fromarray(255 - GREY)])
    content = encoded(inks if marked or stored_inverted else ImageChops.invert(inks), "JPEG")
    if not marked:
        at = content.index(b"\xff\xee")
        content = content[:at] + content[at + 2 + int.from_bytes(content[at + 2 : at + 4]) :]
        assert b"Adobe" not in content
    assert off(pictures.read(content), GREY) < 4


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_camera_says_what_is_up(orientation, form):
    undo = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    image = Image.fromarray(GREY)
    for turn in undo[orientation]:
        image = image.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = pictures.read(encoded(image, form, exif=exif))
    assert picture.pixels.shape[:2] == GREY.shape and off(picture, GREY) < 2


def test_a_damaged_exif_costs_nothing():
    content = encoded(Image.fromarray(GREY), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xffjunk")
    assert off(pictures.read(content), GREY) < 2


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_bits_that_scanners_use(bits):
    top = 2**bits - 1
    content = encoded(Image.fromarray((GREY.astype(np.uint32) * top // 255).astype(np.uint16)))
    picture = pictures.read(content)
    assert off(picture, GREY) < 1 and any("bits" in note for note in picture.notes)


def png(width, height, bits, colour_type, rows, more=b""):
    """A PNG as no version of Pillow writes it: any bits, any rows of bytes."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + more
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(("scale", "noted"), [(257, False), (16, True)])
def test_colours_of_sixteen_bits(scale, noted):
    deep = (np.repeat(GREY[..., None], 3, 2).astype(np.uint16) * scale).astype(">u2")
    picture = pictures.read(png(90, 60, 16, 2, [row.tobytes() for row in deep]))
    assert off(picture, GREY) < 9 and bool(picture.notes) == noted


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (90, 255), (255, 0), (230, 0)], ids=str)
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_ink_that_only_alpha_carries(ink, paper, mode):
    clear = np.stack([np.full_like(GREY, ink), GREY], axis=-1)
    image = Image.fromarray(clear).convert(mode)
    expected = paper + (ink - paper) * (GREY / 255)
    assert off(pictures.read(encoded(image)), expected) < 1


def test_a_palette_with_a_clear_colour():
    image = Image.fromarray(np.where(GREY > 0, 1, 0).astype(np.uint8))
    image = image.convert("P")
    image.putpalette([255, 255, 255, 0, 0, 0])
    picture = pictures.read(encoded(image, transparency=0))
    assert picture.grey[0, 0] == 255 and picture.grey[30, 25] == 0


def test_the_first_of_several_frames():
    frames = [Image.fromarray(np.roll(GREY, shift, 1)) for shift in (0, 30)]
    for form in ("GIF", "PNG", "WEBP", "TIFF"):
        content = encoded(frames[0], form, save_all=True, append_images=frames[1:])
        assert off(pictures.read(content), GREY) < 1, form


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("PNG", mode) for mode in ("L", "RGB", "RGBA")),
        *(("TIFF", mode) for mode in ("L", "RGB", "RGBA", "CMYK")),
    ],
)
def test_large_ones_become_smaller(form, mode):
    image = Image.fromarray(np.kron(GREY, np.ones((30, 30), np.uint8))).convert("RGB").convert(mode)
    picture = pictures.read(encoded(image, form), side=90)
    assert picture.pixels.shape[:2] == (60, 90) and off(picture, GREY) < 3


def test_a_thin_long_one_keeps_a_pixel():
    assert pictures.read(encoded(Image.new("L", (9000, 3)))).pixels.shape == (1, 800)


def test_blank_pictures():
    assert pictures.read(encoded(Image.new("L", (9, 9), 7))).blank
    assert pictures.read(encoded(Image.new("RGBA", (9, 9)))).blank
    assert not pictures.read(encoded(Image.fromarray(GREY))).blank
    assert not pictures.read(encoded(Image.fromarray(COLOUR))).blank


# ---- refused ----

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"
WORDS = {
    "empty": (b"", "empty"),
    "text": (b"hello, I am text", "no picture"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "eps": (EPS, "PostScript"),
    "svg": (b"<svg/>", "SVG"),
    "heic": (HEIC, "HEIC"),
    "zip": (b"PK\3\4rest", "ZIP"),
    "dds": (b"DDS " + bytes(200), "no picture"),
    "cut": (encoded(Image.fromarray(COLOUR))[:80], "damaged or cut"),
    "narrow": (encoded(Image.new("L", (2, 50))), "narrow"),
    "no number": (
        encoded(Image.fromarray(np.full((9, 9), np.nan, np.float32)), "TIFF"),
        "no numbers",
    ),
    "long": (b"\x89PNG" + bytes(21_000_000), "20 MB"),
    "plain": (b"P2 2000 2000 255 " + b"1 " * 600_000, "too long"),
}


@pytest.mark.parametrize("case", WORDS)
def test_refused_in_a_sentence(case):
    content, words = WORDS[case]
    with pytest.raises(PictureError, match=words) as refused:
        pictures.read(content)
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 160


def many_scans():
    """A short JPEG of hundreds of scans: each of them goes over all pixels again."""
    jpeg = encoded(Image.new("L", (2000, 2000)), "JPEG", progressive=True)
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + scan * 500 + jpeg[-2:]


BOMBS = {  # small files with many pixels
    "png": lambda: png(12_000, 12_000, 1, 0, [bytes(1500)] * 12_000),
    "png in colour": lambda: png(4200, 4200, 8, 2, [bytes(12_600)] * 4200),
    "png that claims": lambda: png(60_000, 60_000, 8, 2, [b""]),
    "gif": lambda: encoded(Image.new("L", (3300, 3300)), "GIF"),
    "tiff": lambda: encoded(Image.new("L", (5000, 5000)), "TIFF", compression="tiff_lzw"),
    "webp": lambda: encoded(Image.new("RGB", (2600, 2200)), "WEBP", lossless=True, method=0),
    "avif": lambda: encoded(Image.new("RGB", (2800, 2500)), "AVIF", speed=10),
    "scans": many_scans,
    "progressive": lambda: encoded(
        Image.new("RGB", (4000, 3500)), "JPEG", progressive=True, subsampling=0
    ),
}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("case", BOMBS)
def test_bombs_are_refused_before_they_are_decoded(case, monkeypatch):
    content = BOMBS[case]()

    def decode(self):
        raise AssertionError("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    start = time.thread_time()
    with pytest.raises(PictureError, match=r"too large|too long|no picture|too many"):
        pictures.read(content)
    assert time.thread_time() - start < 0.2  # milliseconds of its own, with room for a slow core


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_files_cut_or_changed_anywhere_are_read_or_refused():
    random = np.random.default_rng(0)
    for form in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "AVIF", "PPM"):
        whole = encoded(Image.fromarray(COLOUR), form)
        cuts = [whole[:n] for n in random.integers(0, len(whole), 20)]
        changed = []
        for _ in range(60):
            content = bytearray(whole)
            for place in random.integers(0, min(len(whole), 400), 4):
                content[place] = random.integers(256)
            changed.append(bytes(content))
        for content in [*cuts, *changed]:
            with contextlib.suppress(PictureError):
                assert max(pictures.read(content).pixels.shape) <= pictures.SIDE
