"""What a visitor may send to harm others: links, sockets, floods, files, requests."""

from __future__ import annotations

import asyncio
import http.client
import io
import os
import random
import resource
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg

from playground.data import image_files
from playground.data.picture_bounds import PictureError
from playground.experiment import Experiment, edits
from tests.browser.conftest import Server, running
from tests.campaign.servers import shared
from tests.campaign.table import Extent, item
from tests.campaign.visitor import visitor

LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def spoiled(token: str, dice: random.Random) -> str:
    """A link's token cut, flipped in some bits, doubled or mixed."""
    letters = bytearray(token.encode())
    kind = dice.randrange(4)
    if kind == 0:
        del letters[dice.randrange(len(letters)) :]
    elif kind == 1:
        for _ in range(dice.randint(1, 4)):
            letters[dice.randrange(len(letters))] ^= 1 << dice.randrange(8)
    elif kind == 2:
        letters[dice.randrange(len(letters))] = dice.choice(LETTERS)
    else:
        place = dice.randrange(len(letters))
        letters[place:place] = letters[dice.randrange(len(letters)) :]
    return letters.decode("latin-1")


@item("100,000 links, cut and with flipped bits (short: 10,000)", "opened, or refused in a word")
def links(extent: Extent) -> tuple[str, bool]:
    dice = random.Random(1)
    tokens = [Experiment.preset(name).to_link() for name in Experiment.presets()]
    opened, refused, longest, count = 0, 0, 0.0, extent.of(100_000, 10_000)
    for _ in range(count):
        token, start = spoiled(dice.choice(tokens), dice), time.process_time()
        try:
            refused += bool(edits.refusal(Experiment.from_link(token, check=False)))
            opened += 1
        except ValueError:  # what `Desk.follow_link` expects
            refused += 1
        longest = max(longest, time.process_time() - start)
    figure = f"{opened:,} could be read, {refused:,} refused, the slowest took {longest:.2f} s"
    return figure, longest < 2


LARGE = [  # each of a few dozen letters, and each takes gigabytes or minutes where it is built
    ["up_sampling2d 16", "up_sampling2d 16", "max_pool2d 3", "global_avg_pool2d", "dense 10"],
    ["up_sampling2d 16", "up_sampling2d 16", "up_sampling2d 4", "global_avg_pool2d", "dense 10"],
    ["conv2d 512 31 15", "conv2d 512 31 15", "global_avg_pool2d", "dense 10"],
    ["flatten", "dense 8192", "dense 8192", "dense 8192", "dense 10"],
]
WORDS = {
    "up_sampling2d": ("size",),
    "max_pool2d": ("pool_size",),
    "conv2d": ("filters", "kernel_size", "padding"),
    "dense": ("units",),
}


@item("links to networks of gigabytes and hours", "refused within 20 MB")
def large_networks(extent: Extent) -> tuple[str, bool]:
    figures = []
    for layers in LARGE:
        described = Experiment.preset("mnist_linear").described()
        described["layers"] = []
        for line in layers:
            kind, *numbers = line.split()
            options = zip(WORDS.get(kind, ()), map(int, numbers), strict=True)
            described["layers"].append({"type": kind, **dict(options)})
        token = Experiment.model_validate(described).to_link()
        tracemalloc.start()
        start = time.process_time()
        experiment = Experiment.from_link(token, check=False)
        said = edits.refusal(experiment) or edits.problem(experiment)
        seconds, (_, most) = time.process_time() - start, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        figures.append((bool(said), most / 1e6, seconds))
    refused, most, slowest = zip(*figures, strict=True)
    figure = f"{sum(refused)} of {len(LARGE)}; {max(most):.1f} MB, {1000 * max(slowest):.0f} ms"
    return figure, all(refused) and max(most) < 20


def files() -> dict[str, bytes]:
    """Cheap to send, dear to read."""
    packed: dict[str, bytes] = {}
    zeros = io.BytesIO()
    np.savez_compressed(zeros, x=np.zeros((270_000, 28, 28), np.uint8), y=np.zeros(270_000))
    packed["zeros.npz"] = zeros.getvalue()
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3000):
            archive.writestr(f"{number % 2}/{number}.png", b"\x89PNG\r\n\x1a\n" + bytes(4000))
    packed["many.zip"] = many.getvalue()
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind in "ab":
            archive.writestr(f"{kind}/1.png", bytes(200_000_000))
    packed["bomb.zip"] = bomb.getvalue()
    packed["text.npz"] = b"PK\x03\x04" + os.urandom(1000)
    return packed


@item("uploads that are cheap to send and dear to read", "refused within 2 s and 100 MB")
def uploads(extent: Extent) -> tuple[str, bool]:
    worst, refused = 0.0, 0
    contents = files()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, content in contents.items():
        start = time.process_time()
        try:
            image_files.read({name: content}, False)
        except PictureError:
            refused += 1
        worst = max(worst, time.process_time() - start)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    figure = f"{refused} of {len(contents)}; {worst:.1f} s and {more:.0f} MB at most"
    return figure, refused == len(contents) and worst < 2 and more < 100


async def _bystander(
    server: Server, harm: Callable[[], object], seconds: float
) -> tuple[float, float]:
    """Updates a second of somebody else before and while harm is done."""
    async with visitor(server.url) as tab:
        await tab.go()
        await tab.run_page(press="Play")
        await asyncio.sleep(2)
        before, _ = await tab.watch(5)
        doing = asyncio.ensure_future(harm())
        during, _ = await tab.watch(seconds)
        await doing
    return before, during


def messages(dice: random.Random) -> bytes:
    """A message as a browser sends it, with bytes changed, cut or added; or none at all."""
    message = BackMsg()
    message.rerun_script.query_string = "m=" + "x" * dice.randrange(50)
    widgets = message.rerun_script.widget_states.widgets
    widgets.add(id="pad", json_value='{"drawing": [1, 2, {"a": 1}]}')
    widgets.add(id="button", trigger_value=True)
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(200))
    letters = bytearray(message.SerializeToString())
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(letters))
        letters[place : place + dice.randrange(3)] = dice.randbytes(dice.randrange(4))
    return bytes(letters)


async def rubbish(server: Server, count: int) -> None:
    """So many spoiled messages, through as many sockets as it takes."""
    dice, sent = random.Random(2), 0
    address = server.url.replace("http", "ws", 1) + "_stcore/stream"

    async def one_socket() -> None:
        nonlocal sent
        with suppress(websockets.WebSocketException, OSError):
            async with websockets.connect(
                address, subprotocols=["streamlit"], max_size=None
            ) as line:
                while sent < count:
                    sent += 1
                    await line.send(messages(dice))

    while sent < count:
        await asyncio.gather(*(one_socket() for _ in range(20)))


@item("10,000 spoiled messages (short: 2,000) beside somebody at work", "no error, others go on")
def sockets(extent: Extent) -> tuple[str, bool]:
    with tempfile.TemporaryFile() as log, running(stderr=log) as server:

        async def trial() -> tuple[float, float]:
            count = extent.of(10_000, 2_000)
            return await _bystander(server, lambda: rubbish(server, count), extent.of(30, 10))

        before, during = asyncio.run(trial())
        log.seek(0)
        tracebacks = log.read().count(b"Traceback")
        alive = server.process.poll() is None
    figure = f"{tracebacks} errors in the log; others {before:.1f} updates/s, then {during:.1f}"
    return figure, alive and during > before / 4


@item("a flood of 1,000 page runs a second from one socket", "others keep a third of their pace")
def flood(extent: Extent) -> tuple[str, bool]:
    async def pour(server: Server) -> None:
        async with visitor(server.url) as tab:
            await tab.go()
            end = time.monotonic() + 8
            with suppress(websockets.ConnectionClosed):
                while time.monotonic() < end:
                    for _ in range(10):
                        await tab.run_page()
                    await asyncio.sleep(0.01)

    server = shared()
    before, during = asyncio.run(_bystander(server, lambda: pour(server), 8))
    return f"others {before:.1f} updates/s, then {during:.1f}", during > before / 3


@item("more visitors than may come in", "503 for every page and socket, in a sentence")
def full(extent: Extent) -> tuple[str, bool]:
    with running(env={**os.environ, "PLAYGROUND_VISITORS": "3"}) as server:

        async def fill() -> list[tuple[int, str]]:
            answers = []
            async with AsyncExitStack() as stack:
                for _ in range(3):
                    await stack.enter_async_context(visitor(server.url))
                for path in ("/", "/digits", "/draw", "/nothing"):
                    answers.append(await asyncio.to_thread(ask, server, "GET", path))
                try:
                    await stack.enter_async_context(visitor(server.url))
                except websockets.InvalidStatus as error:
                    answers.append((error.response.status_code, error.response.body.decode()))
            return answers

        answers = asyncio.run(fill())
    said = [status == 503 and "full" in words for status, words in answers]
    return f"{sum(said)} of 5 told so", sum(said) == 5


def ask(server: Server, method: str, path: str, **headers: str) -> tuple[int, str]:
    """Status and body of an answer."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    try:
        line.request(method, path, headers={**headers, "Content-Length": "0"})
        answer = line.getresponse()
        return answer.status, answer.read().decode("latin-1")
    finally:
        line.close()


PATHS = [
    "/assets/../app.py",
    "/assets/%2e%2e/%2e%2e/etc/passwd",
    "/assets/" + "x" * 5000,
    "/assets/%00",
    "/_stcore/metrics",
    "/_stcore/upload_file/none/none",
    "/media/../../app.py",
    "//etc/passwd",
    "/component/%2e%2e/%2e%2e/app.py",
]


@item("foreign origins, traversal, odd methods and headers", "no file of ours, no error")
def requests(extent: Extent) -> tuple[str, bool]:
    async def foreign(server: Server) -> bool:
        address = server.url.replace("http", "ws", 1) + "_stcore/stream"
        try:
            async with websockets.connect(address, origin="https://elsewhere.example") as line:
                await line.recv()
        except (websockets.WebSocketException, OSError):
            return True
        return False

    server = shared()
    answers = [
        ask(server, method, path, **headers)
        for path in PATHS
        for method in ("GET", "HEAD", "PUT", "POST", "DELETE", "TRACE", "ODD")
        for headers in ({}, {"X-Long": "y" * 8000}, {"Range": "bytes=0-,-1,5-2"})
    ]
    refused = asyncio.run(foreign(server))
    alive = ask(server, "GET", "/_stcore/health")[0] == 200
    errors = sum(status >= 500 for status, _ in answers)
    leaks = sum("streamlit.runtime" in body or "root:" in body for _, body in answers)
    figure = f"{len(answers)} requests: {errors} errors, {leaks} files; foreign origin refused"
    return (
        figure if refused else "a foreign origin came in",
        not errors + leaks and refused and alive,
    )
