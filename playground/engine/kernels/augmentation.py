"""Augmentation: images are moved, turned, scaled and bent on their way into a batch.

A field of displacements bends an image: random knots `SPACING` pixels apart, and between them a
uniform cubic B-spline, which is smooth (Rueckert et al., 1999).
"""

import numpy as np
from numba import carray
from numba.extending import register_jitable

from playground.engine.kernel import Block, Flat, Number, Table, Whole, at, get, kernel, like
from playground.engine.kernels.batches import EPOCH, SEED, START, lanes_filled, random_bits

SPACING = 7
UNIT = 3.7  # knots drawn from ±UNIT give displacements with a deviation of 1 pixel
ONE, NONE = np.float32(1), np.float32(0)  # float32 numbers leave float64 ones what they are
BENDS = 16  # the number of the first draw that belongs to a knot


@register_jitable
def drawn(key, number):
    """An even draw from −1 to 1."""
    return np.float64(random_bits(key, number) >> np.uint64(40)) * 2.0**-23 - 1.0


@register_jitable
def knots(size):
    """How many knots the spline over `size` pixels reads."""
    return (size - 1) // SPACING + 4


def room(channels, height, width):
    """How many numbers the kernel needs by hand: weights, knots, bends, places, images."""
    field = 4 * SPACING + 2 * knots(width) * (knots(height) + 1)
    return field + 2 * knots(width) * SPACING + 2 * width + channels * (height + 3) * (width + 3)


@register_jitable
def _spline_weights(weights):
    """The weights [SPACING, 4] of the four nearest knots, for a pixel after a knot."""
    for i in range(SPACING):
        t = i / SPACING
        weights[4 * i] = (1 - t) ** 3 / 6
        weights[4 * i + 1] = (3 * t**3 - 6 * t**2 + 4) / 6
        weights[4 * i + 2] = (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6
        weights[4 * i + 3] = t**3 / 6


@register_jitable
def _sample_row(out, framed, rows, columns, height, width):
    """A framed image at places between its pixels (bilinear); places outside read the frame."""
    last_row, last_column = np.float32(height + 1), np.float32(width + 1)
    next_row = width + 3
    for c in range(out.size):
        row = min(max(rows[c] + ONE, NONE), last_row)
        column = min(max(columns[c] + ONE, NONE), last_column)
        r, k = np.int64(row), np.int64(column)
        a, b, place = row - np.float32(r), column - np.float32(k), r * next_row + k
        upper = get(framed, place) * (ONE - b) + get(framed, place + 1) * b
        place += next_row
        lower = get(framed, place) * (ONE - b) + get(framed, place + 1) * b
        out[c] = upper * (ONE - a) + lower * a


@register_jitable
def _bend_row(bends, r, across, field, mixed, weights):
    """How far row r's pixels are displaced: down, then, from the middle of `bends` on, right."""
    near, w = field[r // SPACING * 2 * across :], weights[r % SPACING * 4 :]
    for k in range(2 * across):
        mixed[k] = w[0] * near[k]
        for i in range(1, 4):
            mixed[k] += w[i] * near[k + 2 * i * across]
    for part in range(2):
        for segment in range(across - 3):
            knot = mixed[part * across + segment :]
            out = bends[part * (across - 3) * SPACING + segment * SPACING :]
            for c in range(SPACING):
                w = weights[4 * c :]
                out[c] = w[0] * knot[0] + w[1] * knot[1] + w[2] * knot[2] + w[3] * knot[3]


@register_jitable
def _frame(framed, image, height, width):
    """An image with a border of zeros: one pixel at the top and left, two at the other ends."""
    for r in range(height):
        row, place = image[r * width : (r + 1) * width], (r + 1) * (width + 3) + 1
        out = framed[place : place + width]
        for c in range(out.size):
            out[c] = row[c]


@kernel
def augment(
    memory,
    x: Block("samples as rows"),
    y: Flat("samples as rows"),
    clock: Table,
    order: Table,
    chunk: Whole,
    channels: Whole,
    height: Whole,
    width: Whole,
    shift: Number("the largest, in pixels"),
    turn: Number("the largest, in radians"),
    zoom: Number("logarithm of the largest"),
    bend: Number("deviation of bends, in pixels"),
    space: Block("room for `room` numbers"),
):
    """Each sample's image, seen through a random change of coordinates.

    What is drawn follows from the seed, the epoch and the sample alone.
    """
    size, lanes, start = x.rows, x.lanes, space.place
    x, space = carray(x.place, size * lanes), carray(start, space.rows * space.lanes)
    down, across, area = knots(height), knots(width), height * width
    weights, field = space[: 4 * SPACING], space[4 * SPACING :][: 2 * down * across]
    mixed = space[4 * SPACING + field.size :]
    bends = mixed[2 * across :][: 2 * (across - 3) * SPACING]
    right, places = bends[bends.size // 2 :], mixed[2 * across + bends.size :]
    rows, columns, framed = places[:width], places[width : 2 * width], places[2 * width :]
    images = at(start, space.size - framed.size)
    frame, zero, half = (height + 3) * (width + 3), like(memory, 0), like(memory, 0.5)
    middle_r, middle_c = half * like(memory, height - 1), half * like(memory, width - 1)
    _spline_weights(weights)
    epoch = random_bits(get(clock, SEED), get(clock, EPOCH))
    filled = lanes_filled(clock, chunk, lanes)
    y[filled * size :] = zero
    for lane in range(filled):
        key = random_bits(epoch, get(order, get(clock, START) + chunk * lanes + lane))
        angle, factor = turn * drawn(key, 0), np.exp(-zoom * drawn(key, 1))
        cos, sin = like(memory, np.cos(angle) * factor), like(memory, np.sin(angle) * factor)
        move_r = middle_r + like(memory, shift * drawn(key, 2))
        move_c = middle_c + like(memory, shift * drawn(key, 3))
        for k in range(field.size):
            field[k] = bend * UNIT * drawn(key, BENDS + k)
        for channel in range(channels):
            image = x[lane * size + channel * area :]
            _frame(framed[channel * frame :], image, height, width)
        for r in range(height):
            _bend_row(bends, r, across, field, mixed, weights)
            for c in range(width):
                v, h = like(memory, r) - move_r, like(memory, c) - move_c
                rows[c] = cos * v + sin * h + middle_r + bends[c]
                columns[c] = cos * h - sin * v + middle_c + right[c]
            for channel in range(channels):
                out = y[lane * size + channel * area + r * width :][:width]
                _sample_row(out, at(images, channel * frame), rows, columns, height, width)
