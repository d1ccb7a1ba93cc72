"""Lines that break, pages that are left and loaded again, servers that die."""

from __future__ import annotations

import asyncio
import signal
import time

from playground.experiment import Experiment
from tests.browser.conftest import Server, running
from tests.campaign.proxy import line
from tests.campaign.servers import shared
from tests.campaign.table import Extent, item
from tests.campaign.visitor import Visitor, visitor

SPIRAL = "m=" + Experiment.preset("spiral").to_link()


async def playing(tab: Visitor) -> None:
    """Open the page, press Play, and wait for the first epochs."""
    await tab.go()
    await tab.run_page(press="Play")
    await tab.until(lambda: tab.epochs > 1)


async def cut(server: Server, seconds: float) -> tuple[str, bool]:
    """Break the line of a playing page for so long."""
    with line(server.port) as proxy:
        async with visitor(proxy.url) as tab:
            await playing(tab)
            session = tab.session
            await asyncio.to_thread(proxy.cut)
            await asyncio.sleep(seconds)
            before = tab.epochs
        proxy.mend()
        async with visitor(proxy.url, session=session) as tab:
            await tab.run_page()
            await tab.until(lambda: tab.epochs > 0)
            back = tab.epochs
            await tab.until(lambda: tab.epochs > before + 1)
            same = tab.session == session and "started again" not in tab.words
    return f"epoch {before:.0f} before, {back:.0f} at once after", same and back >= before


async def cuts(server: Server, *lengths: float) -> tuple[str, bool]:
    """Several at once, each of a visitor's own line."""
    results = await asyncio.gather(*(cut(server, seconds) for seconds in lengths))
    return "; ".join(figure for figure, _ in results), all(good for _, good in results)


@item("the line is cut for 2 s and for 30 s while a network trains", "it goes on from where it was")
def short_cuts(extent: Extent) -> tuple[str, bool]:
    return asyncio.run(cuts(shared(), 2, 30))


@item(
    "the line is cut for 3 minutes, or a laptop sleeps", "it goes on from where it was", long=True
)
def three_minutes(extent: Extent) -> tuple[str, bool]:
    return asyncio.run(cuts(shared(), 180))


@item("another page and back, again and again, while it trains", "it trains on")
def back_and_forward(extent: Extent) -> tuple[str, bool]:
    async def wander(server: Server) -> tuple[str, bool]:
        async with visitor(server.url) as tab:
            await playing(tab)
            clocks = [tab.epochs]
            for page in ("draw", "", "digits", "", "judge", "", "inside", ""):
                await tab.go(page)
                if not page:
                    await tab.until(lambda: tab.epochs > clocks[-1])
                    clocks.append(tab.epochs)
        return "epochs " + ", ".join(f"{clock:.0f}" for clock in clocks), sorted(clocks) == clocks

    return asyncio.run(wander(shared()))


@item("the page is loaded again while it trains", "the set-up is there, the old Run at rest")
def load_again(extent: Extent) -> tuple[str, bool]:
    async def reload(server: Server) -> tuple[str, bool]:
        async with visitor(server.url, query=SPIRAL) as tab:
            await playing(tab)
        async with visitor(server.url, query=SPIRAL) as tab:
            await tab.go()
            await asyncio.sleep(2)
            before = server.processor_seconds()
            await asyncio.sleep(3)
            busy = (server.processor_seconds() - before) / 3
            spiral = "Spiral" in tab.words
        return f"its own set-up, {busy:.2f} cores busy", spiral and busy < 0.5

    return asyncio.run(reload(shared()))


@item("two tabs of one visitor", "each has a network of its own")
def two_tabs(extent: Extent) -> tuple[str, bool]:
    async def both(server: Server) -> tuple[str, bool]:
        async with visitor(server.url) as one, visitor(server.url) as other:
            await other.go()
            await playing(one)
            await other.go()
            return f"epoch {one.epochs:.0f} and epoch {other.epochs:.0f}", other.epochs == 0

    return asyncio.run(both(shared()))


@item("the server is killed (`kill -9`) while it trains", "said at once; one button trains again")
def killed(extent: Extent) -> tuple[str, bool]:
    async def meet(server: Server) -> str:
        async with visitor(server.url) as tab:
            await playing(tab)
            server.process.kill()
            server.process.wait()
            return tab.session

    async def come_back(server: Server, session: str) -> tuple[str, bool]:
        async with visitor(server.url, session=session, query=SPIRAL) as tab:
            start = time.monotonic()
            await tab.until(lambda: "Train again" in tab.buttons)  # it asks by itself
            waited = time.monotonic() - start
            said, spiral = "started again" in tab.words, "Spiral" in tab.words
            await tab.until(tab.idle.is_set)
            await tab.run_page(press="Train again")
            await tab.until(lambda: tab.epochs > 1)
        return f"said after {waited:.1f} s, and trained again", said and spiral

    with running() as server:
        session, port = asyncio.run(meet(server)), server.port
    with running(port=port) as server:
        return asyncio.run(come_back(server, session))


@item("the server is asked to end (SIGTERM) while 5 train", "it ends within 5 s")
def asked_to_end(extent: Extent) -> tuple[str, bool]:
    async def five(server: Server) -> float:
        async with asyncio.TaskGroup() as group:
            start = asyncio.Barrier(6)

            async def one() -> None:
                async with visitor(server.url) as tab:
                    await playing(tab)
                    await start.wait()
                    await tab.until(lambda: server.process.poll() is not None)

            for _ in range(5):
                group.create_task(one())
            await start.wait()
            server.process.send_signal(signal.SIGTERM)
            clock = time.monotonic()
            await asyncio.to_thread(server.process.wait, 60)
        return time.monotonic() - clock

    with running() as server:
        seconds = asyncio.run(five(server))
    return f"{seconds:.1f} s", seconds < 5
