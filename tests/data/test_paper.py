"""Photographs of paper: what is read on every kind of it, what is removed, and what is blank."""

import io
import time

import numpy as np
import pytest
import scipy
from PIL import Image, ImageDraw

from playground.data import contrast, loose_sheet, mnist, paper, pictures, ruled, strokes
from playground.data.pictures import Picture
from playground.data.preparation import prepared
from playground.training.run import Run
from tests.benchmarks import photographs

NAMED = ("plain", "dust", "squared", "ruled", "table_edge", "shade_with_noise", "vignette")

OTHERS = ("legal_pad", "punched", "graph_paper", "whiteboard", "envelope", "note")


@pytest.fixture(scope="module")
def lenet5():
    return Run.load(photographs.LENET5).snapshot()


@pytest.fixture(scope="module")
def digits():
    return photographs.digits(6, seed=11)


def reads(snapshot, ink):
    return int(snapshot.predict(strokes.prepare(ink)[None, None]).argmax())


@pytest.mark.parametrize("kind", photographs.KINDS)
def test_digits_are_read_on_every_kind_of_paper(kind, lenet5, digits):
    count = 6 if kind in NAMED else 2
    wrong = 0
    for number, (digit, label) in enumerate(zip(*digits, strict=True)):
        if number < count:
            picture = pictures.read(photographs.photograph(kind, digit, 500 + number))
            wrong += reads(lenet5, paper.clean(picture).ink) != label
    assert wrong <= (0 if kind == "plain" else 1)


@pytest.mark.parametrize("kind", NAMED + OTHERS)
def test_paper_without_writing_is_blank(kind):
    content = photographs.photograph(kind, np.zeros((28, 28), np.uint8), seed=3)
    cleaned = paper.clean(pictures.read(content))
    assert cleaned.blank and not cleaned.ink.any()


@pytest.mark.parametrize("kind", ["everything", "table_around"])
@pytest.mark.parametrize("seed", [51, 52, 503, 508, 3005, 3013])
def test_a_sunny_part_and_a_table_are_no_writing(kind, seed):
    content = photographs.photograph(kind, np.zeros((28, 28), np.uint8), seed)
    assert paper.clean(pictures.read(content)).blank


def written(*lines, width=26, size=(600, 800), shade=235, ink=30):
    """Strokes of a pen, as points (x, y)."""
    image = Image.new("L", size[::-1], shade)
    pen = ImageDraw.Draw(image)
    for points in lines:
        pen.line(points, fill=ink, width=width, joint="curve")
    return Picture(np.asarray(image))


FIVE = [(330, 210), (320, 300), (420, 310), (440, 390), (380, 450), (310, 430)]
BAR = [(365, 195), (470, 185)]  # of the five, not quite touching


def inside(ink, x, y):
    return ink[y - 4 : y + 5, x - 4 : x + 5].min() == 255


def test_a_digit_of_several_strokes_stays_whole():
    ink = paper.clean(written(FIVE, BAR)).ink
    assert inside(ink, 420, 190) and inside(ink, 420, 310)


def test_the_largest_writing_is_taken_and_the_rest_is_said():
    small = [(600, 450), (600, 520)]
    cleaned = paper.clean(written(FIVE, small))
    assert inside(cleaned.ink, 420, 310) and not cleaned.ink[440:530, 580:620].any()
    assert cleaned.removed["specks"][480, 600] and "Purple" in paper.legend(cleaned)


def test_ink_that_touches_a_line_keeps_its_width():
    picture = written(FIVE, BAR)
    pixels = picture.pixels.copy()
    for y in range(10, 600, 40):
        pixels[y : y + 2] = np.minimum(pixels[y : y + 2], 150)
    cleaned, plain = paper.clean(Picture(pixels)), paper.clean(picture)
    assert cleaned.removed["lines"][10:12].mean() > 0.98 and "lines" not in plain.removed
    off = np.abs(cleaned.ink.astype(int) - plain.ink)
    assert off.sum() < 0.03 * plain.ink.sum()


@pytest.mark.parametrize("angle", [0, 3, 40, 90, 137])
def test_lines_are_followed_at_any_angle(angle):
    random = np.random.default_rng(0)
    sheet = photographs.sheet(np.zeros((28, 28), np.uint8), random)
    photographs.lines(sheet, (150, 150, 150), 50, 2, angle)
    shade = contrast.of(np.rint(sheet.paper).astype(np.uint8))
    lines, cleared = ruled.remove(shade, paper.FAINT)
    drawn = shade > 0.2
    assert drawn.mean() > 0.01 and (cleared > 0.2).sum() < 0.1 * drawn.sum()
    assert lines[drawn].mean() > 0.9


def test_both_lines_of_a_double_margin_and_all_behind_it_are_removed():
    random = np.random.default_rng(1)
    sheet = photographs.sheet(np.zeros((28, 28), np.uint8), random)
    photographs.lines(sheet, (120, 170, 200), 40, 2)
    photographs.margin(sheet, (200, 80, 80), (0.1, 0.1 + 8 / sheet.ink.shape[1]))
    shade = contrast.of(np.rint(sheet.paper).astype(np.uint8))
    drawn = shade > 0.2
    cleared = ruled.remove(shade, paper.FAINT)[1]
    assert drawn.mean() > 0.03 and (cleared > 0.2).sum() < 0.02 * drawn.sum()


def test_a_sheet_on_a_table_is_looked_at_alone():
    table = np.full((600, 800, 3), (60, 50, 45), np.uint8)
    note = np.repeat(written(FIVE, BAR).pixels[150:480, 250:520, None], 3, axis=2)
    for turn in (0, 8, -20):
        card = Image.fromarray(note).rotate(turn, expand=True, fillcolor=(60, 50, 45))
        photo = Image.fromarray(table)
        photo.paste(card, (300, 100))
        cleaned = paper.clean(Picture(np.asarray(photo)))
        assert cleaned.photo.shape[1] < 500 and 0.02 < (cleaned.ink > 128).mean() < 0.2


def test_a_chalked_bar_or_ring_is_no_sheet():
    bar = [(300, 120), (300, 480)]
    ring = [(300, 200), (500, 200), (500, 400), (300, 400), (300, 200), (500, 200)]
    for points, width in ((bar, 60), (ring, 40)):
        board = written(points, width=width, shade=40, ink=230)
        assert loose_sheet.cropped(np.repeat(board.pixels[..., None], 3, axis=2)) is None


def test_parts_above_each_other_are_one_digit_and_parts_beside_are_two():
    arc, stem = [(300, 200), (400, 170)], [(350, 260), (340, 420)]
    both = paper.clean(written(arc, stem)).ink
    assert inside(both, 350, 340) and both[170:200, 330:400].any()
    beside = paper.clean(written([(300, 200), (300, 400)], [(380, 220), (380, 300)])).ink
    assert inside(beside, 300, 300) and not beside[:, 370:].any()


def test_a_long_stroke_is_no_line():
    one = [(400, 120), (385, 480)]
    ink = paper.clean(written(one)).ink
    assert inside(ink, 393, 300)
    cropped = written([(140, 0), (130, 279)], size=(280, 280))
    assert paper.clean(cropped).ink[5:275, 135].all()


def test_a_printed_frame_is_not_the_writing():
    frame = [(200, 100), (600, 100), (600, 560), (200, 560), (200, 100), (600, 100)]
    image = Image.fromarray(written(FIVE, width=8).pixels)
    ImageDraw.Draw(image).line(frame, fill=20, width=6)
    cleaned = paper.clean(Picture(np.asarray(image)))
    assert cleaned.ink[300:320, 330:420].max() == 255 and not cleaned.ink[:130].any()


@pytest.mark.parametrize("shade", [(235, 30), (30, 235), (120, 20), (150, 240)])
def test_ink_may_be_darker_or_brighter_than_paper(shade):
    ink = paper.clean(written(FIVE, BAR, shade=shade[0], ink=shade[1])).ink
    assert inside(ink, 420, 310) and not ink[:100].any()


def test_writing_that_fills_the_picture():
    whole = written(FIVE, BAR).pixels
    tight = Picture(whole[180:466, 298:472])
    ink = paper.clean(tight).ink
    assert ink[8, 120] == 255 and ink[130, 60] == 255


def test_writing_that_touches_the_border(digits, lenet5):
    for digit, label in zip(*digits, strict=True):
        large = np.kron(digit[:, digit.any(0).argmax() :], np.ones((12, 12), np.uint8))
        sheet = np.full((500, 500), 240, np.uint8)
        sheet[80 : 80 + len(large), : large.shape[1]] -= np.minimum(large, 220)
        assert reads(lenet5, paper.clean(Picture(sheet)).ink) == label


def test_a_small_digit_on_a_large_photograph(digits, lenet5):
    for digit, label in zip(*digits, strict=True):
        sheet = Image.new("L", (4000, 3000), 230)
        small = Image.fromarray(digit).resize((130, 130), Image.Resampling.BICUBIC)
        sheet.paste(30, (2500, 1400), small)
        content = io.BytesIO()
        sheet.save(content, "JPEG")
        picture = pictures.read(content.getvalue())
        assert reads(lenet5, paper.clean(picture).ink) == label


def test_the_overlay_shows_what_was_removed():
    content = photographs.photograph("ruled", np.zeros((28, 28), np.uint8), seed=1)
    cleaned = paper.clean(pictures.read(content))
    shown = paper.overlay(cleaned)
    assert shown.shape == cleaned.photo.shape and shown.dtype == np.uint8
    assert (shown[cleaned.removed["lines"]] == paper.COLOURS["lines"][1]).all()
    assert paper.legend(cleaned).startswith("Orange: lines, removed.")


def test_a_phone_s_photograph_costs_little_more_than_a_small_one(digits):
    content = photographs.photograph("phone", digits[0][0], seed=1)
    photo = Image.open(io.BytesIO(content))
    assert max(photo.size) == 4000
    grey = np.asarray(photo.convert("L"))
    photo.thumbnail((pictures.SIDE, pictures.SIDE))
    small = io.BytesIO()
    photo.save(small, "JPEG")

    def smoothed():
        scipy.ndimage.gaussian_filter(grey, 2.0)

    def cleaned(content):
        return lambda: paper.clean(pictures.read(content))

    def seconds(work):
        start = time.thread_time()
        work()
        return time.thread_time() - start

    # In turns: what else the machine does meets all three. The same library does most of the work.
    works = smoothed, cleaned(small.getvalue()), cleaned(content)
    rounds = [[seconds(work) for work in works] for _ in range(5)]
    smoothing, least, most = (min(column) for column in zip(*rounds, strict=True))
    assert most < 2 * least
    assert most < 8 * smoothing


# ---- what a network gets ----


def test_the_switch_back_takes_all_ink():
    source = mnist.Mnist()
    picture = written(FIVE, BAR, [(600, 450), (600, 520)])
    cleaned, drawn = prepared(picture, source), prepared(picture, source, clean=False)
    assert cleaned.cleaned is not None and drawn.cleaned is None
    reach = [np.ptp(np.flatnonzero(result.image[0].any(0))) for result in (cleaned, drawn)]
    assert reach[0] + 3 < reach[1]  # the stroke beside the digit counts, too


def test_an_image_of_mnist_stays_as_it_is():
    image = mnist.load()[1].x[0, 0]
    assert (prepared(Picture(image), mnist.Mnist()).image[0] == image).all()
    turned = prepared(Picture(255 - image), mnist.Mnist()).image[0]
    assert np.abs(turned.astype(int) - image).mean() < 8


@pytest.mark.parametrize("shade", [0, 90, 255])
@pytest.mark.parametrize("side", [28, 300])
def test_one_shade_is_blank(shade, side):
    result = prepared(Picture(np.full((side, side), shade, np.uint8)), mnist.Mnist())
    assert result.blank and not result.image.any()
