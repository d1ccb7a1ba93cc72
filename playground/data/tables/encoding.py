"""Which letters the bytes of a text file stand for."""

from __future__ import annotations

import codecs
import re

MARKS = [  # the byte order marks; those of four bytes before those of two that begin alike
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
TITLES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "gb18030": "GBK",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "mac_roman": "Mac OS Roman",
    "cp850": "DOS",
    "shift_jis": "Shift-JIS",
    "euc_kr": "EUC-KR",
    "big5": "Big5",
}
FREQUENT = 0xD7  # the first byte of GB 2312's frequent signs, at most
WESTERN = ("cp1252", "mac_roman", "cp850")  # Windows, old Macs, DOS
LETTERS = frozenset("äöüÄÖÜßéèêëàâáåæçíîïñóôøúûùšžœÉÈÀÁÅÆÇÍÎÑÓÔØÚŠŽŒ")
# Between which codes signs lie that are frequent in a language, their share, and how many signs
# there must be.
PAIRED = {
    "shift_jis": ((b"\x82\x9f", b"\x83\x96"), 0.3, 2),
    "euc_kr": ((b"\xb0\xa1", b"\xc8\xfe"), 1.0, 6),
    "big5": ((b"\xa4\x40", b"\xc6\x7e"), 0.8, 4),
}
SAMPLE = 20_000  # bytes that are looked at


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and what its encoding is called; ValueError where the bytes are no text.

    What DOS ends files with is left out. A byte order mark decides; then UTF-8 if every byte fits;
    then `_of_high_bytes`.
    """
    content = content.removesuffix(b"\x1a")
    for mark, name in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), TITLES[name]
    name = _wide(content) or "utf-8"
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        name = _of_high_bytes(content)
        text = content.decode(name, "replace")
    strange = len(re.findall(r"[\0-\x08\x0e-\x1b\ufffd]", text[:SAMPLE]))
    if "\0" in text or strange > 0.01 * len(text[:SAMPLE]):
        raise ValueError("not text")
    return text, TITLES[name]


def _wide(content: bytes) -> str:
    """UTF-16 without its mark: in a table every other byte is mostly zero."""
    sample = content[: SAMPLE & ~1]
    half = len(sample) // 2
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half and sample[start::2].count(0) > 0.7 * half > 0 == sample[1 - start :: 2].count(0):
            return name
    return ""


def _of_high_bytes(content: bytes) -> str:
    """The encoding of bytes above 127: they come in pairs in Asia, in words in Cyrillic."""
    sample = content[:SAMPLE]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    pairs = [run[k : k + 2] for run in runs for k in range(0, len(run), 2)]
    letters = sum(map(len, runs))
    cyrillic = sum(run.count(sign) for run in runs for sign in range(0xE0, 0x100))
    if letters >= 3 * len(runs) and cyrillic > 0.7 * letters:
        return "cp1251"
    if name := _of_two_bytes(sample):
        return name
    common = sum(len(pair) == 2 and min(pair) >= 0xA1 and pair[0] <= FREQUENT for pair in pairs)
    whole = sum(len(pair) == 2 and min(pair) >= 0xA1 for pair in pairs)
    if whole > 0.9 * len(pairs) and common >= 0.5 * len(pairs):
        return "gb18030"
    return max(WESTERN, key=lambda name: _frequent_letters(sample, name))


def _of_two_bytes(sample: bytes) -> str:
    """Shift-JIS by its kana, EUC-KR by its Hangul, Big5 by its frequent signs; else nothing."""
    for name, (signs, share, least) in PAIRED.items():
        try:
            words = re.findall(r"[^\0-\x7f]+", sample.decode(name, "strict"))
        except UnicodeDecodeError:
            continue
        text = "".join(words)
        fitting = sum(bool(signs[0] <= sign.encode(name) <= signs[1]) for sign in text)
        second = min((sign.encode(name)[-1] for sign in text), default=255)
        if name == "big5" and (second > 0x7E or len(text) < 2 * len(words)):
            continue
        if len(text) >= least and fitting >= share * len(text):
            return name
    return ""


def _frequent_letters(sample: bytes, name: str) -> int:
    """How many of the signs that the bytes above 127 stand for are letters of Western Europe."""
    text = bytes(byte for byte in sample if byte > 127).decode(name, "replace")
    return sum(letter in LETTERS for letter in text)
