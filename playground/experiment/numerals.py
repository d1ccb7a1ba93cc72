"""How numbers are written for people: every sentence, label and table takes its digits from here.

What is no number is a dash.
"""

from __future__ import annotations

import math

import numpy as np

NONE = "–"


def count(number: float) -> str:
    """A whole number: 41,200."""
    return f"{number:,.0f}" if math.isfinite(number) else NONE


def size(number: float) -> str:
    """A large number in three digits: 417 k, 1.2 M."""
    for unit, name in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if number >= unit:
            return f"{number / unit:.3g}{name}"
    return count(number)


def fixed(value: float, digits: int) -> str:
    """So many digits behind the point: 1,234.50; what rounds to zero has no sign."""
    return f"{value:z,.{digits}f}" if math.isfinite(value) else NONE


def short(value: float, digits: int = 3) -> str:
    """So many digits that count, with an exponent where it is very large or small: 1.2e-05."""
    return f"{value:.{digits}g}" if math.isfinite(value) else NONE


def plain(number: float) -> str:
    """All digits, and no exponent: 0.00001."""
    return np.format_float_positional(number, trim="-")


def percent(share: float, digits: int = 1) -> str:
    """A share of one: 97.3 %."""
    return f"{100 * share:.{digits}f} %" if math.isfinite(share) else NONE


def sureness(share: float, digits: int = 1) -> str:
    """A probability, never rounded to a certainty that there is not: >99.9 %."""
    half = 0.5 * 10.0 ** -(digits + 2)
    if share >= 1 - half:
        return f">{percent(1 - 2 * half, digits)}"
    return percent(share, digits) if share >= half else f"<{percent(2 * half, digits)}"


def loss(value: float) -> str:
    """Three digits behind the point, or three that count from a thousand on."""
    return fixed(value, 3) if not value >= 1000 else short(value)


def exact(value: float) -> str:
    """Four digits behind the point where that tells something, or three that count.

    What is smaller than numbers near one can tell apart is zero.
    """
    if abs(value) < 1e-15:
        return "0"
    return fixed(value, 4) if 0.001 <= abs(value) < 1000 else short(value)


def epochs(passes: float) -> str:
    """Whole epochs, or two decimals where single steps count; more where those are all zero.

    >>> epochs(7.0), epochs(0.04), epochs(0.0023)
    ('7', '0.04', '0.002')
    """
    if 0 < passes < 0.01:
        return short(passes, 1)
    return fixed(passes, 0 if passes == round(passes) or passes >= 10 else 2)


def passes(seen: float) -> str:
    """Epochs with their word.

    >>> passes(1.0), passes(0.04), passes(12.0)
    ('1 epoch', '0.04 epochs', '12 epochs')
    """
    return "1 epoch" if seen == 1 else f"{epochs(seen)} epochs"


def duration(seconds: float) -> str:
    """A time in the unit that suits it: 1.25 s, 340 ms, 12 µs."""
    for unit, length in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= length and math.isfinite(seconds):
            return f"{short(seconds / length)} {unit}"
    return f"{short(seconds * 1e6)} µs" if math.isfinite(seconds) else NONE


def megabytes(count: float, digits: int = 1) -> str:
    """How much a file takes, of so many bytes: 11.6 MB."""
    return f"{fixed(count / 1e6, digits)} MB"
