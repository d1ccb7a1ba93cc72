"""docs/networks-and-trees.md says what comes out when everything learns anew."""

from __future__ import annotations

import pytest

from tests import comparison_page as page

TEXT = page.FILE.read_text()


def rows(title: str) -> dict[str, str]:
    """The shares that the page has, by name."""
    part = TEXT.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line.split("|")[1:3] for line in part.splitlines() if line.endswith(" |")]
    return {name.strip(): share.strip() for name, share in lines}


@pytest.mark.parametrize("title", page.SETS)
def test_each_way_to_answer_has_a_row(title):
    assert list(page.experiments(title)) == list(rows(title))[1:]


def test_digits_are_read_as_well_as_promised():
    shares = {
        name: float(share.split()[0].rstrip("%"))
        for name, share in list(rows(page.DIGITS).items())[1:]
    }
    assert shares["A random forest"] >= 96.5
    assert shares["The network's last hidden layer, read by a random forest"] >= 99.0


@pytest.mark.parametrize("title", [title for title in page.SETS if title != page.DIGITS])
def test_what_it_says_is_what_is_measured(title):
    known = rows(title)
    for way in page.measured(title):
        assert known[way.name] == way.row().split("|")[2].strip()
