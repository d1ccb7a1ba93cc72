"""Texts, character by character: what comes next, and which list a name comes from."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from playground.data import own_text
from playground.data.dataset import Data, DataSet, Split
from playground.data.sequences import LONGEST, AtSteps
from playground.engine.registry import choice, flag, integer, real, register
from playground.engine.registry import text as text_option

FOLDER = Path(__file__).parents[2] / "assets" / "data" / "text"
OWN = "own"
FILES = {
    "moby_dick": "moby_dick.txt",
    "tang_300": "tang_300.txt",
    "female_names": "first_names_female.txt",
    "male_names": "first_names_male.txt",
}
SHOWN = {"\n": "↵", " ": "␣", "\t": "⇥"}  # characters that cannot be seen
STRETCHES = 10  # of a long text
WINDOWS = 8  # of the test part of a stretch, at least, where there are several
LONGEST_NAME = 15
PADDING = "·"  # symbol 0 of names: what follows the last letter


@cache
def shipped(name: str) -> str:
    """A text that is part of the project."""
    return (FOLDER / FILES[name]).read_text(encoding="utf-8").strip()


@cache
def _letters(name: str) -> tuple[str, ...]:
    return own_text.alphabet(shipped(name))


def shown(letters: tuple[str, ...]) -> tuple[str, ...]:
    """Characters as they can be seen."""
    return tuple(SHOWN.get(letter, letter) for letter in letters)


@register("data", "text", "Text")
class Text(DataSet):
    """A text, character by character: which one comes next?

    Windows of `length` characters, one behind the other; the answer at every step is the following
    character. Characters are numbered in the order of their codes. A text changes as it goes on, so
    that a long one is cut into stretches, up to ten: the end of each only tests.
    """

    sequence = True
    source: str = choice(
        "moby_dick",
        (*FILES, OWN),
        "moby_dick: Melville's novel of 1851, chapters 1–40. tang_300: 300 Chinese poems of the "
        "Tang dynasty. Names: English first names, one a line.",
        title="Text",
    )
    content: str = text_option(
        "A text of your own; a longer one is named by `key`.", title="Your text"
    )
    key: str = text_option("The checksum of a long text of your own.", title="Key")
    letters: str = text_option("The different characters of the text of that key.")
    count: int = integer(
        0, 0, own_text.MOST_BYTES, "How many characters that text has.", title="Characters"
    )
    length: int = integer(64, 1, LONGEST, "How many characters a window shows.", title="Window")
    test_fraction: float = real(
        0.1, 0.02, 0.5, "The share that only tests.", title="Share for testing"
    )
    carry_state: bool = flag(
        False,
        "Go on from each window to the next with what was remembered, instead of starting anew.",
        title="Carry the state",
    )

    @property
    def question(self) -> str:
        return "Lower the temperature to 0.2. What becomes of the text, and why?"

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The different characters, in the order of their numbers."""
        if self.source != OWN:
            return _letters(self.source)
        return tuple(self.letters) if self.key else own_text.alphabet(self.content)

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def answers(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def symbols(self) -> int:
        return len(self.alphabet)

    @property
    def class_names(self) -> tuple[str, ...]:
        return shown(self.alphabet)

    @property
    def stateful(self) -> bool:
        return self.carry_state

    @property
    def characters(self) -> int:
        """How many characters the text has."""
        if self.source != OWN:
            return len(shipped(self.source))
        return self.count if self.key else len(self.content)

    @property
    def tested(self) -> int:
        """How many of them only test."""
        return max(round(self.characters * self.test_fraction), 1)

    @property
    def stretches(self) -> list[tuple[int, int, int]]:
        """Start, cut and end of each: what lies from the cut on only tests."""
        count = min(max(self.tested // (WINDOWS * self.length), 1), STRETCHES)
        ends = [self.characters * place // count for place in range(count + 1)]
        tests = [self.tested * place // count for place in range(count + 1)]
        return [
            (start, end - (after - before), end)
            for (start, end), (before, after) in zip(pairwise(ends), pairwise(tests), strict=True)
        ]

    @property
    def sizes(self) -> tuple[int, int]:
        parts = self.stretches
        return (
            sum(self._count(cut - start) for start, cut, _ in parts),
            sum(self._count(end - cut) for _, cut, end in parts),
        )

    def _count(self, characters: int) -> int:
        """How many windows so many characters make; the last has a character after it."""
        return max(characters - 1, 0) // self.length

    def check(self) -> None:
        """ValueError where the letters of a long text are no alphabet."""
        if len(set(self.letters)) < len(self.letters):
            raise ValueError("The letters of the text are damaged: bring the text again.")

    def problem(self) -> str:
        """What there is to say where a text of one's own is none, or too short for its window."""
        if self.source == OWN and not self.key:
            try:
                own_text.check(self.content)
            except ValueError as error:
                return str(error)
        if self.symbols < 2:
            return "The letters of the text are missing: bring the text again."
        if min(self.sizes) >= 1:
            return ""
        return (
            f"The text has {self.characters:,} characters, of which "
            f"{self.tested:,} only test: too few for a window of {self.length}. "
            "Take a shorter window."
        )

    def text(self) -> str:
        """The text itself; MissingDataError where another visit has it."""
        if self.source != OWN:
            return shipped(self.source)
        return own_text.held(self.key) if self.key else self.content

    def load(self, seed: int) -> Data:
        """Windows in the order of the text; `seed` draws nothing."""
        numbers = encoded(self.text(), self.alphabet)
        parts = (
            self._windows([numbers[start:cut] for start, cut, _ in self.stretches]),
            self._windows([]),
            self._windows([numbers[cut:end] for _, cut, end in self.stretches]),
        )
        return self.data(*parts, alphabet=self.alphabet)

    def _windows(self, stretches: list[np.ndarray]) -> Split:
        x, y = np.zeros((0, self.length), np.float32), np.zeros((0, self.length), np.int64)
        for numbers in stretches:
            used = self._count(len(numbers)) * self.length
            x = np.concatenate((x, numbers[:used].reshape(-1, self.length).astype(np.float32)))
            y = np.concatenate((y, numbers[1 : used + 1].reshape(-1, self.length)))
        return Split(x, y)


def encoded(text: str, alphabet: tuple[str, ...]) -> np.ndarray:
    """The number of every character, int64 [N]; ValueError names those that have none."""
    numbers = {letter: number for number, letter in enumerate(alphabet)}
    if strangers := sorted(set(text) - numbers.keys()):
        listed = ", ".join(f"“{letter}”" for letter in shown(tuple(strangers[:5])))
        more = f" and {len(strangers) - 5} more" if len(strangers) > 5 else ""
        raise ValueError(f"The text that was learned from has no {listed}{more}.")
    return np.fromiter((numbers[letter] for letter in text), np.int64, len(text))


@cache
def name_lists() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Female and male first names in small letters; those in both lists are left out."""
    female, male = (
        {name.lower() for name in shipped(f"{kind}_names").split("\n") if name}
        for kind in ("female", "male")
    )
    return tuple(sorted(female - male)), tuple(sorted(male - female))


@cache
def name_letters() -> tuple[str, ...]:
    """The padding, then every letter of a name."""
    return (PADDING, *own_text.alphabet("".join("".join(names) for names in name_lists())))


@register("data", "names", "Names")
class Names(AtSteps):
    """A first name, letter by letter: from the list of female names, or of male ones?

    English first names of at most 15 letters in small letters, those in both lists left out. A
    name's answer stands at its last letter; what follows is the symbol 0.
    """

    labels = ("female", "male")
    step_names = ()
    samples: int = integer(5_000, 20, 8_000, "How many names there are in all.", title="Names")
    length: int = integer(
        LONGEST_NAME, 1, LONGEST_NAME, "How many letters are read, at most.", title="Letters"
    )

    @property
    def question(self) -> str:
        return "Which endings decide? Ask at every step, and watch the belief letter by letter."

    @property
    def alphabet(self) -> tuple[str, ...]:
        return name_letters()

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def symbols(self) -> int:
        return len(self.alphabet)

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        names = [(name, kind) for kind, names in enumerate(name_lists()) for name in names]
        order, alphabet = random.permutation(len(names))[: self.samples], self.alphabet
        x = np.zeros((self.samples, self.length), np.float32)
        y, lengths = np.zeros(x.shape, np.int64), np.zeros(self.samples, np.int64)
        for row, number in enumerate(order):
            name, kind = names[number]
            letters = encoded(name[: self.length], alphabet)
            x[row, : letters.size] = letters
            y[row], lengths[row] = kind, letters.size
        return x, self.asked(y, lengths), lengths
