"""Sequences that test a memory, drawn from a seed: what has to be kept, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.data.dataset import SEEDS, Data, DataSet, Split, parts_of
from playground.engine.registry import flag, integer, real, register

NOTHING = -1  # the class where nothing is asked
SYMBOLS = ("A", "B", "C", "D", "E", "F", "G", "H")
LONGEST = 500  # steps


@dataclass(frozen=True, kw_only=True)
class Sequences(DataSet):
    """Sequences of at most `length` steps, drawn one by one, then split."""

    sequence = True
    samples: int = integer(
        5_000, 20, 20_000, "How many sequences there are in all.", title="Sequences"
    )
    length: int = integer(20, 1, LONGEST, "How many steps a sequence has, at most.", title="Steps")
    train_fraction: float = real(
        0.8,
        0.1,
        0.9,
        "The share of sequences to learn from. The others only test what was learned.",
        title="Share for training",
    )
    validation_fraction: float = real(
        0.0,
        0.0,
        0.5,
        "The share of the training sequences kept aside to choose settings by.",
        title="Share for validation",
    )
    seed: int | None = integer(
        None,
        0,
        SEEDS,
        "Which sequences chance draws. Empty: the seed of the whole experiment.",
        optional=True,
        title="Seed of the sequences",
    )

    @property
    def step_names(self) -> tuple[str, ...]:
        """What the numbers of one step are called."""
        raise NotImplementedError

    @property
    def question(self) -> str:
        return "Make the sequences twice as long. Does the network still remember?"

    @property
    def shape(self) -> tuple[int, ...]:
        return self.length, len(self.step_names)

    @property
    def sizes(self) -> tuple[int, int]:
        return self.samples, self.samples

    def load(self, seed: int) -> Data:
        """Draw, then split: training sequences first, of which the last are for validation."""
        random = np.random.default_rng(seed if self.seed is None else self.seed)
        x, y, lengths = self.draw(random)
        splits = (
            Split(x[part], y[part], lengths=None if lengths is None else lengths[part])
            for part in parts_of(self.samples, self.train_fraction, self.validation_fraction)
        )
        return self.data(*splits, alphabet=self.alphabet, step_names=self.step_names)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The symbols that whole numbers of an input stand for."""
        return ()

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Inputs [samples, *shape] float32, answers [samples, *answers], and lengths."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class AtSteps(Sequences):
    """Sequences of different lengths with an answer at the last step, or at every one."""

    every_step: bool = flag(
        False,
        "Ask after every step, instead of at the end of the sequence alone.",
        title="Ask at every step",
    )

    @property
    def answers(self) -> tuple[int, ...]:
        return (self.length,)

    def asked(self, y: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Answers [samples, time] without those that nobody asks for."""
        steps = np.arange(y.shape[1])
        wanted = steps < lengths[:, None] if self.every_step else steps == lengths[:, None] - 1
        return np.where(wanted, y, NOTHING)


@register("data", "adding", "Adding")
class Adding(Sequences):
    """Two of many numbers are marked, far apart: what is their sum?

    Numbers ~ U(0, 1); one mark in the first half of the steps, one in the second; the answer is
    the sum of the two marked numbers. Who always answers 1 has a squared error of 1/6 = 0.167
    (Hochreiter and Schmidhuber, 1997).
    """

    samples: int = integer(
        10_000, 20, 20_000, "How many sequences there are in all.", title="Sequences"
    )
    length: int = integer(50, 2, LONGEST, "How many numbers a sequence has.", title="Steps")
    task = "regression"
    step_names = ("number", "mark")

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, None]:
        rows, half = np.arange(self.samples), self.length // 2
        x = np.zeros((self.samples, *self.shape), np.float32)
        x[:, :, 0] = random.uniform(size=x.shape[:2])
        places = random.integers(0, half, rows.size), random.integers(half, self.length, rows.size)
        for place in places:
            x[rows, place, 1] = 1
        return x, sum(x[rows, place, 0] for place in places), None


@register("data", "first_symbol", "First symbol")
class FirstSymbol(Sequences):
    """A symbol, then nothing but noise: which symbol was it?

    Step 1 is one of four symbols, a 1 in its place and 0 elsewhere; every number of every step has
    noise η·N(0, 1) added. What is asked after the last step has to be kept from the first.
    """

    labels = SYMBOLS[:4]
    step_names = SYMBOLS[:4]
    noise: int = integer(20, 0, 100, "How loud the noise is, in percent of a symbol.")

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, None]:
        y = random.integers(0, len(self.labels), self.samples)
        x = random.standard_normal((self.samples, *self.shape), np.float32)
        x *= np.float32(self.noise / 100)
        x[np.arange(self.samples), 0, y] += 1
        return x, y, None


@register("data", "brackets", "Brackets")
class Brackets(AtSteps):
    """Brackets open and close: is everything that was opened closed again, and in order?

    Half of the sequences are balanced. Of the others some have one bracket the wrong way round,
    the rest as many of each, in an order of chance. Lengths differ; the answer stands at the last
    step, and what follows it are zeros.
    """

    labels = ("not balanced", "balanced")
    step_names = ("(", ")")

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        most = max(self.length // 2, 1)
        pairs = random.integers(1, most + 1, self.samples)
        texts = np.full((self.samples, 2 * most), NOTHING)
        for count in range(1, most + 1):
            rows = np.flatnonzero(pairs == count)
            texts[rows, : 2 * count] = _balanced(random, rows.size, count)
        others = np.arange(0, self.samples, 2)
        texts[others] = _disturbed(random, texts[others], 2 * pairs[others])
        texts, lengths = texts[:, : self.length], np.minimum(2 * pairs, self.length)
        depth = np.cumsum((texts == 0).astype(int) - (texts == 1), axis=1)
        y = (depth == 0) & (np.minimum.accumulate(depth, axis=1) >= 0)
        x = np.stack([texts == 0, texts == 1], axis=2).astype(np.float32)
        return x, self.asked(y.astype(np.int64), lengths), lengths


def _balanced(random: np.random.Generator, rows: int, pairs: int) -> np.ndarray:
    """Rows of 0 for “(” and 1 for “)”: any order, turned so that no bracket closes too early.

    Of the rotations of an order of n + 1 and n signs exactly one stays above zero (the cycle lemma,
    Dvoretzky and Motzkin, 1947), so every balanced text is as likely as any other.
    """
    signs = np.tile(np.repeat([1, -1], [pairs + 1, pairs]), (rows, 1))
    heights = np.cumsum(signs := random.permuted(signs, axis=1), axis=1)
    last_low = signs.shape[1] - 1 - heights[:, ::-1].argmin(axis=1)
    turned = (last_low[:, None] + 1 + np.arange(signs.shape[1])) % signs.shape[1]
    return (np.take_along_axis(signs, turned, axis=1)[:, 1:] < 0).astype(np.int64)


def _disturbed(random: np.random.Generator, texts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """One bracket the wrong way round in half of the rows, all in another order in the others."""
    rows, places = np.arange(len(texts)), random.integers(0, lengths)
    keys = random.uniform(size=texts.shape) + (np.arange(texts.shape[1]) >= lengths[:, None])
    shuffled, flipped = np.take_along_axis(texts, keys.argsort(axis=1), axis=1), texts.copy()
    flipped[rows, places] = 1 - flipped[rows, places]
    return np.where(rows[:, None] % 2, shuffled, flipped)


@register("data", "parity", "Parity")
class Parity(AtSteps):
    """Zeros and ones: is the number of ones so far odd?

    Bits are 0 or 1 with equal chance. One bit has to be remembered, and turned by each 1: no
    network without memory, and no sum of evidence, can do it (Minsky and Papert, 1969).
    """

    every_step: bool = flag(
        True,
        "Ask after every step, instead of at the end of the sequence alone.",
        title="Ask at every step",
    )
    labels = ("even", "odd")
    step_names = ("bit",)

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, None]:
        bits = random.integers(0, 2, (self.samples, self.length))
        y = self.asked(np.cumsum(bits, axis=1) % 2, np.full(self.samples, self.length))
        return bits[:, :, None].astype(np.float32), y, None


@register("data", "echo", "Echo")
class Echo(Sequences):
    """Repeat every symbol some steps later: a memory of several things in their order.

    Each step shows one of k symbols, by a 1 in its place; the answer is the symbol of `delay` steps
    earlier. Nothing is asked before there is one.
    """

    delay: int = integer(3, 0, 100, "How many steps later a symbol is to be repeated.")
    kinds: int = integer(4, 2, len(SYMBOLS), "How many symbols there are.", title="Symbols")

    def problem(self) -> str:
        """What there is to say where no symbol is ever asked for."""
        if self.delay < self.length:
            return ""
        return (
            f"With {self.length} step{'s' * (self.length > 1)} nothing can be repeated "
            f"{self.delay} later: make the sequence longer, or the delay shorter."
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        return SYMBOLS[: self.kinds]

    @property
    def step_names(self) -> tuple[str, ...]:
        return SYMBOLS[: self.kinds]

    @property
    def answers(self) -> tuple[int, ...]:
        return (self.length,)

    def draw(self, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, None]:
        numbers = random.integers(0, self.kinds, (self.samples, self.length))
        y = np.full_like(numbers, NOTHING)
        y[:, self.delay :] = numbers[:, : max(self.length - self.delay, 0)]
        return np.eye(self.kinds, dtype=np.float32)[numbers], y, None
