"""What a visitor may bring to the pages: tables, texts, series, formulas, files of networks."""

from __future__ import annotations

import io
import itertools
import json
import random
import resource
import struct
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playground.data import formula, own_series, own_text, table_points, table_source
from playground.experiment import Experiment
from playground.training.run import Run
from tests.campaign.table import Extent, item

Door = Callable[[Any], object]
SECONDS, MEGABYTES = 2.0, 100.0
GROWN = ("gan_ring", "hybrid_spiral", "boosting_circle", "autoencoder_points")
ROWS = "<row><c><v>1</v></c><c><v>2</v></c></row>"
SHEET = "http://schemas.openxmlformats.org/"
BOOK = (
    f'<workbook xmlns="{SHEET}spreadsheetml/2006/main" '
    f'xmlns:r="{SHEET}officeDocument/2006/relationships">'
    '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def spreadsheet(rows: int) -> bytes:
    """So many rows, packed to almost nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", BOOK)
        sheet = f"<worksheet><sheetData>{ROWS * rows}</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return packed.getvalue()


def dear() -> Iterator[tuple[Door, Any]]:
    """What is quickly sent, and would be long to read."""
    million = b"a,b,c\n" + b"1,2,x\n0,3,y\n" * 500_000
    wide = b"c," * 100_000 + b"c\n" + b"1," * 100_000 + b"1\n"
    cell = b"a,b\n" + b"x" * 4_900_000 + b",1\n"
    quoted = b'a,b\n"' + b'""' * 2_000_000
    sheets = (spreadsheet(3_000_000), spreadsheet(10)[:-30])
    for content in (million, wide, cell, quoted, b"\n" * 4_900_000, b"," * 4_900_000, *sheets):
        for door in (table_source.read, table_points.read, own_series.read):
            yield door, content
    letters = "".join(chr(0x4E00 + number % 20_000) for number in range(300_000))
    for text in (b"abc " * 12_500_000, letters.encode(), b"\xff" * 900_000, b"\x00" * 900_000):
        yield own_text.read, text
    bombs = ["(" * 200, "x^" * 99 + "x", "((x+" * 40 + "1" + "))" * 40, "-" * 200, "x" * 200]
    bombs += ["exp(" * 45 + "x" + ")" * 45, "abs(" * 99, "9" * 10**6]
    for bomb in bombs:
        yield formula.parse, bomb


@item(
    "tables of 10⁶ rows, texts of 50 MB, formulas without end",
    f"refused within {SECONDS:.0f} s and {MEGABYTES:.0f} MB",
)
def brought(extent: Extent) -> tuple[str, bool]:
    things = list(dear())  # made before anything is measured
    return _tried((lambda door=door, thing=thing: door(thing)) for door, thing in things)


def numbers(described: Any, path: tuple = ()) -> Iterator[tuple]:
    """The places of all numbers in a description."""
    parts = described.items() if isinstance(described, dict) else enumerate(described)
    for key, value in parts:
        if isinstance(value, dict | list):
            yield from numbers(value, (*path, key))
        elif isinstance(value, int | float) and not isinstance(value, bool) and key != "version":
            yield (*path, key)


def swollen(content: bytes, path: tuple, factor: int) -> bytes:
    """A file of a network that says it is so many times as large in one way."""
    (length,) = struct.unpack("<Q", content[:8])
    head = json.loads(content[8 : 8 + length])
    described = json.loads(head["__metadata__"]["experiment"])
    part = described
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = max(1, part[path[-1]]) * factor
    head["__metadata__"]["experiment"] = json.dumps(described)
    text = json.dumps(head).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def files(folder: Path, extent: Extent) -> Iterator[bytes]:
    """Files of games, trees and both that lie about their size; then with spoiled bytes."""
    dice = random.Random(3)
    for name in GROWN:
        run, path = Run(Experiment.preset(name)), folder / f"{name}.safetensors"
        run.step()
        run.save(str(path))
        run.close()
        content = path.read_bytes()
        places = numbers(run.experiment.described())
        for place, factor in itertools.product(places, (10, 10**4, 10**9)):
            yield swollen(content, place, factor)
        for _ in range(extent.of(400, 60)):
            spoiled = bytearray(content)
            for _ in range(dice.randint(1, 4)):
                spoiled[dice.randrange(min(len(spoiled), 3000))] = dice.randrange(256)
            yield bytes(spoiled)


@item(
    "files of games, hybrids and trees that lie about their size, or are spoiled",
    f"opened or refused within {SECONDS:.0f} s and {MEGABYTES:.0f} MB",
)
def network_files(extent: Extent) -> tuple[str, bool]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "brought.safetensors")

        def opened(content: bytes) -> None:
            path.write_bytes(content)
            Run.load(str(path)).close()

        contents = list(files(Path(name), extent))
        return _tried(((lambda c=c: opened(c)) for c in contents), all_refused=False)


def _tried(doors: Iterator[Callable[[], object]], all_refused: bool = True) -> tuple[str, bool]:
    """Knock at each door: a ValueError is a refusal, and anything else breaks the trial."""
    worst, refused, count = 0.0, 0, 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for knock in doors:
        count, start = count + 1, time.process_time()
        try:
            knock()
        except ValueError:
            refused += 1
        worst = max(worst, time.process_time() - start)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    figure = f"{refused} of {count} refused; {worst:.1f} s and {more:.0f} MB at most"
    fits = worst < SECONDS and more < MEGABYTES
    return figure, fits and refused > 0 and (refused == count or not all_refused)
