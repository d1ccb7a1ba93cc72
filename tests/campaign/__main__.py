"""Try whatever a classroom, a bad line or a hostile visitor may do: `python -m tests.campaign`.

On this machine alone, over loopback. `--short` is a part for every day; it aims at
five minutes, and all of it at twenty-five. `--only cut` tries what has that word in its name.
`--minutes 60` lets visitors come and go for an hour. `--write` makes docs/reliability.md of the
table. The exit code is 0 only where everything stayed within its bound. Bounds are ratios, or so
wide that a busy machine does not decide.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from playground.bench import machine
from tests.campaign import crowds, doors, hostile, lines, servers, surroundings, table  # noqa: F401
from tests.campaign.table import ITEMS, Extent

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
HEAD = """\
# What it holds

Written by `python -m tests.campaign --write`, which tries all this on one machine, over loopback,
and fails where a figure is out of its bound. [SECURITY.md](../SECURITY.md) says what is promised.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.campaign", description=__doc__)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    extent = Extent(options.short, 0.5 if options.short else options.minutes)
    start, rows = time.monotonic(), []
    for item in ITEMS:
        if options.only in item.name and not (item.long and options.short):
            row = table.run(item, extent)
            rows.append(row)
            mark = "ok" if row.good else "FAILED"
            print(f"{mark:6} {row.seconds:4.0f} s  {item.name}: {row.figure}", flush=True)
    servers.stop()
    text = table.markdown(rows)
    below = f"{machine.name()}; load {machine.load():.1f}; {time.monotonic() - start:.0f} s in all."
    print(f"\n{text}\n\n{below}")
    if options.write:
        before = PAGE.read_text("utf-8") if PAGE.exists() else ""
        text = table.markdown(rows, before)  # with `--only` the other lines stay
        PAGE.write_text(f"{HEAD}\n{text}\n\n{below}\n", "utf-8")
    return int(not all(row.good for row in rows))


if __name__ == "__main__":
    sys.exit(main())
