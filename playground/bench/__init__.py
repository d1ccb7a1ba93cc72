"""Benchmarks: the engine against its peers and against the machine, interleaved in one process.

`python -m playground bench` prints what `report` finds.
"""
