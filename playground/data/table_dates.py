"""Dates in cells, and the numbers that a named rule makes of them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

import numpy as np

from playground.data.tables import Column, TableError

RULES = ("days", "calendar")
PARTS = ("year", "month", "weekday")  # of "calendar"; Monday is 1
EPOCH = datetime.datetime(1970, 1, 1)
SECONDS_A_DAY = 86_400
CLOCK = r"(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d))?\S*)?"
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + CLOCK)
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + CLOCK)
LIKE = re.compile(r"(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(\D.*)?")


def are_dates(words: Sequence[str]) -> bool:
    """Whether most of these words are dates.

    >>> are_dates(["2024-03-01", "1.4.2024"]), are_dates(["1.5", "blue"])
    (True, False)
    """
    return 2 * sum(LIKE.fullmatch(word) is not None for word in words) > len(words)


def numbers(column: Column, rule: str) -> np.ndarray:
    """Dates as numbers, float64 [N, 1] or [N, 3]; NaN where a cell holds none.

    days: since 1 January 1970, with the time of day as a fraction. calendar: year, month from 1,
    day of the week from 1 for Monday. TableError where day and month cannot be told apart, or a
    word is no date.
    """
    words, places = column.kinds, column.codes
    dates = _read(column.name, words)
    known = np.array([_numbers(date, rule) for date in dates], np.float64)
    known = known.reshape(len(words), 1 if rule == "days" else len(PARTS))
    return np.where(places[:, None] >= 0, known[places], np.nan)


def _numbers(date: datetime.datetime, rule: str) -> list[float]:
    if rule == "days":
        return [(date - EPOCH).total_seconds() / SECONDS_A_DAY]
    return [date.year, date.month, date.isoweekday()]


def _read(name: str, words: Sequence[str]) -> list[datetime.datetime]:
    day_first = _day_first(name, words)
    dates = []
    for word in words:
        date = _date(word, day_first)
        if date is None:
            raise TableError(f"“{name[:30]}” holds dates, and “{word[:20]}” is none.")
        dates.append(date)
    return dates


def _date(word: str, day_first: bool) -> datetime.datetime | None:
    if match := YEAR_FIRST.fullmatch(word):
        year, month, day = match[1], match[3], match[4]
    elif match := YEAR_LAST.fullmatch(word):
        left, right, year = match[1], match[3], match[4]
        day, month = (left, right) if day_first or match[2] == "." else (right, left)
    else:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups()[4:])
    try:
        return datetime.datetime(int(year), int(month), int(day), hour, minute, second)
    except ValueError:
        return None


def _day_first(name: str, words: Sequence[str]) -> bool:
    """Whether dates such as 3/4/2024 begin with the day; points always have it first."""
    pairs = [
        (int(match[1]), int(match[3]))
        for word in words
        if (match := YEAR_LAST.fullmatch(word)) and match[2] != "."
    ]
    if not pairs or any(first > 12 for first, _ in pairs):
        return True
    if any(second > 12 for _, second in pairs):
        return False
    raise TableError(
        f"The dates in “{name[:30]}” can be read with the day or with the month first: write them "
        "as 2024-03-31."
    )
