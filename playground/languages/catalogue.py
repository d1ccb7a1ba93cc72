"""A catalogue, and how the text on its way to a reader finds its translation.

A text is looked up as it stands; then as a message with fields, what fills them being translated
in its turn; then piece by piece, as sentences and lists are put together of pieces. What no message
fits stays as it is: a name, a number, a visitor's own words. `assets/web/lib/language.js` does the
same in the browser; `tests/languages` holds both to the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCE = "en"
FIELD = re.compile(r"\{(\w+)\}")
# What stands between pieces that are looked up one by one, and what it becomes in Chinese type.
BETWEEN = re.compile(
    r"(\n+|(?<=[.?!:;,])\s+|\s+[·—–|/→+]\s+|:material/\w+:\s*|\*\*|\s*[()]\s*|(?<=\d)\s+|:\w+\[|\]"
    r"|[“”]|\s+(?=[(\[]))"
)
DEEPEST = 5  # fields within fields


@dataclass(frozen=True)
class Template:
    """A message with fields. anchor: its longest part between them, to sort out most at once."""

    anchor: str
    shape: re.Pattern[str]
    names: tuple[str, ...]
    translation: str

    def fill(self, text: str, translate: Callable[[str], str]) -> str | None:
        """The translation with the text's own values, or None where the text is another one."""
        if self.anchor not in text or not (found := self.shape.fullmatch(text)):
            return None
        values = dict(zip(self.names, found.groups(), strict=True))
        return FIELD.sub(lambda one: translate(values.get(one[1], "")), self.translation)


@dataclass(frozen=True)
class Catalogue:
    """One language. messages: each English text and its translation."""

    messages: dict[str, str]
    templates: tuple[Template, ...] = field(init=False)

    def __post_init__(self) -> None:
        made = [template(*pair) for pair in self.messages.items() if FIELD.search(pair[0])]
        made.sort(key=lambda one: -len(one.shape.pattern))
        object.__setattr__(self, "templates", tuple(made))

    def translate(self, text: str, depth: int = 0) -> str:
        """A text in this language, as far as its messages go."""
        bare = text.strip()
        if not bare or not re.search("[A-Za-z]", bare):
            return text
        if (found := self._whole(bare, depth)) is None:
            return self._pieces(text, depth) if depth < DEEPEST else text
        return text.replace(bare, found)

    def _whole(self, text: str, depth: int) -> str | None:
        for spelt in (text, text[0].swapcase() + text[1:]):
            if found := self.messages.get(spelt):
                return found
        if depth < DEEPEST:
            for one in self.templates:
                found = one.fill(text, lambda value: self.translate(value, depth + 1))
                if found is not None:
                    return found
        return None

    def _pieces(self, text: str, depth: int) -> str:
        pieces = [one for one in BETWEEN.split(text) if one]
        if len(pieces) < 2:
            return text
        done = [one if BETWEEN.fullmatch(one) else self.translate(one, depth + 1) for one in pieces]
        return "".join(done)


def template(message: str, translation: str) -> Template:
    """A message with fields, ready to be compared with texts."""
    parts = FIELD.split(message)
    fixed, names = parts[::2], parts[1::2]
    shape = "(.*?)".join(re.escape(part.replace("{{", "{").replace("}}", "}")) for part in fixed)
    return Template(max(fixed, key=len), re.compile(shape, re.S), tuple(names), translation)


@cache
def names() -> tuple[str, ...]:
    """The languages that there are: English, and each folder with a catalogue."""
    return (SOURCE, *sorted(file.parents[1].name for file in FOLDER.glob("*/LC_MESSAGES/*.po")))


def file(language: str) -> Path:
    """Where a language's catalogue lies."""
    return FOLDER / language / "LC_MESSAGES" / "playground.po"


@lru_cache(8)
def catalogue(language: str) -> Catalogue:
    """A language's catalogue, read once."""
    from babel.messages.pofile import read_po  # only where somebody reads another language

    with file(language).open("rb") as stream:
        known = read_po(stream, locale=language)
    return Catalogue(
        {str(one.id): str(one.string) for one in known if one.id and one.string and not one.fuzzy}
    )


@lru_cache(20_000)
def translated(text: str, language: str) -> str:
    """A text as a reader of this language sees it."""
    return text if language == SOURCE else catalogue(language).translate(text)
