"""What surrounds the server: its folder, its clock, its cores; and settings nobody would choose."""

from __future__ import annotations

import asyncio
import ctypes
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np

from playground import Experiment, Run
from playground.engine import registry
from tests.browser.conftest import ROOT, Server, running
from tests.campaign.lines import playing
from tests.campaign.table import Extent, item
from tests.campaign.visitor import visitor

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1  # <linux/prctl.h>, <linux/capability.h>
PARTS = ("app.py", "pages", "playground", "assets", ".streamlit", "pyproject.toml")
DAY = 86_400.0


def obey() -> None:
    """Root, too, from the next program on, may write only where permissions say so."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


@item("a project folder that cannot be written to, and no home", "it trains")
def read_only(extent: Extent) -> tuple[str, bool]:
    async def trains(server: Server) -> float:
        async with visitor(server.url) as tab:
            await playing(tab)
            return tab.epochs

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in PARTS:
            source = ROOT / part
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, folder / part)
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)
        homeless = {**os.environ, "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
        homeless.pop("XDG_CACHE_HOME", None)
        try:
            with running(cwd=folder, env=homeless, preexec_fn=obey) as server:
                epochs = asyncio.run(trains(server))
        finally:
            for path in (folder, *folder.rglob("*")):
                if path.is_dir():
                    path.chmod(0o755)
    return f"epoch {epochs:.0f} after a moment", epochs > 0


@item("the clock is moved by a day, forwards and back, while it trains", "it trains on")
def clock_moved(extent: Extent) -> tuple[str, bool]:
    run, steps, now = Run(Experiment.preset("circle")), [], time.time
    run.step()
    run.play("max")
    for moved in (0.0, DAY, -DAY, 0.0):
        with mock.patch("time.time", lambda moved=moved: now() + moved):
            first = run.publish().step
            end = time.monotonic() + 30
            while run.publish().step <= first and time.monotonic() < end:
                run.watch()
                time.sleep(0.05)
            steps.append(run.publish().step - first)
    run.close()
    return f"{min(steps):,} steps at least after each", min(steps) > 0


@item("one core and two give the same losses, bit for bit", "equal")
def one_core(extent: Extent) -> tuple[str, bool]:
    command = [sys.executable, "-c", LOSSES]

    def losses(threads: str) -> str:
        environment = {**os.environ, "NUMBA_NUM_THREADS": threads}
        answer = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        return answer.stdout

    one, two = losses("1"), losses("2")
    return f"{len(one.split())} losses, {'equal' if one == two else 'different'}", one == two


LOSSES = """
from playground import Experiment, Run
for name in ("circle", "mnist_linear"):
    run = Run(Experiment.preset(name))
    print(*(run.step().hex() for _ in range(40)))
"""


@item("every optimizer, activation and loss at rate 10 (short: some)", "finite, or “diverged”")
def rate_of_ten(extent: Extent) -> tuple[str, bool]:
    circle = Experiment.preset("circle").described()
    names = [registry.names(kind) for kind in ("optimizer", "activation", "loss")]
    every = list(itertools.product(*names))
    chosen = every if not extent.short else every[:: max(1, len(every) // 60)]
    diverged, bad, tried = 0, 0, 0
    for optimizer, activation, loss in chosen:
        described = {**circle, "optimizer": {"type": optimizer, "learning_rate": 10.0}}
        described["loss"] = {"type": loss}
        hidden = {"type": "dense", "units": 4, "activation": activation}
        described["layers"] = [hidden, circle["layers"][-1]]
        try:
            run = Run(Experiment.model_validate(described).check())
        except ValueError:  # a loss for other data
            continue
        tried += 1
        run.train(2, callback=lambda record: None)
        finite = all(np.isfinite(run.history["test_loss"][-1:])) and all(
            np.isfinite(array).all() for array in run.network.state_dict().values()
        )
        diverged += run.status == "diverged"
        bad += not finite and run.status != "diverged"
        run.close()
    return f"{tried} trained, {diverged} diverged, {bad} neither", not bad and tried > 20


@item("a damaged, full or missing cache; two cold starts at once", "only slower", long=True)
def cache(extent: Extent) -> tuple[str, bool]:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "tests/engine/test_cache.py"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return answer.stdout.strip().splitlines()[-1].split(" in ")[0], answer.returncode == 0
