"""What is tried: a list of items, each of which gives a figure and says whether it is in bounds."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

Trial = Callable[["Extent"], tuple[str, bool]]


@dataclass(frozen=True)
class Extent:
    """How much is done. short: the part for every change. minutes: of visitors coming and going."""

    short: bool
    minutes: float

    def of(self, whole: int, few: int) -> int:
        """A number of trials."""
        return few if self.short else whole


@dataclass(frozen=True)
class Item:
    """Something tried, and what may come of it. long: only in the whole campaign."""

    name: str
    bound: str
    trial: Trial
    long: bool = False


@dataclass(frozen=True)
class Row:
    """What came of an item."""

    item: Item
    figure: str
    good: bool
    seconds: float


ITEMS: list[Item] = []


def item(name: str, bound: str, long: bool = False) -> Callable[[Trial], Trial]:
    """Put a trial on the list; it gives its figure, and whether that is within the bound."""

    def add(trial: Trial) -> Trial:
        ITEMS.append(Item(name, bound, trial, long))
        return trial

    return add


def run(item: Item, extent: Extent) -> Row:
    """Try one; what breaks it is a figure too."""
    start = time.monotonic()
    try:
        figure, good = item.trial(extent)
    except Exception as error:
        traceback.print_exc()
        figure, good = f"broke: {type(error).__name__} {str(error)[:80]}".strip(), False
    return Row(item, figure, good, time.monotonic() - start)


def markdown(rows: list[Row], before: str = "") -> str:
    """The table: tried, figure, bound. before: a text with the lines of what is not tried now."""
    lines = {line.split(" | ")[0].removeprefix("| "): line for line in before.splitlines()}
    for row in rows:
        mark = "✓" if row.good else "✗"
        lines[row.item.name] = f"| {row.item.name} | {row.figure} | {row.item.bound} | {mark} |"
    head = ["| tried | figure | bound | |", "|---|---|---|---|"]
    return "\n".join([*head, *(lines[item.name] for item in ITEMS if item.name in lines)])
