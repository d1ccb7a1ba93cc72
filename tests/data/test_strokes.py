"""The preparation of a drawing, held against MNIST itself and against plain geometry."""

from itertools import pairwise

import numpy as np
import pytest

from playground.data.strokes import CANVAS, checked, ink_box, prepare, rasterize
from playground.engine import registry


@pytest.fixture(scope="module")
def mnist():
    return registry.make("data", {"type": "mnist"}).load(1).test


def centre(image):
    """Centre of mass (row, column), summed pixel by pixel."""
    cells = [(row, column, float(image[row, column])) for row in range(28) for column in range(28)]
    mass = sum(ink for *_, ink in cells)
    return (
        sum(row * ink for row, _, ink in cells) / mass,
        sum(column * ink for _, column, ink in cells) / mass,
    )


def stroke(points, side=112, radius=5.0):
    """A thick line through `points` on a square drawing: 255 within `radius` of it."""
    rows, columns = np.mgrid[:side, :side]
    ink = np.zeros((side, side), bool)
    for (ay, ax), (by, bx) in pairwise(points):
        for t in np.linspace(0, 1, 200):
            away = (rows - ay - t * (by - ay)) ** 2 + (columns - ax - t * (bx - ax)) ** 2
            ink |= away <= radius**2
    return ink.astype(np.uint8) * 255


SEVEN = stroke([(20, 30), (20, 80), (95, 45)])


def test_every_normally_sized_test_image_of_mnist_is_left_exactly_as_it_is(mnist):
    images = mnist.x[:, 0]
    full = [image for image in images[:2000] if max(np.ptp(np.nonzero(image), axis=1)) + 1 == 20]
    assert len(full) >= 1990
    assert all(np.array_equal(prepare(image), image) for image in full)


def test_an_image_drawn_large_and_shifted_comes_back(mnist):
    for image in mnist.x[:50, 0]:
        large = np.zeros((300, 330), np.uint8)
        large[10 : 10 + 28 * 9, 60 : 60 + 28 * 9] = np.kron(image, np.ones((9, 9), np.uint8))
        np.testing.assert_allclose(prepare(large), image, atol=1)


@pytest.mark.parametrize("dy,dx", [(0, 0), (11, -25), (-13, 26)])
def test_the_place_on_the_canvas_does_not_matter(dy, dx):
    assert np.array_equal(prepare(np.roll(SEVEN, (dy, dx), (0, 1))), prepare(SEVEN))


def test_centre_of_mass_lies_in_the_middle_to_half_a_pixel():
    lines = [[(20, 55), (90, 60)], [(50, 20), (50, 90)], [(20, 20), (90, 90), (20, 90)]]
    shapes = [SEVEN, SEVEN.T, SEVEN[::-1], *map(stroke, lines)]
    for shape in shapes:
        assert centre(prepare(shape)) == pytest.approx((14, 14), abs=0.5)


@pytest.mark.parametrize(
    "shape,longest",
    [(SEVEN, 20), (stroke([(20, 55), (90, 60)]), 20), (stroke([(55, 55), (56, 56)]), 20)],
)
def test_the_longer_side_fills_twenty_pixels_and_the_aspect_is_kept(shape, longest):
    rows, columns = ink_box(shape)
    before = (rows.stop - rows.start) / (columns.stop - columns.start)
    image = prepare(shape)
    rows, columns = ink_box(image)
    height, width = rows.stop - rows.start, columns.stop - columns.start
    assert max(height, width) == longest
    assert height / width == pytest.approx(before, rel=0.15)


def test_scaling_down_averages_ink_instead_of_dropping_it():
    stripes = np.zeros((100, 100), np.uint8)
    stripes[:, ::2] = 200
    image = prepare(stripes)
    box = image[ink_box(image)]
    assert box.shape == (20, 20)
    # 99 columns on 20 pixels: each pixel sees two to three columns of ink among its 4.95.
    assert box.min() >= 200 * 2 / 4.95 - 1 and box.max() <= 200 * 3 / 4.95 + 1
    assert box.mean() == pytest.approx(200 * 50 / 99, rel=0.01)


def test_scaling_up_keeps_a_tiny_drawing_readable():
    tiny = np.zeros((112, 112), np.uint8)
    tiny[40:45, 60:65] = np.eye(5, dtype=np.uint8) * 255
    image = prepare(tiny)
    assert np.array_equal(image[ink_box(image)], np.kron(np.eye(5), np.ones((4, 4))) * 255)


def test_a_lopsided_drawing_keeps_all_its_ink():
    comet = stroke([(20, 55), (104, 55)], radius=1.0) | stroke([(104, 55), (105, 55)], radius=7)
    rows, _ = ink_box(prepare(comet))
    assert rows.stop - rows.start == 20


def test_a_blank_canvas_gives_a_blank_image():
    assert ink_box(np.zeros((112, 112))) is None
    assert not prepare(np.zeros((112, 112), np.uint8)).any()
    assert prepare(np.zeros((112, 112), np.uint8)).shape == (28, 28)


def test_a_single_dot_becomes_a_full_square_in_the_middle():
    dot = np.zeros((112, 112), np.uint8)
    dot[3, 100] = 255
    image = prepare(dot)
    assert image.dtype == np.uint8
    assert (image == 255).sum() == 400
    assert centre(image) == pytest.approx((14, 14), abs=0.5)


def test_strokes_become_round_lines_of_even_width():
    drawing = rasterize([[[250, 500], [750, 500]]])
    assert drawing.shape == (CANVAS, CANVAS) and drawing.dtype == np.uint8
    rows, columns = ink_box(drawing > 127)
    assert rows.stop - rows.start == pytest.approx(0.071 * CANVAS, abs=1)
    assert columns.stop - columns.start == pytest.approx((0.5 + 0.071) * CANVAS, abs=1)
    assert drawing[56, 56] == 255
    assert drawing[ink_box(drawing)][0, 0] < 128  # the end is round: no ink in the corner


def test_a_drawn_stroke_looks_like_the_geometry_of_it():
    points = [(20, 30), (20, 80), (95, 45)]
    drawn = rasterize([[[round(x * 1000 / 112), round(y * 1000 / 112)] for y, x in points]])
    exact = stroke(points, radius=0.071 * 112 / 2)
    assert np.abs(drawn.astype(int) - exact).mean() < 0.02 * 255


def test_strokes_lie_over_an_image_of_mnist(mnist):
    image = mnist.x[0, 0]
    assert np.array_equal(prepare(rasterize([], image)), image)
    both = rasterize([[[100, 900], [120, 900]]], image)
    assert both.sum() > rasterize([], image).sum()
    assert (both >= rasterize([], image)).all()


@pytest.mark.parametrize(
    "strokes,wrong",
    [
        (None, "list"),
        ([[]], "stroke"),
        ([3], "stroke"),
        ([[[1]]], "point"),
        ([[[0, 1001]]], "point"),
        ([[[0, -1]]], "point"),
        ([[[0.5, 1]]], "point"),
        ([[["a", 1]]], "point"),
        ([[[1, 1]]] * 201, "strokes"),
        ([[[1, 1]] * 20_001], "points"),
    ],
)
def test_what_is_no_drawing_is_refused(strokes, wrong):
    with pytest.raises(ValueError, match=wrong):
        checked(strokes)


def test_a_drawing_passes_the_check_as_it_is():
    strokes = [[[0, 0], [1000, 1000]], [[5, 5]]]
    assert checked(strokes) is strokes
