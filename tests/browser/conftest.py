"""A real server and a real browser; tests here never skip."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import chromium

ROOT = Path(__file__).resolve().parents[2]
WORDS = """(document.querySelector('[data-testid=stApp]')?.dataset.testScriptState ?? 'blank')
    + '\\n' + document.body.innerText"""
PATIENCE = 120  # seconds until a page counts as stuck: machines may be busy with other things
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"

FAILED = pytest.StashKey[bool]()


class Server:
    """`streamlit run app.py` on a free port, or on one that was free."""

    def __init__(self, *options: str, port: int = 0, **process: Any) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            port = probe.getsockname()[1]
        self.port = port
        command = [
            sys.executable,
            "-m",
            "streamlit",
            "run",
            "app.py",
            "--server.port",
            str(port),
            "--server.address",
            "127.0.0.1",
            "--server.fileWatcherType",
            "none",
            *options,
        ]
        self.url = f"http://127.0.0.1:{port}/"
        process = {"cwd": ROOT, "stdout": subprocess.DEVNULL} | process
        self.process = subprocess.Popen(command, **process)
        self._wait()

    def _wait(self, seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                pytest.fail(f"the server ended with code {self.process.returncode}")
            with suppress(OSError):
                urllib.request.urlopen(self.url + "_stcore/health", timeout=2).close()
                return
            time.sleep(0.1)
        pytest.fail(f"the server did not answer within {seconds:.0f} s")

    def processor_seconds(self) -> float:
        """What the process has computed so far; to see whether anything still trains."""
        return self._figure("cputimes")

    def megabytes(self) -> float:
        """What it has in memory."""
        return self._figure("rss") / 1024

    def threads(self) -> int:
        """How many it has."""
        return int(self._figure("nlwp"))

    def _figure(self, name: str) -> float:
        command = ["ps", "-o", f"{name}=", "-p", str(self.process.pid)]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(*options: str, port: int = 0, **process: Any) -> Iterator[Server]:
    """A server of one's own, for what a shared one cannot show (its first request, its end).

    process: more words for `subprocess.Popen`.
    """
    server = Server(*options, port=port, **process)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server for the whole session; visits do not see each other."""
    with running() as started:
        yield started


@pytest.fixture
def cold_server() -> Iterator[Server]:
    """A server nobody has visited yet."""
    with running() as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    program = chromium.executable()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        yield started
        started.close()


def watch(page: Page) -> tuple[list[str], Callable[[], None]]:
    """What the page complains about from now on, and how to stop listening."""
    complaints: list[str] = []

    def hear(message) -> None:
        address = message.location.get("url", "")
        # On a deep link Streamlit's page looks for its server at two addresses: one is not there.
        probing = "404" in message.text and "/_stcore/" in address
        if message.type == "error" and not probing:
            complaints.append(f"{message.text} ({address})")

    def fail(error) -> None:
        complaints.append(str(error))

    def deaf() -> None:
        page.remove_listener("console", hear)
        page.remove_listener("pageerror", fail)

    page.on("console", hear)
    page.on("pageerror", fail)
    return complaints, deaf


class Tabs:
    """Open pages, each lent to one test at a time, by those options of their contexts that a page
    cannot change.

    A tab that has shown the app once shows it again for half the work: its window stands, and the
    scripts are compiled.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: dict[str, list[Page]] = {}
        self.keys: dict[Page, str] = {}

    def take(
        self,
        viewport: dict[str, int],
        color_scheme: str = "light",
        reduced_motion: str = "no-preference",
        **options: object,
    ) -> Page:
        """A blank page that remembers nothing."""
        key = repr(sorted(options.items()))
        waiting = self.free.setdefault(key, [])
        if waiting:
            page = waiting.pop()
        else:
            context = self.browser.new_context(**options)
            context.set_default_timeout(1000 * PATIENCE)
            page = context.new_page()
            self.keys[page] = key
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        return page

    def give_back(self, page: Page) -> None:
        """Empty a page of what a test has left in it."""
        page.mouse.move(-1, -1)
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.context.clear_cookies()
        page.goto("about:blank")
        self.free[self.keys[page]].append(page)


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    """The pages that tests share."""
    return Tabs(browser)


@pytest.fixture
def visit(
    server: Server, tabs: Tabs, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Open a path in a page of one's own and wait until it stands: ``visit("digits")``.

    Options go to the context (viewport, color_scheme, …). At the end of the test no page may have
    complained in its console.
    """
    opened: list[tuple[Page, list[str]]] = []
    returns: list[tuple[Page, Callable[[], None]]] = []

    def go(path: str = "", at: Server | None = None, **options) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        page = tabs.take(**options)
        complaints, deaf = watch(page)
        opened.append((page, complaints))
        returns.append((page, deaf))
        page.goto((at or server).url + path)
        _settle(page)
        return page

    go.opened = opened
    yield go
    clean = not request.node.stash.get(FAILED, False)
    for page, deaf in returns:
        if clean and not page.is_closed():
            tabs.give_back(page)
            deaf()
        else:
            page.context.close()
    assert [complaint for _, heard in opened for complaint in heard] == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Under a failure, what its pages showed: their words, and a picture where PICTURES says."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    if report.when == "call" and report.failed and "visit" in item.funcargs:
        for number, (page, complaints) in enumerate(item.funcargs["visit"].opened):
            told = page.evaluate(WORDS)
            told = f"{page.url[:100]}\ncomplaints: {complaints}\n{told}"
            report.sections.append((f"page {number + 1}", told))
            if folder := os.environ.get("PICTURES"):
                page.screenshot(path=Path(folder) / f"{item.name}-{number + 1}.png")
    return report


def _settle(page: Page, seconds: float = PATIENCE) -> None:
    page.wait_for_selector(IDLE, timeout=1000 * seconds)
    page.wait_for_selector(".st-key-page", timeout=1000 * seconds)


def _until(page: Page, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"not within {seconds} s"
        page.wait_for_timeout(50)


@pytest.fixture
def settle() -> Callable[..., None]:
    """``settle(page)`` waits until the page's script has run to its end."""
    return _settle


@pytest.fixture
def until() -> Callable[..., None]:
    """``until(page, condition)`` waits for a condition of one's own."""
    return _until
