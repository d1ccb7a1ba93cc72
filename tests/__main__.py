"""`python -m tests`: style, types, then every test, the browser's too; or `--quick`.

Whatever it needs besides the app (test tools, a browser) it sets up itself. `--quick` leaves out
the browser and whatever `tests/slow.txt` names; `--times` measures all but the browser's and writes
that file again. Other words go to pytest: `python -m tests -k registry`.
The exit code is 0 only if everything passed. A test of the browser that fails is tried once more,
on a fresh page, and named as RERUN: a machine that is busy with other things makes a page late now
and then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE, STDOUT

ROOT = Path(__file__).resolve().parent.parent
NOTHING_SELECTED = 5  # pytest's exit code where -k or a path leaves no test
CORES = os.cpu_count() or 2
# Side by side; the kernels are compiled here once, not by every worker for itself.
FIRST = {
    "kernels": ("playground", "warm", "--jobs", str(CORES)),
    "style": ("ruff", "check", "--quiet"),
    "format": ("ruff", "format", "--check", "--quiet"),
    "types": ("mypy",),
}
TESTS = ("pytest", "-q", "-n", str(CORES), "--ignore=tests/browser")
# A page often waits. What it leaves of the cores, the other tests take.
BROWSER = ("pytest", "-q", "-n", str(CORES + 1), "--reruns", "1", "-rR", "tests/browser")


def python(*words: str, aside: bool = False) -> int:
    """Run a module of this environment in the project's folder.

    aside: behind whatever else wants the processor, and silent until it has ended.
    """
    first = [nice, "-n", "10"] if aside and (nice := shutil.which("nice")) else []
    command = [*first, sys.executable, "-m", *words]
    if not aside:
        return subprocess.run(command, cwd=ROOT).returncode
    ended = subprocess.run(command, cwd=ROOT, text=True, stdout=PIPE, stderr=STDOUT)
    print("\n" + ended.stdout, flush=True)
    return ended.returncode


def set_up(browser: bool) -> None:
    """Test tools from pip and a browser, or one line that says what is missing."""
    install = ("pip", "install", "--quiet", "--disable-pip-version-check")
    if python(*install, "-r", "tests/requirements.txt"):
        sys.exit("No test tools: `pip install -r tests/requirements.txt` failed, see above.")
    if not browser:
        return
    from tests import chromium

    program = chromium.set_up()
    if program is None:
        sys.exit(chromium.HELP)
    os.environ["CHROMIUM"] = program
    print(f"browser: {program}", flush=True)


def check(
    name: str, command: tuple[str, ...], may_be_empty: bool = False, aside: bool = False
) -> tuple[str, bool]:
    """Run one check: a line on how it went, and whether it passed."""
    start = time.monotonic()
    code = python(*command, aside=aside)
    good = code == 0 or (may_be_empty and code == NOTHING_SELECTED)
    verdict = "ok" if good else f"FAILED (code {code})"  # below 0: ended by that signal
    line = f"{name}: {verdict}, {time.monotonic() - start:.0f} s"
    print(line, flush=True)
    return line, good


def main(words: list[str]) -> int:
    """Run every check, even after one has failed, and list them at the end."""
    start = time.monotonic()
    quick, times = "--quick" in words, "--times" in words
    words = [word for word in words if word != "--quick"]
    set_up(browser=not (quick or times))
    with ThreadPoolExecutor(CORES) as pool:
        results = list(pool.map(check, FIRST, FIRST.values()))
    if times:
        results += [check("tests", (*TESTS, *words))]
    elif quick:
        results += [check("tests", (*TESTS, "-m", "not slow", *words), bool(words))]
    else:
        with ThreadPoolExecutor(2) as pool:
            tests = pool.submit(check, "tests", (*TESTS, *words), bool(words), aside=True)
            pages = pool.submit(check, "browser tests", (*BROWSER, *words), bool(words))
        results += [tests.result(), pages.result()]
    print("\n" + "\n".join(line for line, _ in results))
    print(f"{time.monotonic() - start:.0f} s in all")
    return int(not all(good for _, good in results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
