"""Numbers as people write them: decimal commas, thousands signs, typographic minus, percent."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

# What stands for "no value" in files of R, pandas, SAS, SPSS, UCI and spreadsheets of several
# languages; compared without case.
MISSING = frozenset(
    [
        "",
        "na",
        "n/a",
        "n.a.",
        "n. a.",
        "nan",
        "-nan",
        "null",
        "(null)",
        "<na>",
        "nat",
        "\\n",
        "-",
        "--",
        "---",
        ".",
        "..",
        "...",
        "?",
        "missing",
        "k.a.",
        "k. a.",
        "1.#qnan",
        "-1.#ind",
        "1.#ind",
        "#n/a",
        "#n/a n/a",
        "#na",
        "#nv",
        "#n/d",
        "nd",
        "n/d",
        "n.d",
        "n.d.",
        "n. d.",
        "s/d",
        "s.d.",
        "no data",
        "nodata",
        "н/д",
        "нет данных",
        "#н/д",
        "#n/b",
        "#yok",
        "#i/t",
        "缺失",
        "欠損",
        "欠測",
        "…",
    ]
)
DASHES = str.maketrans(dict.fromkeys("−‐‑‒–—﹣－", "-") | {"＋": "+"})
GROUPING = " '’\u00a0\u2007\u2009\u202f"  # thousands signs that are never decimal signs
MARKS = "%‰$€£¥°"  # that may stand before or behind a number
BROKEN = re.compile(r"#[^\s\d]\S{1,14}[!?]")  # a spreadsheet's errors, in any language
# Digits of other scripts as ours, with their signs; ٬ parts thousands, and never decimals.
FOREIGN: dict[int, int | str] = {ord("٫"): ".", ord("٬"): "’", ord("،"): ",", ord("٪"): "%"} | {
    full: full - 0xFEE0
    for full in map(ord, "！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；Ｅｅ")
}
SLASH = re.compile(r"([+-]?[٠-٩۰-۹]+)/([٠-٩۰-۹]+)")  # Persian typists' decimal sign
PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?")
INFINITE = re.compile(r"[+-]?(inf(inity)?|∞)", re.IGNORECASE)
GROUPED = re.compile(r"[+-]?\d{1,3}((\.\d{3}){2,}|(,\d{2,3})+,\d{3})")
_GAPS = re.compile(rf"(?<=\d)[{GROUPING}](?=\d{{3}}(?!\d))")  # blanks for thousands
_SINGLE = re.compile(r"[+-]?(\d*)([.,])(\d+)(?:[eE][+-]?\d+)?%?")


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value.

    >>> is_missing("#N/A"), is_missing("–"), is_missing("0")
    (True, True, False)
    """
    if len(cell) > 12 or cell[-1:].isdigit():
        return False  # the usual cell, told at once
    text = cell.strip()
    if text == "None" or text.translate(DASHES).casefold() in MISSING:
        return True
    return text[:1] == "#" and BROKEN.fullmatch(text) is not None


def decimal_sign(cells: Sequence[str], alone: str = ",") -> str:
    """Which of "." and "," begins the decimals in these cells, or "both".

    Cells such as 0,5 or 1.234,5 can be read in one way only and decide; 1,234 can be read in two.
    Where nothing decides, a comma followed by three digits is what `alone` says: "," for decimals,
    "." for thousands.

    >>> decimal_sign(["1.234,5", "1.234"]), decimal_sign(["1,234.5"]), decimal_sign(["1,5", "2.5"])
    (',', '.', 'both')
    """
    different = set(cells)  # each is judged once, however many rows say the same
    texts = [cell for cell in different if "," in cell or cell.count(".") > 1]
    votes = {vote for text in texts if (vote := _vote(text))}
    if votes == {","} and any(_vote(cell) == "." for cell in different):
        return "both"
    if len(votes) == 2:
        return "both"
    doubtful = any("," in text and _SINGLE.fullmatch(_bare(text)) for text in texts)
    return votes.pop() if votes else alone if doubtful else "."


def _vote(cell: str) -> str:
    """The decimal sign of a cell that can be read in one way only; else nothing."""
    text = _bare(cell)
    if match := _SINGLE.fullmatch(text):
        whole, sign, digits = match.groups()
        return sign if len(digits) != 3 or not 0 < len(whole) < 4 or whole[0] == "0" else ""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        last = "," if comma > point else "."
        return last if _joined(text, last) else ""
    if GROUPED.fullmatch(text):
        return "." if comma >= 0 else ","
    return ""


def value(cell: str, decimal: str = ".") -> float | None:
    """The number that a cell shows, None where it shows none; infinity is a number here.

    decimal: what `decimal_sign` gives.

    >>> value("−1.234,5", ","), value("1'000"), value("(12)"), value("1_000")
    (-1234.5, 1000.0, -12.0, None)
    """
    text: str | None = cell
    if decimal != "." and "," in cell:
        text = None if "." in cell else cell.replace(",", ".", 1)
    elif decimal == "," and "." in cell:
        text = None
    if text is not None and "_" not in text:
        try:
            number = float(text)
        except ValueError:
            pass
        else:
            return None if math.isnan(number) else number
    return _careful(cell, decimal)


def _bare(cell: str) -> str:
    """Without marks of currency and percent, and without blanks or apostrophes for thousands."""
    text = cell.strip().translate(DASHES)
    if not text.isascii():
        text = _in_our_digits(text)
    text = text.strip(MARKS).strip()
    if text[:1] == "(" and text[-1:] == ")" and text[1:2].isdigit():  # as accountants write it
        text = f"-{text[1:-1]}"
    return _GAPS.sub("", text)


def _in_our_digits(text: str) -> str:
    """Arabic, Persian, Indian, full-width and other digits as 0 to 9.

    >>> _in_our_digits("١٬٢٣٤٫٥"), _in_our_digits("１．５"), _in_our_digits("१२")
    ('1’234.5', '1.5', '12')
    """
    text = SLASH.sub(r"\1٫\2", text) if SLASH.fullmatch(text) else text
    digits: dict[int, int | str] = {
        ord(sign): str(unicodedata.digit(sign)) for sign in text if sign.isdecimal()
    }
    return text.translate(FOREIGN | digits)


def _careful(cell: str, decimal: str) -> float | None:
    """As `value`, for what `float` does not read."""
    text = _bare(cell)
    if INFINITE.fullmatch(text):
        return float("-inf") if text[0] == "-" else float("inf")
    if "٫" in cell or SLASH.fullmatch(cell.strip()):
        decimal = "."
    if decimal == "both":
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
        if text.count(decimal) > 1:
            decimal = "." if decimal == "," else ","
    joined = _joined(text, decimal)
    return None if joined is None else float(joined)


def _joined(text: str, decimal: str) -> str | None:
    """The number without thousands signs and with a decimal point; None where it is none."""
    whole, sign, rest = text.partition(decimal)
    thousands = "." if decimal == "," else ","
    if thousands in rest:
        return None
    if thousands in whole:
        if not re.fullmatch(rf"[+-]?\d{{1,3}}(\{thousands}\d{{2,3}})*\{thousands}\d{{3}}", whole):
            return None
        whole = whole.replace(thousands, "")
    joined = whole + sign.replace(",", ".") + rest
    return joined.replace("D", "e").replace("d", "e") if PLAIN.fullmatch(joined) else None
