"""Many visitors at once: `python -m tests.benchmarks.load [--sessions 20] [--seconds 20]`

Starts a server of its own on this machine and opens so many sessions, which speak Streamlit's
protocol as a browser does, its timers without back-pressure included. Each presses Play on the
Playground. An update is a new picture of the plane: up to 50 sessions are meant to get 1.5 a second
at least and to wait no longer than 2 seconds for one, more sessions 0.5 and 4 seconds. It connects
to 127.0.0.1 and nowhere else, and ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import time

from playground.bench import machine
from tests.browser.conftest import running
from tests.campaign.visitor import Visitor, visitor

MOST_SESSIONS, MOST_SECONDS = 100, 120
MANY = 50  # sessions; beyond, the second of each bound
LEAST, LONGEST = (1.5, 0.5), (2.0, 4.0)  # updates a second; seconds without one


async def visit(url: str, start: asyncio.Barrier, seconds: float) -> Visitor:
    """Open the page, press Play together with all the others, and look on."""
    async with visitor(url) as tab:
        await tab.go()
        await start.wait()
        await tab.run_page(press="Play")
        await asyncio.sleep(5)  # all have found their pace
        tab.updates.clear()
        await asyncio.sleep(seconds)
    return tab


async def crowd(url: str, sessions: int, seconds: float) -> list[Visitor]:
    """So many visitors at once."""
    start = asyncio.Barrier(sessions)
    return await asyncio.gather(*(visit(url, start, seconds) for _ in range(sessions)))


def waits(visitor: Visitor, seconds: float) -> float:
    """The longest time without a new picture."""
    first = (visitor.updates or [0.0])[0]
    times = [0.0, *(at - first for at in visitor.updates), seconds]
    return max(after - before for before, after in itertools.pairwise(times))


def bounded(most: int):
    """A whole number from 1 to `most`."""

    def number(text: str) -> int:
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"from 1 to {most}")
        return int(text)

    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=bounded(MOST_SESSIONS), default=20)
    parser.add_argument("--seconds", type=bounded(MOST_SECONDS), default=20)
    arguments = parser.parse_args()
    with running() as server:
        asyncio.run(crowd(server.url, 1, 2))  # what the first visit loads
        before, clock = server.processor_seconds(), time.monotonic()
        visitors = asyncio.run(crowd(server.url, arguments.sessions, arguments.seconds))
        busy = (server.processor_seconds() - before) / (time.monotonic() - clock)
    rates = sorted(len(visitor.updates) / arguments.seconds for visitor in visitors)
    longest = max(waits(visitor, arguments.seconds) for visitor in visitors)
    asked = {round(visitor.intervals[-1], 2) for visitor in visitors if visitor.intervals}
    print(
        f"{machine.name()}; load {machine.load():.1f}\n"
        f"{arguments.sessions} sessions for {arguments.seconds} s: updates a second "
        f"{rates[0]:.2f} (slowest) {statistics.median(rates):.2f} (median) {rates[-1]:.2f}; "
        f"longest wait {longest:.2f} s; timers {sorted(asked)} s; server {busy:.2f} cores"
    )
    many = arguments.sessions > MANY
    if rates[0] < LEAST[many] or longest > LONGEST[many]:
        raise SystemExit(f"a session got fewer than {LEAST[many]} updates a second, or stalled")


if __name__ == "__main__":
    main()
