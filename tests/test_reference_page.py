"""docs/reference.md says what the registry says, of every piece; and every link of docs/ leads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground.engine import registry
from tests import reference_page

DOCS = reference_page.FILE.parent
TEXT = reference_page.FILE.read_text()


def test_the_file_is_what_the_registry_says():
    assert reference_page.page() == TEXT, "run python -m tests.reference_page"


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_piece_is_there_with_all_it_takes(kind):
    assert registry.names(kind)
    for piece in registry.pieces(kind):
        entry = TEXT.split(f"### `{piece.type}`: {piece.title}\n")[1].split("\n### ")[0]
        assert piece.__doc__.splitlines()[0] in entry
        for option in registry.options(piece):
            assert f"| `{option.name}` | {reference_page.values(option)} |" in entry
            assert option.help in entry


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text()
    titles = {
        re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)", text, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, place = target.partition("#")
        assert file.startswith("http") or not file or (DOCS / file).exists(), target
        assert not place or place in titles, target


def test_the_readme_names_every_page():
    readme = (DOCS.parent / "README.md").read_text()
    assert {f"docs/{page.name}" for page in DOCS.glob("*.md")} <= set(
        re.findall(r"\]\(([^)]+)\)", readme)
    )
    assert Path(DOCS / "parity.md").exists()
