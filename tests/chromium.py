"""The browser of the browser tests: found, or installed, or one line that says what to do.

`python -m tests` calls `set_up`; the browser tests ask `executable` for the path.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The first has no windows to draw: a visit costs half of what it costs in a whole Chromium.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# A headless browser that calls nobody: no updates, no look-ups at start-up.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HELP = (
    "No browser for the tests: install Chromium or Google Chrome, or name one with "
    "CHROMIUM=/path/to/chrome, and run `python -m tests` again."
)


def installed() -> str | None:
    """The path of a Chromium or Chrome on this machine, $CHROMIUM before all others."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    found = [path for path in map(shutil.which, NAMES) if path]
    found += [place for place in PLACES if Path(place).exists()]
    return found[0] if found else None


def downloaded() -> str | None:
    """The path of Playwright's own Chromium, where it has been downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def executable() -> str:
    """The path of the browser to test with."""
    path = installed() or downloaded()
    if path is None:
        raise RuntimeError(HELP)
    return path


def starts(path: str) -> bool:
    """Does this browser start and show a page?"""
    from playwright.sync_api import Error, sync_playwright

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            page = browser.new_page()
            page.set_content("<title>ready</title>")
            title = page.title()
            browser.close()
    except Error as error:
        print(str(error).splitlines()[0], file=sys.stderr)
        return False
    return title == "ready"


def _by_apt() -> None:
    """Debian's Chromium, where apt-get may be used without a password."""
    if shutil.which("apt-get") is None:
        return
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if may and (shutil.which("sudo") is None or subprocess.run([*may, "true"]).returncode):
        return
    apt_get = [*may, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-qq"]
    subprocess.run([*apt_get, "update"], stdout=subprocess.DEVNULL)
    for package in NAMES[:2]:
        if not subprocess.run([*apt_get, "install", package], stdout=subprocess.DEVNULL).returncode:
            return


def _by_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def set_up() -> str | None:
    """The path of a browser that starts, installed if need be; None if there is no way."""
    for source in (None, _by_apt, _by_playwright):
        if source is not None:
            print(f"browser: trying {source.__name__.removeprefix('_by_')}", flush=True)
            source()
        for path in dict.fromkeys((installed(), downloaded())):
            if path and starts(path):
                return path
    return None
