"""`python -m tests`: style, types, then every test, the browser's too.

Whatever it needs besides the app (test tools, a browser) it sets up itself. Words after it go to
pytest: `python -m tests -k registry`. The exit code is 0 only if everything passed. A test of the
browser that fails is tried once more, on a fresh page, and named as RERUN: a machine that is busy
with other things makes a page late now and then.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTHING_SELECTED = 5  # pytest's exit code where -k or a path leaves no test


def python(*words: str) -> int:
    """Run a module of this environment in the project's folder."""
    return subprocess.run([sys.executable, "-m", *words], cwd=ROOT).returncode


def set_up() -> None:
    """Test tools from pip and a browser, or one line that says what is missing."""
    install = ("pip", "install", "--quiet", "--disable-pip-version-check")
    if python(*install, "-r", "tests/requirements.txt"):
        sys.exit("No test tools: `pip install -r tests/requirements.txt` failed, see above.")
    from tests import chromium

    browser = chromium.set_up()
    if browser is None:
        sys.exit(chromium.HELP)
    os.environ["CHROMIUM"] = browser
    print(f"browser: {browser}", flush=True)


def main(words: list[str]) -> int:
    """Run every check, even after one has failed, and list them at the end."""
    set_up()
    checks = {
        "style": ("ruff", "check", "--quiet"),
        "types": ("mypy",),
        "browser tests": ("pytest", "-q", "--reruns", "1", "-rR", "tests/browser", *words),
        "tests": ("pytest", "-q", "-n", "2", "--ignore=tests/browser", *words),
    }
    report, failed = [], False
    for name, command in checks.items():
        start = time.monotonic()
        code = python(*command)
        good = code == 0 or (bool(words) and code == NOTHING_SELECTED)
        failed |= not good
        seconds = time.monotonic() - start
        verdict = "ok" if good else f"FAILED (code {code})"  # below 0: ended by that signal
        report.append(f"{name}: {verdict}, {seconds:.0f} s")
        print(report[-1], flush=True)
    print("\n" + "\n".join(report))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
