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
}
SAMPLE = 20_000  # bytes that are looked at


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and what its encoding is called; ValueError where the bytes are no text.

    A byte order mark decides; then UTF-8 if every byte fits; then `_of_high_bytes`.
    """
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
    """The encoding of bytes above 127: they come in pairs in Chinese, in words in Cyrillic."""
    runs = re.findall(rb"[\x80-\xff]+", content[:SAMPLE])
    pairs = [run[k : k + 2] for run in runs for k in range(0, len(run), 2)]
    common = sum(len(pair) == 2 and min(pair) >= 0xA1 for pair in pairs)
    letters = sum(map(len, runs))
    cyrillic = sum(run.count(sign) for run in runs for sign in range(0xE0, 0x100))
    if letters >= 3 * len(runs) and cyrillic > 0.7 * letters:
        return "cp1251"
    return "gb18030" if common > 0.9 * len(pairs) else "cp1252"
