"""The command line: `python -m playground COMMAND …`; every command is a module of `commands/`.

Installed with `pip install -e .` it is also called `playground`.

Exit codes: 0 done; 1 it could not be done, and one line on stderr says why; 2 wrong usage,
or something that cannot be read was brought to be inspected.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from playground import __version__, commands
from playground.commands import CommandError

ASSETS = Path(__file__).resolve().parents[1] / "assets"
NO_ASSETS = (
    f"{ASSETS} is missing: data and networks lie beside the package, not in it; "
    "install it with `pip install -e .` from a checkout"
)


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    script = Path(sys.argv[0]).stem
    top = argparse.ArgumentParser(
        prog=script if script == "playground" else "python -m playground",
        description="Train neural networks, and ask them.",
    )
    top.add_argument("--version", action="version", version=f"playground {__version__}")
    subparsers = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in commands.modules():
        module.add_to(subparsers)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        if not ASSETS.is_dir():
            raise CommandError(NO_ASSETS)
        chosen.run(chosen)
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
