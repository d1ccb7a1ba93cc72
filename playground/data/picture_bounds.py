"""What a picture would cost, by its first bytes and its header: refused before it is decoded."""

from __future__ import annotations

import struct

from PIL import Image

LARGEST = 20  # MB of a file
LEAST = 3  # pixels of the shorter side
MOST_BYTES = 80_000_000  # in memory, while it is decoded
MOST_SCANNED = 400_000_000  # pixels of a JPEG, counted once for each of its scans
MOST_SLOW = 1_000_000  # bytes of what Pillow decodes in Python
MOST_SCANS = 2  # of a JPEG that is not progressive: libjpeg keeps all of it for more than one

# Bytes of memory for each pixel, measured: Pillow's own with what is made of them, and what the
# decoder holds beside them.
PIXEL = {"1": 2, "L": 1.3, "P": 6, "RGB": 5, "CMYK": 5, "LA": 12, "PA": 13, "RGBA": 12, "I;16": 7}
ANY = 12
DECODER = {"WEBP": 10, "AVIF": 7, "TIFF": 4, "GIF": 2}
WORK = {"JPEG": 0.25, "MPO": 0.25, "WEBP": 2.0, "AVIF": 2.0}  # decoding a byte, to a PNG's

REFUSED = (
    (b"%PDF", "This is a PDF file. Export the page as PNG or JPEG."),
    (b"%!PS", "This is a PostScript file. Export it as PNG or JPEG."),
    (b"\xc5\xd0\xd3\xc6", "This is a PostScript file. Export it as PNG or JPEG."),
    (b"<svg", "This is an SVG drawing. Export it as PNG."),
    (b"<?xml", "This is an SVG drawing, or other XML. Export it as PNG."),
    (b"8BPS", "This is a Photoshop file. Export it as PNG or JPEG."),
    (b"PK\3\4", "This is a ZIP file, or a document. Bring the picture itself."),
)
HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")


class PictureError(ValueError):
    """What is wrong with a picture, in a sentence for whoever brought it."""


def refuse_by_name(content: bytes) -> None:
    """What people bring in good faith and cannot be read, by its first bytes."""
    if len(content) > LARGEST * 1_000_000:
        raise PictureError(f"This picture has more than {LARGEST} MB.")
    if not content:
        raise PictureError("This file is empty.")
    start = content[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    for magic, words in REFUSED:
        if start.startswith(magic):
            raise PictureError(words)
    if content[4:8] == b"ftyp" and content[8:12] in HEIC and b"avif" not in content[8:64]:
        raise PictureError(
            "This is a HEIC picture, as iPhones take them. Share it as JPEG, or set Settings › "
            "Camera › Formats to Most Compatible."
        )


def refuse_before_opening(content: bytes) -> None:
    """What would cost much as soon as Pillow opens it, or is decoded in slow Python."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        width, height = _webp_size(content)
        _refuse_pixels(width, height, DECODER["WEBP"] + PIXEL["RGB"])
    plain = content[:2] in (b"P1", b"P2", b"P3")
    packed = content[:2] == b"BM" and content[30:31] in (b"\1", b"\2")
    if (plain or packed) and len(content) > MOST_SLOW:
        raise PictureError("This picture would take too long to read. Save it as PNG.")


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height by the first chunk (RFC 9649)."""
    kind, body = content[12:16], content[20:34]
    if kind == b"VP8X":
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def refuse_by_header(image: Image.Image, content: bytes) -> None:
    """What would take too much memory or time to decode."""
    if min(image.size) < LEAST:
        raise PictureError(
            f"This picture is too narrow: of {image.width}×{image.height} pixels there is nothing "
            "to see."
        )
    if image.format not in ("JPEG", "MPO"):
        mode = "RGBA" if "transparency" in image.info else image.mode
        each = PIXEL.get(mode, ANY) + DECODER.get(image.format or "", 0)
        _refuse_pixels(image.width, image.height, each)
        return
    scans = content.count(b"\xff\xda")
    if image.width * image.height * scans > MOST_SCANNED:
        raise PictureError("This picture would take too long to read. Make it smaller.")
    if image.info.get("progressive") or scans > MOST_SCANS:  # all coefficients are held
        _refuse_pixels(image.width, image.height, 2 * len(image.getbands()))


def _refuse_pixels(width: int, height: int, each: float) -> None:
    """Refuse more memory than is given: `each` bytes for every pixel."""
    if width * height * each > MOST_BYTES:
        raise PictureError(
            f"This picture is too large: {width:,}×{height:,} pixels, and at most "
            f"{MOST_BYTES / each / 1e6:.0f} million can be read. Make it smaller, or save it as "
            "JPEG."
        )


def work(image: Image.Image) -> float:
    """Bytes of a PNG that take as long to decode."""
    weight = 1.0 if image.info.get("progressive") else WORK.get(image.format or "", 1.0)
    return weight * image.width * image.height * len(image.getbands())
