"""Benchmarks: the engine against its peers and against the machine, interleaved in one process."""

from playground.bench.report import main

__all__ = ["main"]
