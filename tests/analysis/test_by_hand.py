"""Lines of an update, as a reader would write them."""

import pytest

from playground.analysis.by_hand import Sheet, number


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, "0.5"), (-2.0, "−2"), (1.23456e-7, "1.235·10⁻⁷"), (-3e12, "−3·10¹²"), (0.0, "0")],
)
def test_numbers_have_four_digits_and_true_signs(value, text):
    assert number(value) == text


def test_known_symbols_become_numbers_and_negative_ones_stand_in_brackets():
    sheet = Sheet(p=-0.5, g=-2.0, η=0.1)
    sheet.add("p′", "p − η · g", -0.3)
    line = sheet.lines[0]
    assert line.numbers == "(−0.5) − 0.1 · (−2)" and line.value == -0.3
    sheet.add("q", "p′ · 2", -0.6)
    assert sheet.lines[1].numbers == "(−0.3) · 2"
