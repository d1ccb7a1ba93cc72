"""`warm`: compile in advance, for an image or a server."""

from __future__ import annotations

import argparse

from playground.commands.train import whole


def add_to(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "warm",
        help="compile the engine in advance",
        description="Compile every kernel of the engine for this kind of CPU (NUMBA_CPU_NAME sets "
        "another) and keep the machine code on disk (in NUMBA_CACHE_DIR, or else in "
        "the user's cache), so that no visitor waits for it.",
    )
    parser.add_argument("--presets", action="store_true", help="only what the presets need")
    parser.add_argument(
        "--jobs", type=whole(1), default=1, metavar="N", help="compile in N processes (1)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    from playground.engine import cache, simd
    from playground.training import warm_up
    from playground.training.progress import ProgressBar

    bar = ProgressBar()
    count = warm_up.warm(
        not arguments.presets,
        lambda done, count, _: bar.draw("compiling", done / count),
        arguments.jobs,
    )
    bar.wipe()
    size = sum(file.stat().st_size for file in cache.FOLDER.rglob("*") if file.is_file())
    print(
        f"{count} kernels for {simd.TARGET[0]} ({simd.CPU} tiles), {size / 1e6:.1f} MB in "
        f"{cache.FOLDER}"
    )
