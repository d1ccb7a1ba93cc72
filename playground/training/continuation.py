"""Going on where data end: text character by character, a series value by value."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from playground.data import Data, Series
from playground.data.texts import encoded
from playground.engine import FrozenNetwork
from playground.engine.stream import Stream

LONGEST = 100_000  # characters or values of one call
HOTTEST = 100
TINY = 1e-30
FARTHEST = 1e6  # spreads of a series from its mean that a prompt may lie
CONTEXT = 1_000  # values that are read before a forecast where a state is carried


class Writer:
    """A text being read and written; it reads each character once and remembers it.

    `chances` are the probabilities of every character of `alphabet` to come next.
    """

    def __init__(self, network: FrozenNetwork, data: Data) -> None:
        if not data.next_symbol:
            raise ValueError("This network was not trained to say how a text goes on.")
        self.alphabet, self._loss = data.alphabet, network.loss
        self._stream = Stream(network, steps=1)
        self._start = "\n" if "\n" in self.alphabet else self.alphabet[0]
        self.chances = self._look(self._start)

    def read(self, text: str) -> np.ndarray:
        """Read on; returns the chances after it. ValueError names characters it does not know."""
        for number in encoded(text, self.alphabet):
            self.chances = self._look(self.alphabet[number])
        return self.chances

    def write(self, temperature: float, random: np.random.Generator) -> str:
        """Draw the next character, and read it."""
        letter = self.alphabet[draw(self.chances, temperature, random)]
        self.chances = self._look(letter)
        return letter

    def _look(self, letter: str) -> np.ndarray:
        x = np.array([[self.alphabet.index(letter)]], np.float32)
        return self._loss.probabilities(self._stream.read(x)[0])[0]


def draw(chances: np.ndarray, temperature: float, random: np.random.Generator) -> int:
    """A number by its chance p^(1/temperature), made to add up to 1; the likeliest at 0."""
    if temperature == 0:
        return int(np.argmax(chances))
    logs = np.log(np.maximum(chances, TINY)) / temperature
    shares = np.cumsum(np.exp(logs - logs.max()))
    return int(np.searchsorted(shares, random.random() * shares[-1], side="right"))


def generate(
    network: FrozenNetwork,
    data: Data,
    length: int,
    prompt: str | Sequence[float] = "",
    temperature: float = 1.0,
    seed: int = 0,
) -> str | np.ndarray:
    """`length` characters, or values, that follow a prompt; see `Run.generate`."""
    if not 0 <= length <= LONGEST:
        raise ValueError(f"A length is a number from 0 to {LONGEST:,}.")
    if not (math.isfinite(temperature) and 0 <= temperature <= HOTTEST):
        raise ValueError(f"A temperature is a number from 0 to {HOTTEST}.")
    if data.series is not None:
        return forecast(network, data, data.series, length, prompt)
    if not data.next_symbol:
        raise ValueError(
            "This network answers questions: it neither says how a text or a series goes on nor "
            "copies its input."
        )
    return "".join(written(network, data, length, str(prompt), temperature, seed))


def written(
    network: FrozenNetwork, data: Data, length: int, prompt: str, temperature: float, seed: int
) -> Iterator[str]:
    """The characters that follow a prompt, one after the other."""
    writer, random = Writer(network, data), np.random.default_rng(seed)
    writer.read(prompt)
    for _ in range(length):
        yield writer.write(temperature, random)


def forecast(
    network: FrozenNetwork,
    data: Data,
    series: Series,
    length: int,
    prompt: str | Sequence[float] = "",
) -> np.ndarray:
    """The next values [length] of a series in its own units, each made from those before it.

    What is read first is the prompt, or the end of the series: as much as a window shows, and more
    where a state is carried.
    """
    reach = max(data.shape[0], series.ahead) if not data.stateful else CONTEXT
    known, last = series.numbers[-reach:], series.last
    if len(prompt):
        known, last = _numbers(prompt, series)
    stream, numbers, answers = Stream(network, steps=1), list(known), []
    for place in range(len(known) + length - 1):
        x = np.array([[[numbers[place]]]], np.float32)
        answers.append(float(stream.read(x)[0, 0, 0]))
        if place + 1 >= len(known):
            numbers.append(answers[place + 1 - series.ahead])
    return series.values(np.array(numbers[len(known) :]), last)


def _numbers(prompt: str | Sequence[float], series: Series) -> tuple[np.ndarray, float]:
    """A prompt in the series' units as the network reads it, and its last value."""
    words = prompt.replace(",", " ").split() if isinstance(prompt, str) else list(prompt)
    try:
        values = np.array([float(word) for word in words])
    except ValueError:
        raise ValueError("The prompt of a series is numbers, with spaces between.") from None
    least = series.ahead + series.differences
    if len(values) < least or not np.isfinite(values).all():
        raise ValueError(f"The prompt of this series needs at least {least} finite numbers.")
    with np.errstate(over="ignore"):
        own = np.diff(values) if series.differences else values
        numbers = (own - series.centre) / series.spread
    if not (np.abs(numbers) < FARTHEST).all():
        raise ValueError("The prompt holds a number far beyond all that the series has.")
    return numbers.astype(np.float32), float(values[-1])
