"""docs/architecture.svg, drawn from the code: `python -m tests.architecture_picture`.

Rooms and floors come from the walls in pyproject.toml, arrows from the imports of every file, words
from the rooms' docstrings.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playground.views.style import mixed
from tests.imports import ROOT, imports

FILE = ROOT / "docs" / "architecture.svg"
WIDTH, LEFT, RIGHT = 1000, 36, 640  # of the picture; the boxes' edges
HEIGHT, GAP, FLOOR_GAP, TOP = 62, 8, 16, 92  # a box; between boxes, between floors; the title
ROOF, MIDDLE, GROUND = "#d9730d", "#7c5cd6", "#0877bd"
STYLE = """
svg { --page: #ffffff; --floor: #f3f4f6; --box: #ffffff; --edge: #d5d9de; --ink: #1c2126;
  --soft: #5a636d; font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
@media (prefers-color-scheme: dark) { svg { --page: #0f1317; --floor: #181d23; --box: #212830;
  --edge: #37414c; --ink: #eef1f4; --soft: #a5afba; } .arrow { filter: brightness(1.35); } }
.page { fill: var(--page); } .floor { fill: var(--floor); }
.box { fill: var(--box); stroke: var(--edge); }
.title { font-size: 23px; font-weight: 650; fill: var(--ink); }
.name { font-size: 16px; font-weight: 650; fill: var(--ink); }
.words { font-size: 12.5px; fill: var(--soft); }
.size { font-size: 11.5px; fill: var(--soft); text-anchor: end; }
.arrow { fill: none; stroke-width: 1.6; stroke-linecap: round; opacity: .85; }
svg:has(.room:hover) .room:not(:hover) .arrow { opacity: .1; }
"""


@dataclass(frozen=True)
class Room:
    """A box of the picture."""

    name: str
    floor: int  # 0 is the roof
    words: str
    lines: int
    reads: frozenset[str]  # rooms that its files import from


def floors() -> list[list[str]]:
    """Rooms by floor, the roof first, as the walls in pyproject.toml name them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    return [["app.py"], ["pages"], *([room.strip() for room in row.split("|")] for row in layers)]


def _files(name: str) -> list[Path]:
    """A room's files, the one that introduces it first."""
    folders = (ROOT / "playground" / name, ROOT / name)
    folder = next((path for path in folders if path.is_dir()), None)
    if folder is not None:
        return sorted(folder.rglob("*.py"), key=lambda file: (file.name != "__init__.py", file))
    return [ROOT / name if name.endswith(".py") else ROOT / "playground" / f"{name}.py"]


def _sentence(files: list[Path]) -> str:
    """What a room says of itself in its first line; without one, the names of its files."""
    text = ast.get_docstring(ast.parse(files[0].read_text()))
    if len(files) > 1 and files[0].name != "__init__.py":
        return "One short description a page: " + ", ".join(file.stem for file in files) + "."
    return (text or "").splitlines()[0].replace("`", "")


def rooms() -> list[Room]:
    """Every room from the roof to the ground."""
    rows = floors()
    names = {name for row in rows for name in row}
    built = []
    for floor, row in enumerate(rows):
        for name in row:
            files = _files(name)
            modules = [module.split(".") for file in files for module in imports(file)]
            parts = {part[1] for part in modules if part[0] == "playground" and len(part) > 1}
            lines = sum(len(file.read_text().splitlines()) for file in files)
            reads = frozenset(parts & names - {name})
            built.append(Room(name, floor, _sentence(files), lines, reads))
    return built


def _tint(share: float) -> str:
    """From the roof's colour, 0, to the ground's, 1."""
    if share < 0.5:
        return mixed(ROOF, MIDDLE, 2 * share)
    return mixed(MIDDLE, GROUND, 2 * share - 1)


def _tops(house: list[Room]) -> dict[str, int]:
    """Where each box begins, from the picture's top."""
    y, tops = TOP, {}
    for above, room in zip([house[0], *house], house, strict=False):
        y += FLOOR_GAP if above.floor != room.floor else 0
        tops[room.name] = y
        y += HEIGHT + GAP
    return tops


def _ports(house: list[Room], tops: dict[str, int]) -> dict[tuple[str, str], tuple[float, float]]:
    """Heights at which each arrow leaves and arrives: on the lower and the upper half of its boxes.

    The farther an arrow goes, the more of the others it holds in its bow, so none of them cross
    at a box.
    """
    order = [room.name for room in house]
    ends = {}
    starts = {}
    for room in house:
        targets = sorted(room.reads, key=order.index, reverse=True)
        sources = [other.name for other in reversed(house) if room.name in other.reads]
        top, half = tops[room.name], HEIGHT / 2
        for i, target in enumerate(targets):
            starts[room.name, target] = top + half + (i + 1) * half / (len(targets) + 1)
        for i, source in enumerate(sources):
            ends[source, room.name] = top + (i + 1) * half / (len(sources) + 1)
    return {arrow: (start, ends[arrow]) for arrow, start in starts.items()}


def _arrow(start: float, end: float, tint: str, words: str) -> str:
    """A bow from one box's right edge to another's, the wider the farther."""
    bow = RIGHT + 34 + 0.42 * abs(end - start)
    path = f"M{RIGHT} {start:.1f}C{bow:.1f} {start:.1f} {bow:.1f} {end:.1f} {RIGHT + 7} {end:.1f}"
    head = f"M{RIGHT + 1} {end:.1f}l8 -3.6v7.2z"
    return (
        f'<g class="arrow" stroke="{tint}"><title>{words}</title><path d="{path}"/>'
        f'<path d="{head}" fill="{tint}" stroke="none"/></g>'
    )


def _box(room: Room, top: int, tint: str) -> str:
    """A room's box with its name, its words in at most two lines and its size."""
    size = f"≈ {max(round(room.lines, -2), 100):,} lines" if room.lines > 50 else "a few lines"
    words = textwrap.wrap(room.words, 88, max_lines=2, placeholder=" …")
    first = top + (40 if len(words) == 1 else 36)
    text = "".join(
        f'<text class="words" x="{LEFT + 20}" y="{first + 15 * i}">{escape(line)}</text>'
        for i, line in enumerate(words)
    )
    return (
        f'<rect class="box" x="{LEFT}" y="{top}" width="{RIGHT - LEFT}" height="{HEIGHT}" rx="7"/>'
        f'<rect x="{LEFT + 7}" y="{top + 9}" width="4" height="{HEIGHT - 18}" rx="2" '
        f'fill="{tint}"/>'
        f'<text class="name" x="{LEFT + 20}" y="{top + 21}">{escape(room.name)}</text>{text}\n'
        f'<text class="size" x="{RIGHT - 14}" y="{top + 20}">{size}</text>\n'
    )


def picture() -> str:
    """The whole SVG: boxes on their floors, and the arrows between them."""
    house = rooms()
    tops, last = _tops(house), house[-1].floor
    ports = _ports(house, tops)
    height = max(tops.values()) + HEIGHT + 28
    parts = []
    for floor in range(last + 1):
        row = [tops[room.name] for room in house if room.floor == floor]
        low, tall = min(row) - 7, max(row) - min(row) + HEIGHT + 14
        parts.append(
            f'<rect class="floor" x="{LEFT - 12}" y="{low}" width="{WIDTH - 2 * LEFT + 24}" '
            f'height="{tall}" rx="10"/>'
        )
    for room in house:
        tint = _tint(room.floor / last)
        arrows = "\n".join(
            _arrow(*ports[room.name, target], tint, f"{room.name} imports {target}")
            for target in sorted(room.reads, key=list(tops).index)
        )
        parts.append(f'<g class="room">{_box(room, tops[room.name], tint)}{arrows}</g>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="title"><title id="title">The rooms of the project and who imports whom'
        f'</title>\n<style>{STYLE}</style>\n<rect class="page" width="100%" height="100%"/>\n'
        f'<text class="title" x="{LEFT - 12}" y="42">The house</text>\n'
        f'<text class="words" x="{LEFT - 12}" y="63">An arrow: this room imports that one. '
        f"All of them lead down.</text>\n{body}\n</svg>\n"
    )


if __name__ == "__main__":
    FILE.write_text(picture())
    print(f"{FILE.name}: {len(rooms())} rooms")
