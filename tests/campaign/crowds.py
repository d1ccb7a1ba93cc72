"""Many at once: beside a heavy network, one after the other, coming and going."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from contextlib import AsyncExitStack

from playground.experiment import Experiment
from tests.browser.conftest import Server, running
from tests.campaign.table import Extent, item
from tests.campaign.visitor import visitor

GROWTH = 0.2  # MB that a visit may leave behind
TOYS = 20
SOON = ("--server.disconnectedSessionTTL", "2")  # seconds; so that visits end within the trial
RESNET = "m=" + Experiment.preset("resnet").to_link()


async def ended(server: Server) -> float:
    """Megabytes once the visits have ended and their memory is given back."""
    await asyncio.sleep(14)
    return server.megabytes()


@item(
    f"ResNet at Max speed beside {TOYS} small networks",
    "together they keep a third of their pace",
    long=True,  # other programs on the machine decide it as much as ResNet does
)
def beside_a_heavy_one(extent: Extent) -> tuple[str, bool]:
    async def together(server: Server) -> tuple[str, bool]:
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(visitor(server.url)) for _ in range(TOYS)]
            for tab in tabs:
                await tab.go()
                await tab.run_page(press="Play")
            await asyncio.sleep(4)
            alone = await asyncio.gather(*(tab.watch(6) for tab in tabs))
            heavy = visitor(server.url, query=RESNET + "&speed=max", page="digits")
            resnet = await stack.enter_async_context(heavy)
            await resnet.go("digits")
            await resnet.run_page(press="Train")
            await asyncio.sleep(6)
            beside = await asyncio.gather(*(tab.watch(6) for tab in tabs))
        # All together: of one alone a busy machine makes a handful of updates, and chance decides.
        before, after = (sum(rate for rate, _ in rates) / TOYS for rates in (alone, beside))
        longest = max(wait for _, wait in beside)
        figure = (
            f"{before:.2f} updates/s each alone, {after:.2f} beside it; "
            f"longest wait {longest:.1f} s"
        )
        return figure, after >= before / 3

    with running() as server:
        return asyncio.run(together(server))


@item("200 visits in a row (short: 40)", f"at most {GROWTH} MB more for each")
def in_a_row(extent: Extent) -> tuple[str, bool]:
    async def visits(server: Server, count: int) -> None:
        for _ in range(count):
            async with visitor(server.url) as tab:
                await tab.go()
                await tab.go(press="Step")

    async def measure(server: Server) -> tuple[str, bool]:
        count = extent.of(200, 40)
        await visits(server, 20)  # what is kept for all fills first
        before = await ended(server)
        await visits(server, count)
        after = await ended(server)
        each = (after - before) / count
        return f"{before:.0f} MB, then {after:.0f} MB: {each:.2f} each", each <= GROWTH

    with running(*SOON) as server:
        return asyncio.run(measure(server))


@item(
    "30 who come and go, for 4 minutes (short: half of one)",
    "no growth; no wait over 3 s (on a machine busy with other things 20 s)",
)
def come_and_go(extent: Extent) -> tuple[str, bool]:
    async def place(server: Server, end: float, number: int) -> list[tuple[float, float]]:
        """One after the other in one place of the room: when, and the longest wait."""
        dice, waits = random.Random(number), []
        await asyncio.sleep(dice.uniform(0, 10))
        while time.monotonic() < end:
            async with visitor(server.url) as tab:
                await tab.go()
                await tab.run_page(press="Play")
                await tab.until(lambda tab=tab: tab.updates)
                waits.append((await tab.watch(dice.uniform(5, 15)))[1])
        return waits

    async def room(server: Server) -> tuple[str, bool]:
        sizes, length = [], max(60 * extent.minutes, 30)
        end = time.monotonic() + length
        async with asyncio.TaskGroup() as group:
            places = [group.create_task(place(server, end, number)) for number in range(30)]
            while time.monotonic() < end:
                await asyncio.sleep(length / 12)
                sizes.append(server.megabytes())
        waits = list(itertools.chain.from_iterable(task.result() for task in places))
        left = await ended(server)
        threads = server.threads()
        growth = (sum(sizes[-3:]) - sum(sizes[3:6])) / 3 / len(waits)
        figure = (
            f"{len(waits)} visits; longest wait {max(waits):.1f} s; {sizes[3]:.0f} MB early, "
            f"{sizes[-1]:.0f} MB late, {left:.0f} MB afterwards, {threads} threads"
        )
        return figure, growth <= GROWTH and max(waits) < 20 and left <= max(sizes)

    with running(*SOON) as server:
        return asyncio.run(room(server))


@item("40 press Play in the same second, and leave", "their threads end with them", long=True)
def threads_end(extent: Extent) -> tuple[str, bool]:
    async def forty(server: Server) -> tuple[str, bool]:
        async with visitor(server.url) as tab:
            await tab.go()
        before = server.threads()
        async with AsyncExitStack() as stack:
            tabs = [await stack.enter_async_context(visitor(server.url)) for _ in range(40)]
            for tab in tabs:
                await tab.go()
            for tab in tabs:
                await tab.run_page(press="Play")
            rates = await asyncio.gather(*(tab.watch(6) for tab in tabs))
            most = server.threads()
        await ended(server)
        after = server.threads()
        start = server.processor_seconds()
        await asyncio.sleep(4)
        busy = (server.processor_seconds() - start) / 4
        slowest, longest = min(rates)[0], max(wait for _, wait in rates)
        figure = (
            f"{slowest:.2f} updates/s at least, longest wait {longest:.1f} s; "
            f"{before} threads before, {most} meanwhile, {after} after, {busy:.2f} cores busy"
        )
        return figure, after <= before + 6 and busy < 0.5 and slowest > 0

    with running(*SOON) as server:
        return asyncio.run(forty(server))
