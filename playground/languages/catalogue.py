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
# What stands between pieces that are looked up one by one: marks of Markdown, ends of sentences,
# then what parts a sentence, then what parts a list.
LEVELS = tuple(
    re.compile(f"({level})")
    for level in (
        r"\n+",
        r":material/\w+:\s*|:\w+\[|\]",
        r"(?<=[.?!])\s+|(?<=[.?!]\*\*)\s+",
        r"\*\*",
        r"^\|\s+|\s+\|$|\s+[·—–|/→+]\s+|;\s+",
        r":\s+",
        r",\s+|\s*[()]\s*|[“”]|(?<=\d)\s+",
    )
)
TYPE = {",": "，", ";": "；", ":": "：", ".": "。"}  # beside Chinese letters
CHINESE = re.compile("[\u3000-\u9fff]")
ENDING = r"[a-z]{0,4}(?: [a-z]+)?"  # of a plural, and a verb
DIGITS = r"[−-]?[\d.,]+(?:e[−+-]?\d+)?"
WITHIN = r"(?:(?![.?!;] |\n|\*\*|:\w+[\[/]|\]).)*?"  # what fills a field: of one clause, one style
ANY = rf"(?:{WITHIN}|(?:(?!:\w+[\[/]|\]).)*?(?<=[.?!*])\s*)"  # or whole sentences
WEAK = 5  # letters below which a message waits until numbers are told from words
ENGLISH = re.compile(r"\b[a-z]{2,}\b")  # what no field of such a message may still hold
WORD = re.compile("[a-z]+")
MARK = re.compile(r":\w+(/\w+:|\[)")  # Streamlit's: icons, colours
NUMBER = re.compile(r"([\d,.]+ ?[%k]?) (\D+)")
LOOSE = 10  # letters that a message has at least, for its fields to hold several sentences
LONGEST = 2000  # letters of a text that is looked up as one
DEEPEST = 8  # fields within fields


@dataclass(frozen=True)
class Template:
    """A message with fields. word: the longest that it has between them, as it is looked up."""

    word: str
    shape: re.Pattern[str]
    names: tuple[str, ...]
    translation: str
    weight: int  # letters of its own words
    length: int  # those, and its signs
    loose: bool

    def rank(self) -> tuple[bool, int, int, str]:
        """Where it stands in the order in which messages are tried."""
        return self.loose, -self.weight, -self.length, self.translation

    def fill(self, text: str, translate: Callable[[str], str]) -> str | None:
        """The translation with the text's own values, or None where the text is another one."""
        if not (found := self.shape.fullmatch(text)):
            return None
        values = dict(zip(self.names, map(translate, found.groups()), strict=True))
        if self.weight < WEAK and any(not one or ENGLISH.search(one) for one in values.values()):
            return None
        return unescaped(FIELD.sub(lambda one: values.get(one[1], ""), self.translation))


@dataclass(frozen=True)
class Catalogue:
    """One language. messages: each English text and its translation."""

    messages: dict[str, str]
    templates: dict[str, list[Template]] = field(init=False)  # by a word that each of them has

    def __post_init__(self) -> None:
        whole = {k: v for k, v in self.messages.items() if not FIELD.search(k)}
        self.messages.update({unescaped(k): unescaped(v) for k, v in whole.items()})
        pairs = [pair for pair in self.messages.items() if FIELD.search(pair[0])]
        made = [template(*pair) for pair in pairs]
        made += [one for pair in pairs if (one := template(*pair, True)).weight >= LOOSE]
        index: dict[str, list[Template]] = {}
        for one in made:
            index.setdefault(one.word, []).append(one)
        object.__setattr__(self, "templates", index)

    def translate(self, text: str, depth: int = 0) -> str:
        """A text in this language, as far as its messages go."""
        bare = text.strip()
        if not re.search("[A-Za-z]", bare):
            return text
        if len(bare) > LONGEST:  # somebody's own text, or many paragraphs
            lines = bare.split("\n")
            known = [self.translate(one, depth) if len(one) <= LONGEST else one for one in lines]
            return text.replace(bare, "\n".join(known))
        found = self._whole(bare, depth)
        if found is None and bare[-1] in TYPE and (found := self._whole(bare[:-1], depth)):
            found += TYPE[bare[-1]]
        if found is None:
            return self._pieces(text, depth) if depth < DEEPEST else text
        return text.replace(bare, found)

    def _whole(self, text: str, depth: int) -> str | None:
        for spelt in (text, text[0].swapcase() + text[1:]):
            if found := self.messages.get(spelt):
                return found
        if depth >= DEEPEST:
            return None
        return self._filled(text, depth, True) or self._counted(text) or self._filled(text, depth)

    def _filled(self, text: str, depth: int, strong: bool = False) -> str | None:
        words = {"", *WORD.findall(text.lower())}
        known = [one for word in sorted(words) for one in self.templates.get(word, ())]
        for one in sorted(known, key=Template.rank):
            if (one.weight >= WEAK) == strong:
                found = one.fill(text, lambda value: self.translate(value, depth + 1))
                if found is not None:
                    return found
        return None

    def _counted(self, text: str) -> str | None:
        """A number and what it counts."""
        found = NUMBER.fullmatch(text)
        words = self.messages.get(found[2]) if found else None
        return f"{found[1]} {words}" if found and words else None

    def _pieces(self, text: str, depth: int) -> str:
        for level in LEVELS:
            pieces = [one for one in level.split(text) if one]
            if len(pieces) > 1:
                breaks = [bool(level.fullmatch(one)) for one in pieces]
                said = [
                    one if is_break else self.translate(one, depth + 1)
                    for one, is_break in zip(pieces, breaks, strict=True)
                ]
                for i, is_break in enumerate(breaks):
                    if is_break and any(map(CHINESE.search, said[max(0, i - 1) : i + 2])):
                        said[i] = TYPE.get(said[i].strip(), said[i])
                    if said[i] == " " and said[i - 1][-1] in "。？！":
                        said[i] = ""
                return "".join(said)
        return text


def unescaped(text: str) -> str:
    """A message as it reads: braces that are no field's stand twice in it."""
    return text.replace("{{", "{").replace("}}", "}")


def template(message: str, translation: str, loose: bool = False) -> Template:
    """A message with fields, ready to be compared with texts.

    loose: what fills a field may hold several sentences.
    """
    parts = FIELD.split(message)
    fixed, names = parts[::2], parts[1::2]
    fixed = [unescaped(part) for part in fixed]
    values = [
        DIGITS if name == "number" else ENDING if part[-1:].isalpha() else ANY if loose else WITHIN
        for part, name in zip(fixed, names, strict=False)
    ]
    edge = "(?<=[.?!*])" if loose else ""  # between two fields that may be sentences
    shape = "".join(
        (re.escape(part) if part.strip() or not i else edge + re.escape(part))
        + (f"({value})" if value else "")
        for i, (part, value) in enumerate(zip(fixed, [*values, ""], strict=True))
    )
    if fixed[0][:1].isalpha():  # a sentence may begin with it, or go on with it
        shape = f"[{fixed[0][0].swapcase()}{fixed[0][0]}]" + shape[1:]
    lower, last = [part.lower() for part in fixed], len(fixed) - 1
    touching = {  # a word that touches a field may go on in it
        word
        for i, part in enumerate(lower)
        for word in re.findall(r"^[a-z]+", part) * (i > 0)
        + re.findall(r"[a-z]+$", part) * (i < last)
    }
    words = [word for part in lower for word in WORD.findall(part) if word not in touching]
    word = max(words, key=len, default="")
    length = len("".join(fixed))
    weight = len(re.findall("[A-Za-z]", MARK.sub("", " ".join(fixed))))
    return Template(word, re.compile(shape, re.S), tuple(names), translation, weight, length, loose)


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
