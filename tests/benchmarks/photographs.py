"""How many digits on photographs of paper does the supplied LeNet-5 read?

`python -m tests.benchmarks.photographs [--seed N] [--digits N] [--kinds …] [--sheet FILE.png]`

Digits of MNIST's test set that LeNet-5 reads rightly as they are, drawn on papers of many kinds,
photographed (light, noise, JPEG), read back through the one reader and prepared: what is counted is
lost by the paper and not by the network. The target is 54 of 60 on each kind, and 60 of 60 on plain
paper.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from playground.data import mnist, paper, pictures
from playground.data.strokes import prepare

LENET5 = Path(__file__).parents[2] / "assets" / "networks" / "lenet5.safetensors"
Random = np.random.Generator


@dataclass
class Sheet:
    """What a photograph is made of: ink drawn over paper, under some light."""

    paper: np.ndarray  # [height, width, 3], 0 to 255
    ink: np.ndarray  # [height, width], 0 to 1
    random: Random
    colour: tuple[float, ...] = (20, 20, 20)
    light: np.ndarray | float = 1.0  # multiplies everything
    noise: float = 0.0
    quality: int = 90  # of the JPEG
    side: int = 0  # pixels of the longer side, where it is not as drawn

    def photograph(self) -> bytes:
        """As a JPEG file."""
        ink = self.ink[..., None]
        image = self.paper * (1 - ink) + np.array(self.colour, float) * ink
        image = image * np.asarray(self.light)
        if self.noise:
            image = image + self.random.normal(0, self.noise, image.shape)
        picture = Image.fromarray(np.rint(image).clip(0, 255).astype(np.uint8))
        if self.side:
            scale = self.side / max(picture.size)
            picture = picture.resize(
                [round(scale * n) for n in picture.size], Image.Resampling.BICUBIC
            )
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=self.quality)
        return file.getvalue()


def sheet(digit: np.ndarray, random: Random, share: float = 0.0, **more: object) -> Sheet:
    """One digit of MNIST somewhere on light paper; its 28 pixels take `share` of the short side."""
    width, height = [(800, 600), (600, 800), (1024, 768), (640, 480)][random.integers(4)]
    side = int(min(width, height) * (share or random.uniform(0.3, 0.55)))
    large = Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC)
    stroke = ((np.asarray(large) / 255 - 0.2) / 0.5).clip(0, 1)
    margin = min(width, height) // 12
    left = random.integers(margin, width - side - margin)
    top = random.integers(margin, height - side - margin)
    ink = np.zeros((height, width))
    ink[top : top + side, left : left + side] = stroke
    shade = random.uniform(215, 248)
    return Sheet(np.full((height, width, 3), shade), ink, random, **more)  # type: ignore[arg-type]


def grid_of(s: Sheet) -> tuple[np.ndarray, np.ndarray]:
    height, width = s.ink.shape
    y, x = np.mgrid[:height, :width].astype(float)
    return y, x


def lines(
    s: Sheet,
    colour: tuple[float, ...],
    spacing: float,
    width: float = 1.8,
    angle: float = 0.0,
    bend: float = 0.0,
) -> None:
    """Parallel lines; angle in degrees, `bend` in pixels in the middle of the sheet."""
    y, x = grid_of(s)
    tilt = np.deg2rad(angle)
    along = x * np.cos(tilt) + y * np.sin(tilt)
    across = y * np.cos(tilt) - x * np.sin(tilt)
    across = across + bend * np.sin(np.pi * along / s.ink.shape[1])
    off = np.abs((across + s.random.uniform(0, spacing)) % spacing - spacing / 2)
    mark = (width / 2 + 0.5 - off).clip(0, 1)[..., None]
    s.paper = s.paper * (1 - mark) + np.array(colour) * mark


def shadow(s: Sheet, depth: float, blur: float, angle: float) -> None:
    """The edge of a shadow across the sheet."""
    y, x = grid_of(s)
    tilt = np.deg2rad(angle)
    height, width = s.ink.shape
    side = (x - width * s.random.uniform(0.3, 0.7)) * np.cos(tilt) + (
        y - height * s.random.uniform(0.3, 0.7)
    ) * np.sin(tilt)
    s.light = s.light * (1 - depth / (1 + np.exp(-side / blur)))[..., None]


def gradient(s: Sheet, least: float) -> None:
    """Light from one side: from 1 down to `least`."""
    y, x = grid_of(s)
    tilt = s.random.uniform(0, 2 * np.pi)
    way = x * np.cos(tilt) + y * np.sin(tilt)
    way = (way - way.min()) / np.ptp(way)
    s.light = s.light * (1 - (1 - least) * way)[..., None]


def vignetted(s: Sheet, depth: float) -> None:
    """Darker corners."""
    y, x = grid_of(s)
    height, width = s.ink.shape
    r = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
    s.light = s.light * (1 - depth * r)[..., None]


def dots(s: Sheet, count: int, radius: tuple[float, float], colour: tuple[float, ...]) -> None:
    """Specks at random places."""
    height, width = s.ink.shape
    y, x = grid_of(s)
    for _ in range(count):
        r = s.random.uniform(*radius)
        row, column = s.random.uniform(0, height), s.random.uniform(0, width)
        mark = (r + 0.5 - np.hypot(y - row, x - column)).clip(0, 1)[..., None]
        s.paper = s.paper * (1 - mark) + np.array(colour) * mark


def table(s: Sheet, colour: tuple[float, ...], sides: str, share: float = 0.08) -> None:
    """A table beyond the edge of the sheet, with a tilt."""
    height, width = s.ink.shape
    y, x = grid_of(s)
    for side in sides:
        slope = s.random.uniform(-0.03, 0.03)
        reach = s.random.uniform(0.3, 1) * share
        if side in "lr":
            away = x if side == "l" else width - 1 - x
            beyond = away < reach * width + slope * (y - height / 2)
        else:
            away = y if side == "t" else height - 1 - y
            beyond = away < reach * height + slope * (x - width / 2)
        s.paper[beyond] = np.array(colour)
        s.ink[beyond] = 0


def skewed(s: Sheet, degrees: float) -> None:
    """The writing and the paper turned together."""
    s.ink = ndimage.rotate(s.ink, degrees, reshape=False, order=1).clip(0, 1)
    s.paper = np.stack(
        [
            ndimage.rotate(s.paper[..., c], degrees, reshape=False, order=1, mode="nearest")
            for c in range(3)
        ],
        axis=-1,
    )


def thickness(s: Sheet, factor: float) -> None:
    """Strokes so many times as wide: eroded to that share of their depth, or grown."""
    inside = ndimage.distance_transform_edt(s.ink > 0.5)
    half = float(np.percentile(inside[inside > 0], 90))
    if factor < 1:
        ridge = inside >= ndimage.maximum_filter(inside, 3) - 0.5
        ridge &= inside > 0.35 * half
        away = ndimage.distance_transform_edt(~ridge)
        s.ink = (factor * half + 0.5 - away).clip(0, 1)
    else:
        away = ndimage.distance_transform_edt(s.ink <= 0.5)
        s.ink = ((factor - 1) * half + 0.5 - away).clip(0, 1)


BLUE, RED, GREY = (157, 180, 212), (226, 140, 150), (150, 150, 150)
PEN = (38, 58, 165)


def plain(digit: np.ndarray, random: Random) -> Sheet:
    return sheet(digit, random)


def dust(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random)
    dots(s, random.integers(1, 25), (0.5, 3), (30, 30, 30))
    return s


def squared(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=PEN)
    spacing = random.uniform(20, 60)
    lines(s, BLUE, spacing)
    lines(s, BLUE, spacing, angle=90)
    return s


def ruled(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random)
    lines(s, BLUE, random.uniform(30, 80))
    return s


def table_edge(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random)
    table(s, (50, 50, 50), "lrtb"[random.integers(4)])
    return s


def shade_with_noise(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=random.uniform(4, 9))
    gradient(s, random.uniform(0.35, 0.6))
    return s


def vignette(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random)
    vignetted(s, random.uniform(0.5, 0.8))
    return s


# ---- papers of our own ----


def red_ruled_margin(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=PEN, noise=3)
    lines(s, RED, random.uniform(35, 70), 2.2)
    lines(s, (215, 60, 70), s.ink.shape[1] * random.uniform(0.7, 1.3), 2.5, 90)
    return s


def black_squares(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=3)
    spacing = random.uniform(25, 60)
    lines(s, (90, 90, 90), spacing)
    lines(s, (90, 90, 90), spacing, angle=90)
    return s


def dotted(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=2)
    y, x = grid_of(s)
    spacing, row, column = random.uniform(18, 40), *random.uniform(0, 40, 2)
    away = np.hypot((y + row) % spacing - spacing / 2, (x + column) % spacing - spacing / 2)
    mark = (2 - away).clip(0, 1)[..., None]
    s.paper = s.paper * (1 - mark) + 120 * mark
    return s


def crumpled(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=3)
    for scale, depth in ((60, 0.5), (25, 0.2), (10, 0.08)):
        wave = ndimage.gaussian_filter(random.normal(0, 1, s.ink.shape), scale)
        wave /= np.abs(wave).max()
        s.light = s.light * (1 - depth * np.abs(wave))[..., None]
    return s


def two_shadows(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=3)
    shadow(s, random.uniform(0.35, 0.55), random.uniform(3, 25), random.uniform(0, 360))
    shadow(s, random.uniform(0.2, 0.4), random.uniform(10, 40), random.uniform(0, 360))
    return s


def blackboard(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=(235, 235, 225), noise=5)
    s.paper = s.paper * 0 + np.array([[40, 45, 42], [35, 70, 50]][random.integers(2)])
    smear = ndimage.gaussian_filter(random.normal(0, 1, s.ink.shape), 40)
    s.paper = s.paper + 25 * (smear / np.abs(smear).max())[..., None]
    gradient(s, 0.7)
    return s


def thick_marker(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(
        digit, random, colour=[(15, 15, 20), (180, 20, 30), (20, 110, 50)][random.integers(3)]
    )
    thickness(s, random.uniform(1.2, 1.5))
    return s


def thin_pencil(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=(125, 125, 128), noise=3)
    thickness(s, random.uniform(0.15, 0.3))
    return s


def thin_pencil_squared(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=(95, 95, 98), noise=2)
    thickness(s, random.uniform(0.25, 0.4))
    spacing = random.uniform(25, 50)
    lines(s, (175, 200, 225), spacing, 1.5)
    lines(s, (175, 200, 225), spacing, 1.5, 90)
    return s


def tilted(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=PEN, noise=3)
    angle = random.choice([-5, 5]) + random.uniform(-1, 1)
    spacing = random.uniform(25, 60)
    lines(s, BLUE, spacing, 2, angle)
    if random.integers(2):
        lines(s, BLUE, spacing, 2, angle + 90)
    return s


def any_angle(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=2)
    lines(s, GREY, random.uniform(30, 60), 2, random.uniform(0, 180))
    return s


def bent_lines(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=2)
    angle = random.uniform(-3, 3)
    lines(s, BLUE, random.uniform(35, 60), 2.2, angle, random.uniform(-12, 12))
    return s


def small_and_far(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, random.uniform(0.12, 0.2), noise=3)
    gradient(s, 0.6)
    return s


def large(digit: np.ndarray, random: Random) -> Sheet:
    return sheet(digit, random, random.uniform(0.65, 0.8), noise=3)


def coloured_paper(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=4, colour=[(20, 20, 20), (60, 20, 90)][random.integers(2)])
    tint = [(250, 235, 120), (245, 180, 200), (170, 220, 180), (200, 170, 130)]
    s.paper[:] = tint[random.integers(4)]
    gradient(s, 0.6)
    return s


def jpeg_40(digit: np.ndarray, random: Random) -> Sheet:
    s = ruled(digit, random)
    s.quality, s.noise = 40, 4
    gradient(s, 0.6)
    return s


def table_around(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, noise=3)
    wood = [(120, 80, 45), (30, 30, 32), (160, 150, 140)][random.integers(3)]
    table(s, wood, ["lrtb", "lt", "rb", "lrb"][random.integers(4)], 0.08)
    grain = ndimage.gaussian_filter(random.normal(0, 1, s.ink.shape), (1, 25))
    around = np.all(s.paper == np.array(wood, float), axis=-1)
    s.paper[around] += 18 * (grain / grain.std())[around][:, None]
    gradient(s, 0.7)
    return s


def margin(s: Sheet, colour: tuple[float, ...], places: tuple[float, ...]) -> None:
    """Upright lines at these shares of the width."""
    columns = np.arange(s.ink.shape[1])
    for place in places:
        mark = (1.3 - np.abs(columns - place * s.ink.shape[1])).clip(0, 1)[None, :, None]
        s.paper = s.paper * (1 - mark) + np.array(colour) * mark


def legal_pad(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=[PEN, (30, 30, 30)][random.integers(2)], noise=3)
    s.paper[:] = (252, 240, 140)
    lines(s, (120, 170, 200), random.uniform(30, 60), 2)
    place = random.uniform(0.08, 0.15)
    margin(s, (205, 90, 90), (place, place + 8 / s.ink.shape[1]))
    gradient(s, 0.7)
    return s


def punched(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=PEN, noise=3)
    lines(s, (150, 180, 215), random.uniform(30, 55), 2)
    margin(s, (220, 80, 90), (random.uniform(0.08, 0.14),))
    y, x = grid_of(s)
    height, width = s.ink.shape
    for place in (0.15, 0.5, 0.85):
        away = np.hypot(y - place * height, x - 0.035 * width)
        mark = (0.012 * height + 0.5 - away).clip(0, 1)[..., None]
        s.paper = s.paper * (1 - mark) + 70 * mark
    gradient(s, 0.7)
    return s


def graph_paper(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=(30, 30, 30), noise=3)
    spacing = random.uniform(9, 14)
    for step, colour, width in ((1, (170, 205, 225), 1.2), (5, (120, 170, 205), 1.8)):
        lines(s, colour, step * spacing, width)
        lines(s, colour, step * spacing, width, 90)
    gradient(s, 0.75)
    return s


def whiteboard(digit: np.ndarray, random: Random) -> Sheet:
    pens = [(20, 30, 120), (20, 20, 20), (160, 20, 30), (10, 110, 60)]
    s = sheet(digit, random, colour=pens[random.integers(4)], noise=2)
    s.paper[:] = (225, 228, 230)
    y, x = grid_of(s)
    height, width = s.ink.shape
    row, column = random.uniform(0, height), random.uniform(0, width)
    away = ((y - row) / (0.12 * height)) ** 2 + ((x - column) / (0.12 * width)) ** 2
    glare = np.exp(-away)[..., None]
    s.paper = s.paper * (1 - glare) + 255 * glare
    gradient(s, 0.7)
    return s


def envelope(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=[(20, 20, 20), (30, 40, 120)][random.integers(2)], noise=4)
    s.paper[:] = (190, 150, 105)
    fibres = ndimage.gaussian_filter(random.normal(0, 1, s.ink.shape), (1, 3))
    s.paper = s.paper + 8 * (fibres / fibres.std())[..., None]
    gradient(s, 0.65)
    return s


def note(digit: np.ndarray, random: Random) -> Sheet:
    """A sticky note that lies whole on a table."""
    s = sheet(digit, random, noise=3)
    rows, columns = np.nonzero(s.ink > 0.3) if s.ink.any() else np.array([[200, 300]] * 2)
    room = 0.25 * (max(np.ptp(rows), np.ptp(columns)) + 30)
    y, x = grid_of(s)
    inside = (y > rows.min() - room) & (y < rows.max() + room)
    inside &= (x > columns.min() - room) & (x < columns.max() + room)
    s.paper[:] = (120, 90, 60)
    s.paper[inside] = [(250, 235, 90), (250, 160, 190), (150, 220, 250)][random.integers(3)]
    gradient(s, 0.8)
    return s


def phone(digit: np.ndarray, random: Random) -> Sheet:
    s = [ruled, squared, shade_with_noise, table_edge][random.integers(4)](digit, random)
    gradient(s, 0.6)
    vignetted(s, 0.3)
    s.side = 4000
    return s


def everything(digit: np.ndarray, random: Random) -> Sheet:
    s = sheet(digit, random, colour=PEN, noise=4, quality=70)
    spacing = random.uniform(28, 55)
    lines(s, BLUE, spacing, 2, 3)
    lines(s, BLUE, spacing, 2, 93)
    dots(s, 8, (0.5, 2.5), (40, 40, 40))
    table(s, (70, 50, 40), "lrtb"[random.integers(4)])
    shadow(s, 0.35, 20, random.uniform(0, 360))
    vignetted(s, 0.4)
    return s


KINDS: dict[str, Callable[[np.ndarray, Random], Sheet]] = {
    make.__name__: make
    for make in (
        plain,
        dust,
        squared,
        ruled,
        table_edge,
        shade_with_noise,
        vignette,
        red_ruled_margin,
        black_squares,
        dotted,
        crumpled,
        two_shadows,
        blackboard,
        thick_marker,
        thin_pencil,
        thin_pencil_squared,
        tilted,
        any_angle,
        bent_lines,
        small_and_far,
        large,
        coloured_paper,
        jpeg_40,
        table_around,
        legal_pad,
        punched,
        graph_paper,
        whiteboard,
        envelope,
        note,
        phone,
        everything,
    )
}


def photograph(kind: str, digit: np.ndarray, seed: int) -> bytes:
    """A JPEG file with one digit [28, 28] on a kind of paper."""
    return KINDS[kind](digit, np.random.default_rng(seed)).photograph()


def digits(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Digits of the test set that LeNet-5 reads rightly: [N, 28, 28], and what they are."""
    from playground.training.run import Run

    test = mnist.load()[1]
    order = np.random.default_rng(seed).permutation(len(test))[: 2 * count]
    snapshot = Run.load(LENET5).snapshot()
    right = snapshot.predict(test.x[order]).argmax(1) == test.y[order]
    chosen = order[right][:count]
    return test.x[chosen, 0], test.y[chosen]


def main() -> None:
    from playground.training.run import Run

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--digits", type=int, default=60)
    parser.add_argument("--kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--sheet", help="write the wrong ones, beside what was prepared, to a PNG")
    arguments = parser.parse_args()
    x, y = digits(arguments.digits, arguments.seed)
    snapshot = Run.load(LENET5).snapshot()
    wrong = []
    for kind in arguments.kinds:
        right, seconds = 0, 0.0
        for number, (digit, label) in enumerate(zip(x, y, strict=True)):
            content = photograph(kind, digit, 1000 * arguments.seed + number)
            start = time.perf_counter()
            cleaned = paper.clean(pictures.read(content))
            image = prepare(cleaned.ink)
            seconds = max(seconds, time.perf_counter() - start)
            answer = int(snapshot.predict(image[None, None]).argmax())
            right += answer == label
            if answer != label:
                wrong.append((kind, content, cleaned, image, int(label), answer))
        print(f"{kind:22} {right:3} of {len(x)}   at most {1000 * seconds:5.0f} ms", flush=True)
    if arguments.sheet and wrong:
        contact(wrong[:60]).save(arguments.sheet)


def contact(wrong: list[tuple]) -> Image.Image:
    """Photographs with what was made of them, in rows."""
    page = Image.new("RGB", (3 * 680, 240 * -(-len(wrong) // 3)))
    for number, (_, content, cleaned, image, _, _) in enumerate(wrong):
        photo = Image.open(io.BytesIO(content)).convert("RGB")
        shown = Image.fromarray(paper.overlay(cleaned))
        place = 680 * (number % 3), 240 * (number // 3)
        for i, part in enumerate((photo, shown, Image.fromarray(image).resize((224, 224)))):
            part.thumbnail((224, 224))
            page.paste(part, (place[0] + 226 * i, place[1]))
    return page


if __name__ == "__main__":
    main()
