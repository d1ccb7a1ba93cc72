"""`python -m playground.languages`: bring the catalogues up to date with the code.

New messages come in without a translation, messages that are gone go; a changed one keeps its
translation, marked “fuzzy”, until somebody has read it again.
"""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from playground.languages.catalogue import SOURCE, file, names

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "playground.languages.messages:from_python"
JAVASCRIPT = "playground.languages.messages:from_javascript"
WORDS = "playground.languages.messages:from_words"
METHODS = [
    ("playground/languages/words.txt", WORDS),
    ("app.py", PYTHON),
    ("pages/**.py", PYTHON),
    ("playground/**.py", PYTHON),
    ("assets/web/**.js", JAVASCRIPT),
]
# Rooms that speak to nobody in a page. Lessons have their own texts in each language.
SILENT = {"bench", "commands", "lessons", "kernels", "tests"}


def extracted() -> Catalog:
    """All messages of the code."""
    found = Catalog(project="Neural Network Playground")
    for name, _, message, _, _ in extract_from_dir(
        ROOT, METHODS, directory_filter=lambda path: Path(path).name not in SILENT | {".git"}
    ):
        if not name.startswith("playground/languages/") or name.endswith(".txt"):
            found.add(message, locations=[(name, 0)])
    return found


def updated(language: str) -> Catalog:
    """A catalogue with the messages of today's code."""
    path = file(language)
    known = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as stream:
            known = read_po(stream, locale=language)
    fresh = extracted()
    known.update(fresh)  # finds the old translation of a changed message, too
    for one in fresh:
        if one.id and (old := known.get(one.id)):
            one.string, one.flags = old.string, old.flags
    return fresh


def written(known: Catalog) -> bytes:
    """The file of a catalogue."""
    stream = BytesIO()
    write_po(stream, known, width=100, include_lineno=False, sort_by_file=True, omit_header=True)
    return stream.getvalue()


def missing(known: Catalog) -> list[str]:
    """The messages that nobody has translated, or that changed since."""
    return [str(one.id) for one in known if one.id and (one.fuzzy or not one.string)]


def main(words: list[str] | None = None) -> int:
    """The command; its exit code is 1 where something is missing."""
    parser = argparse.ArgumentParser(prog="python -m playground.languages", description=__doc__)
    parser.add_argument("languages", nargs="*", help="codes such as “de”; default: all there are")
    asked = parser.parse_args(words).languages or [name for name in names() if name != SOURCE]
    left = 0
    for language in asked:
        known = updated(language)
        path = file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(known))
        open_ = missing(known)
        left += len(open_)
        sys.stdout.write(f"{language}: {len(known)} messages, {len(open_)} to translate\n")
    return min(left, 1)


if __name__ == "__main__":
    sys.exit(main())
