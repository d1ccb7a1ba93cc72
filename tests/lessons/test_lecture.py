"""Lectures as lists, handouts, and checks in plain words."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

import pytest

from playground.lessons import handout, lecture, shelf, wording
from playground.lessons.check import CALLS, COLUMNS, FACTS, NUMBERS
from playground.lessons.lecture import STEPS, Place

LESSONS = list(shelf.lessons().values())
CODE = re.compile(r"[_<>]|\b(first|last|rise|wobble)\(")  # what only an expression has
HAN = re.compile(r"[\u4e00-\u9fff]")


# ---- lists ----


def test_a_list_keeps_its_order_and_names_what_it_cannot_use():
    assert lecture.read("xor, features,xor").lessons == ("xor", "features")
    assert lecture.read("xor,features").problem == ""
    gone = lecture.read("xor,gone,<b>,older,oldest")
    assert gone.lessons == ("xor",)
    assert gone.problem.startswith("There is no lesson called “gone”, “<b>”, “older” and 1 more")


@pytest.mark.parametrize("text", ["", "all", " , "])
def test_all_lessons(text):
    assert lecture.read(text) == lecture.Lecture(tuple(shelf.lessons()))
    assert lecture.text(tuple(shelf.lessons())) == "all"


def test_nothing_left_gives_all_and_says_so():
    read = lecture.read("gone")
    assert read.lessons == tuple(shelf.lessons()) and "These are all lessons" in read.problem


def test_a_long_list_is_cut_with_a_word():
    read = lecture.read("xor," * 100_000)
    assert read.lessons == ("xor",) and "at most 40 lessons" in read.problem
    assert len(read.problem) < 500


def test_four_steps_a_lesson_then_the_next_one():
    places = [Place("xor")]
    while (place := lecture.after(("xor", "gan"), places[-1])) is not None:
        places.append(place)
    assert [(place.lesson, place.step) for place in places] == [
        (name, step) for name in ("xor", "gan") for step in STEPS
    ]
    back = [place]
    place = places[-1]
    while (place := lecture.before(("xor", "gan"), place)) is not None:
        back.append(place)
    assert back[1:5] == [Place("gan", step) for step in ("play", "prediction", "question")] + [
        Place("xor")
    ]
    assert len(back) == 5
    assert lecture.after(("xor",), Place("trees", STEPS[-1])) == Place("xor")


# ---- words of checks ----


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_check_and_reading_is_said_without_code(language):
    for lesson in LESSONS:
        words = [wording.goal(lesson.check, language)]
        words += [wording.reading(text, language) for text in lesson.readings]
        for said in words:
            assert not CODE.search(said), said
            assert bool(HAN.search(said)) is (language == "zh"), said


def test_all_words_of_checks_have_words():
    for name in (*COLUMNS, *NUMBERS, *FACTS):
        assert "_" not in wording.reading(name, "en"), name
        assert HAN.search(wording.reading(name, "zh")), name
    assert set(wording.CALLS) == set(CALLS)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("last(test_accuracy) >= 0.95", "test accuracy at least 95 %"),
        ("parameters < 20000", "numbers to learn below 20,000"),
        ("4 > parameters", "numbers to learn below 4"),
        ("not diverged", "the loss stays finite"),
        ("rise(test_loss) < 1.5", "test loss at the end below 1.5 times its lowest"),
        ("epochs_to(train_loss <= 0.5) <= 12", "training loss at most 0.5 within 12 epochs"),
        ("abs(first(train_loss) - 2) < 0.1", "training loss at the start within 0.1 of 2"),
        ("0.8 <= code_spread <= 1.4", "spread of the codes from 0.8 to 1.4"),
        ("last(test_accuracy) ≥ 0.95", "last(test_accuracy) ≥ 0.95"),
    ],
)
def test_a_check_in_words(check, words):
    assert wording.goal(check, "en") == words


def test_values_have_their_units():
    assert wording.value("last(test_accuracy)", 0.982, "en") == "98.2 %"
    assert wording.value("epochs_to(test_accuracy >= 0.95)", float("inf"), "zh") == "从未"
    assert wording.value("diverged", -1.0, "en") == "no"
    assert wording.value("gradient_ratio", float("nan"), "en") == "–"  # of a loss that overflowed
    assert wording.value("parameters", 1256.0, "en") == "1,256"


# ---- handouts ----


class Reader(HTMLParser):
    """Tags that stand, and those that are still open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in ("meta", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "path":
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_handout_has_a_page_a_lesson_and_needs_no_other_file(language):
    text = handout.page(LESSONS, language, "https://example.org/play")
    reader = Reader()
    reader.feed(text)
    assert reader.open == [] and reader.tags.count("article") == len(LESSONS)
    assert reader.tags.count("svg") == len(LESSONS)
    assert not {"img", "script", "link"} & set(reader.tags) and "url(" not in text
    where = f"https://example.org/play/learn?lesson=xor&amp;lang={language}"
    assert where in text and "break-after: page" in text
    titles = [escape(lesson.words(language).title) for lesson in LESSONS]
    assert all(f"<h1>{title}</h1>" in text for title in titles)


def test_the_qr_picture_says_the_link():
    """Read by hand: the squares of a picture of the same words, row by row."""
    import segno

    where = handout.link(shelf.lessons()["xor"], "en", "http://localhost:8501/")
    text = handout.page([shelf.lessons()["xor"]], "en", "http://localhost:8501/")
    code = segno.make(where, error="m", micro=False)
    size = code.symbol_size()[0]
    assert f'viewBox="0 0 {size} {size}"' in text
    path = re.search(r' d="([^"]*)"', text)
    assert path is not None and _squares(path[1], size) == [
        bytes(row) for row in code.matrix_iter(border=4)
    ]


def _squares(path: str, size: int) -> list[bytes]:
    """The dark squares that an SVG path of horizontal strokes paints."""
    rows = [bytearray(size) for _ in range(size)]
    x, y = 0, 0.0
    for verb, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        values = [float(number) for number in numbers.replace(",", " ").split()]
        if verb == "h":
            for column in range(x, x + int(values[0])):
                rows[int(y)][column] = 1
            x += int(values[0])
        else:
            x, y = (0, 0.0) if verb == "M" else (x, y)
            x, y = x + int(values[0]), y + values[1]
    return [bytes(row) for row in rows]
