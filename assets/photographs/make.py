"""Renders the two photographs of the Convolution page: `python assets/photographs/make.py`.

Both are scenes of our own, described by distances to surfaces, and lit by one lamp with soft
shadows (sphere tracing: J. C. Hart, 1996); a camera's blur, grain and vignette come last.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

SIDE, FINER = 96, 3  # pixels of the photograph; rays a pixel and axis
STEPS, FAR, NEAR = 110, 40.0, 1e-3
Scene = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]  # points → distance, brightness


def length(v: np.ndarray) -> np.ndarray:
    """|v| of the last axis."""
    return np.sqrt((v * v).sum(-1))


def unit(v: np.ndarray) -> np.ndarray:
    """v / |v|"""
    return v / np.maximum(length(v), 1e-9)[..., None]


# ---- shapes: the distance of points [..., 3] (right, up, away) from a surface ----


def ball(p, middle, radius):
    """A ball, or with three radii an egg (then only nearly a distance)."""
    radius = np.array(radius, float)
    return (length((p - np.array(middle)) / radius) - 1) * radius.min()


def box(p, middle, half, turn=0.0, round_=0.02):
    """A box with rounded edges, turned about the upright axis."""
    q = np.abs(turned(p - np.array(middle), turn)) - np.array(half) + round_
    return length(np.maximum(q, 0)) + np.minimum(q.max(-1), 0) - round_


def tube(p, middle, radius, half):
    """An upright cylinder."""
    q = p - np.array(middle)
    around, along = np.hypot(q[..., 0], q[..., 2]) - radius, np.abs(q[..., 1]) - half
    inside = np.minimum(np.maximum(around, along), 0)
    return inside + np.hypot(np.maximum(around, 0), np.maximum(along, 0)) - 0.01


def house(p, middle, half, turn=0.0, roof=0.7):
    """(walls, roof): a box under a gable whose ridge runs away from us."""
    q = turned(p - np.array(middle), turn)
    walls = box(q, (0, 0, 0), half)
    up, side = q[..., 1] - half[1], np.abs(q[..., 0])
    slope = (up * half[0] + (side - half[0] * 1.15) * roof) / np.hypot(half[0], roof)
    gable = np.maximum(np.maximum(slope, -up), np.abs(q[..., 2]) - half[2] * 1.06)
    return walls, gable


def turned(p, angle):
    """Points turned about the upright axis."""
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * p[..., 0] + s * p[..., 2], p[..., 1], c * p[..., 2] - s * p[..., 0]], -1)


def nearest(*parts):
    """The nearest of several (distance, brightness)."""
    distance, shade = parts[0][0], np.broadcast_to(parts[0][1], parts[0][0].shape)
    for other, brightness in parts[1:]:
        closer = other < distance
        distance, shade = np.where(closer, other, distance), np.where(closer, brightness, shade)
    return distance, shade


def rough(x, y, seed, octaves=4):
    """Smooth noise from −1 to 1: sines of many directions, each octave twice as fine."""
    random, total = np.random.default_rng(seed), np.zeros_like(x)
    for octave in range(octaves):
        for _ in range(3):
            angle, phase = random.uniform(0, 2 * np.pi, 2)
            total += np.sin(2**octave * (x * np.cos(angle) + y * np.sin(angle)) + phase) / 2**octave
    return total / 5


# ---- the two scenes ----


def still_life(p):
    """A vase, an apple, an egg and a dice on planks before a wall."""
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    planks = 0.42 + 0.05 * rough(x * 2, z * 14, 1) - 0.2 * (np.abs((z * 1.1 + 9) % 1 - 0.5) > 0.47)
    wall = 0.62 + 0.03 * rough(x, y * 2, 2)
    swell = 0.42 + 0.2 * np.cos(2.1 * (y - 0.62)) - 0.1 * (y > 1.5)
    vase = np.maximum(np.hypot(x + 0.95, z - 0.55) - swell, np.abs(y - 0.9) - 0.9) * 0.7
    stripes = np.where(np.abs((y * 4.2) % 1 - 0.5) < 0.17, 0.25, 0.85)
    dent = 0.16 * np.exp(-9 * (np.hypot(x - 0.42, z) ** 2))
    apple = (ball(p, (0.42, 0.52, 0), (0.55, 0.52, 0.55)) + dent * (y > 0.5)) * 0.8
    stem = tube(p, (0.44, 1.05, 0), 0.035, 0.16)
    egg = ball(p, (-0.32, 0.27, -0.85), (0.36, 0.27, 0.28))
    local = turned(p - np.array((1.32, 0.3, -0.55)), 0.5)
    dots = np.zeros(x.shape, bool)
    for place in (
        (-0.14, 0.14, -0.3),
        (0, 0, -0.3),
        (0.14, -0.14, -0.3),
        (-0.3, 0.12, 0.12),
        (-0.3, -0.12, -0.1),
        (0, 0.3, 0),
    ):
        dots |= length(local - np.array(place)) < 0.085
    dice = box(p, (1.32, 0.3, -0.55), (0.3, 0.3, 0.3), 0.5, 0.05)
    return nearest(
        (y, planks),
        (2.6 - z, wall),
        (vase, stripes),
        (apple, 0.5),
        (stem, 0.12),
        (egg, 0.93),
        (dice, np.where(dots, 0.06, 0.9)),
    )


def village(p):
    """Two houses with windows, a tree, a bush, a fence, and hills."""
    x, y, z = p[..., 0], p[..., 1], p[..., 2]
    path = np.abs(x - 0.25 - 0.25 * np.sin(z)) < 0.33
    grass = np.where(path, 0.62, 0.33 + 0.06 * rough(x * 6, z * 6, 3))
    parts = [(y - 0.03 * rough(x, z, 4), grass)]
    for middle, half, turn, bright in (
        ((-1.25, 0.75, 1.2), (0.85, 0.75, 0.9), 0.35, 0.82),
        ((1.35, 0.65, 3.0), (0.75, 0.6, 0.8), -0.4, 0.6),
    ):
        walls, gable = house(p, middle, half, turn)
        q = turned(p - np.array(middle), turn)
        panes = (np.abs(np.abs(q[..., 0]) - half[0] / 2) < 0.2) & (np.abs(q[..., 1] - 0.2) < 0.24)
        bars = (np.abs(np.abs(q[..., 0]) - half[0] / 2) < 0.03) | (np.abs(q[..., 1] - 0.2) < 0.03)
        door = (np.abs(q[..., 0]) < 0.16) & (q[..., 1] < 0.05)
        front = q[..., 2] < 0
        shade = np.where(front & panes & ~bars, 0.12, np.where(front & door, 0.25, bright))
        tiles = 0.3 + 0.07 * (((q[..., 1] * 9) % 1) > 0.5)
        parts += [(walls, shade), (gable * 0.8, tiles)]
    chimney = box(p, (-1.55, 2.15, 1.4), (0.13, 0.42, 0.13), 0.35)
    crown = ball(p, (2.05, 1.35, 0.4), (0.62, 0.75, 0.62)) + 0.1 * rough(x * 6, y * 6 + 4 * z, 5)
    bush = ball(p, (-2.35, 0.25, -0.25), (0.5, 0.38, 0.4)) + 0.06 * rough(x * 9, y * 9 + z * 5, 6)
    leaves = 0.3 + 0.1 * rough(x * 11, y * 11 + z * 7, 7)
    posts = box(np.stack([(x + 20) % 0.32 - 0.16, y, z], -1), (0, 0.2, -0.75), (0.045, 0.26, 0.03))
    fence = np.maximum(
        np.minimum(posts, box(p, (1.6, 0.28, -0.75), (0.9, 0.035, 0.02))), np.abs(x - 1.65) - 0.85
    )
    hills = y - 0.9 - 0.5 * np.sin(0.45 * x + 1) - 0.2 * np.sin(1.1 * x)
    hills = np.maximum(hills * 0.8, 9 - z)
    return nearest(
        *parts,
        (chimney, 0.5),
        (tube(p, (2.05, 0.5, 0.4), 0.09, 0.5), 0.2),
        (crown * 0.6, leaves),
        (bush * 0.6, leaves),
        (fence, 0.92),
        (hills, 0.45),
    )


# ---- the camera ----


def trace(scene: Scene, start: np.ndarray, way: np.ndarray) -> np.ndarray:
    """How far each ray goes until it meets something."""
    gone = np.zeros(way.shape[:-1])
    for _ in range(STEPS):
        distance, _ = scene(start + gone[..., None] * way)
        gone = np.minimum(gone + np.maximum(distance, NEAR / 2) * 0.9, FAR)
    return gone


def shadow(scene: Scene, p: np.ndarray, lamp: np.ndarray, soft: float) -> np.ndarray:
    """1 in the light, 0 in the dark: how nearly the way to the lamp is blocked."""
    light, gone = np.ones(p.shape[:-1]), np.full(p.shape[:-1], 0.03)
    for _ in range(48):
        distance, _ = scene(p + gone[..., None] * lamp)
        light = np.minimum(light, np.clip(0.5 + soft * distance / gone, 0, 1))
        gone = gone + np.clip(distance, 0.02, 0.25)
    return light


def normal(scene: Scene, p: np.ndarray) -> np.ndarray:
    """The direction in which the distance grows fastest."""
    step = np.eye(3) * 2e-3
    return unit(np.stack([scene(p + one)[0] - scene(p - one)[0] for one in step], -1))


def photograph(scene: Scene, eye, at, zoom, lamp, soft, sky, seed, side=SIDE) -> np.ndarray:
    """Grey pixels, uint8 [side, side]. sky(across, up) → brightness where a ray meets nothing."""
    fine = side * FINER
    across, up = np.meshgrid(np.linspace(-1, 1, fine), np.linspace(1, -1, fine))
    eye, ahead = np.array(eye, float), unit(np.array(at, float) - np.array(eye, float))
    right = unit(np.cross((0, 1, 0), ahead))
    way = unit(across[..., None] * right + up[..., None] * np.cross(ahead, right) + zoom * ahead)
    gone = trace(scene, eye, way)
    p = eye + gone[..., None] * way
    facing, lamp = normal(scene, p), unit(np.array(lamp, float))
    _, shade = scene(p)
    direct = np.clip((facing * lamp).sum(-1), 0, 1) * shadow(scene, p + 0.01 * facing, lamp, soft)
    shine = np.clip((facing * unit(lamp - way)).sum(-1), 0, 1) ** 40 * direct
    light = shade * (0.26 + 0.1 * facing[..., 1] + 1.1 * direct) + 0.25 * shine
    mist = np.exp(-((gone / 22) ** 2))
    light = np.where(gone < FAR - 1, light * mist + 0.75 * (1 - mist), sky(across, up))
    light = light.reshape(side, FINER, side, FINER).mean((1, 3))  # each pixel gathers its rays
    corner = np.linspace(-1, 1, side)
    light = light * (1 - 0.1 * (corner**2 + corner[:, None] ** 2))
    light = light + np.random.default_rng(seed).normal(0, 0.008, light.shape)
    return np.rint(255 * np.clip(light, 0, 1) ** 0.62).astype(np.uint8)


def clouds(across, up):
    """A sky that grows paler towards the horizon."""
    puff = np.clip(rough(across * 2.2, up * 5, 8), 0, 1) * np.clip(up, 0, 1)
    return 0.8 - 0.25 * up + 0.3 * puff


def photographs(side: int = SIDE) -> dict[str, np.ndarray]:
    """Both, by the names of their files."""
    return {
        "still_life": photograph(
            still_life,
            (0.1, 1.7, -4.3),
            (0.16, 0.74, 0),
            2.35,
            (-0.65, 0.95, -1.1),
            7,
            lambda a, u: 0.6 + 0 * a,
            1,
            side,
        ),
        "village": photograph(
            village,
            (0.15, 1.25, -4.6),
            (0.12, 1.12, 1),
            1.7,
            (-0.8, 0.9, -0.7),
            12,
            clouds,
            2,
            side,
        ),
    }


if __name__ == "__main__":
    for name, pixels in photographs().items():
        Image.fromarray(pixels).save(Path(__file__).with_name(f"{name}.png"), optimize=True)
