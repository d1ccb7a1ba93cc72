"""How numbers are written for people, and that nothing else writes them."""

import ast
import re
from pathlib import Path

import pytest

from playground.experiment import numerals

ROOT = Path(__file__).resolve().parents[2]
NAN, INF = float("nan"), float("inf")
# Lengths in SVG, which nobody reads, and files of numbers, which programs read.
DRAWN = {"architecture.py", "pictures.py", "table_answers.py", "samples.py"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (numerals.count(41_200), "41,200"),
        (numerals.size(416_520), "417 k"),
        (numerals.size(1.25e6), "1.25 M"),
        (numerals.size(3.4e9), "3.4 G"),
        (numerals.size(12), "12"),
        (numerals.fixed(1234.5, 2), "1,234.50"),
        (numerals.fixed(-0.0004, 3), "0.000"),
        (numerals.fixed(-0.0, 1), "0.0"),
        (numerals.short(0.0000123), "1.23e-05"),
        (numerals.short(0.03, 6), "0.03"),
        (numerals.plain(1e-5), "0.00001"),
        (numerals.plain(10.0), "10"),
        (numerals.percent(0.9731), "97.3 %"),
        (numerals.percent(0.5, 0), "50 %"),
        (numerals.sureness(1.0), ">99.9 %"),
        (numerals.sureness(0.99949), "99.9 %"),
        (numerals.sureness(0.0004), "<0.1 %"),
        (numerals.sureness(1.0, 0), ">99 %"),
        (numerals.sureness(0.0, 0), "<1 %"),
        (numerals.loss(0.06123), "0.061"),
        (numerals.loss(12_345.6), "1.23e+04"),
        (numerals.exact(2.22e-16), "0"),
        (numerals.exact(0.012345), "0.0123"),
        (numerals.exact(0.00012345), "0.000123"),
        (numerals.epochs(7.0), "7"),
        (numerals.epochs(0.04), "0.04"),
        (numerals.epochs(0.0023), "0.002"),
        (numerals.epochs(1234.5), "1,234"),
        (numerals.duration(2.5), "2.5 s"),
        (numerals.duration(0.0315), "31.5 ms"),
        (numerals.duration(1.2e-5), "12 µs"),
        (numerals.megabytes(11_600_000), "11.6 MB"),
    ],
)
def test_numbers_are_written_so(text, expected):
    assert text == expected


@pytest.mark.parametrize("value", [NAN, INF, -INF])
def test_what_is_no_number_is_a_dash(value):
    words = (numerals.loss, numerals.exact, numerals.percent, numerals.duration, numerals.count)
    assert {write(value) for write in words} == {"–"}
    assert numerals.fixed(value, 2) == numerals.short(value) == "–"


def test_no_other_file_formats_numbers():
    """In the rooms that speak to people; groups of whole numbers (`:,`) everybody may write."""
    rooms = ("experiment", "training", "analysis", "views", "web")
    files = [file for room in rooms for file in (ROOT / "playground" / room).rglob("*.py")]
    guilty = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                spec = ast.unparse(node.format_spec)
                guilty |= {file.name} if re.search(r"[eEfgG%]['\"]*$", spec) else set()
            if isinstance(node, ast.Attribute) and node.attr.startswith("format_float_"):
                guilty.add(file.name)
    assert len(files) > 100 and guilty - DRAWN == {"numerals.py"}


def test_no_other_script_formats_numbers():
    words = re.compile(r"\.to(Fixed|Precision|Exponential|LocaleString)\(|\bIntl\b")
    scripts = list((ROOT / "assets/web").rglob("*.js"))
    guilty = {file.name for file in scripts if words.search(file.read_text())}
    assert len(scripts) > 10 and guilty == {"numbers.js"}
